import { randomUUID } from "node:crypto";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
beforeAll(async () => {
  bench = await startRotationBench();
}, 60_000);
afterAll(() => bench?.stop());

describe("a rotation", () => {
  test("ends with the new password accepted, the old one refused, and the labels moved", async () => {
    const { secretArn } = await bench.createUser();
    const before = await bench.value(secretArn);

    const report = await bench.rotate(secretArn);

    expect(report.error).toBeUndefined();
    const after = await bench.value(secretArn);
    expect(after.password).not.toBe(before.password);
    expect({ ...after, password: "" }).toEqual({ ...before, password: "" });
    expect(await bench.accepts(after)).toBe(true);
    expect(await bench.accepts(before)).toBe(false);
    expect((await bench.value(secretArn, "AWSPREVIOUS")).password).toBe(before.password);
    expect((await bench.stages(secretArn))[report.versionId]).toContain("AWSCURRENT");
  });

  test("keeps the password as the server's settings say: SCRAM, with its iterations", async () => {
    const { secretArn, username } = await bench.createUser();
    await bench.sql("ALTER SYSTEM SET scram_iterations = 5000");
    await bench.sql("SELECT pg_reload_conf()");
    await bench.rotate(secretArn);
    const [row] = await bench.sql("SELECT rolpassword FROM pg_authid WHERE rolname = $1", [username]);
    expect(row?.rolpassword).toMatch(/^SCRAM-SHA-256\$5000:/);
    await bench.sql("ALTER SYSTEM RESET scram_iterations");
  });

  test("can be repeated", async () => {
    const { secretArn } = await bench.createUser();
    const passwords = new Set<string>();
    for (let round = 0; round < 3; round++) {
      expect((await bench.rotate(secretArn)).succeeded).toBe(true);
      passwords.add(String((await bench.value(secretArn)).password));
    }
    expect(passwords.size).toBe(3);
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });
});

describe("every step", () => {
  test("may run twice", async () => {
    const { secretArn } = await bench.createUser();
    const token = await bench.beginRotation(secretArn);
    for (const step of ["createSecret", "setSecret", "testSecret", "finishSecret"]) {
      await bench.step(step, secretArn, token);
      await bench.step(step, secretArn, token);
    }
    const value = await bench.value(secretArn);
    expect(await bench.accepts(value)).toBe(true);
    expect((await bench.stages(secretArn))[token]).toContain("AWSCURRENT");
  });

  test("refuses a version that is not AWSPENDING", async () => {
    const { secretArn } = await bench.createUser();
    await bench.beginRotation(secretArn);
    await expect(bench.step("createSecret", secretArn, randomUUID())).rejects.toThrow(
      "has no label, or does not exist",
    );
  }, 20_000);
});

import { setTimeout as sleep } from "node:timers/promises";
import { NetworkError } from "../../lambda/rotation/errors";
import { describeEngines } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

describeEngines((engine) => {
  let bench: RotationBench;
  beforeAll(async () => {
    bench = await startRotationBench({ engine });
  }, 60_000);
  afterAll(() => bench?.stop());

  const BEFORE = ["createSecret", "setSecret", "testSecret"] as const;

  /** A user in the middle of a rotation that has come as far as a step. */
  async function rotatingUntil(step: (typeof BEFORE)[number] | undefined) {
    const { secretArn, username } = await bench.createUser();
    const token = await bench.beginRotation(secretArn);
    for (const name of step ? BEFORE.slice(0, BEFORE.indexOf(step) + 1) : []) {
      await bench.step(name, secretArn, token);
    }
    return { secretArn, username, token };
  }

  async function allSteps(secretArn: string, token: string): Promise<void> {
    for (const step of [...BEFORE, "finishSecret"]) await bench.step(step, secretArn, token);
  }

  test("a value that somebody stores between rotations is rotated like any other", async () => {
    const { secretArn } = await bench.createUser();
    await bench.rotate(secretArn);
    const edited: Record<string, string> = { ...(await bench.value(secretArn)), note: "by hand" };
    await bench.put(secretArn, edited);

    // Refused, were the last rotation's AWSPENDING still on the version that this one has replaced.
    const report = await bench.rotate(secretArn);

    expect(report.error).toBeUndefined();
    const value = await bench.value(secretArn);
    expect(value).toMatchObject({ note: "by hand" });
    expect(value.password).not.toBe(edited.password);
    expect(await bench.accepts(value)).toBe(true);
  });

  describe("a value that somebody stores while a rotation runs", () => {
    test.each([
      ["createSecret", "setSecret"],
      ["setSecret", "setSecret"],
      ["setSecret", "testSecret"],
      ["testSecret", "finishSecret"],
    ] as const)("after %s is not lost, and logs in after %s has refused", async (last, next) => {
      const { secretArn, token } = await rotatingUntil(last);
      const edited: Record<string, string> = { ...(await bench.value(secretArn)), note: "by hand" };
      await bench.put(secretArn, edited);

      const attempt = bench.step(next, secretArn, token);

      await expect(attempt).rejects.toThrow(
        'field "note" under AWSCURRENT was changed after AWSPENDING was made: promoting would lose that change',
      );
      await expect(attempt).rejects.not.toThrow("by hand");
      expect(await bench.value(secretArn)).toEqual(edited);
      expect(await bench.accepts(edited)).toBe(true);
    });

    test("is part of the new value when it comes before createSecret", async () => {
      const { secretArn, token } = await rotatingUntil(undefined);
      await bench.put(secretArn, { ...(await bench.value(secretArn)), note: "by hand" });
      await allSteps(secretArn, token);
      expect(await bench.value(secretArn)).toMatchObject({ note: "by hand" });
    });

    test("with nothing but the right password, as the error asks for, lets the same rotation finish", async () => {
      const { secretArn, username, token } = await rotatingUntil("createSecret");
      const { masterarn: _, ...value } = await bench.value(secretArn);
      const pending = await bench.value(secretArn, "AWSPENDING");
      await bench.backend.setPassword(username, "changed-by-hand-5");
      await bench.put(secretArn, { ...value, masterarn: pending.masterarn, password: "changed-by-hand-5" });

      await allSteps(secretArn, token);

      expect(await bench.value(secretArn)).toEqual(pending);
      expect(await bench.accepts(pending)).toBe(true);
    });
  });

  test("a value stored for another user leaves the password of the one that was rotating alone", async () => {
    const { secretArn, token } = await rotatingUntil("setSecret");
    const pending = await bench.value(secretArn, "AWSPENDING");
    await bench.put(secretArn, { ...pending, username: "nobody", password: "typed-by-mistake" });
    await expect(bench.step("testSecret", secretArn, token)).rejects.toThrow(
      'field "username" under AWSPENDING',
    );
    expect(await bench.accepts(pending)).toBe(true);
  });

  test("a test that fails for a passing reason takes nothing back: the next attempt may pass", async () => {
    const { secretArn, token } = await rotatingUntil("setSecret");
    const hooks = {
      testConnection: () => {
        throw new NetworkError("the pooler restarts");
      },
    };
    await expect(bench.step("testSecret", secretArn, token, { hooks })).rejects.toThrow("restarts");
    expect(await bench.accepts(await bench.value(secretArn, "AWSPENDING"))).toBe(true);
    await allSteps(secretArn, token);
  });

  describe("finishSecret", () => {
    test("does not promote a password that the database does not have", async () => {
      const { secretArn, token } = await rotatingUntil("createSecret");
      const before = await bench.value(secretArn);
      await expect(bench.step("finishSecret", secretArn, token)).rejects.toThrow(
        "so AWSCURRENT is not moved to it",
      );
      expect(await bench.value(secretArn)).toEqual(before);
      expect(await bench.accepts(before)).toBe(true);
    });

    test("does not promote what was changed by hand since, and the next attempt sets it again", async () => {
      const { secretArn, username, token } = await rotatingUntil("testSecret");
      await bench.backend.setPassword(username, "changed-by-hand-6");
      await expect(bench.step("finishSecret", secretArn, token)).rejects.toThrow("AWSCURRENT is not moved");
      await allSteps(secretArn, token);
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    });
  });

  test("a testSecret that fails after the rotation has finished takes nothing back", async () => {
    const { secretArn, token } = await rotatingUntil("testSecret");
    const hooks = {
      testConnection: async () => {
        await bench.step("finishSecret", secretArn, token);
        throw new Error("too late to matter");
      },
    };

    await expect(bench.step("testSecret", secretArn, token, { hooks })).rejects.toThrow("too late to matter");

    expect((await bench.stages(secretArn))[token]).toContain("AWSCURRENT");
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test("nor does one that waits for the user's lock while the rotation finishes", async () => {
    const { secretArn, username, token } = await rotatingUntil("testSecret");
    const holder = await bench.login({
      username: bench.server.adminUsername,
      password: bench.server.adminPassword,
    });
    await holder.lock(username);
    bench.log.length = 0;
    const hooks = {
      testConnection: () => {
        throw new Error("too late to matter");
      },
    };
    const failing = bench.step("testSecret", secretArn, token, { hooks }).catch((error: Error) => error);
    // AWSCURRENT was tried and refused: what comes next is waiting for the lock, to change the password.
    while (!bench.log.join("").includes("A login was refused")) await sleep(20);
    await sleep(300);
    await bench.step("finishSecret", secretArn, token);
    await holder.close();

    expect(await failing).toMatchObject({ message: "too late to matter" });
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  }, 30_000);

  test("a hook that fails after setSecret has changed the password leaves AWSCURRENT right", async () => {
    const { secretArn, token } = await rotatingUntil("createSecret");
    const hooks = {
      afterSetSecret: () => {
        throw new Error("the pooler is gone");
      },
    };
    await expect(bench.step("setSecret", secretArn, token, { hooks })).rejects.toThrow("the pooler is gone");
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test("a password that cannot be put back does not hide why it should have been", async () => {
    const { secretArn, token } = await rotatingUntil("setSecret");
    const hooks = {
      testConnection: async () => {
        // Another rotation has begun: this one may not change anything any more.
        await bench.beginRotation(secretArn);
        throw new Error("the application's view is gone");
      },
    };
    await expect(bench.step("testSecret", secretArn, token, { hooks })).rejects.toThrow(
      "the application's view is gone",
    );
    expect(bench.log.join("")).toContain("The password of AWSCURRENT could not be put back");
  });
});

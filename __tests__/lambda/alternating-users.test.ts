import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
beforeAll(async () => {
  bench = await startRotationBench();
}, 60_000);
afterAll(() => bench?.stop());

const alternating = { "rotation-strategy": "alternating-users" };

describe("alternating users", () => {
  test("take turns, and the credentials before stay valid", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    const first = await bench.value(secretArn);

    expect((await bench.rotate(secretArn)).error).toBeUndefined();
    const second = await bench.value(secretArn);
    expect(second.username).toBe(`${username}_clone`);
    expect(await bench.accepts(second)).toBe(true);
    expect(await bench.accepts(first)).toBe(true);

    expect((await bench.rotate(secretArn)).error).toBeUndefined();
    const third = await bench.value(secretArn);
    expect(third.username).toBe(username);
    expect(await bench.accepts(third)).toBe(true);
    expect(await bench.accepts(second)).toBe(true);
    expect(await bench.accepts(first)).toBe(false);
  });

  test("whose user cannot be marked end a rotation that died after setSecret", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    await bench.rotate(secretArn);
    await bench.sql(`COMMENT ON ROLE "${username}" IS 'somebody else''s remark'`);
    const token = await bench.beginRotation(secretArn);
    for (const step of ["createSecret", "setSecret", "setSecret", "testSecret", "finishSecret"]) {
      await bench.step(step, secretArn, token);
    }
    expect((await bench.value(secretArn)).username).toBe(username);
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test("own what either of them creates together", async () => {
    const { secretArn, username } = await bench.createUser({
      tags: alternating,
      grants: [{ privilege: "owner", schema: "shop" }],
    });
    await bench.rotate(secretArn);
    const session = await bench.login(await bench.value(secretArn));
    await session.query("CREATE TABLE shop.made_by_clone (id int)");
    await session.close();
    const [row] = await bench.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'made_by_clone'");
    expect(row?.tableowner).toBe(username);
  });

  test("have one set of privileges: what the user gains and loses, the clone gains and loses at once", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    await bench.sql("CREATE SCHEMA warehouse CREATE TABLE drift (id int)");
    const user = bench.backend.identifier(username);
    await bench.sql(`GRANT USAGE ON SCHEMA warehouse TO ${user}`);
    await bench.rotate(secretArn);
    const clone = await bench.login(await bench.value(secretArn));
    const mayRead = async () =>
      (await clone.query("SELECT has_table_privilege('warehouse.drift', 'SELECT') AS may"))[0]?.may;

    await bench.sql(`GRANT SELECT ON warehouse.drift TO ${user}`);
    expect(await mayRead()).toBe(true);
    await bench.sql(`REVOKE ALL ON warehouse.drift FROM ${user}`);
    expect(await mayRead()).toBe(false);
    await clone.close();
  });

  test("are made equal again by the next rotation when somebody parts them", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    for (let turn = 0; turn < 2; turn++) await bench.rotate(secretArn);
    const clone = bench.backend.identifier(`${username}_clone`);
    await bench.sql(`REVOKE ${bench.backend.identifier(username)} FROM ${clone}`);
    await bench.sql(`ALTER ROLE ${clone} RESET ALL`);

    expect((await bench.rotate(secretArn)).error).toBeUndefined();

    const session = await bench.login(await bench.value(secretArn));
    expect(await session.query("SELECT session_user AS login, current_user AS becomes")).toEqual([
      { login: `${username}_clone`, becomes: username },
    ]);
    await session.close();
  });
});

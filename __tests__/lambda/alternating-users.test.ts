import { ROTATION_STEPS } from "../../lambda/rotation/contract";
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
    const [role] = await bench.sql(
      "SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = $1",
      [username],
    );
    expect(role?.comment).toBe("somebody else's remark");
  });

  test("that become a single user go on with the one in use, which is another role at login", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    await bench.rotate(secretArn);
    bench.secretsManager.store.find(secretArn).tags.set("rotation-strategy", "single-user");
    const before = await bench.value(secretArn);
    const { masterarn: _, ...withoutAdmin } = before;
    await bench.put(secretArn, withoutAdmin);
    const token = await bench.beginRotation(secretArn);
    for (const step of ROTATION_STEPS) await bench.step(step, secretArn, token);
    const after = await bench.value(secretArn);
    expect(after.username).toBe(`${username}_clone`);
    expect(after.password).not.toBe(before.password);
    expect(await bench.accepts(after)).toBe(true);
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

  test("are parted by somebody between setSecret and testSecret: then nothing is promoted", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    const token = await bench.beginRotation(secretArn);
    for (const step of ["createSecret", "setSecret"]) await bench.step(step, secretArn, token);
    const clone = bench.backend.identifier(`${username}_clone`);
    await bench.sql(`REVOKE ${bench.backend.identifier(username)} FROM ${clone} GRANTED BY dbadmin`);
    await expect(bench.step("testSecret", secretArn, token)).rejects.toMatchObject({
      name: "PrivilegeError",
    });
  });

  test("have the same settings and limits, also when those change", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    const [user, clone] = [bench.backend.identifier(username), `${username}_clone`];
    const settings = async (name: string) =>
      await bench.sql(
        `SELECT r.rolconnlimit, r.rolvaliduntil, s.setdatabase <> 0 AS here, s.setconfig
         FROM pg_roles r LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid
         WHERE r.rolname = $1 ORDER BY here`,
        [name],
      );
    await bench.sql(`ALTER ROLE ${user} CONNECTION LIMIT 7 VALID UNTIL '2099-01-01'`);
    await bench.sql(`ALTER ROLE ${user} SET search_path TO shop, "$user"`);
    await bench.sql(`ALTER ROLE ${user} IN DATABASE orders SET statement_timeout TO '7s'`);
    await bench.rotate(secretArn);
    const [everywhere, here] = await settings(username);
    expect(here?.setconfig).toEqual(["statement_timeout=7s"]);
    expect(await settings(clone)).toEqual([
      { ...everywhere, setconfig: ['search_path=shop, "$user"', `role=${username}`] },
      here,
    ]);

    await bench.sql(`ALTER ROLE ${user} CONNECTION LIMIT 3`);
    await bench.sql(`ALTER ROLE ${user} RESET ALL`);
    await bench.sql(`ALTER ROLE ${user} IN DATABASE orders RESET ALL`);
    for (let turn = 0; turn < 2; turn++) await bench.rotate(secretArn);
    expect(await settings(clone)).toEqual([
      expect.objectContaining({ rolconnlimit: 3, here: false, setconfig: [`role=${username}`] }),
    ]);
  });

  test("are made equal again by the next rotation when somebody parts them", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    for (let turn = 0; turn < 2; turn++) await bench.rotate(secretArn);
    const clone = bench.backend.identifier(`${username}_clone`);
    await bench.sql(`REVOKE ${bench.backend.identifier(username)} FROM ${clone} GRANTED BY dbadmin`);
    await bench.sql(`ALTER ROLE ${clone} RESET ALL`);

    expect((await bench.rotate(secretArn)).error).toBeUndefined();

    const session = await bench.login(await bench.value(secretArn));
    expect(await session.query("SELECT session_user AS login, current_user AS becomes")).toEqual([
      { login: `${username}_clone`, becomes: username },
    ]);
    await session.close();
  });
});

import { describeOnMariadb } from "../support/engines";
import { Death, SECRET, type Server, startServer } from "./mysql-server";

let server: Server;
let number = 0;

/** A user with everything that a clone must have too, and its clone's name. */
async function createBase(name = `base${number++}`, host = "%") {
  const password = server.password();
  const pair = { base: name, clone: `${name}_clone` };
  await server.sql(
    "CREATE USER ?@? IDENTIFIED BY ? REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 5000 MAX_USER_CONNECTIONS 20 " +
      "MAX_STATEMENT_TIME 30 PASSWORD EXPIRE INTERVAL 90 DAY",
    [name, host, password],
  );
  for (const grant of [
    "PROCESS ON *.* TO ?@? WITH GRANT OPTION",
    "SELECT, INSERT ON `orders`.* TO ?@? WITH GRANT OPTION",
    "ALL PRIVILEGES ON `ar\\_ch TO ive`.* TO ?@?",
    "SELECT (a), UPDATE (`b TO c`), DELETE ON orders.t TO ?@?",
    "EXECUTE ON FUNCTION orders.`f``x` TO ?@?",
    "EXECUTE, ALTER ROUTINE ON PROCEDURE orders.p TO ?@? WITH GRANT OPTION",
    "`role TO x` TO ?@? WITH ADMIN OPTION",
    "plainrole TO ?@?",
  ]) {
    await server.sql(`GRANT ${grant}`, [name, host]);
  }
  await server.sql("SET DEFAULT ROLE `role TO x` FOR ?@?", [name, host]);
  return { pair, password };
}

/** What the server says of an account, but for its name, its password and its mark. */
async function likenessOf(name: string, host = "%"): Promise<string[]> {
  const shown = `\`${name.replaceAll("`", "``")}\`@`;
  const lines = [
    ...(await server.list("SHOW GRANTS FOR ?@?", [name, host])),
    ...(await server.list("SHOW CREATE USER ?@?", [name, host])),
  ];
  return lines
    .filter((line) => !line.includes("rotated-by-secret"))
    .map((line) =>
      line
        .split(shown)
        .join("")
        .replace(/PASSWORD '\*\w+'/, "")
        .replace(" ACCOUNT LOCK", ""),
    )
    .sort();
}

describeOnMariadb("a clone on MariaDB", () => {
  beforeAll(async () => {
    server = await startServer();
    for (const statement of [
      "CREATE DATABASE `ar_ch TO ive`",
      "CREATE TABLE orders.t (a INT, `b TO c` INT)",
      "CREATE FUNCTION orders.`f``x`() RETURNS INT RETURN 1",
      "CREATE PROCEDURE orders.p() SELECT 1",
      "CREATE ROLE `role TO x`",
      "CREATE ROLE plainrole",
      "GRANT `role TO x` TO dbadmin WITH ADMIN OPTION",
      "GRANT plainrole TO dbadmin WITH ADMIN OPTION",
      // More than RDS gives, so that the admin can grant ALL on a database.
      "GRANT DELETE HISTORY ON *.* TO dbadmin WITH GRANT OPTION",
    ]) {
      await server.sql(statement);
    }
  }, 60_000);
  afterAll(async () => {
    try {
      await server.expectSilence();
    } finally {
      await server.stop();
    }
  });

  test.each([
    "plain",
    "o'brien",
    "back\\slash",
    "tick`s TO `b`@`%` WITH GRANT OPTION",
    "100%_",
    "é".repeat(74),
  ])("of %s has all that its base has, and is open only at the end", async (name) => {
    const { pair, password } = await createBase(name);
    const { admin } = await server.connectAdmin();
    await admin.ensureClone(pair, SECRET);
    expect((await server.list("SHOW CREATE USER ?@'%'", [pair.clone]))[0]).toContain("ACCOUNT LOCK");
    expect(await admin.ownership(pair.clone, SECRET)).toBe("ours");

    const next = server.password();
    await admin.openClone(pair, next);
    await admin.requireEqualPrivileges(pair);
    expect(await server.accepts(pair.clone, next)).toBe(true);
    expect(await server.accepts(pair.base, password)).toBe(true);
    expect(await likenessOf(pair.clone)).toEqual(await likenessOf(pair.base));
    expect((await likenessOf(pair.clone)).length).toBeGreaterThan(8);
  });

  test("follows its base: what the base gains and loses, the clone gains and loses", async () => {
    const { pair } = await createBase();
    const { admin } = await server.connectAdmin();
    await admin.ensureClone(pair, SECRET);
    for (const statement of [
      "REVOKE INSERT, GRANT OPTION ON orders.* FROM ?",
      "REVOKE SELECT (a) ON orders.t FROM ?",
      "REVOKE EXECUTE ON FUNCTION orders.`f``x` FROM ?",
      "GRANT TRIGGER ON orders.* TO ?",
      "REVOKE plainrole FROM ?",
      "SET DEFAULT ROLE NONE FOR ?",
      "REVOKE ADMIN OPTION FOR `role TO x` FROM ?",
      "REVOKE PROCESS, GRANT OPTION ON *.* FROM ?",
      "ALTER USER ? REQUIRE X509 WITH MAX_QUERIES_PER_HOUR 0 MAX_USER_CONNECTIONS 1 PASSWORD EXPIRE NEVER",
    ]) {
      await server.sql(statement, [pair.base]);
    }
    await server.sql("GRANT DROP ON *.* TO ?", [pair.clone]);
    const before = admin.requireEqualPrivileges(pair);
    await expect(before).rejects.toMatchObject({
      name: "PrivilegeError",
      message: expect.stringMatching(/it lacks TRIGGER ON `orders`.*it has DROP ON \*\.\* beyond/),
    });
    await admin.ensureClone(pair, SECRET);
    await admin.requireEqualPrivileges(pair);
    expect(await likenessOf(pair.clone)).toEqual(await likenessOf(pair.base));
  });

  test("stays open, and keeps its sessions, while it is made equal again", async () => {
    const { pair } = await createBase();
    const { admin } = await server.connectAdmin();
    const password = server.password();
    await admin.ensureClone(pair, SECRET);
    await admin.openClone(pair, password);
    const session = await server.connect(pair.clone, password);
    await admin.ensureClone(pair, SECRET);
    await session.query("SELECT 1");
    expect(await server.accepts(pair.clone, password)).toBe(true);
  });

  test("is at the hosts of its base, and no longer where the base is gone", async () => {
    const { pair } = await createBase("hosted", "127.0.0.1");
    await createBase("hosted", "10.0.%");
    const { admin } = await server.connectAdmin();
    const hosts = () => server.list("SELECT Host FROM mysql.user WHERE User = 'hosted_clone' ORDER BY Host");
    await admin.ensureClone(pair, SECRET);
    expect(await hosts()).toEqual(["10.0.%", "127.0.0.1"]);
    const password = server.password();
    await admin.openClone(pair, password);
    expect(await server.accepts("hosted_clone", password)).toBe(true);
    expect(await likenessOf("hosted_clone", "10.0.%")).toEqual(await likenessOf("hosted", "10.0.%"));

    await server.sql("DROP USER hosted@'10.0.%'");
    await expect(admin.requireEqualPrivileges(pair)).rejects.toThrow("10.0.%");
    await admin.ensureClone(pair, SECRET);
    expect(await hosts()).toEqual(["127.0.0.1"]);
    await admin.requireEqualPrivileges(pair);
  });

  test("at another host that the secret did not make is left alone", async () => {
    const { pair } = await createBase("stranger");
    await server.sql("CREATE USER stranger_clone@'10.%' IDENTIFIED BY 'Aa1'");
    const { admin } = await server.connectAdmin();
    await expect(admin.ensureClone(pair, SECRET)).rejects.toMatchObject({ name: "DatabaseError" });
    expect(await server.list("SELECT Host FROM mysql.user WHERE User = 'stranger_clone'")).toEqual(["10.%"]);
  });

  test("needs a base", async () => {
    const { admin } = await server.connectAdmin();
    const pair = { base: "nobody", clone: "nobody_clone" };
    await expect(admin.ensureClone(pair, SECRET)).rejects.toThrow('User "nobody" does not exist');
    await expect(admin.openClone(pair, server.password())).rejects.toThrow(
      'User "nobody_clone" does not exist',
    );
  });

  test("says what the admin may not grant", async () => {
    const { pair } = await createBase();
    await server.sql("GRANT FILE ON *.* TO ?", [pair.base]);
    const { admin } = await server.connectAdmin();
    await expect(admin.ensureClone(pair, SECRET)).rejects.toMatchObject({ name: "PrivilegeError" });
  });

  test.each(["before", "after"] as const)(
    "survives a death %s each statement: it lets nobody in, and the next attempt ends it",
    async (when) => {
      let at = 0;
      for (let died = true; died; at++) {
        const { pair } = await createBase();
        const lost = server.password();
        const { admin } = await server.mortalAdmin({ at, when });
        const attempt = async () => {
          await admin.ensureClone(pair, SECRET);
          await admin.openClone(pair, lost);
        };
        died = await attempt().then(
          () => false,
          (error) => {
            if (error instanceof Death) return true;
            throw error;
          },
        );
        const session = await server.connectAdmin();
        if (await server.accepts(pair.clone, lost)) await session.admin.requireEqualPrivileges(pair);
        expect(["absent", "ours"]).toContain(await session.admin.ownership(pair.clone, SECRET));

        const next = server.password();
        await session.admin.ensureClone(pair, SECRET);
        await session.admin.openClone(pair, next);
        await session.admin.requireEqualPrivileges(pair);
        expect(await session.admin.ownership(pair.clone, SECRET)).toBe("ours");
        expect(await server.accepts(pair.clone, next)).toBe(true);
        await session.close();
      }
      expect(at).toBeGreaterThan(15);
    },
    60_000,
  );
});

import { Death, describeOnMariadb, OTHER_SECRET, SECRET, type Server, startServer } from "./mysql-server";

const HOSTILE = ["o'brien", "back\\slash", "tick`s", "a TO `b`@`%`", "100%_", "ünïcödé", "é".repeat(80)];

let server: Server;

describeOnMariadb("the admin on MariaDB", () => {
  beforeAll(async () => {
    server = await startServer();
  }, 60_000);
  afterAll(async () => {
    try {
      await server.expectSilence();
    } finally {
      await server.stop();
    }
  });

  const grantsOf = async (name: string, host = "%") =>
    (await server.list("SHOW GRANTS FOR ?@?", [name, host])).filter((grant) => grant.includes("`."));

  describe("creating a user", () => {
    test.each(HOSTILE)("%s: it logs in, and is the secret's", async (name) => {
      const { admin } = await server.connectAdmin();
      const password = server.password();
      expect(await admin.ownership(name, SECRET)).toBe("absent");
      await admin.createUser(name, password, SECRET);
      expect(await server.accepts(name, password)).toBe(true);
      expect(await admin.ownership(name, SECRET)).toBe("ours");
      expect(await admin.ownership(name, OTHER_SECRET)).toBe("another secret's");
    });

    test.each(["x".repeat(81), "app\0", "app ", "😀"])("%j is refused", async (name) => {
      const { admin } = await server.connectAdmin();
      await expect(admin.createUser(name, server.password(), SECRET)).rejects.toMatchObject({
        name: "SecretValueError",
      });
    });

    test("leaves one that exists alone", async () => {
      const { admin } = await server.connectAdmin();
      const theirs = server.password();
      await server.sql("CREATE USER theirs IDENTIFIED BY ?", [theirs]);
      await expect(admin.createUser("theirs", server.password(), SECRET)).rejects.toMatchObject({
        name: "DatabaseError",
      });
      expect(await server.accepts("theirs", theirs)).toBe(true);
    });

    test("survives a death before and after each statement: nobody gets in, and the next attempt ends it", async () => {
      for (const when of ["before", "after"] as const) {
        let at = 0;
        for (let died = true; died; at++) {
          const [name, lost] = [`newborn_${when}_${at}`, server.password()];
          const { admin, count } = await server.mortalAdmin({ at, when });
          died = await admin.createUser(name, lost, SECRET).then(
            () => false,
            (error) => {
              if (error instanceof Death) return true;
              throw error;
            },
          );
          expect(count()).toBeGreaterThan(0);
          const next = server.password();
          const session = await server.connectAdmin();
          expect(["absent", "ours"]).toContain(await session.admin.ownership(name, SECRET));
          await session.admin.createUser(name, next, SECRET);
          expect(await session.admin.ownership(name, SECRET)).toBe("ours");
          expect(await server.accepts(name, next)).toBe(true);
        }
        expect(at).toBeGreaterThan(4);
      }
    });
  });

  describe("the mark", () => {
    test("is left on a user that proved to be the secret's, once, and gives it nothing", async () => {
      const { admin } = await server.connectAdmin();
      await server.sql("CREATE USER adopted IDENTIFIED BY ?", [server.password()]);
      expect(await admin.ownership("adopted", SECRET)).toBe("unmarked");
      await admin.mark("adopted", SECRET);
      await admin.mark("adopted", OTHER_SECRET);
      expect(await admin.ownership("adopted", SECRET)).toBe("ours");
      const [role] = await server.list("SELECT Role FROM mysql.roles_mapping WHERE User = 'adopted'");
      expect(await server.list("SHOW GRANTS FOR ??", [role])).toEqual([`GRANT USAGE ON *.* TO \`${role}\``]);
    });

    test("is not left where a name has several accounts: a login proves only one", async () => {
      const { admin } = await server.connectAdmin();
      await server.sql("CREATE USER several@'%' IDENTIFIED BY 'Aa1', several@'10.%' IDENTIFIED BY 'Aa2'");
      await admin.mark("several", SECRET);
      expect(await admin.ownership("several", SECRET)).toBe("unmarked");
    });

    test("of one account is not that of another with the same name", async () => {
      const { admin } = await server.connectAdmin();
      await admin.createUser("doubled", server.password(), SECRET);
      await server.sql("CREATE USER doubled@'10.%' IDENTIFIED BY 'Aa1'");
      expect(await admin.ownership("doubled", SECRET)).toBe("unmarked");
    });
  });

  describe("setting a password", () => {
    test("keeps everything else, at every host", async () => {
      const { admin } = await server.connectAdmin();
      const hosts = ["%", "127.0.0.1"];
      for (const host of hosts) {
        await server.sql("CREATE USER kept@? IDENTIFIED BY 'Aa1' REQUIRE SSL WITH MAX_USER_CONNECTIONS 3", [
          host,
        ]);
      }
      const password = server.password();
      await admin.setPassword("kept", password);
      expect(await server.accepts("kept", password)).toBe(true);
      const shown = await Promise.all(hosts.map((host) => server.list("SHOW CREATE USER kept@?", [host])));
      const [one, other] = shown.map(([text]) => /IDENTIFIED.*/.exec(String(text))?.[0]);
      expect(one).toBe(other);
      expect(one).toMatch(/REQUIRE SSL WITH MAX_USER_CONNECTIONS 3$/);
    });

    test("does not unlock what somebody locked", async () => {
      const { admin } = await server.connectAdmin();
      await server.sql("CREATE USER shut IDENTIFIED BY 'Aa1' ACCOUNT LOCK");
      const password = server.password();
      await admin.setPassword("shut", password);
      expect(await server.accepts("shut", password)).toBe(false);
    });

    test.each([
      ["SUPER", "GRANT SUPER ON *.* TO ??"],
      ["CREATE USER", "GRANT CREATE USER ON *.* TO ??"],
      ["GRANT OPTION on everything", "GRANT SELECT ON *.* TO ?? WITH GRANT OPTION"],
      ["ALL PRIVILEGES", "GRANT ALL PRIVILEGES ON *.* TO ??"],
      ["a right to write the grant tables", "GRANT UPDATE ON mysql.* TO ??"],
      ["PROXY", "GRANT PROXY ON root TO ??"],
      ["a role that administers", "GRANT chief TO ??"],
      ["a role with such a role", "GRANT deputy TO ??"],
    ])("is refused for a user with %s", async (what, grant) => {
      await server.sql("CREATE ROLE IF NOT EXISTS chief");
      await server.sql("GRANT CREATE USER ON *.* TO chief");
      await server.sql("CREATE ROLE IF NOT EXISTS deputy");
      await server.sql("GRANT chief TO deputy");
      const [name, old] = [`boss ${what}`, server.password()];
      await server.sql("CREATE USER ?? IDENTIFIED BY ?", [name, old]);
      await server.sql(grant, [name]);
      const { admin } = await server.connectAdmin();
      await expect(admin.setPassword(name, server.password())).rejects.toMatchObject({
        name: "PrivilegeError",
      });
      expect(await server.accepts(name, old)).toBe(true);
    });

    test("is refused for the admin itself, and for users with plugins that we do not speak", async () => {
      const { admin } = await server.connectAdmin();
      await expect(admin.setPassword(server.mariadb.adminUsername, server.password())).rejects.toMatchObject({
        name: "PrivilegeError",
      });
      await server.sql("CREATE USER socket IDENTIFIED VIA unix_socket");
      await expect(admin.setPassword("socket", server.password())).rejects.toMatchObject({
        name: "DatabaseError",
        message: expect.stringContaining("unix_socket"),
      });
      await expect(admin.setPassword("nobody", server.password())).rejects.toThrow("does not exist");
    });

    test("by somebody who is no admin is a PrivilegeError without a password in it", async () => {
      const password = server.password();
      await server.sql("CREATE USER plain IDENTIFIED BY ?", [password]);
      await server.sql("GRANT SELECT ON mysql.* TO plain");
      await server.sql("CREATE USER target IDENTIFIED BY 'Aa1'");
      const session = await server.connect("plain", password, { dbname: "" });
      const next = server.password();
      const attempt = session.admin.setPassword("target", next);
      await expect(attempt).rejects.toMatchObject({ name: "PrivilegeError" });
      await expect(attempt).rejects.not.toThrow(next);
    });
  });

  describe("declared privileges", () => {
    test.each([
      ["readonly", "SELECT, SHOW VIEW"],
      ["readwrite", "SELECT, INSERT, UPDATE, DELETE, EXECUTE, SHOW VIEW"],
      [
        "owner",
        "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, " +
          "EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER",
      ],
    ] as const)("%s", async (privilege, list) => {
      const { admin } = await server.connectAdmin();
      await admin.createUser(privilege, server.password(), SECRET);
      await admin.applyGrants(privilege, [{ privilege, schema: "orders" }]);
      expect(await grantsOf(privilege)).toEqual([`GRANT ${list} ON \`orders\`.* TO \`${privilege}\`@\`%\``]);
    });

    test("reach one database, not those that its name would match as a pattern, and create it", async () => {
      const { admin } = await server.connectAdmin();
      const password = server.password();
      await server.sql("CREATE DATABASE salesXeu");
      await admin.createUser("seller", password, SECRET);
      await admin.applyGrants("seller", [{ privilege: "owner", schema: "sales_eu" }]);
      await (await server.connect("seller", password, { dbname: "sales_eu" })).probe();
      const other = await server.connect("seller", password, { dbname: "salesXeu" });
      await expect(other.probe()).rejects.toMatchObject({ name: "PrivilegeError" });
    });

    test.each(["o'r`d%e_r\\s TO x", "ünïcödé"])("on database %s are usable", async (schema) => {
      const { admin } = await server.connectAdmin();
      const [name, password] = [`user of ${schema}`, server.password()];
      await admin.createUser(name, password, SECRET);
      await admin.applyGrants(name, [{ privilege: "owner", schema }]);
      await admin.applyGrants(name, [{ privilege: "owner", schema }]);
      const session = await server.connect(name, password, { dbname: schema });
      await session.probe();
      await session.query("CREATE TABLE t (x INT)");
    });

    test("are all there is on databases afterwards; roles and global ones stay", async () => {
      const { admin } = await server.connectAdmin();
      await admin.createUser("drifted", server.password(), SECRET);
      await server.sql("CREATE DATABASE archive");
      await server.sql("CREATE TABLE orders.t1 (a INT, b INT)");
      await server.sql("CREATE PROCEDURE orders.p1() SELECT 1");
      await server.sql("CREATE ROLE helper");
      for (const grant of [
        "SELECT, DROP ON orders.*",
        "SELECT ON archive.*",
        "SELECT (a), UPDATE (b), INSERT ON orders.t1",
        "EXECUTE ON PROCEDURE orders.p1",
        "PROCESS ON *.*",
      ]) {
        await server.sql(`GRANT ${grant} TO drifted WITH GRANT OPTION`);
      }
      await server.sql("GRANT helper TO drifted");
      await admin.applyGrants("drifted", [{ privilege: "readonly", schema: "orders" }]);
      expect(await grantsOf("drifted")).toEqual(["GRANT SELECT, SHOW VIEW ON `orders`.* TO `drifted`@`%`"]);
      expect(await server.list("SHOW GRANTS FOR drifted")).toEqual(
        expect.arrayContaining([
          "GRANT `helper` TO `drifted`@`%`",
          expect.stringMatching(/^GRANT PROCESS ON .* WITH GRANT OPTION$/),
        ]),
      );
    });

    test("take nothing away in between from a user that keeps it", async () => {
      const { admin } = await server.connectAdmin();
      const password = server.password();
      await admin.createUser("steady", password, SECRET);
      await admin.applyGrants("steady", [{ privilege: "owner", schema: "orders" }]);
      const session = await server.connect("steady", password);
      await session.probe();
      await session.query("CREATE TABLE steady (x INT)");
      let [going, refused] = [true, 0];
      const client = (async () => {
        while (going) await session.query("SELECT * FROM steady").catch(() => refused++);
      })();
      for (let round = 0; round < 10; round++) {
        for (const privilege of ["readonly", "readwrite", "owner"] as const) {
          await admin.applyGrants("steady", [{ privilege, schema: "orders" }]);
        }
      }
      going = false;
      await client;
      expect(refused).toBe(0);
    });

    test("an owner who was given ALL keeps it", async () => {
      const { admin } = await server.connectAdmin();
      await admin.createUser("lord", server.password(), SECRET);
      await server.sql("GRANT ALL PRIVILEGES ON orders.* TO lord");
      await admin.applyGrants("lord", [{ privilege: "owner", schema: "orders" }]);
      expect(await grantsOf("lord")).toContain("GRANT ALL PRIVILEGES ON `orders`.* TO `lord`@`%`");
    });

    test("survive a death before and after each statement", async () => {
      const { admin } = await server.connectAdmin();
      await admin.createUser("struck", server.password(), SECRET);
      const [from, to] = [
        [
          { privilege: "owner", schema: "orders" },
          { privilege: "readonly", schema: "struck_1" },
        ],
        [
          { privilege: "readonly", schema: "orders" },
          { privilege: "readwrite", schema: "struck_2" },
        ],
      ] as const;
      for (const when of ["before", "after"] as const) {
        let at = 0;
        for (let died = true; died; at++) {
          await admin.applyGrants("struck", from);
          const mortal = await server.mortalAdmin({ at, when });
          died = await mortal.admin.applyGrants("struck", to).then(
            () => false,
            () => true,
          );
          await admin.applyGrants("struck", to);
          expect((await grantsOf("struck")).sort()).toEqual([
            "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE, SHOW VIEW ON `struck\\_2`.* TO `struck`@`%`",
            "GRANT SELECT, SHOW VIEW ON `orders`.* TO `struck`@`%`",
          ]);
        }
        expect(at).toBeGreaterThan(5);
      }
    });
  });
});

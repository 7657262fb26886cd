import { describeOnMariadb } from "../support/engines";
import { SECRET, type Server, startServer } from "./mysql-server";

let server: Server;

describeOnMariadb("the admin on MariaDB, granting", () => {
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

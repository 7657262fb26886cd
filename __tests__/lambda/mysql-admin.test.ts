import { describeOnMariadb } from "../support/engines";
import { Death, OTHER_SECRET, SECRET, type Server, startServer } from "./mysql-server";

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
});

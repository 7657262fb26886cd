import { describeOnMariadb } from "../support/engines";
import { type Server, startServer } from "./mysql-server";

let server: Server;

async function createUser(name: string, host = "%", clauses = ""): Promise<string> {
  const password = server.password();
  await server.sql(`CREATE USER ?@? IDENTIFIED BY ?${clauses}`, [name, host, password]);
  await server.sql("GRANT SELECT ON orders.* TO ?@?", [name, host]);
  return password;
}

describeOnMariadb("a session on MariaDB", () => {
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

  describe("logging in", () => {
    test("is over TLS 1.2 or later", async () => {
      const session = await server.connect("app1", await createUser("app1"));
      const [row] = await session.query("SHOW SESSION STATUS LIKE 'Ssl_version'");
      expect(row?.Value).toMatch(/^TLSv1\.[23]$/);
    });

    test("with a wrong password is an AuthenticationError that quotes neither", async () => {
      const password = await createUser("app2");
      const wrong = server.password();
      const attempt = server.connect("app2", wrong);
      await expect(attempt).rejects.toMatchObject({ name: "AuthenticationError" });
      await expect(attempt).rejects.not.toThrow(wrong);
      await expect(attempt).rejects.not.toThrow(password);
    });

    test.each([
      ["an unknown user", async () => server.password(), ""],
      ["a locked account", () => createUser("locked", "%", " ACCOUNT LOCK"), "locked"],
      [
        "an expired password",
        async () => {
          const password = await createUser("expired");
          await server.sql("ALTER USER expired PASSWORD EXPIRE");
          return password;
        },
        "expired",
      ],
    ])("of %s is an AuthenticationError", async (_what, prepare, name) => {
      const password = await prepare();
      await expect(server.connect(name || "nobody", password)).rejects.toMatchObject({
        name: "AuthenticationError",
      });
    });

    test("of a user with a plugin that we do not speak names the plugin", async () => {
      await server.sql("INSTALL SONAME 'auth_ed25519'");
      const password = server.password();
      await server.sql("CREATE USER modern IDENTIFIED VIA ed25519 USING PASSWORD(?)", [password]);
      await expect(server.connect("modern", password)).rejects.toMatchObject({
        name: "AuthenticationError",
        message: expect.stringContaining("the authentication plugin client_ed25519"),
      });
      await server.sql("DROP USER modern");
    });

    test("needs no right to any database", async () => {
      const password = server.password();
      await server.sql("CREATE USER bare IDENTIFIED BY ?", [password]);
      const session = await server.connect("bare", password);
      await expect(session.probe()).rejects.toMatchObject({
        name: "PrivilegeError",
        message: expect.stringContaining('database "orders"'),
      });
    });

    test("when all connections are taken is a NetworkError", async () => {
      const password = await createUser("busy", "%", " WITH MAX_USER_CONNECTIONS 1");
      await server.connect("busy", password);
      await expect(server.connect("busy", password)).rejects.toMatchObject({ name: "NetworkError" });
    });

    test.each(["", "app\0", "app ", "😀", "e".repeat(81)])(
      "as %j is refused before anything is sent",
      async (name) => {
        const attempt = server.connect(name, "secret password");
        await expect(attempt).rejects.toMatchObject(
          name === "" ? { name: "AuthenticationError" } : { name: "SecretValueError" },
        );
      },
    );
  });

  describe("hostile names", () => {
    const NAMES = [
      "o'brien",
      'say "hi"',
      "back\\slash",
      "tick`s",
      " lead",
      "a TO `b`@`%`",
      "%",
      "100%_",
      "ünïcödé",
      "a@b",
      "é".repeat(80),
    ];
    test.each(NAMES)("%s logs in, is probed, locked, and changes its password", async (name) => {
      const password = await createUser(name);
      const session = await server.connect(name, password);
      await session.probe();
      await session.lock(name);
      const next = server.password();
      await session.changeOwnPassword(next, password);
      await session.close();
      expect([await server.accepts(name, next), await server.accepts(name, password)]).toEqual([true, false]);
    });
  });

  describe("probe", () => {
    test("passes for a database with a hostile name", async () => {
      const database = "or`de'rs TO %_\\";
      await server.sql("CREATE DATABASE ??", [database]);
      const password = await createUser("prober");
      await server.sql("GRANT ALL ON *.* TO prober");
      const session = await server.connect("prober", password, { dbname: database });
      await session.probe();
      const [row] = await session.query("SELECT DATABASE() AS name");
      expect(row?.name).toBe(database);
    });

    test("refuses an anonymous account that took the user's place", async () => {
      const password = server.password();
      await server.sql("CREATE USER ''@'%' IDENTIFIED BY ?", [password]);
      const session = await server.connect("whoever", password);
      await expect(session.probe()).rejects.toMatchObject({ name: "DatabaseError" });
      await server.sql("DROP USER ''@'%'");
    });
  });

  describe("queries", () => {
    test("take parameters apart from the statement", async () => {
      const session = await server.connectAdmin();
      const hostile = `'; DROP TABLE x; -- \\`;
      expect(await session.query("SELECT ? AS text, ? AS number", [hostile, 7])).toEqual([
        { text: hostile, number: 7 },
      ]);
    });

    test("cannot be two", async () => {
      const session = await server.connectAdmin();
      await expect(session.query("SELECT 1; SELECT 2")).rejects.toMatchObject({ name: "DatabaseError" });
    });

    test("end with the time that the function has left, and say so", async () => {
      const session = await server.connect(server.mariadb.adminUsername, server.mariadb.adminPassword, {
        remainingMs: 3_500,
      });
      const attempt = session.query(
        "SELECT COUNT(*) FROM mysql.help_topic a, mysql.help_topic b, mysql.help_topic c WHERE RAND() > 2",
      );
      await expect(attempt).rejects.toMatchObject({ name: "TimeoutError" });
    });

    test("on a connection that was killed are a NetworkError, and closing it is quiet", async () => {
      const session = await server.connectAdmin();
      const [row] = await session.query("SELECT CONNECTION_ID() AS id");
      await server.sql(`KILL ${Number(row?.id)}`);
      await expect(session.query("SELECT 1")).rejects.toMatchObject({ name: "NetworkError" });
      await session.close();
      await session.close();
    });
  });

  describe("the lock on a user", () => {
    test("is held until the session closes, and waited for no longer than there is time", async () => {
      const [one, other] = [
        await server.connectAdmin(),
        await server.connect(server.mariadb.adminUsername, server.mariadb.adminPassword, {
          remainingMs: 3_200,
        }),
      ];
      const name = "x".repeat(80);
      await one.lock(name);
      await expect(other.lock(name)).rejects.toMatchObject({ name: "TimeoutError" });
      await one.close();
      const third = await server.connectAdmin();
      await third.lock(name);
    });

    test("is another for another user", async () => {
      const [one, other] = [await server.connectAdmin(), await server.connectAdmin()];
      await one.lock("alice");
      await other.lock("bob");
    });
  });

  describe("changing the own password", () => {
    test("keeps the account that the server chose: its host, options and grants", async () => {
      const password = await createUser("multi", "127.0.0.1", " REQUIRE SSL WITH MAX_USER_CONNECTIONS 9");
      const elsewhere = await createUser("multi", "10.0.0.%");
      const before = await server.list("SHOW CREATE USER 'multi'@'10.0.0.%'");
      const next = server.password();
      await (await server.connect("multi", password)).changeOwnPassword(next, password);
      expect(await server.accepts("multi", next)).toBe(true);
      expect(await server.list("SHOW CREATE USER 'multi'@'10.0.0.%'")).toEqual(before);
      expect(await server.list("SHOW CREATE USER 'multi'@'127.0.0.1'")).toEqual([
        expect.stringMatching(/REQUIRE SSL WITH MAX_USER_CONNECTIONS 9$/),
      ]);
      expect(elsewhere).not.toBe(next);
    });

    test("keeps a second way to authenticate", async () => {
      const password = server.password();
      await server.sql(
        "CREATE USER twoways IDENTIFIED VIA mysql_native_password USING PASSWORD(?) OR unix_socket",
        [password],
      );
      const next = server.password();
      await (await server.connect("twoways", password)).changeOwnPassword(next, password);
      expect(await server.accepts("twoways", next)).toBe(true);
      expect((await server.list("SHOW CREATE USER twoways"))[0]).toContain(" OR unix_socket");
    });

    test("says what to do where another plugin comes first", async () => {
      const password = server.password();
      await server.sql(
        "CREATE USER socketfirst IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD(?)",
        [password],
      );
      const session = await server.connect("socketfirst", password);
      await expect(session.changeOwnPassword(server.password(), password)).rejects.toMatchObject({
        name: "DatabaseError",
        message: expect.stringContaining("mysql_native_password must come first"),
      });
    });

    test("works for a user whose transactions are read-only by default", async () => {
      await server.sql("SET GLOBAL tx_read_only = ON");
      try {
        const password = await createUser("reader");
        const next = server.password();
        await (await server.connect("reader", password)).changeOwnPassword(next, password);
        expect(await server.accepts("reader", next)).toBe(true);
      } finally {
        await server.sql("SET GLOBAL tx_read_only = OFF");
      }
    });

    test("says what to do where a password validation plugin refuses hashes", async () => {
      await server.sql("INSTALL SONAME 'simple_password_check'");
      try {
        const password = await createUser("checked");
        const next = server.password();
        const attempt = (await server.connect("checked", password)).changeOwnPassword(next, password);
        await expect(attempt).rejects.toMatchObject({
          name: "DatabaseError",
          message: expect.stringContaining("strict_password_validation"),
        });
        await expect(attempt).rejects.not.toThrow(next);
      } finally {
        await server.sql("UNINSTALL SONAME 'simple_password_check'");
      }
    });
  });
});

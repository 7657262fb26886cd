import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type ConnectionOptions, createConnection } from "mysql2/promise";
import { createCertificateAuthority } from "../../local/certificates";
import { type Mariadb, startMariadb } from "../../local/mariadb";
import { MariadbMissing, mariadbBinaries } from "../../local/mariadb-binaries";
import { describeOnMariadb } from "../support/engines";
import { runningProcesses } from "./running-processes";

async function query(config: ConnectionOptions, sql: string): Promise<unknown> {
  const connection = await createConnection(config);
  try {
    return (await connection.query(sql))[0];
  } finally {
    await connection.end();
  }
}

describeOnMariadb("a local MariaDB", () => {
  let mariadb: Mariadb;

  beforeAll(async () => {
    mariadb = await startMariadb({
      database: "the orders",
      adminUsername: "rotation admin",
      settings: { general_log: "ON" },
    });
  }, 60_000);

  afterAll(() => mariadb?.stop());

  const asAdmin = () => mariadb.connection(mariadb.adminUsername, mariadb.adminPassword);

  it("has an admin with the rights of RDS's master user: not SUPER, and not what ALL would need", async () => {
    const [{ grants }] = (await query(
      asAdmin(),
      "SELECT GROUP_CONCAT(PRIVILEGE_TYPE) AS grants FROM information_schema.USER_PRIVILEGES " +
        "WHERE GRANTEE LIKE '%rotation admin%'",
    )) as [{ grants: string }];
    expect(grants.split(",")).toEqual(expect.arrayContaining(["CREATE USER", "PROCESS", "RELOAD", "SELECT"]));
    expect(grants.split(",")).not.toContain("SUPER");
    await query(
      asAdmin(),
      "CREATE USER app IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'",
    );
    await query(asAdmin(), "GRANT SELECT ON `the orders`.* TO app");
    await expect(query(asAdmin(), "GRANT ALL PRIVILEGES ON `the orders`.* TO app")).rejects.toMatchObject({
      errno: 1044,
    });
  });

  it("keeps its temporary tables away from other servers, which would remove them", async () => {
    expect(await query(mariadb.superuser, "SELECT @@tmpdir AS folder")).toEqual([
      { folder: dirname(mariadb.caFile) },
    ]);
  });

  it("has no account without a password", async () => {
    const rows = await query(
      mariadb.superuser,
      "SELECT User AS user, Host AS host FROM mysql.user WHERE User <> 'mariadb.sys' AND User <> 'app' ORDER BY User",
    );
    expect(rows).toEqual([
      { user: "root", host: "%" },
      { user: "rotation admin", host: "%" },
    ]);
    await expect(query({ ...mariadb.superuser, password: "" }, "SELECT 1")).rejects.toMatchObject({
      errno: 1045,
    });
  });

  it("speaks TLS 1.2 or later, and nothing else", async () => {
    const [row] = (await query(asAdmin(), "SHOW STATUS LIKE 'Ssl_version'")) as [{ Value: string }];
    expect(row.Value).toMatch(/^TLSv1\.[23]$/);
    const { ssl: _, ...plain } = asAdmin();
    await expect(query(plain, "SELECT 1")).rejects.toThrow();
  });

  it("is refused by a client that does not know its CA", async () => {
    const stranger = (await createCertificateAuthority()).certificate;
    await expect(query({ ...asAdmin(), ssl: { ca: stranger } }, "SELECT 1")).rejects.toThrow(/certificate/);
  });

  it("listens on 127.0.0.1 only", async () => {
    const rows = await query(mariadb.superuser, "SELECT @@bind_address AS tcp, @@socket AS socket");
    expect(rows).toEqual([{ tcp: "127.0.0.1", socket: "" }]);
  });

  it("takes settings, keeps passwords out of its logs, and says its version", async () => {
    await query(asAdmin(), "SELECT 'a statement to be found'");
    const log = await mariadb.log();
    expect(log).toContain("a statement to be found");
    expect(log).not.toContain(mariadb.adminPassword);
    expect(mariadb.version).toMatch(/^MariaDB \d+\.\d+\.\d+$/);
  });
});

describeOnMariadb("stopping a local MariaDB", () => {
  it("ends the server and removes its folder, also while clients are connected, and may be repeated", async () => {
    const mariadb = await startMariadb({ database: "orders", adminUsername: "admin" });
    const client = await createConnection(mariadb.superuser);
    client.on("error", () => undefined);
    const folder = dirname(mariadb.caFile);
    expect(runningProcesses(folder)).not.toEqual([]);

    await mariadb.stop();
    await mariadb.stop();

    expect(existsSync(folder)).toBe(false);
    expect(runningProcesses(folder)).toEqual([]);
    client.destroy();
  }, 60_000);

  it("leaves nothing behind when the server does not start, and says why", async () => {
    const attempt = startMariadb({
      database: "orders",
      adminUsername: "admin",
      settings: { no_such_setting: "1" },
    });
    await expect(attempt).rejects.toThrow(/no_such_setting/);
  }, 60_000);
});

describeOnMariadb("a certificate for another host name", () => {
  it("is refused by a client that connects to localhost", async () => {
    const mariadb = await startMariadb({
      database: "orders",
      adminUsername: "admin",
      certificateHostName: "elsewhere.example",
    });
    try {
      const ssl = { ca: readFileSync(mariadb.caFile, "utf8"), verifyIdentity: true };
      await expect(query({ ...mariadb.superuser, ssl }, "SELECT 1")).rejects.toThrow(/altnames|host/i);
      await expect(query(mariadb.superuser, "SELECT 1 AS one")).resolves.toEqual([{ one: 1 }]);
    } finally {
      await mariadb.stop();
    }
  }, 60_000);
});

describe("without an installed MariaDB", () => {
  it("says how to install one", () => {
    const before = process.env.PATH;
    try {
      process.env.PATH = "";
      expect(() => mariadbBinaries([])).toThrow(MariadbMissing);
      expect(() => mariadbBinaries([])).toThrow("apt-get install mariadb-server");
    } finally {
      process.env.PATH = before;
    }
  });
});

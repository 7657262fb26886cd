import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Client } from "pg";
import { createCertificateAuthority } from "../../local/certificates";
import { type Postgres, startPostgres } from "../../local/postgres";
import { runningProcesses } from "./running-processes";

async function query(config: ConstructorParameters<typeof Client>[0], sql: string): Promise<unknown[]> {
  const client = new Client(config);
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe("a local PostgreSQL", () => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres({
      database: "orders",
      adminUsername: "rotation admin",
      settings: { log_statement: "all" },
    });
  }, 60_000);

  afterAll(() => postgres.stop());

  const asAdmin = () => postgres.connection(postgres.adminUsername, postgres.adminPassword);

  it("has an admin that owns the database and may create roles, and is no superuser", async () => {
    const rows = await query(
      asAdmin(),
      `SELECT r.rolsuper, r.rolcreaterole, r.rolcreatedb, d.datname
         FROM pg_roles r JOIN pg_database d ON d.datdba = r.oid WHERE r.rolname = current_user`,
    );
    expect(rows).toEqual([{ rolsuper: false, rolcreaterole: true, rolcreatedb: true, datname: "orders" }]);
  });

  it("speaks TLS 1.2 or later", async () => {
    const rows = await query(asAdmin(), "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    expect(rows).toEqual([{ ssl: true, version: expect.stringMatching(/^TLSv1\.[23]$/) }]);
  });

  it("refuses a client without TLS", async () => {
    await expect(query({ ...asAdmin(), ssl: false }, "SELECT 1")).rejects.toThrow(/no encryption/);
  });

  it("is refused by a client that does not know its CA", async () => {
    await expect(query({ ...asAdmin(), ssl: true }, "SELECT 1")).rejects.toThrow(/certificate/);
    const stranger = (await createCertificateAuthority()).certificate;
    await expect(query({ ...asAdmin(), ssl: { ca: stranger } }, "SELECT 1")).rejects.toThrow(/certificate/);
  });

  it("refuses a wrong password", async () => {
    await expect(query({ ...asAdmin(), password: "wrong" }, "SELECT 1")).rejects.toMatchObject({
      code: "28P01",
    });
  });

  it("stores passwords as SCRAM verifiers", async () => {
    const rows = await query(
      postgres.superuser,
      "SELECT rolpassword ~ '^SCRAM-SHA-256\\$' AS scram FROM pg_authid WHERE rolcanlogin",
    );
    expect(rows).toEqual([{ scram: true }, { scram: true }]);
  });

  it("listens on 127.0.0.1 only", async () => {
    const rows = await query(
      postgres.superuser,
      "SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS sockets",
    );
    expect(rows).toEqual([{ tcp: "127.0.0.1", sockets: "" }]);
  });

  it("takes settings, and keeps the admin's password out of the log all the same", async () => {
    await query(asAdmin(), "SELECT 'a statement to be found'");
    const log = await postgres.log();
    expect(log).toContain("a statement to be found");
    expect(log).not.toContain(postgres.adminPassword);
  });
});

describe("stopping a local PostgreSQL", () => {
  it("ends the server and removes its folder, also while clients are connected, and may be repeated", async () => {
    const postgres = await startPostgres({ database: "orders", adminUsername: "admin" });
    const client = new Client(postgres.superuser);
    client.on("error", () => undefined);
    await client.connect();
    const folder = dirname(postgres.caFile);
    expect(runningProcesses(folder)).not.toEqual([]);

    await postgres.stop();
    await postgres.stop();

    expect(existsSync(folder)).toBe(false);
    expect(runningProcesses(folder)).toEqual([]);
    await client.end().catch(() => undefined);
  }, 60_000);

  it("leaves nothing behind when the server does not start, and says why", async () => {
    const attempt = startPostgres({
      database: "orders",
      adminUsername: "admin",
      settings: { shared_buffers: "none" },
    });
    await expect(attempt).rejects.toThrow(/shared_buffers/);
  }, 60_000);
});

describe("a certificate for another host name", () => {
  it("is refused by a client that connects to localhost", async () => {
    const postgres = await startPostgres({
      database: "orders",
      adminUsername: "admin",
      certificateHostName: "elsewhere.example",
    });
    try {
      const { ssl: _, ...config } = postgres.superuser;
      const ca = readFileSync(postgres.caFile, "utf8");
      await expect(query({ ...config, ssl: { ca } }, "SELECT 1")).rejects.toThrow(/altnames|host/i);
      await expect(query(postgres.superuser, "SELECT 1 AS one")).resolves.toEqual([{ one: 1 }]);
    } finally {
      await postgres.stop();
    }
  }, 60_000);
});

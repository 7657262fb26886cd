import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, chown, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { promisify } from "node:util";
import { Client, type ClientConfig, escapeIdentifier, escapeLiteral } from "pg";
import { createCertificateAuthority } from "./certificates";
import type { DatabaseServer } from "./database-server";
import { type PostgresBinaries, postgresBinaries } from "./postgres-binaries";
import { end, hasEnded } from "./processes";
import { type ServerUser, serverUser } from "./server-user";

const run = promisify(execFile);

export interface PostgresOptions {
  /** Database that is created, owned by the admin. */
  readonly database: string;
  /** Login of the admin: CREATEROLE and CREATEDB, not superuser, as the master user of RDS. */
  readonly adminUsername: string;
  /** Settings for postgresql.conf, as `{ log_statement: "all" }`. @default {} */
  readonly settings?: Readonly<Record<string, string>>;
  /** Host name in the server's certificate; any other than the default makes clients refuse it. @default "localhost" */
  readonly certificateHostName?: string;
}

/** A running PostgreSQL that speaks TLS only, on loopback only. */
export interface Postgres extends DatabaseServer {
  /** Connection of the superuser, for tests to look around with. */
  readonly superuser: ClientConfig;
  /** Connection options for any user, verified TLS included. */
  connection(username: string, password: string, database?: string): ClientConfig;
}

const SUPERUSER = "postgres";
const START_TIMEOUT_MS = 30_000;
const PORT_ATTEMPTS = 5;

/** Only TLS, only SCRAM; whatever no line matches is refused. */
const HOST_BASED_AUTHENTICATION = "hostssl all all 127.0.0.1/32 scram-sha-256\n";

/** Starts a PostgreSQL with nothing in it but the admin and the empty database. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), "rds-secret-rotation-postgres-"));
  let server: ChildProcess | undefined;
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown: it disconnects clients and frees its shared memory.
    if (server !== undefined) await end(server, ["SIGINT", "SIGQUIT", "SIGKILL"], 5_000);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };

  try {
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const binaries = await postgresBinaries(folder, user);
    const cluster = await createCluster(folder, binaries, user, options);
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      server = await spawnServer(cluster, binaries, user, port);
      const postgres = describe(cluster, port, options, stop);
      if (await isUp(server, postgres)) {
        return { ...postgres, version: await createAdmin(postgres) };
      }
      const log = await postgres.log();
      // Another program may have taken the port between our look and the server's.
      if (attempt < PORT_ATTEMPTS && log.includes("could not bind")) continue;
      throw new Error(`PostgreSQL did not start; the end of its log:\n${log.slice(-2_000)}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Cluster {
  readonly data: string;
  readonly logFile: string;
  readonly caFile: string;
  readonly ca: string;
  readonly superuserPassword: string;
}

async function createCluster(
  folder: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  options: PostgresOptions,
): Promise<Cluster> {
  const cluster = {
    data: join(folder, "data"),
    logFile: join(folder, "server.log"),
    caFile: join(folder, "ca.pem"),
    superuserPassword: newPassword(),
  };
  const passwordFile = join(folder, "superuser");
  await writeOwned(passwordFile, cluster.superuserPassword, user);
  const [authority] = await Promise.all([
    createCertificateAuthority(),
    initialise(cluster.data, passwordFile, binaries, user),
  ]);
  await rm(passwordFile);

  const { certificate, privateKey } = await authority.issue(
    options.certificateHostName === undefined ? {} : { hostName: options.certificateHostName },
  );
  await writeFile(cluster.caFile, authority.certificate);
  await writeOwned(join(cluster.data, "server.crt"), certificate, user);
  await writeOwned(join(cluster.data, "server.key"), privateKey, user);
  await writeFile(join(cluster.data, "pg_hba.conf"), HOST_BASED_AUTHENTICATION);
  await appendFile(join(cluster.data, "postgresql.conf"), configuration(options.settings ?? {}));
  return { ...cluster, ca: authority.certificate };
}

async function initialise(
  data: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
): Promise<void> {
  await mkdir(data, { mode: 0o700 });
  if (user !== undefined) await chown(data, user.uid, user.gid);
  const flags = [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
    // Less to write: this cluster never holds more than a few kilobytes.
    "--wal-segsize=1",
  ];
  await run(binaries.initdb, flags, { ...user, cwd: data, env: serverEnvironment() });
}

function configuration(settings: Readonly<Record<string, string>>): string {
  const all: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ssl: "on",
    ssl_cert_file: "server.crt",
    ssl_key_file: "server.key",
    ssl_min_protocol_version: "TLSv1.2",
    password_encryption: "scram-sha-256",
    // Thrown away at the end, so a lost page does not matter.
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    log_line_prefix: "%m [%p] %u@%d ",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => {
    if (!/^[a-z_][a-z0-9_.]*$/i.test(name)) throw new Error(`not the name of a PostgreSQL setting: ${name}`);
    return `${name} = '${value.replaceAll("'", "''")}'`;
  });
  return `\n${lines.join("\n")}\n`;
}

async function spawnServer(
  cluster: Cluster,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  port: number,
): Promise<ChildProcess> {
  const log = await open(cluster.logFile, "w");
  try {
    // A process group of its own: Ctrl-C in the terminal shall reach it through stop(), not before the function.
    return spawn(binaries.postgres, ["-D", cluster.data, "-p", String(port)], {
      ...user,
      cwd: cluster.data,
      detached: true,
      env: serverEnvironment(),
      stdio: ["ignore", log.fd, log.fd],
    });
  } finally {
    await log.close();
  }
}

function describe(
  cluster: Cluster,
  port: number,
  options: PostgresOptions,
  stop: () => Promise<void>,
): Postgres {
  const name = options.certificateHostName;
  // The driver always asks for the name of the host it connects to; a test with another name still wants to look.
  const identity =
    name === undefined
      ? {}
      : { checkServerIdentity: (_host: string, peer: PeerCertificate) => checkServerIdentity(name, peer) };
  const connection = (username: string, password: string, database = options.database): ClientConfig => ({
    host: "localhost",
    port,
    database,
    user: username,
    password,
    ssl: { ca: cluster.ca, ...identity },
    connectionTimeoutMillis: 5_000,
  });
  return {
    host: "localhost",
    port,
    database: options.database,
    version: "PostgreSQL",
    caFile: cluster.caFile,
    adminUsername: options.adminUsername,
    adminPassword: newPassword(),
    superuser: connection(SUPERUSER, cluster.superuserPassword, "postgres"),
    connection,
    log: () => readFile(cluster.logFile, "utf8"),
    stop,
  };
}

async function isUp(server: ChildProcess, postgres: Postgres): Promise<boolean> {
  const failed = new Promise<Error>((resolve) => server.once("error", resolve));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !hasEnded(server)) {
    const client = new Client(postgres.superuser);
    try {
      await client.connect();
      return true;
    } catch {
      await Promise.race([sleep(30), failed]);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

/** @returns the server's version */
async function createAdmin(postgres: Postgres): Promise<string> {
  const client = new Client(postgres.superuser);
  await client.connect();
  try {
    // The one statement here with a clear password must not reach the log, whatever the settings say.
    await client.query("SET log_statement = 'none'; SET log_min_duration_statement = -1");
    const admin = escapeIdentifier(postgres.adminUsername);
    const password = escapeLiteral(postgres.adminPassword);
    await client.query(`CREATE ROLE ${admin} LOGIN CREATEROLE CREATEDB PASSWORD ${password}`);
    await client.query(`CREATE DATABASE ${escapeIdentifier(postgres.database)} OWNER ${admin}`);
    const { rows } = await client.query("SHOW server_version");
    return `PostgreSQL ${rows[0]?.server_version}`;
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}

async function writeOwned(file: string, text: string, user: ServerUser | undefined): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  if (user !== undefined) await chown(file, user.uid, user.gid);
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
}

function newPassword(): string {
  return randomBytes(24).toString("base64url");
}

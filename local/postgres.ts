import { execFile } from "node:child_process";
import { appendFile, chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { promisify } from "node:util";
import { Client, type ClientConfig, escapeIdentifier, escapeLiteral } from "pg";
import { createCertificateAuthority } from "./certificates";
import type { DatabaseServer } from "./database-server";
import { type PostgresBinaries, postgresBinaries } from "./postgres-binaries";
import { newPassword, startServer, writeOwned } from "./server-process";
import type { ServerUser } from "./server-user";

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

/** Only TLS, only SCRAM; whatever no line matches is refused. */
const HOST_BASED_AUTHENTICATION = "hostssl all all 127.0.0.1/32 scram-sha-256\n";

/** Starts a PostgreSQL with nothing in it but the admin and the empty database. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const postgres = await startServer<Postgres>({
    title: "PostgreSQL",
    // SIGINT is PostgreSQL's fast shutdown: it disconnects clients and frees its shared memory.
    signals: ["SIGINT", "SIGQUIT", "SIGKILL"],
    portTaken: "could not bind",
    async prepare(folder, user) {
      const binaries = await postgresBinaries(folder, user);
      const cluster = await createCluster(folder, binaries, user, options);
      return {
        program: binaries.postgres,
        args: (port) => ["-D", cluster.data, "-p", String(port)],
        cwd: cluster.data,
        env: serverEnvironment(),
        logFile: cluster.logFile,
        describe: (port, stop) => describe(cluster, port, options, stop),
        connect,
      };
    },
  });
  try {
    return { ...postgres, version: await createAdmin(postgres) };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function connect({ superuser }: Postgres): Promise<void> {
  const client = new Client(superuser);
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => undefined);
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

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
}

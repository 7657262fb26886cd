import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chown, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type ConnectionOptions, createConnection, escapeId, escape as escapeLiteral } from "mysql2/promise";
import { createCertificateAuthority } from "./certificates";
import { type MariadbBinaries, mariadbBinaries } from "./mariadb-binaries";
import { type ServerUser, serverUser } from "./postgres-binaries";
import { end, hasEnded } from "./processes";

const run = promisify(execFile);

export interface MariadbOptions {
  /** Database that is created, empty. */
  readonly database: string;
  /** Login of the admin: what RDS gives its master user, so not SUPER. */
  readonly adminUsername: string;
  /** System variables, as `{ general_log: "ON" }`. @default {} */
  readonly settings?: Readonly<Record<string, string>>;
  /** Host name in the server's certificate; any other than the default makes clients refuse it. @default "localhost" */
  readonly certificateHostName?: string;
}

/** A running MariaDB that speaks TLS only, on loopback only. */
export interface Mariadb {
  readonly host: "localhost";
  readonly port: number;
  readonly database: string;
  /** File with the CA that signed the server's certificate, PEM. */
  readonly caFile: string;
  readonly adminUsername: string;
  readonly adminPassword: string;
  /** Connection of a user that may do everything, for tests to look around with. */
  readonly superuser: ConnectionOptions;
  /** Connection options for any user, verified TLS included. @param database "" for none */
  connection(username: string, password: string, database?: string): ConnectionOptions;
  /** The server's error log so far and, where settings turn it on, its general log. */
  log(): Promise<string>;
  /** Ends the server and removes its folder. May be called twice. */
  stop(): Promise<void>;
}

const SUPERUSER = "root";
const START_TIMEOUT_MS = 30_000;
const PORT_ATTEMPTS = 5;

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html, RDS for MariaDB.
const MASTER_PRIVILEGES =
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, " +
  "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, " +
  "ALTER ROUTINE, CREATE USER, EVENT, TRIGGER, REPLICATION SLAVE";

/**
 * Starts a MariaDB with nothing in it but the admin and the empty database.
 * @throws MariadbMissing where none is installed
 */
export async function startMariadb(options: MariadbOptions): Promise<Mariadb> {
  const binaries = await mariadbBinaries();
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), "rds-secret-rotation-mariadb-"));
  let server: ChildProcess | undefined;
  const stop = async () => {
    if (server !== undefined) await end(server, ["SIGTERM", "SIGKILL"], 5_000);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };

  try {
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const instance = await createInstance(folder, binaries, user, options);
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      server = await spawnServer(instance, binaries, user, port);
      const mariadb = describe(instance, port, options, stop);
      if (await isUp(server, mariadb)) {
        await rm(instance.initFile);
        return mariadb;
      }
      const log = await mariadb.log();
      // Another program may have taken the port between our look and the server's.
      if (attempt < PORT_ATTEMPTS && log.includes("Can't start server: Bind on TCP/IP port")) continue;
      throw new Error(`MariaDB did not start; the end of its log:\n${log.slice(-2_000)}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Instance {
  readonly folder: string;
  readonly configFile: string;
  readonly initFile: string;
  readonly errorLog: string;
  readonly generalLog: string;
  readonly caFile: string;
  readonly ca: string;
  readonly superuserPassword: string;
  readonly adminPassword: string;
}

async function createInstance(
  folder: string,
  binaries: MariadbBinaries,
  user: ServerUser | undefined,
  options: MariadbOptions,
): Promise<Instance> {
  const file = (name: string) => join(folder, name);
  const instance = {
    folder,
    configFile: file("my.cnf"),
    initFile: file("init.sql"),
    errorLog: file("error.log"),
    generalLog: file("general.log"),
    caFile: file("ca.pem"),
    superuserPassword: newPassword(),
    adminPassword: newPassword(),
  };
  const authority = await createCertificateAuthority();
  const { certificate, privateKey } = await authority.issue(
    options.certificateHostName === undefined ? {} : { hostName: options.certificateHostName },
  );
  await writeFile(instance.caFile, authority.certificate);
  await writeOwned(file("server.crt"), certificate, user);
  await writeOwned(file("server.key"), privateKey, user);
  await writeOwned(instance.initFile, initialStatements(instance, options), user);
  // The installer reads the group [mysqld]; settings that are none would fail there, far from their cause.
  await writeOwned(instance.configFile, configuration(instance, {}), user);
  const flags = [
    `--defaults-file=${instance.configFile}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    "--skip-name-resolve",
  ];
  await run(binaries.installer, flags, { ...user, cwd: folder, env: serverEnvironment(folder) });
  await writeOwned(instance.configFile, configuration(instance, options.settings ?? {}), user);
  return { ...instance, ca: authority.certificate };
}

/** Run by the server before it listens: nobody ever meets the accounts without password that the installer made. */
function initialStatements(
  { superuserPassword, adminPassword }: { superuserPassword: string; adminPassword: string },
  options: MariadbOptions,
): string {
  const account = (name: string) => `${escapeLiteral(name)}@'%'`;
  const create = (name: string, password: string) =>
    `CREATE USER ${account(name)} IDENTIFIED BY PASSWORD '${nativeHash(password)}' REQUIRE SSL;`;
  const statements = [
    // The general log must know no password; hashes alone are sent, and these not even logged.
    "SET sql_log_off = ON;",
    "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';",
    "DELETE FROM mysql.proxies_priv;",
    "FLUSH PRIVILEGES;",
    create(SUPERUSER, superuserPassword),
    `GRANT ALL PRIVILEGES ON *.* TO ${account(SUPERUSER)} WITH GRANT OPTION;`,
    create(options.adminUsername, adminPassword),
    `GRANT ${MASTER_PRIVILEGES} ON *.* TO ${account(options.adminUsername)} WITH GRANT OPTION;`,
    `CREATE DATABASE ${escapeId(options.database, true)};`,
  ];
  return `${statements.join("\n")}\n`;
}

/** What mysql_native_password stores: https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/ */
function nativeHash(password: string): string {
  const once = createHash("sha1").update(password).digest();
  return `*${createHash("sha1").update(once).digest("hex").toUpperCase()}`;
}

function configuration(
  instance: {
    readonly folder: string;
    readonly initFile: string;
    readonly errorLog: string;
    readonly generalLog: string;
  },
  settings: Readonly<Record<string, string>>,
): string {
  const all: Record<string, string> = {
    datadir: join(instance.folder, "data"),
    bind_address: "127.0.0.1",
    // Without a name there is no Unix socket.
    socket: "",
    pid_file: join(instance.folder, "server.pid"),
    log_error: instance.errorLog,
    general_log_file: instance.generalLog,
    skip_name_resolve: "ON",
    require_secure_transport: "ON",
    ssl_cert: join(instance.folder, "server.crt"),
    ssl_key: join(instance.folder, "server.key"),
    tls_version: "TLSv1.2,TLSv1.3",
    local_infile: "OFF",
    character_set_server: "utf8mb4",
    // Thrown away at the end, so a lost page does not matter; and little to write.
    innodb_flush_log_at_trx_commit: "0",
    innodb_flush_method: "nosync",
    innodb_doublewrite: "OFF",
    innodb_log_file_size: "4M",
    innodb_buffer_pool_size: "16M",
    innodb_fast_shutdown: "2",
    aria_pagecache_buffer_size: "1M",
    key_buffer_size: "1M",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => {
    if (!/^[a-z_][a-z0-9_]*$/i.test(name)) throw new Error(`not the name of a MariaDB setting: ${name}`);
    if (/[\r\n"]/.test(value)) throw new Error(`not a value for MariaDB's option file: ${value}`);
    return `${name} = "${value.replaceAll("\\", "\\\\")}"`;
  });
  return `[mariadbd]\n${lines.join("\n")}\n`;
}

async function spawnServer(
  instance: Instance,
  binaries: MariadbBinaries,
  user: ServerUser | undefined,
  port: number,
): Promise<ChildProcess> {
  const log = await open(instance.errorLog, "w");
  try {
    const flags = [
      `--defaults-file=${instance.configFile}`,
      `--port=${port}`,
      `--init-file=${instance.initFile}`,
    ];
    // A process group of its own: Ctrl-C in the terminal shall reach it through stop(), not before the function.
    return spawn(binaries.server, flags, {
      ...user,
      cwd: instance.folder,
      detached: true,
      env: serverEnvironment(instance.folder),
      stdio: ["ignore", log.fd, log.fd],
    });
  } finally {
    await log.close();
  }
}

function describe(
  instance: Instance,
  port: number,
  options: MariadbOptions,
  stop: () => Promise<void>,
): Mariadb {
  const connection = (
    username: string,
    password: string,
    database = options.database,
  ): ConnectionOptions => ({
    host: "localhost",
    port,
    ...(database === "" ? {} : { database }),
    user: username,
    password,
    // A test whose server has another name's certificate still wants to look around.
    ssl: { ca: instance.ca, verifyIdentity: options.certificateHostName === undefined },
    connectTimeout: 5_000,
  });
  const readLog = (file: string) => readFile(file, "utf8").catch(() => "");
  return {
    host: "localhost",
    port,
    database: options.database,
    caFile: instance.caFile,
    adminUsername: options.adminUsername,
    adminPassword: instance.adminPassword,
    superuser: connection(SUPERUSER, instance.superuserPassword, ""),
    connection,
    log: async () => (await readLog(instance.errorLog)) + (await readLog(instance.generalLog)),
    stop,
  };
}

async function isUp(server: ChildProcess, mariadb: Mariadb): Promise<boolean> {
  const failed = new Promise<Error>((resolve) => server.once("error", resolve));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !hasEnded(server)) {
    try {
      const connection = await createConnection(mariadb.superuser);
      await connection.end();
      return true;
    } catch {
      await Promise.race([sleep(30), failed]);
    }
  }
  return false;
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

function serverEnvironment(folder: string): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, HOME: folder, LC_ALL: "C", TZ: "UTC" };
}

function newPassword(): string {
  return randomBytes(24).toString("base64url");
}

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type ConnectionOptions, createConnection } from "mysql2/promise";
import { createCertificateAuthority } from "./certificates";
import type { DatabaseServer } from "./database-server";
import { type MariadbBinaries, mariadbBinaries, mariadbVersion } from "./mariadb-binaries";
import { initialStatements, optionFile } from "./mariadb-configuration";
import { end, hasEnded } from "./processes";
import { type ServerUser, serverUser } from "./server-user";

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

/** A running MariaDB that speaks TLS only, on loopback only. Its log has the general log too, where that is on. */
export interface Mariadb extends DatabaseServer {
  /** Connection of a user that may do everything, for tests to look around with. */
  readonly superuser: ConnectionOptions;
  /** Connection options for any user, verified TLS included. @param database "" for none */
  connection(username: string, password: string, database?: string): ConnectionOptions;
}

const SUPERUSER = "root";
const START_TIMEOUT_MS = 30_000;
const PORT_ATTEMPTS = 5;

/**
 * Starts a MariaDB with nothing in it but the admin and the empty database.
 * @throws MariadbMissing where none is installed
 */
export async function startMariadb(options: MariadbOptions): Promise<Mariadb> {
  const binaries = mariadbBinaries();
  const version = `MariaDB ${await mariadbVersion(binaries)}`;
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
      const mariadb = describe(instance, port, version, options, stop);
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
  await writeOwned(
    instance.initFile,
    initialStatements(
      { ...instance, superuser: SUPERUSER, adminUsername: options.adminUsername },
      options.database,
    ),
    user,
  );
  // The installer reads the group [mysqld]; settings that are none would fail there, far from their cause.
  await writeOwned(instance.configFile, optionFile(instance, {}), user);
  const flags = [
    `--defaults-file=${instance.configFile}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    "--skip-name-resolve",
  ];
  await run(binaries.installer, flags, { ...user, cwd: folder, env: serverEnvironment(folder) });
  await writeOwned(instance.configFile, optionFile(instance, options.settings ?? {}), user);
  return { ...instance, ca: authority.certificate };
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
  version: string,
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
    version,
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

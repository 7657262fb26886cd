import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ConnectionOptions, createConnection } from "mysql2/promise";
import { createCertificateAuthority } from "./certificates";
import type { DatabaseServer } from "./database-server";
import { type MariadbBinaries, mariadbBinaries, mariadbVersion } from "./mariadb-binaries";
import { initialStatements, optionFile } from "./mariadb-configuration";
import { newPassword, startServer, writeOwned } from "./server-process";
import type { ServerUser } from "./server-user";

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

/**
 * Starts a MariaDB with nothing in it but the admin and the empty database.
 * @throws MariadbMissing where none is installed
 */
export async function startMariadb(options: MariadbOptions): Promise<Mariadb> {
  const binaries = mariadbBinaries();
  const version = `MariaDB ${await mariadbVersion(binaries)}`;
  return startServer({
    title: "MariaDB",
    signals: ["SIGTERM", "SIGKILL"],
    portTaken: "Can't start server: Bind on TCP/IP port",
    async prepare(folder, user) {
      const instance = await createInstance(folder, binaries, user, options);
      return {
        program: binaries.server,
        args: (port) => [
          `--defaults-file=${instance.configFile}`,
          `--port=${port}`,
          `--init-file=${instance.initFile}`,
        ],
        cwd: folder,
        env: serverEnvironment(folder),
        logFile: instance.errorLog,
        describe: (port, stop) => describe(instance, port, version, options, stop),
        async connect({ superuser }) {
          const connection = await createConnection(superuser);
          await connection.end();
          // It holds the passwords, and the server has read it.
          await rm(instance.initFile);
        },
      };
    },
  });
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
  await run(binaries.installer, flags, { ...user, cwd: folder, env: serverEnvironment(folder) }).catch(
    async (error: Error) => {
      throw new Error(`${error.message}${await readLog(instance.errorLog)}`, { cause: error });
    },
  );
  await writeOwned(instance.configFile, optionFile(instance, options.settings ?? {}), user);
  return { ...instance, ca: authority.certificate };
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

/** What a log has so far. */
function readLog(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

function serverEnvironment(folder: string): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, HOME: folder, LC_ALL: "C", TZ: "UTC" };
}

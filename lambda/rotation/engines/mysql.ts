import { createHash } from "node:crypto";
import { connect as connectSocket } from "node:net";
import {
  type ConnectionOptions,
  createConnection,
  type ExecuteValues,
  type SslOptions,
} from "mysql2/promise";
import { trustedCertificates } from "../certificate-authorities";
import type { Deadline } from "../deadline";
import type { Engine, Login, Session } from "../engine";
import { DatabaseError, TimeoutError } from "../errors";
import { mysql8Dialect } from "./mysql-8";
import { MysqlAdmin } from "./mysql-admin";
import { type Driver, MysqlConnection } from "./mysql-connection";
import type { Dialect } from "./mysql-dialect";
import { classify } from "./mysql-errors";
import { mariadbDialect } from "./mysql-mariadb";
import { type Account, identifier, requireUsername } from "./mysql-sql";

/** In milliseconds. The lock gives up first, so that its own message is seen; the driver last. */
const CONNECT_LIMIT = 10_000;
const LOCK_LIMIT = 15_000;
const STATEMENT_LIMIT = 20_000;
const DRIVER_GRACE = 1_000;

/** MySQL 8 and Aurora MySQL 3. */
export const mysql: Engine = engine(["mysql", "aurora-mysql"], 32);

export const mariadb: Engine = engine(["mariadb"], 80);

function engine(names: readonly string[], maxUsernameLength: number): Engine {
  return {
    names,
    defaultPort: 3306,
    // None: a user need not be allowed any, and AWS's functions connect without one.
    defaultDatabase: "",
    usernames: { maxLength: maxUsernameLength, unit: "characters" },
    // Servers take more (caching_sha2_password 256), some clients do not.
    passwords: { defaultLength: 32, maxLength: 128, excludeCharacters: "/@\"'\\" },

    async connect(login, deadline) {
      requireUsername(login.username, maxUsernameLength);
      const server = `${login.host}:${login.port}`;
      const limit = (what: string, milliseconds: number) =>
        deadline.limit(`${what} on ${server}`, milliseconds);
      const limits = {
        connect: limit("connecting", CONNECT_LIMIT),
        lock: limit("a lock", LOCK_LIMIT),
        statement: limit("a statement", STATEMENT_LIMIT),
      };
      const driver = await logIn(login, server, limits.connect);
      return await openSession(driver, login, { server, maxUsernameLength, deadline, ...limits });
    },
  };
}

async function logIn(login: Login, server: string, connectTimeout: number): Promise<Driver> {
  // The driver gives Node no name to check where the host is an IP address; Node then takes the socket's own, and
  // without that "localhost".
  const socket = Object.assign(connectSocket(login.port, login.host), { _host: login.host });
  // When the connection breaks, the driver's goodbye fails on the socket, and nobody else would listen to that.
  socket.on("error", () => {});
  try {
    const connection = await createConnection({
      ...connectionOptions(login, connectTimeout),
      stream: socket,
    });
    // A connection that breaks while idle emits an event, which would end the process; the next query reports it.
    connection.on("error", () => {});
    return {
      query: async (statement) => await connection.query({ ...statement }),
      execute: async (statement, values) =>
        await connection.execute({ ...statement }, values as ExecuteValues),
      end: async () => await connection.end(),
      destroy: () => connection.destroy(),
    };
  } catch (error) {
    // The driver leaves it open after some failures.
    socket.destroy();
    throw classify(error, { server, doing: `logging in as "${login.username}"`, login: true });
  }
}

/** The database is left out: probe() takes it up, so that a login depends on nothing but the password. */
function connectionOptions(login: Login, connectTimeout: number): ConnectionOptions {
  return {
    host: login.host,
    port: login.port,
    user: login.username,
    password: login.password,
    connectTimeout,
    ssl: verifiedTls(),
    charset: "UTF8MB4_BIN",
    // No server may ask for files.
    flags: ["-LOCAL_FILES"],
    supportBigNumbers: true,
    // More than a session has. The driver makes room for all of them at once, for 16,000 by default: half a megabyte a login.
    maxPreparedStatements: 50,
    // Else the driver hangs its own call site on errors.
    trace: false,
    connectAttributes: { program_name: "secret-rotation" },
  };
}

const tls = new WeakMap<string[], SslOptions>();

/** Kept from one connection to the next: the driver parses the 120 certificates once for each such object. */
function verifiedTls(): SslOptions {
  const ca = trustedCertificates();
  const options = tls.get(ca) ?? {
    ca,
    rejectUnauthorized: true,
    // The host name too, which the driver does not look at by default.
    verifyIdentity: true,
    minVersion: "TLSv1.2",
  };
  tls.set(ca, options);
  return options;
}

export interface SessionOptions {
  /** "host:port". */
  readonly server: string;
  readonly maxUsernameLength: number;
  readonly deadline: Deadline;
  /** In milliseconds. */
  readonly lock: number;
  readonly statement: number;
}

/** Makes a session of a connection that has logged in, in the dialect that its server speaks. */
export async function openSession(driver: Driver, login: Login, options: SessionOptions): Promise<Session> {
  const connection = new MysqlConnection(driver, options.server, (what) =>
    options.deadline.limit(`${what} on ${options.server}`, options.statement + DRIVER_GRACE),
  );
  const doing = `logging in as "${login.username}"`;
  try {
    // An expired password lets in, but refuses this.
    const [row] = await connection.runLogin(
      doing,
      "SELECT VERSION() AS version, USER() AS login, CURRENT_USER() AS account, " +
        "@@lower_case_table_names <> 0 AS lowercase",
    );
    const dialect = String(row?.version).includes("MariaDB") ? mariadbDialect : mysql8Dialect;
    const seconds = (milliseconds: number) => Math.max(1, Math.floor(milliseconds / 1000));
    const limits = { lock: seconds(options.lock), statement: seconds(options.statement) };
    await connection.runLogin(doing, dialect.settings(limits));
    // Where transactions are read-only by default, no password can be changed [seen on MariaDB 10.11].
    await connection.runLogin(doing, "SET SESSION TRANSACTION READ WRITE");
    return new MysqlSession(connection, login, dialect, {
      maxUsernameLength: options.maxUsernameLength,
      lockSeconds: limits.lock,
      account: accountOf(String(row?.account)),
      loggedInAs: accountOf(String(row?.login)).user,
      lowercase: Boolean(Number(row?.lowercase)),
    });
  } catch (error) {
    await connection.end();
    throw error;
  }
}

/** Splits "user@host" at the last @: a host has none. */
function accountOf(text: string): Account {
  const at = text.lastIndexOf("@");
  return { user: text.slice(0, at), host: text.slice(at + 1) };
}

interface SessionFacts {
  readonly maxUsernameLength: number;
  readonly lockSeconds: number;
  /** The account that the server chose for the login. */
  readonly account: Account;
  readonly loggedInAs: string;
  /** Whether the server's database names have no capitals. */
  readonly lowercase: boolean;
}

class MysqlSession implements Session {
  readonly #connection: MysqlConnection;
  readonly #login: Login;
  readonly #dialect: Dialect;
  readonly #facts: SessionFacts;
  readonly admin: MysqlAdmin;

  constructor(connection: MysqlConnection, login: Login, dialect: Dialect, facts: SessionFacts) {
    this.#connection = connection;
    this.#login = login;
    this.#dialect = dialect;
    this.#facts = facts;
    this.admin = new MysqlAdmin(connection.run, dialect, { server: connection.server, ...facts });
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    return await this.#connection.run("running a query", sql, { parameters });
  }

  async probe(): Promise<void> {
    const { loggedInAs, account } = this.#facts;
    // Where the name has no account, an anonymous one lets anybody in.
    if (loggedInAs !== this.#login.username || account.user !== this.#login.username) {
      throw new DatabaseError(
        `Logged in to ${this.#connection.server} as "${account.user}", not "${this.#login.username}".`,
      );
    }
    if (this.#login.dbname === "") return;
    await this.#connection.run(
      `testing that "${account.user}" can use database "${this.#login.dbname}"`,
      `USE ${identifier(this.#login.dbname)}`,
    );
  }

  async lock(username: string): Promise<void> {
    // A name may have 64 characters: https://dev.mysql.com/doc/refman/8.0/en/locking-functions.html
    const name = `rotation:${createHash("sha256").update(username).digest("hex").slice(0, 40)}`;
    const [row] = await this.#connection.run(
      `waiting for the lock on user "${username}"`,
      "SELECT GET_LOCK(?, ?) AS granted",
      { parameters: [name, this.#facts.lockSeconds] },
    );
    if (Number(row?.granted) === 1) return;
    throw new TimeoutError(
      `${this.#connection.server}, while waiting for the lock on user "${username}": another session holds it.`,
    );
  }

  async changeOwnPassword(next: string, used: string): Promise<void> {
    const { user, host } = this.#facts.account;
    await this.#dialect.changeOwnPassword(
      this.#connection.run,
      `changing the password of "${user}"@"${host}"`,
      next,
      used,
    );
  }

  async close(): Promise<void> {
    await this.#connection.end();
  }
}

import pg from "pg";
import { trustedCertificates } from "../certificate-authorities";
import type { Grant } from "../contract";
import type { Admin, Engine, Login, Ownership, Query, Session } from "../engine";
import {
  AuthenticationError,
  DatabaseError,
  NetworkError,
  PrivilegeError,
  RotationError,
  SecretValueError,
  TimeoutError,
  TlsError,
} from "../errors";
import { classifyNetworkError, connectTimeout } from "../network-errors";
import { scramVerifier } from "../scram";
import { applyGrants } from "./postgres-grants";

/** In milliseconds. The lock gives up first, so that its own message is seen; the driver last. */
const CONNECT_LIMIT = 10_000;
const LOCK_LIMIT = 15_000;
const STATEMENT_LIMIT = 20_000;
const DRIVER_GRACE = 1_000;

/** RFC 7677's minimum, and what PostgreSQL before 16 always uses. */
const DEFAULT_ITERATIONS = 4096;

/** Stands in a role's comment before the ARN of the secret that owns the role. */
const MARK = "Rotated by secret ";

export const postgres: Engine = {
  names: ["postgres", "aurora-postgresql"],
  defaultPort: 5432,
  defaultDatabase: "postgres",
  maxUsernameLength: 63,
  // Those of AWS's function: they need no escaping in connection URIs and shells.
  passwords: { defaultLength: 32, maxLength: 128, excludeCharacters: "/@\"'\\:" },

  async connect(login, deadline) {
    const server = `${login.host}:${login.port}`;
    const limit = (what: string, milliseconds: number) =>
      deadline.limit(`${what} on ${server}`, milliseconds);
    const client = new pg.Client({
      host: login.host,
      port: login.port,
      user: login.username,
      password: login.password,
      database: login.dbname,
      // With host, an IP address is checked too; the driver alone checks names only.
      ssl: { ca: trustedCertificates(), host: login.host },
      application_name: "secret-rotation",
      connectionTimeoutMillis: limit("connecting", CONNECT_LIMIT),
      lock_timeout: limit("a lock", LOCK_LIMIT),
      statement_timeout: limit("a statement", STATEMENT_LIMIT),
      query_timeout: limit("a statement", STATEMENT_LIMIT + DRIVER_GRACE),
    });
    // A connection that breaks while idle emits an event, which would end the process; the next query reports it.
    client.on("error", () => {});
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => {});
      throw classify(error, server, `logging in as "${login.username}"`);
    }
    return new PostgresSession(client, login, server);
  },
};

class PostgresSession implements Session, Admin {
  readonly #client: pg.Client;
  readonly #login: Login;
  readonly #server: string;

  constructor(client: pg.Client, login: Login, server: string) {
    this.#client = client;
    this.#login = login;
    this.#server = server;
  }

  get admin(): Admin {
    return this;
  }

  readonly query: Query = async (sql, parameters) => await this.#run("running a query", sql, parameters);

  async probe(): Promise<void> {
    const [row] = await this.#run("testing the login", "SELECT session_user AS name");
    if (row?.name !== this.#login.username) {
      throw new DatabaseError(
        `Logged in to ${this.#server} as "${row?.name}", not "${this.#login.username}".`,
      );
    }
  }

  async lock(username: string): Promise<void> {
    await this.#run(
      `waiting for the lock on user "${username}"`,
      "SELECT pg_advisory_lock(hashtextextended('rds-secret-rotation ' || $1, 0))",
      [username],
    );
  }

  async changeOwnPassword(next: string): Promise<void> {
    const verifier = await this.#verifier(next);
    await this.#transaction(`changing the password of "${this.#login.username}"`, [
      // A user may log in with another role's privileges by default, which cannot alter the user.
      "SET LOCAL ROLE NONE",
      `ALTER ROLE ${this.#user(this.#login.username)} PASSWORD ${pg.escapeLiteral(verifier)}`,
    ]);
  }

  async ownership(username: string, secretArn: string): Promise<Ownership> {
    const [role] = await this.#run(
      `looking up user "${username}"`,
      "SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = $1",
      [username],
    );
    if (!role) return "absent";
    if (role.comment === MARK + secretArn) return "ours";
    return String(role.comment ?? "").startsWith(MARK) ? "another secret's" : "unmarked";
  }

  async createUser(username: string, password: string, secretArn: string): Promise<void> {
    const verifier = await this.#verifier(password);
    await this.#transaction(`creating user "${username}"`, [
      `CREATE ROLE ${this.#user(username)} LOGIN PASSWORD ${pg.escapeLiteral(verifier)}`,
      `COMMENT ON ROLE ${this.#user(username)} IS ${pg.escapeLiteral(MARK + secretArn)}`,
    ]);
  }

  async setPassword(username: string, password: string): Promise<void> {
    const [role] = await this.#run(
      `looking up user "${username}"`,
      `SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls OR rolname = current_user AS administers
       FROM pg_roles WHERE rolname = $1`,
      [username],
    );
    if (!role) throw new DatabaseError(`User "${username}" does not exist on ${this.#server}.`);
    if (role.administers) {
      throw new PrivilegeError(
        `User "${username}" has administrative attributes, so the admin does not set its password: a forged ` +
          "secret must not make the admin take over another administrator.",
      );
    }
    const verifier = await this.#verifier(password);
    await this.#run(
      `setting the password of "${username}"`,
      `ALTER ROLE ${this.#user(username)} PASSWORD ${pg.escapeLiteral(verifier)}`,
    );
  }

  async mark(username: string, secretArn: string): Promise<void> {
    if ((await this.ownership(username, secretArn)) !== "unmarked") return;
    try {
      await this.#run(
        `marking user "${username}"`,
        `COMMENT ON ROLE ${this.#user(username)} IS ${pg.escapeLiteral(MARK + secretArn)}`,
      );
    } catch (error) {
      // An adopted user that this admin may not alter still rotates by itself; it only can't be repaired.
      if (!(error instanceof PrivilegeError)) throw error;
    }
  }

  async applyGrants(username: string, grants: readonly Grant[]): Promise<void> {
    await this.#inTransaction(() => applyGrants(this.query, username, grants));
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  /** A role name as SQL. PostgreSQL would cut a longer name short, and alter another role. */
  #user(username: string): string {
    if (Buffer.byteLength(username) <= postgres.maxUsernameLength && !username.includes("\0")) {
      return pg.escapeIdentifier(username);
    }
    throw new SecretValueError(
      `field "username" must be at most ${postgres.maxUsernameLength} bytes without NUL, got "${username}"`,
    );
  }

  async #verifier(password: string): Promise<string> {
    if (!/^[\x20-\x7e]+$/.test(password)) {
      throw new SecretValueError(
        'field "password" must be printable ASCII for PostgreSQL, got other characters',
      );
    }
    const [row] = await this.#run(
      "reading scram_iterations",
      "SELECT current_setting('scram_iterations', true) AS iterations",
    );
    return await scramVerifier(password, Number(row?.iterations ?? DEFAULT_ITERATIONS));
  }

  async #transaction(doing: string, statements: readonly string[]): Promise<void> {
    await this.#inTransaction(async () => {
      for (const statement of statements) await this.#run(doing, statement);
    });
  }

  async #inTransaction(task: () => Promise<void>): Promise<void> {
    // READ WRITE, because a user may have default_transaction_read_only set.
    await this.#run("beginning a transaction", "BEGIN READ WRITE");
    try {
      await task();
      await this.#run("committing", "COMMIT");
    } catch (error) {
      await this.#client.query("ROLLBACK").catch(() => {});
      throw error;
    }
  }

  async #run(
    doing: string,
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<readonly Record<string, unknown>[]> {
    try {
      const { rows } = await this.#client.query(sql, parameters && [...parameters]);
      return rows;
    } catch (error) {
      throw classify(error, this.#server, doing);
    }
  }
}

/** SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function classify(error: unknown, server: string, doing: string): RotationError {
  if (error instanceof RotationError) return error;
  const { code = "", message } = error as Error & { code?: string };
  const said = `${server}, while ${doing}: ${message}${code && ` (${code})`}.`;
  if (code === "28P01" || code === "28000") return new AuthenticationError(said);
  if (code === "42501") return new PrivilegeError(`${said} The role lacks a privilege.`);
  if (code === "55P03") return new TimeoutError(`${said} Another session holds a lock on it.`);
  if (code === "57014" || message === "Query read timeout") return new TimeoutError(said);
  // Shutting down, starting up, no free connection, connection failures.
  if (/^(57P|53|08)/.test(code) || message.startsWith("Connection terminated")) return new NetworkError(said);
  if (message === "timeout expired") return connectTimeout(server);
  if (message === "The server does not support SSL connections") {
    return new TlsError(
      `${server} offers no TLS. Turn it on (rds.force_ssl); there is no fallback to plain text.`,
    );
  }
  return classifyNetworkError(error as Error, server) ?? new DatabaseError(said);
}

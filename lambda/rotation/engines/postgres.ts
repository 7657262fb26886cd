import pg from "pg";
import { trustedContext } from "../certificate-authorities";
import type { Engine, Login, Session } from "../engine";
import { DatabaseError } from "../errors";
import { endOrCut } from "./goodbye";
import { PostgresAdmin } from "./postgres-admin";
import { classify } from "./postgres-errors";
import { passwordLiteral, roleName } from "./postgres-sql";

/** In milliseconds. The lock gives up first, so that its own message is seen; the driver last. */
const CONNECT_LIMIT = 10_000;
const LOCK_LIMIT = 15_000;
const STATEMENT_LIMIT = 20_000;
const DRIVER_GRACE = 1_000;

export const postgres: Engine = {
  names: ["postgres", "aurora-postgresql"],
  defaultPort: 5432,
  defaultDatabase: "postgres",
  usernames: { maxLength: 63, unit: "bytes" },
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
      ssl: { secureContext: trustedContext(), host: login.host },
      application_name: "secret-rotation",
      connectionTimeoutMillis: limit("connecting", CONNECT_LIMIT),
      lock_timeout: limit("a lock", LOCK_LIMIT),
      statement_timeout: limit("a statement", STATEMENT_LIMIT),
    });
    // A connection that breaks while idle emits an event, which would end the process; the next query reports it.
    client.on("error", () => {});
    const connection = new PostgresConnection(client, server, (what) =>
      limit(what, STATEMENT_LIMIT + DRIVER_GRACE),
    );
    try {
      await client.connect();
    } catch (error) {
      await connection.end();
      throw classify(error, server, `logging in as "${login.username}"`);
    }
    return new PostgresSession(connection, login);
  },
};

type Row = Readonly<Record<string, unknown>>;

/** The driver's client, with errors in our terms and transactions that end. */
export class PostgresConnection {
  readonly #client: pg.Client;
  readonly #limit: (doing: string) => number;
  readonly server: string;

  /** @param limit the driver's own limit for a statement, in milliseconds; throws when no time is left */
  constructor(client: pg.Client, server: string, limit: (doing: string) => number) {
    this.#client = client;
    this.#limit = limit;
    this.server = server;
  }

  /** @param doing said in errors, in the place of the statement */
  async run(doing: string, sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
    try {
      const query: pg.QueryConfig & { query_timeout: number } = {
        text: sql,
        values: [...parameters],
        query_timeout: this.#limit(doing),
      };
      return (await this.#client.query(query)).rows;
    } catch (error) {
      throw classify(error, this.server, doing);
    }
  }

  async transaction(task: () => Promise<void>): Promise<void> {
    // READ WRITE, because a user may have default_transaction_read_only set.
    await this.run("beginning a transaction", "BEGIN READ WRITE");
    try {
      await task();
      await this.run("committing", "COMMIT");
    } catch (error) {
      await this.run("rolling back", "ROLLBACK").catch(() => {});
      throw error;
    }
  }

  async end(): Promise<void> {
    await endOrCut(
      () => this.#client.end(),
      () => this.#client.connection.stream.destroy(),
    );
  }
}

class PostgresSession implements Session {
  readonly #connection: PostgresConnection;
  readonly #login: Login;
  readonly admin: PostgresAdmin;

  constructor(connection: PostgresConnection, login: Login) {
    this.#connection = connection;
    this.#login = login;
    this.admin = new PostgresAdmin(connection);
  }

  async query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]> {
    return await this.#connection.run("running a query", sql, parameters);
  }

  async probe(): Promise<void> {
    const [row] = await this.#connection.run("testing the login", "SELECT session_user AS name");
    if (row?.name === this.#login.username) return;
    throw new DatabaseError(
      `Logged in to ${this.#connection.server} as "${row?.name}", not "${this.#login.username}".`,
    );
  }

  async lock(username: string): Promise<void> {
    await this.#connection.run(
      `waiting for the lock on user "${username}"`,
      "SELECT pg_advisory_lock(hashtextextended('rds-secret-rotation ' || $1, 0))",
      [username],
    );
  }

  async changeOwnPassword(next: string): Promise<void> {
    const doing = `changing the password of "${this.#login.username}"`;
    const password = await passwordLiteral(this.#connection, next);
    await this.#connection.transaction(async () => {
      // A user may log in with another role's privileges by default, which cannot alter the user.
      await this.#connection.run(doing, "SET LOCAL ROLE NONE");
      await this.#connection.run(doing, `ALTER ROLE ${roleName(this.#login.username)} PASSWORD ${password}`);
    });
  }

  async close(): Promise<void> {
    await this.#connection.end();
  }
}

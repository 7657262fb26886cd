import { randomUUID } from "node:crypto";
import { type Connection, createConnection } from "mysql2/promise";
import { Deadline } from "../../lambda/rotation/deadline";
import type { Session } from "../../lambda/rotation/engine";
import { mariadb } from "../../lambda/rotation/engines/mysql";
import { MysqlAdmin } from "../../lambda/rotation/engines/mysql-admin";
import { MysqlConnection } from "../../lambda/rotation/engines/mysql-connection";
import { mariadbDialect } from "../../lambda/rotation/engines/mysql-mariadb";
import type { Run } from "../../lambda/rotation/engines/mysql-sql";
import { type Mariadb, type MariadbOptions, startMariadb } from "../../local/mariadb";

export const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dev/orders/app-AbCdEf";
export const OTHER_SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dev/orders/web-AbCdEf";

/** Thrown in the place of a statement, or after it: the function has died. */
export class Death extends Error {}

/** A real MariaDB with its general log on, and the engine's ways to it. */
export interface Server {
  readonly mariadb: Mariadb;
  /** Runs SQL as the superuser. Statements of tests are kept out of the general log. */
  sql(text: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
  /** First column of each row. */
  list(text: string, parameters?: unknown[]): Promise<string[]>;
  connect(username: string, password: string, where?: Where): Promise<Session>;
  connectAdmin(): Promise<Session>;
  /** Whether the engine logs in. */
  accepts(username: string, password: string): Promise<boolean>;
  /** The admin, which dies before or after its statement of that number; counts its statements. */
  mortalAdmin(dies?: {
    at: number;
    when: "before" | "after";
  }): Promise<{ admin: MysqlAdmin; count(): number }>;
  /** A new password, which the server's logs will be searched for. */
  password(): string;
  /** A password that no log has: neither clear nor as hexadecimal. */
  expectSilence(): Promise<void>;
  stop(): Promise<void>;
}

export interface Where {
  readonly host?: string;
  readonly dbname?: string;
  readonly remainingMs?: number;
}

export async function startServer(options: Partial<MariadbOptions> = {}): Promise<Server> {
  const server = await startMariadb({
    database: "orders",
    adminUsername: "dbadmin",
    ...options,
    settings: { general_log: "ON", max_connections: "500", ...options.settings },
  });
  process.env.DATABASE_CA_FILE = server.caFile;
  const passwords: string[] = [server.adminPassword];
  const superuser = await createConnection({ ...server.superuser, database: server.database });
  await superuser.query("SET sql_log_off = ON");
  const open: (() => Promise<void>)[] = [];

  const sql = async (text: string, parameters?: unknown[]) => {
    const [rows] = await superuser.query(text, parameters);
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  };
  const connect = async (username: string, password: string, where: Where = {}) => {
    const end = Date.now() + (where.remainingMs ?? 60_000);
    const session = await mariadb.connect(
      {
        host: where.host ?? server.host,
        port: server.port,
        username,
        password,
        dbname: where.dbname ?? server.database,
      },
      new Deadline({ getRemainingTimeInMillis: () => end - Date.now() }),
    );
    open.push(() => session.close());
    return session;
  };

  return {
    mariadb: server,
    sql,
    list: async (text, parameters) =>
      (await sql(text, parameters)).map((row) => String(Object.values(row)[0])),
    connect,
    connectAdmin: () => connect(server.adminUsername, server.adminPassword),
    async accepts(username, password) {
      try {
        await (await connect(username, password)).close();
        return true;
      } catch (error) {
        if ((error as Error).name === "AuthenticationError") return false;
        throw error;
      }
    },
    async mortalAdmin(dies) {
      const connection = await createConnection(
        server.connection(server.adminUsername, server.adminPassword, ""),
      );
      const { run } = new MysqlConnection(driverOf(connection), "localhost", () => 10_000);
      await run("setting up", mariadbDialect.settings({ lock: 10, statement: 10 }));
      let count = 0;
      const mortalRun: Run = async (...statement) => {
        const dead = count++ === dies?.at;
        const rows = dead && dies?.when === "before" ? [] : await run(...statement);
        if (!dead) return rows;
        connection.destroy();
        throw new Death();
      };
      const account = { user: server.adminUsername, host: "%" };
      const facts = { server: "localhost", maxUsernameLength: 80, account, lowercase: false };
      open.push(() => connection.end());
      return { admin: new MysqlAdmin(mortalRun, mariadbDialect, facts), count: () => count };
    },
    password() {
      const password = `Aa1'\\${randomUUID()}`;
      passwords.push(password);
      return password;
    },
    async expectSilence() {
      const log = await server.log();
      // The searches below would find them in it.
      expect([log.includes("ready for connections"), log.includes("Query\tSET NAMES")]).toEqual([true, true]);
      // Quoted for SQL a password looks different, but its random part does not.
      const forms = passwords.flatMap((password) => [
        password.slice(-36),
        Buffer.from(password).toString("hex"),
      ]);
      expect(forms.filter((form) => log.includes(form))).toEqual([]);
    },
    async stop() {
      for (const close of open) await close().catch(() => {});
      await superuser.end();
      await server.stop();
    },
  };
}

function driverOf(connection: Connection) {
  return {
    query: async (statement: object) => await connection.query(statement as never),
    execute: async (statement: object, values: unknown[]) =>
      await connection.execute(statement as never, values as never),
    end: () => connection.end(),
    destroy: () => connection.destroy(),
  } as ConstructorParameters<typeof MysqlConnection>[0];
}

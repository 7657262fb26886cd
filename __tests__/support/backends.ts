import { Client } from "pg";
import type { Engine } from "../../lambda/rotation/engine";
import { postgres } from "../../lambda/rotation/engines/postgres";
import { LOCK_GRANTS } from "../../lambda/rotation/engines/postgres-grants";
import type { DatabaseServer } from "../../local/database-server";
import { startPostgres } from "../../local/postgres";

export interface ServerOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly certificateHostName?: string;
}

/** A real server of one engine, and somebody who may do everything on it. */
export interface Backend {
  readonly engine: Engine;
  readonly server: DatabaseServer;
  /** Runs SQL as the superuser, in the application's database. */
  sql(text: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Quotes a name as SQL. */
  identifier(name: string): string;
  /** A user as statements name it, its host included where the engine has one. */
  account(username: string): string;
  /** Makes a user as the admin, without our mark. */
  createStranger(username: string, password: string): Promise<void>;
  setPassword(username: string, password: string): Promise<void>;
  /** With their marks, and with what they were granted; those that there are. */
  dropUsers(usernames: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

const DATABASE = "orders";
const ADMIN = "dbadmin";

export const BACKENDS = {
  async postgres(options: ServerOptions): Promise<Backend> {
    const server = await startPostgres({ database: DATABASE, adminUsername: ADMIN, ...options });
    const superuser = new Client({ ...server.superuser, database: DATABASE });
    await superuser.connect();
    const identifier = (name: string) => superuser.escapeIdentifier(name);
    const literal = (text: string) => superuser.escapeLiteral(text);
    // One after the other: the driver is going to give up its queue.
    let last: Promise<unknown> = Promise.resolve();
    const sql = async (text: string, parameters?: unknown[]) => {
      const answer = last.then(() => superuser.query(text, parameters));
      last = answer.catch(() => undefined);
      return (await answer).rows;
    };
    return {
      engine: postgres,
      server,
      sql,
      identifier,
      account: identifier,
      createStranger: async (name, password) => {
        // Since PostgreSQL 16 only who made a role, as RDS's master user did, may alter it.
        await sql(`SET ROLE ${ADMIN}`);
        await sql(`CREATE ROLE ${identifier(name)} LOGIN PASSWORD ${literal(password)}`);
        await sql("RESET ROLE");
      },
      setPassword: async (name, password) => {
        await sql(`ALTER ROLE ${identifier(name)} PASSWORD ${literal(password)}`);
      },
      dropUsers: async (names) => {
        const there = await sql("SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", [names]);
        const roles = there.map(({ rolname }) => identifier(String(rolname))).join(", ");
        if (roles !== "") await sql(`${LOCK_GRANTS}; DROP OWNED BY ${roles}; DROP ROLE ${roles}`);
      },
      async stop() {
        await superuser.end();
        await server.stop();
      },
    };
  },

  async mariadb(options: ServerOptions): Promise<Backend> {
    // Loaded where it is used: most test files need one engine only.
    const [{ mariadb }, { startMariadb }, { createConnection }] = await Promise.all([
      import("../../lambda/rotation/engines/mysql"),
      import("../../local/mariadb"),
      import("mysql2/promise"),
    ]);
    const server = await startMariadb({ database: DATABASE, adminUsername: ADMIN, ...options });
    const superuser = await createConnection({ ...server.superuser, database: DATABASE });
    const identifier = (name: string) => `\`${name.replaceAll("`", "``")}\``;
    const account = (name: string) => `${superuser.escape(name)}@'%'`;
    const sql = async (text: string, parameters?: unknown[]) => {
      const [rows] = await superuser.query(text, parameters);
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
    };
    return {
      engine: mariadb,
      server,
      sql,
      identifier,
      account,
      createStranger: async (name, password) => {
        await sql(`CREATE USER ${account(name)} IDENTIFIED BY ${superuser.escape(password)}`);
      },
      setPassword: async (name, password) => {
        await sql(`ALTER USER ${account(name)} IDENTIFIED BY ${superuser.escape(password)}`);
      },
      dropUsers: async (names) => {
        const marks = await sql("SELECT DISTINCT Role AS role FROM mysql.roles_mapping WHERE User IN (?)", [
          names,
        ]);
        for (const { role } of marks) await sql(`DROP ROLE ${identifier(String(role))}`);
        await sql(`DROP USER IF EXISTS ${names.map(account).join(", ")}`);
      },
      async stop() {
        await superuser.end();
        await server.stop();
      },
    };
  },
} as const;

export type EngineName = keyof typeof BACKENDS;

import pg from "pg";
import type { Grant } from "../contract";
import type { Admin, Ownership } from "../engine";
import { DatabaseError, PrivilegeError } from "../errors";
import type { UserPair } from "../user-pair";
import type { PostgresConnection } from "./postgres";
import { applyGrants } from "./postgres-grants";
import { passwordLiteral, roleName } from "./postgres-sql";

/** Stands in a role's comment before the ARN of the secret that owns the role. */
const MARK = "Rotated by secret ";

/** What the admin does to other roles. On PostgreSQL 16 and later it needs ADMIN OPTION on them. */
export class PostgresAdmin implements Admin {
  readonly #connection: PostgresConnection;

  constructor(connection: PostgresConnection) {
    this.#connection = connection;
  }

  async ownership(username: string, secretArn: string): Promise<Ownership> {
    // First, because a comparison with a name that is too long finds the user of its first 63 bytes.
    roleName(username);
    const [role] = await this.#connection.run(
      `looking up user "${username}"`,
      "SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = $1",
      [username],
    );
    if (!role) return "absent";
    if (role.comment === MARK + secretArn) return "ours";
    return String(role.comment ?? "").startsWith(MARK) ? "another secret's" : "unmarked";
  }

  async createUser(username: string, password: string, secretArn: string): Promise<void> {
    const literal = await passwordLiteral(this.#connection, password);
    await this.#together(`creating user "${username}"`, [
      `CREATE ROLE ${roleName(username)} LOGIN PASSWORD ${literal}`,
      `COMMENT ON ROLE ${roleName(username)} IS ${pg.escapeLiteral(MARK + secretArn)}`,
    ]);
  }

  async setPassword(username: string, password: string): Promise<void> {
    const [role] = await this.#connection.run(
      `looking up user "${username}"`,
      `SELECT EXISTS (
         SELECT FROM pg_roles a
         WHERE pg_has_role(r.oid, a.oid, 'MEMBER')
           AND (a.rolsuper OR a.rolcreaterole OR a.rolreplication OR a.rolbypassrls
             OR a.rolname IN (current_user, 'rds_superuser'))) AS administers
       FROM pg_roles r WHERE r.rolname = $1`,
      [username],
    );
    if (!role) throw new DatabaseError(`User "${username}" does not exist on ${this.#connection.server}.`);
    if (role.administers) {
      throw new PrivilegeError(
        `User "${username}" has administrative attributes, or is a member of a role that has, so the admin does not set its password: a forged ` +
          "secret must not make the admin take over another administrator.",
      );
    }
    const literal = await passwordLiteral(this.#connection, password);
    const doing = `setting the password of "${username}"`;
    await this.#connection.run(doing, `ALTER ROLE ${roleName(username)} PASSWORD ${literal}`);
  }

  async mark(username: string, secretArn: string): Promise<void> {
    if ((await this.ownership(username, secretArn)) !== "unmarked") return;
    const mark = pg.escapeLiteral(MARK + secretArn);
    // A comment of somebody else's stays; the user still rotates, it only can't be repaired by its mark.
    const [role] = await this.#connection.run(
      `looking up user "${username}"`,
      "SELECT shobj_description(oid, 'pg_authid') IS NULL AS free FROM pg_roles WHERE rolname = $1",
      [username],
    );
    if (!role?.free) return;
    try {
      const doing = `marking user "${username}"`;
      await this.#connection.run(doing, `COMMENT ON ROLE ${roleName(username)} IS ${mark}`);
    } catch (error) {
      // Nor is a user lost that this admin may not alter.
      if (!(error instanceof PrivilegeError)) throw error;
    }
  }

  async applyGrants(username: string, grants: readonly Grant[]): Promise<void> {
    const query = (sql: string, parameters?: readonly unknown[]) =>
      this.#connection.run(`granting to "${username}"`, sql, parameters);
    await this.#connection.transaction(() => applyGrants(query, username, grants));
  }

  /**
   * The clone is a member of its base and becomes it at login. So its privileges are the base's at every
   * moment, grants and revokes alike, and what it creates belongs to the base: nothing is left behind with the
   * clone when it is not in use. https://www.postgresql.org/docs/current/sql-set-role.html
   */
  async ensureClone({ base, clone }: UserPair, secretArn: string): Promise<void> {
    const doing = `preparing "${clone}" as the clone of "${base}"`;
    const [from, to] = [roleName(base), roleName(clone)];
    const absent = (await this.ownership(clone, secretArn)) === "absent";
    const settings = await this.#settings(base);
    const [limits] = await this.#connection.run(
      doing,
      `SELECT rolconnlimit AS connections,
              CASE WHEN isfinite(rolvaliduntil) THEN rolvaliduntil::text ELSE 'infinity' END AS until
       FROM pg_roles WHERE rolname = $1`,
      [base],
    );
    if (!limits) throw new DatabaseError(`User "${base}" does not exist on ${this.#connection.server}.`);
    const until = pg.escapeLiteral(String(limits.until ?? "infinity"));
    await this.#together(doing, [
      ...(absent
        ? [`CREATE ROLE ${to} NOLOGIN`, `COMMENT ON ROLE ${to} IS ${pg.escapeLiteral(MARK + secretArn)}`]
        : []),
      `ALTER ROLE ${to} INHERIT CONNECTION LIMIT ${Number(limits.connections)} VALID UNTIL ${until}`,
      `GRANT ${from} TO ${to}`,
      ...(await this.#databasesWithSettings(clone)).map((where) => `ALTER ROLE ${to} ${where}RESET ALL`),
      ...settings.map((setting) => `ALTER ROLE ${to} ${setting}`),
      `ALTER ROLE ${to} SET role TO ${from}`,
    ]);
  }

  async openClone({ clone }: UserPair, password: string): Promise<void> {
    const literal = await passwordLiteral(this.#connection, password);
    const doing = `setting the password of "${clone}"`;
    await this.#connection.run(doing, `ALTER ROLE ${roleName(clone)} LOGIN PASSWORD ${literal}`);
  }

  async requireEqualPrivileges({ base, clone }: UserPair): Promise<void> {
    const [row] = await this.#connection.run(
      `comparing "${clone}" with "${base}"`,
      `SELECT pg_has_role($2, $1, 'USAGE') AS member,
              EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
                      WHERE r.rolname = $2 AND s.setdatabase = 0
                        AND 'role=' || quote_ident($1) = ANY (s.setconfig)
                         OR r.rolname = $2 AND s.setdatabase = 0 AND 'role=' || $1 = ANY (s.setconfig)) AS becomes`,
      [base, clone],
    );
    if (row?.member && row.becomes) return;
    throw new PrivilegeError(
      `User "${clone}" must be a member of "${base}" and become it at login (ALTER ROLE … SET role), but ` +
        `${row?.member ? "does not become it" : "is no member"}. Rotate again to mend it.`,
    );
  }

  /** A role's own settings, as the rest of an ALTER ROLE statement. */
  async #settings(username: string): Promise<string[]> {
    const rows = await this.#connection.run(
      `reading the settings of "${username}"`,
      `SELECT d.datname AS database, split_part(setting, '=', 1) AS name,
              substr(setting, strpos(setting, '=') + 1) AS value
       FROM pg_db_role_setting s
       JOIN pg_roles r ON r.oid = s.setrole AND r.rolname = $1
       LEFT JOIN pg_database d ON d.oid = s.setdatabase
       CROSS JOIN unnest(s.setconfig) AS setting`,
      [username],
    );
    return rows
      .filter(({ name }) => name !== "role")
      .map(
        ({ database, name, value }) =>
          `${inDatabase(database)}SET ${pg.escapeIdentifier(String(name))} TO ${settingValue(String(name), String(value))}`,
      );
  }

  /** Where a role has settings: as the middle of an ALTER ROLE statement, empty for all databases. */
  async #databasesWithSettings(username: string): Promise<string[]> {
    const rows = await this.#connection.run(
      `reading the settings of "${username}"`,
      `SELECT d.datname AS database FROM pg_db_role_setting s
       JOIN pg_roles r ON r.oid = s.setrole AND r.rolname = $1
       LEFT JOIN pg_database d ON d.oid = s.setdatabase`,
      [username],
    );
    return rows.map(({ database }) => inDatabase(database));
  }

  async #together(doing: string, statements: readonly string[]): Promise<void> {
    await this.#connection.transaction(async () => {
      for (const statement of statements) await this.#connection.run(doing, statement);
    });
  }
}

function inDatabase(database: unknown): string {
  return database === null ? "" : `IN DATABASE ${pg.escapeIdentifier(String(database))} `;
}

/** Settings that are lists are stored quoted; quoting them once more would make one element of them. */
const LIST_SETTINGS = new Set([
  "DateStyle",
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "temp_tablespaces",
]);

function settingValue(name: string, value: string): string {
  return LIST_SETTINGS.has(name) && value !== "" ? value : pg.escapeLiteral(value);
}

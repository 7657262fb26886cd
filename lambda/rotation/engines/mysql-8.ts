import { randomBytes } from "node:crypto";
import { DatabaseError, PrivilegeError, RotationError } from "../errors";
import type { AccountOwnership, Dialect } from "./mysql-dialect";
import { type Account, accountName, identifier, literal, type Run } from "./mysql-sql";

/** Stands in an account's attributes, with the ARN of the secret that owns it. */
const MARK = "rotatedBySecret";

/** Servers before 8.0.14 know neither REPLACE nor RETAIN. */
const SYNTAX = "error 1064";
/** https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html#error_er_incorrect_current_password */
const NOT_CURRENT = "error 3891";

/**
 * MySQL 8, and Aurora MySQL 3. Statements carry clear passwords: MySQL masks them in every log of its own unless
 * started with --log-raw, https://dev.mysql.com/doc/refman/8.0/en/password-logging.html. A hash would do for
 * CREATE USER, but RETAIN and REPLACE take clear passwords only.
 */
export const mysql8Dialect: Dialect = {
  name: "MySQL",
  plugins: ["caching_sha2_password", "sha256_password", "mysql_native_password"],
  // SHOW GRANTS says ALL PRIVILEGES for this list, which is all there is for a database.
  allOnDatabase: [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "REFERENCES",
    "INDEX",
    "ALTER",
    "CREATE TEMPORARY TABLES",
    "LOCK TABLES",
    "EXECUTE",
    "CREATE VIEW",
    "SHOW VIEW",
    "CREATE ROUTINE",
    "ALTER ROUTINE",
    "EVENT",
    "TRIGGER",
  ],

  // max_execution_time is for SELECT only; the driver's own limit covers the rest.
  settings: ({ lock, statement }) =>
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', " +
    `SESSION max_execution_time = ${statement * 1000}, SESSION lock_wait_timeout = ${lock}, ` +
    `SESSION innodb_lock_wait_timeout = ${lock}`,

  /**
   * The password in use stays valid as the account's second one, so that even a single user has no window. An
   * account has no third: the next rotation's RETAIN discards it, so DISCARD OLD PASSWORD is not needed.
   * https://dev.mysql.com/doc/refman/8.0/en/password-management.html#dual-passwords
   */
  async changeOwnPassword(run, doing, next, used) {
    const change = (clauses: string, password = next) =>
      run(doing, `ALTER USER USER() IDENTIFIED BY ${literal(password)}${clauses}`, { secret: true });
    const replace = ` REPLACE ${literal(used)}`;
    try {
      await change(`${replace} RETAIN CURRENT PASSWORD`);
    } catch (error) {
      if (isNumber(error, NOT_CURRENT)) {
        // The one in use is the second already: RETAIN would keep the other, which is nobody's.
        await change("", used);
        await change(`${replace} RETAIN CURRENT PASSWORD`);
      } else if (error instanceof PrivilegeError) {
        // Without APPLICATION_PASSWORD_ADMIN.
        await change(replace);
      } else if (isNumber(error, SYNTAX)) {
        await change("");
      } else {
        throw error;
      }
    }
  },

  identification: (plugin, password) => `IDENTIFIED WITH ${literal(plugin)} BY ${literal(password)}`,

  accountsQuery: "SELECT User AS user, Host AS host, plugin FROM mysql.user WHERE User = ? ORDER BY Host",

  async ownership(run, { user, host }, secretArn): Promise<AccountOwnership> {
    const [row] = await run(
      `looking up user "${user}"`,
      `SELECT JSON_UNQUOTE(JSON_EXTRACT(ATTRIBUTE, '$.${MARK}')) AS owner ` +
        "FROM information_schema.USER_ATTRIBUTES WHERE USER = ? AND HOST = ?",
      { parameters: [user, host] },
    );
    if (row?.owner === secretArn) return "ours";
    return row?.owner ? "another secret's" : "unmarked";
  },

  // Attributes are merged, so others stay.
  async mark(run, account, secretArn) {
    await run(
      `marking user "${account.user}"`,
      `ALTER USER ${accountName(account)} ATTRIBUTE ${attribute(secretArn)}`,
    );
  },

  isMark: () => false,

  async create(run, account, password, secretArn) {
    await createUser(run, account, `BY ${literal(password)} ATTRIBUTE ${attribute(secretArn)}`);
    await allowRetaining(run, account);
  },

  async createLocked(run, account, secretArn) {
    const throwaway = `${randomBytes(24).toString("base64url")}aA1!`;
    await createUser(
      run,
      account,
      `WITH ${literal(account.plugin)} BY ${literal(throwaway)} ACCOUNT LOCK ATTRIBUTE ${attribute(secretArn)}`,
    );
  },

  // A second password from the time before would stay valid for good.
  beforePassword: (account) => `ALTER USER ${accountName(account)} DISCARD OLD PASSWORD`,

  async defaultRoles(run, { user, host }) {
    const rows = await run(
      `reading the default roles of "${user}"`,
      "SELECT DEFAULT_ROLE_USER AS user, DEFAULT_ROLE_HOST AS host FROM mysql.default_roles " +
        "WHERE USER = ? AND HOST = ?",
      { parameters: [user, host] },
    );
    return rows.map((role) => `${identifier(String(role.user))}@${identifier(String(role.host))}`).sort();
  },

  setDefaultRoles: (account, roles) =>
    `SET DEFAULT ROLE ${roles.length > 0 ? roles.join(", ") : "NONE"} TO ${accountName(account)}`,
};

async function createUser(run: Run, account: Account, identified: string): Promise<void> {
  await run(
    `creating user "${account.user}"`,
    `CREATE USER ${accountName(account)} IDENTIFIED ${identified}`,
    { secret: true },
  );
}

/** Lets the user keep its old password while it changes it. An admin without the right to give it leaves a window. */
async function allowRetaining(run: Run, account: Account): Promise<void> {
  try {
    await run(
      `granting "${account.user}" its second password`,
      `GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${accountName(account)}`,
    );
  } catch (error) {
    if (!(error instanceof PrivilegeError) && !(error instanceof DatabaseError)) throw error;
  }
}

function attribute(secretArn: string): string {
  return literal(JSON.stringify({ [MARK]: secretArn }));
}

function isNumber(error: unknown, number: string): boolean {
  return error instanceof RotationError && error.message.includes(`(${number},`);
}

import { createHash } from "node:crypto";
import { DatabaseError } from "../errors";
import type { AccountOwnership, Dialect } from "./mysql-dialect";
import { type Account, accountName, identifier, literal, nativeHash, type Run } from "./mysql-sql";

const PLUGIN = "mysql_native_password";

/** What to do about MariaDB's refusals of SET PASSWORD, by its number. */
const REMEDIES: readonly (readonly [error: string, remedy: string])[] = [
  [
    "(error 1290,",
    "The server is read-only, or a password validation plugin asks for the clear password, which MariaDB would " +
      "write to its general log: turn strict_password_validation off.",
  ],
  // For plugins without passwords, and for those whose hashes look different.
  ["(error 1699,", `Of the account's authentication plugins, ${PLUGIN} must come first.`],
  ["(error 1372,", `Of the account's authentication plugins, ${PLUGIN} must come first.`],
];

/**
 * MariaDB has no place for a remark on an account, so the mark is a role without privileges, named after the
 * secret and granted to the account: seen in SHOW GRANTS, kept by dumps and replicas.
 */
const MARK = "rotated-by-secret-";

function markRole(secretArn: string): string {
  return MARK + createHash("sha256").update(secretArn).digest("hex").slice(0, 32);
}

/**
 * A hash that no password is known for. A new account bears it until it is marked and has its password, so that
 * an account left by a death in between is known for ours, and lets nobody in.
 */
function birthHash(secretArn: string): string {
  return `*${createHash("sha1").update(`birth of a user of ${secretArn}`).digest("hex").toUpperCase()}`;
}

export const mariadbDialect: Dialect = {
  name: "MariaDB",
  plugins: [PLUGIN],
  allOnDatabase: undefined,

  settings: ({ lock, statement }) =>
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin, " +
    "SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION', " +
    `SESSION max_statement_time = ${statement}, SESSION lock_wait_timeout = ${lock}, ` +
    `SESSION innodb_lock_wait_timeout = ${lock}`,

  async changeOwnPassword(run, doing, next) {
    try {
      await run(doing, `SET PASSWORD = ${literal(nativeHash(next))}`, { secret: true });
    } catch (error) {
      const message = error instanceof DatabaseError ? error.message : "";
      const remedy = REMEDIES.find(([number]) => message.includes(number))?.[1];
      throw remedy ? new DatabaseError(`${message} ${remedy}`) : error;
    }
  },

  identification: (plugin, password) => `IDENTIFIED VIA ${plugin} USING ${literal(nativeHash(password))}`,

  accountsQuery:
    "SELECT User AS user, Host AS host, plugin, is_role FROM mysql.user WHERE User = ? ORDER BY Host",

  async ownership(run, account, secretArn): Promise<AccountOwnership> {
    const roles = await marksOf(run, account);
    if (roles.includes(markRole(secretArn))) return "ours";
    if (roles.length > 0) return "another secret's";
    if (!(await isNewborn(run, account, secretArn))) return "unmarked";
    await grantMark(run, account, secretArn);
    return "ours";
  },

  mark: grantMark,
  isMark: (role) => role.startsWith(`\`${MARK}`),

  async create(run, account, password, secretArn) {
    await bear(run, account, secretArn, "");
    await run(
      `setting the password of "${account.user}"`,
      `ALTER USER ${accountName(account)} ${this.identification(PLUGIN, password)}`,
      { secret: true },
    );
  },

  createLocked: async (run, account, secretArn) => await bear(run, account, secretArn, " ACCOUNT LOCK"),

  beforePassword: () => undefined,

  async defaultRoles(run, { user, host }) {
    const [row] = await run(
      `reading the default role of "${user}"`,
      "SELECT default_role AS role FROM mysql.user WHERE User = ? AND Host = ?",
      { parameters: [user, host] },
    );
    return row?.role ? [identifier(String(row.role))] : [];
  },

  setDefaultRoles: (account, [role = "NONE"]) => `SET DEFAULT ROLE ${role} FOR ${accountName(account)}`,
};

async function bear(run: Run, account: Account, secretArn: string, lock: string): Promise<void> {
  await run(
    `creating user "${account.user}"`,
    `CREATE USER ${accountName(account)} ` +
      `IDENTIFIED VIA ${PLUGIN} USING ${literal(birthHash(secretArn))}${lock}`,
    { secret: true },
  );
  await grantMark(run, account, secretArn);
}

async function grantMark(run: Run, account: Account, secretArn: string): Promise<void> {
  const doing = `marking user "${account.user}"`;
  const role = identifier(markRole(secretArn));
  await run(doing, `CREATE ROLE IF NOT EXISTS ${role}`);
  await run(doing, `GRANT ${role} TO ${accountName(account)}`);
}

/** Without those that it may pass on: the admin has every role that it created. */
async function marksOf(run: Run, { user, host }: Account): Promise<string[]> {
  const rows = await run(
    `looking up user "${user}"`,
    "SELECT Role AS role FROM mysql.roles_mapping WHERE User = ? AND Host = ? AND Admin_option = 'N'",
    { parameters: [user, host] },
  );
  return rows.map(({ role }) => String(role)).filter((role) => role.startsWith(MARK));
}

async function isNewborn(run: Run, { user, host }: Account, secretArn: string): Promise<boolean> {
  const [row] = await run(
    `looking up user "${user}"`,
    "SELECT authentication_string AS hash FROM mysql.user WHERE User = ? AND Host = ?",
    { parameters: [user, host] },
  );
  return row?.hash === birthHash(secretArn);
}

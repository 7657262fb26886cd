import type { Grant, Privilege } from "../contract";
import { DatabaseError } from "../errors";
import type { Dialect } from "./mysql-dialect";
import {
  type Account,
  accountName,
  grantedDatabase,
  literal,
  masked,
  type Run,
  shownName,
} from "./mysql-sql";

/** One thing that can be granted and revoked by itself. */
export interface Right {
  /** "SELECT", "UPDATE (`a`)", "GRANT OPTION", "ALL PRIVILEGES", or a role's name as SQL. */
  readonly privilege: string;
  /** "*.*", "`db`.*", "`db`.`t`", "FUNCTION `db`.`f`"; undefined for a role. */
  readonly on: string | undefined;
  /** Whether it may be passed on, for what has this option each for itself. */
  readonly option: "" | " WITH ADMIN OPTION" | " WITH GRANT OPTION";
}

const ALL = "ALL PRIVILEGES";

const READONLY = ["SELECT", "SHOW VIEW"];
const READWRITE = [...READONLY, "INSERT", "UPDATE", "DELETE", "EXECUTE"];
/** Named one by one: RDS's admin on MariaDB lacks DELETE HISTORY, so it cannot grant ALL [seen on 10.11]. */
const OWNER = [
  ...READWRITE,
  "CREATE",
  "DROP",
  "REFERENCES",
  "INDEX",
  "ALTER",
  "CREATE TEMPORARY TABLES",
  "LOCK TABLES",
  "CREATE VIEW",
  "CREATE ROUTINE",
  "ALTER ROUTINE",
  "EVENT",
  "TRIGGER",
];
const MEANING: Readonly<Record<Privilege, readonly string[]>> = {
  readonly: READONLY,
  readwrite: READWRITE,
  owner: OWNER,
};

/** SHOW GRANTS: the server's own complete list, in its own quoting. */
async function grantsOf(run: Run, account: Account): Promise<string[]> {
  const rows = await run(
    `reading the grants of "${account.user}"@"${account.host}"`,
    `SHOW GRANTS FOR ${accountName(account)}`,
  );
  return rows.map((row) => String(Object.values(row)[0]));
}

/**
 * What an account may do. Composing it from the grant tables takes seven queries and misses what the next version
 * adds. Partial revokes, which MySQL 8 has for global privileges, are left out: it may be less than this.
 */
export async function rightsOf(run: Run, dialect: Dialect, account: Account): Promise<Right[]> {
  return rightsIn((await grantsOf(run, account)).filter(isGrant), account, dialect);
}

/** As {@link rightsOf}, to be copied. @throws DatabaseError for partial revokes: a copy could do more */
export async function copiedRightsOf(run: Run, dialect: Dialect, account: Account): Promise<Right[]> {
  const grants = await grantsOf(run, account);
  if (grants.every(isGrant)) return rightsIn(grants, account, dialect);
  throw new DatabaseError(
    `User "${account.user}"@"${account.host}" has global privileges with partial revokes, which this function does ` +
      "not copy to a clone. Grant it what it needs database by database.",
  );
}

function isGrant(statement: string): boolean {
  return !statement.startsWith("REVOKE ");
}

function rightsIn(grants: readonly string[], account: Account, dialect: Dialect): Right[] {
  return grants
    .flatMap((statement) => parseGrant(statement, account, dialect))
    .filter(({ on, privilege }) => on !== undefined || !dialect.isMark(privilege));
}

/** As {@link rightsOf}, of a role: its name as SQL. */
export async function rightsOfRole(run: Run, dialect: Dialect, role: string): Promise<Right[]> {
  const rows = await run(`reading the grants of role ${role}`, `SHOW GRANTS FOR ${role}`);
  const grants = rows.map((row) => String(Object.values(row)[0])).filter(isGrant);
  return grants.flatMap((statement) => parseGrant(statement, role, dialect));
}

/** @param grantee a statement about somebody else (a role's, MariaDB shows them too) gives no rights */
export function parseGrant(statement: string, grantee: Account | string, dialect: Dialect): Right[] {
  // Searched in a copy without names and texts: those may say " TO " and " ON ".
  const plain = masked(statement);
  if (plain.startsWith("SET DEFAULT ROLE ")) return [];
  const to = plain.indexOf(" TO ");
  if (!plain.startsWith("GRANT ") || to < 0) {
    throw new DatabaseError(`This function cannot copy ${JSON.stringify(plain)}, of SHOW GRANTS.`);
  }
  if (!isGrantee(statement.slice(to + " TO ".length), grantee)) return [];

  const onAt = plain.slice(0, to).indexOf(" ON ");
  const names = splitNames(statement.slice("GRANT ".length, onAt < 0 ? to : onAt));
  const tail = plain.slice(to);
  if (onAt < 0) {
    const option = tail.includes(" WITH ADMIN OPTION") ? " WITH ADMIN OPTION" : "";
    return names.map((privilege) => ({ privilege, on: undefined, option }));
  }
  const on = statement.slice(onAt + " ON ".length, to);
  const grantable = / WITH (?:.* )?GRANT OPTION/.test(tail);
  const rights = names
    .flatMap(splitColumns)
    .flatMap((name) => (name === ALL && isDatabase(on) ? (dialect.allOnDatabase ?? [ALL]) : [name]))
    .filter((privilege) => privilege !== "USAGE")
    .map((privilege): Right => {
      const option = grantable && hasOwnOption(privilege) ? " WITH GRANT OPTION" : "";
      return { privilege, on, option };
    });
  // For all other privileges the option is one for all that an account has on an object.
  const shared: Right[] = [{ privilege: "GRANT OPTION", on, option: "" }];
  return grantable && !names.every(hasOwnOption) ? [...rights, ...shared] : rights;
}

function isGrantee(text: string, grantee: Account | string): boolean {
  const names =
    typeof grantee === "string"
      ? [grantee]
      : [shownName(grantee), `${literal(grantee.user)}@${literal(grantee.host)}`];
  return names.some((name) => text === name || text.startsWith(`${name} `));
}

/** Splits at commas outside parentheses and quotes. */
function splitNames(list: string): string[] {
  const plain = masked(list).replace(/\([^)]*\)/g, (columns) => "x".repeat(columns.length));
  const names: string[] = [];
  let start = 0;
  for (const part of plain.split(",")) {
    names.push(list.slice(start, start + part.length).trim());
    start += part.length + 1;
  }
  return names;
}

/** "SELECT (`a`, `b`)" as "SELECT (`a`)" and "SELECT (`b`)". */
function splitColumns(name: string): string[] {
  const open = masked(name).indexOf("(");
  if (open < 0) return [name];
  return splitNames(name.slice(open + 1, -1)).map((column) => `${name.slice(0, open)}(${column})`);
}

function isDatabase(on: string): boolean {
  return on.endsWith(".*") && on !== "*.*";
}

/** MySQL 8's dynamic privileges, the ones written with underscores, and PROXY. */
function hasOwnOption(privilege: string): boolean {
  return privilege === "PROXY" || /^[A-Z0-9]+(_[A-Z0-9]+)+$/.test(privilege);
}

/** What is in the first list and not in the second. */
export function lacking(of: readonly Right[], within: readonly Right[]): Right[] {
  const there = new Set(within.map(keyOf));
  return of.filter((right) => !there.has(keyOf(right)));
}

function keyOf({ privilege, on, option }: Right): string {
  return JSON.stringify([privilege, on, option]);
}

/** A right for messages. */
export function describeRight({ privilege, on, option }: Right): string {
  return `${privilege}${on === undefined ? "" : ` ON ${on}`}${option}`;
}

/**
 * Statements that turn what an account has into what it shall have. Grants come before revokes, so that a
 * session loses nothing in between that it shall keep.
 */
export function convergingStatements(
  account: Account,
  has: readonly Right[],
  shallHave: readonly Right[],
): string[] {
  const [missing, beyond] = [lacking(shallHave, has), lacking(has, shallHave)];
  const covered = (right: Right) =>
    missing.some(({ privilege, on, option }) => {
      if (on !== right.on) return false;
      const all = privilege === ALL && right.privilege !== "GRANT OPTION" && right.option === "";
      return all || (privilege === right.privilege && option !== "");
    });
  // Revoking one of these after the grants would take away what they gave.
  const revokedFirst = (right: Right) =>
    missing.some(({ on, privilege }) => on === right.on && [privilege, ALL].includes(right.privilege));
  const revoked = beyond.filter((right) => !covered(right));
  return [
    ...statements("REVOKE", account, revoked.filter(revokedFirst)),
    ...statements("GRANT", account, missing),
    ...statements(
      "REVOKE",
      account,
      revoked.filter((right) => !revokedFirst(right)),
    ),
  ];
}

/** One statement for each object, and for each role. */
function statements(verb: "GRANT" | "REVOKE", account: Account, rights: readonly Right[]): string[] {
  const groups = new Map<string, Right[]>();
  for (const right of rights) {
    const { privilege, on, option } = right;
    const alone = on === undefined || privilege === ALL || hasOwnOption(privilege);
    const key = JSON.stringify([on, option, alone && privilege]);
    groups.set(key, [...(groups.get(key) ?? []), right]);
  }
  return [...groups.values()].map((group) => {
    const { on, option } = group[0] as Right;
    const what = group.map(({ privilege }) => privilege).join(", ");
    const object = on === undefined ? "" : ` ON ${on}`;
    return verb === "GRANT"
      ? `GRANT ${what}${object} TO ${accountName(account)}${option}`
      : `REVOKE ${what}${object} FROM ${accountName(account)}`;
  });
}

/** What the declared privileges mean. @param lowercase whether the server keeps database names in lower case */
export function declaredRights(grants: readonly Grant[], lowercase: boolean): Right[] {
  const rights = grants.flatMap(({ schema, privilege }) => {
    const on = grantedDatabase(lowercase ? schema.toLowerCase() : schema);
    return MEANING[privilege].map((name): Right => ({ privilege: name, on, option: "" }));
  });
  return [...new Map(rights.map((right) => [keyOf(right), right])).values()];
}

/** Whether a right is about databases and what is in them, which is what declarations speak of. */
export function isOnDatabases({ on, privilege }: Right): boolean {
  return on !== undefined && on !== "*.*" && privilege !== "PROXY";
}

// What lets an account make or change accounts, or act as another: globally, or by writing the grant tables.
const ADMINISTRATIVE =
  /^(ALL PRIVILEGES|GRANT OPTION|SUPER|CREATE USER|CREATE ROLE|DROP ROLE|FEDERATED ADMIN|SET USER|CONNECTION ADMIN|SYSTEM_USER|SYSTEM_VARIABLES_ADMIN|ROLE_ADMIN|SET_USER_ID|SET_ANY_DEFINER|CONNECTION_ADMIN)$/;

/** Whether rights let an account administer others. */
export function administers(rights: readonly Right[]): boolean {
  return rights.some(({ privilege, on }) => {
    if (privilege === "PROXY") return true;
    if (on === "*.*") return ADMINISTRATIVE.test(privilege);
    return on?.startsWith("`mysql`.") && !/^(SELECT|SHOW VIEW|EXECUTE)/.test(privilege);
  });
}

import { createHash } from "node:crypto";
import { SecretValueError } from "../errors";

/** One account. MySQL's family knows a user by its name and the hosts it may come from. */
export interface Account {
  readonly user: string;
  readonly host: string;
}

export interface RunOptions {
  /** Values for the statement's question marks; sent apart from it, as a prepared statement's. */
  readonly parameters?: readonly unknown[];
  /** The statement holds a password or a hash: what the server says about it is not repeated. @default false */
  readonly secret?: boolean;
}

/** Runs one statement. @param doing for messages, e.g. "creating user "app"" */
export type Run = (
  doing: string,
  sql: string,
  options?: RunOptions,
) => Promise<readonly Record<string, unknown>[]>;

/** A text as SQL. Sessions run without NO_BACKSLASH_ESCAPES, so a backslash is doubled too. */
export function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** A name as SQL. */
export function identifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** An account as statements take it. */
export function accountName({ user, host }: Account): string {
  return `${literal(user)}@${literal(host)}`;
}

/** An account as SHOW GRANTS and SHOW CREATE USER write it. */
export function shownName({ user, host }: Account): string {
  return `${identifier(user)}@${identifier(host)}`;
}

/** A database as GRANT takes it, where _ and % would stand for any characters. */
export function grantedDatabase(name: string): string {
  return `${identifier(name.replace(/[\\_%]/g, "\\$&"))}.*`;
}

/**
 * Statement text with everything between quotes replaced, character for character, so that keywords and commas
 * can be looked for at the same places.
 */
export function masked(sql: string): string {
  return sql.replace(/`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'/gs, (quoted) => "x".repeat(quoted.length));
}

/** @throws SecretValueError for a name that the server would take for another */
export function requireUsername(username: string, maxLength: number): void {
  // The grant tables are utf8mb3 and compare without trailing spaces: MariaDB makes "?" of "😀", and finds
  // "app" for "app ".
  const storable = !/\0|[\ud800-\udfff]/.test(username) && username === username.trimEnd();
  if (storable && username.length <= maxLength) return;
  throw new SecretValueError(
    `field "username" must be at most ${maxLength} characters without NUL, trailing spaces and characters ` +
      `beyond U+FFFF, got "${username}"`,
  );
}

/**
 * What mysql_native_password stores for a password. Sent in the password's place it keeps the clear text out of
 * statements: MariaDB's general log does not mask them.
 */
export function nativeHash(password: string): string {
  const once = createHash("sha1").update(password).digest();
  return `*${createHash("sha1").update(once).digest("hex").toUpperCase()}`;
}

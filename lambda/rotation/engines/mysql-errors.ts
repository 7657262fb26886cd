import {
  AuthenticationError,
  DatabaseError,
  NetworkError,
  PrivilegeError,
  RotationError,
  readReplica,
  TimeoutError,
  TlsError,
} from "../errors";
import { classifyNetworkError, connectTimeout, unverifiedTls } from "../network-errors";

// Numbers, because the driver's names for MariaDB's own (above 1900) are MySQL's of the same number.
// https://mariadb.com/kb/en/mariadb-error-code-reference/
// https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html

/**
 * At login: wrong password (1045, 1698), no account for the host (1130), unknown plugin (1251, 1524), password
 * expired (1820, 1862), locked (3118, 4151), locked for wrong passwords (3955, 4150).
 */
const LOGIN_REFUSED = new Set([1045, 1130, 1251, 1524, 1698, 1820, 1862, 3118, 3955, 4150, 4151]);
/** After login, missing privileges: on a database, a table, a column, a routine, accounts, roles. */
const PRIVILEGE_MISSING = new Set([
  1044, 1045, 1095, 1131, 1132, 1142, 1143, 1227, 1370, 1410, 1419, 1698, 3530, 3619,
]);
/** Waiting for a lock, deadlock, statement time limits of MariaDB and MySQL, killed statement. */
const TIME_PASSED = new Set([1205, 1213, 1317, 1969, 3024, 3572]);
/** No free connection, shutting down, connection killed or broken, host blocked after broken connections. */
const UNREACHABLE = new Set([
  1040, 1053, 1077, 1079, 1129, 1152, 1156, 1158, 1159, 1160, 1161, 1184, 1203, 1226, 1927, 3169, 4031,
]);
/** Started with --read-only, as replicas are; in its read-only mode. */
const ONLY_READS = new Set([1290, 1836]);
/** What to do about a refused password, where the server's own words are left out. */
const REMEDIES = new Map([
  [
    1819,
    " It does not satisfy the server's password policy: set PASSWORD_LENGTH and the EXCLUDE_ variables so that it does.",
  ],
  [3638, " It was used before, which the account's PASSWORD HISTORY or PASSWORD REUSE INTERVAL forbids."],
]);
const CLOSED = /closed state|Connection lost|socket disconnected before secure TLS|^(read|write) E/;

interface DriverError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
}

export interface ErrorContext {
  /** "host:port". */
  readonly server: string;
  /** For messages: "logging in as "app"". */
  readonly doing: string;
  /** While logging in, a refusal is about the password. @default false */
  readonly login?: boolean;
  /** Whether the server's words are left out: they may quote the statement. @default false */
  readonly secret?: boolean;
}

/**
 * Says in our own classes what went wrong. A driver's error never goes on: it carries the statement.
 */
export function classify(cause: unknown, { server, doing, login, secret }: ErrorContext): RotationError {
  if (cause instanceof RotationError) return cause;
  const { code = "", errno = 0, sqlState = "", message } = cause as DriverError;
  const number = sqlState || errno > 0 ? ` (error ${errno}, SQLSTATE ${sqlState || "unknown"})` : "";
  const said = `${server}, while ${doing}${secret && number ? "" : `: ${message}`}${number}.`;

  if (login && LOGIN_REFUSED.has(errno)) return new AuthenticationError(said);
  if (PRIVILEGE_MISSING.has(errno)) return new PrivilegeError(`${said} The user lacks a privilege.`);
  if (ONLY_READS.has(errno) && /read.only/i.test(message)) return readReplica(said);
  if (TIME_PASSED.has(errno) || code === "PROTOCOL_SEQUENCE_TIMEOUT") return new TimeoutError(said);
  if (UNREACHABLE.has(errno) || code === "PROTOCOL_CONNECTION_LOST" || CLOSED.test(message)) {
    return new NetworkError(said);
  }
  if (code === "AUTH_SWITCH_PLUGIN_ERROR" || code === "MYSQL_CLEAR_PASSWORD_NOT_ENABLED") {
    return unspokenPlugin(message, server, doing);
  }
  if (code === "HANDSHAKE_NO_SSL_SUPPORT" || errno === 3159) {
    return new TlsError(
      `${server} offers no TLS. Turn it on (require_secure_transport); there is no fallback to plain text.`,
    );
  }
  // The driver puts this code in the place of Node's own.
  if (code === "HANDSHAKE_SSL_ERROR") {
    return unverifiedTls(server, message);
  }
  if (code === "ETIMEDOUT") return connectTimeout(server);
  return (
    classifyNetworkError(cause as Error, server) ?? new DatabaseError(said + (REMEDIES.get(errno) ?? ""))
  );
}

/** A refused login, not a broken server: servers name a plugin at random for users that do not exist. */
function unspokenPlugin(message: string, server: string, doing: string): AuthenticationError {
  const plugin = /unknown plugin (\w+)/.exec(message)?.[1] ?? "mysql_clear_password";
  return new AuthenticationError(
    `${server}, while ${doing}: the server asks for the authentication plugin ${plugin}, which this function does ` +
      "not speak. It speaks caching_sha2_password, sha256_password and mysql_native_password, over verified TLS.",
  );
}

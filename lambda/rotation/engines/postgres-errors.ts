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
import { classifyNetworkError, connectTimeout } from "../network-errors";

/**
 * Says in our terms what the driver or the server reports. No statement gets into a message: PostgreSQL's own
 * messages quote names and at most one token.
 * SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function classify(error: unknown, server: string, doing: string): RotationError {
  if (error instanceof RotationError) return error;
  const { code = "", detail, message } = error as Error & { code?: string; detail?: string };
  const said = `${server}, while ${doing}: ${message}${code && ` (${code})`}.`;
  if (message.startsWith("PAM authentication failed")) {
    return new AuthenticationError(`${said} A member of rds_iam has no password: revoke rds_iam from it.`);
  }
  if (code === "28P01" || code === "28000") return new AuthenticationError(said);
  // Since PostgreSQL 16 the detail names the role that ADMIN OPTION is needed on.
  if (code === "42501") return new PrivilegeError(`${said} ${detail ?? "The role lacks a privilege."}`);
  // A standby answers BEGIN READ WRITE with feature_not_supported, and any other change with 25006.
  if (code === "25006" || / during recovery$/.test(message)) return readReplica(said);
  if (code === "55P03") return new TimeoutError(`${said} Another session holds a lock on it.`);
  if (code === "57014" || message === "Query read timeout") return new TimeoutError(said);
  // Shutting down or starting up, out of connections, connection failures.
  if (/^(57P|53|08)/.test(code) || /^Connection terminated|not queryable$/.test(message)) {
    return new NetworkError(said);
  }
  if (message === "timeout expired") return connectTimeout(server);
  if (message === "The server does not support SSL connections") {
    return new TlsError(
      `${server} offers no TLS. Turn it on (rds.force_ssl); there is no fallback to plain text.`,
    );
  }
  return classifyNetworkError(error as Error, server) ?? new DatabaseError(said);
}

/**
 * Every failure of a rotation is one of these, so that the log, Lambda's errorType and the alarm say what to
 * check. Messages name fields, hosts and users; never a password and never a statement.
 */
export abstract class RotationError extends Error {
  /** Stable across minification, unlike the class's own name. */
  abstract override readonly name: string;
  /** Whether the same call may succeed by itself a moment later. */
  readonly transient: boolean = false;
}

/** The database refused the user name or password. */
export class AuthenticationError extends RotationError {
  override readonly name = "AuthenticationError";
}

/** No verified TLS: unknown CA, wrong host name, expired certificate, or a server without TLS. */
export class TlsError extends RotationError {
  override readonly name = "TlsError";
}

/** The server could not be reached, went away, or takes no connections right now. */
export class NetworkError extends RotationError {
  override readonly name = "NetworkError";
  override readonly transient = true;
}

/** A connect, statement, lock or overall time limit passed. */
export class TimeoutError extends RotationError {
  override readonly name = "TimeoutError";
  override readonly transient = true;
}

/** A role or the function lacks a privilege. */
export class PrivilegeError extends RotationError {
  override readonly name = "PrivilegeError";
}

/** Any other refusal by the database. */
export class DatabaseError extends RotationError {
  override readonly name = "DatabaseError";
}

/** Users are changed where they are written; replicas follow, and every login of the source is theirs too. */
export function readReplica(said: string): DatabaseError {
  return new DatabaseError(
    `${said} The server only reads, as a replica does: the secret's host must be the replica's source. After a ` +
      "failover the name points at the old writer for a moment; then the next attempt succeeds.",
  );
}

/** The secret's value lacks a field, has one of a wrong type, or contradicts another version. */
export class SecretValueError extends RotationError {
  override readonly name = "SecretValueError";
}

/** The secret's versions and labels do not allow this step. */
export class SecretStateError extends RotationError {
  override readonly name = "SecretStateError";
}

/** The event is not one that Secrets Manager or Terraform sends. */
export class EventError extends RotationError {
  override readonly name = "EventError";
}

/** An environment variable or tag has a value that cannot be used. */
export class SettingError extends RotationError {
  override readonly name = "SettingError";
}

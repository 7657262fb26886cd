import pg from "pg";
import { SecretValueError } from "../errors";
import { scramVerifier } from "../scram";
import type { PostgresConnection } from "./postgres";

/** PostgreSQL cuts longer names short without an error, and would alter another role. In bytes. */
const MAX_NAME_BYTES = 63;

/** RFC 7677's minimum, and what PostgreSQL before 16 always uses. */
const DEFAULT_ITERATIONS = 4096;

/** A role's name as SQL. @throws SecretValueError for a name PostgreSQL cannot hold */
export function roleName(username: string): string {
  if (Buffer.byteLength(username) <= MAX_NAME_BYTES && !username.includes("\0")) {
    return pg.escapeIdentifier(username);
  }
  throw new SecretValueError(
    `field "username" must be at most ${MAX_NAME_BYTES} bytes without NUL, got "${username}"`,
  );
}

/** A password as SQL: its SCRAM verifier, so that no statement and no server log ever holds the password. */
export async function passwordLiteral(connection: PostgresConnection, password: string): Promise<string> {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new SecretValueError(
      'field "password" must be printable ASCII for PostgreSQL, got other characters',
    );
  }
  const [row] = await connection.run(
    "reading scram_iterations",
    "SELECT current_setting('scram_iterations', true) AS iterations",
  );
  return pg.escapeLiteral(await scramVerifier(password, Number(row?.iterations ?? DEFAULT_ITERATIONS)));
}

import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const SALT_BYTES = 16;
const KEY_BYTES = 32;

/**
 * What PostgreSQL stores for a password. Sent in place of the password, it keeps the clear text out of
 * statements, server logs and pgaudit. Format and steps: RFC 5802 section 3 and PostgreSQL's pg_authid.
 * @param password printable ASCII only, for which SASLprep (RFC 4013) changes nothing
 * @param iterations the server's scram_iterations; at least 4096 by RFC 7677
 */
export async function scramVerifier(
  password: string,
  iterations: number,
  salt: Buffer = randomBytes(SALT_BYTES),
): Promise<string> {
  const salted = await promisify(pbkdf2)(password, salt, iterations, KEY_BYTES, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

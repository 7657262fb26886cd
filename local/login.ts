import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { z } from "zod";

/** The secret's value as an application reads it. */
const SecretValue = z.object({
  host: z.string(),
  port: z.number(),
  username: z.string(),
  password: z.string(),
  dbname: z.string(),
});

/** What came of logging in: the server's answer, never a guess. */
export type Login = "accepted" | "refused";

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const INVALID_PASSWORD = "28P01";

/**
 * Logs in with a secret's value as an application would: the driver, verified TLS, one query.
 * @throws for everything that is neither a login nor a refused password
 */
export async function logIn(secretValue: string, caFile: string): Promise<Login> {
  const { host, port, username, password, dbname } = parse(secretValue);
  const client = new Client({
    host,
    port,
    user: username,
    password,
    database: dbname,
    ssl: { ca: await readFile(caFile, "utf8") },
    connectionTimeoutMillis: 5_000,
  });
  try {
    await client.connect();
    await client.query("SELECT 1");
    return "accepted";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === INVALID_PASSWORD) return "refused";
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function parse(secretValue: string): z.infer<typeof SecretValue> {
  try {
    return SecretValue.parse(JSON.parse(secretValue));
  } catch {
    // Without the cause: JSON.parse quotes what it was given.
    throw new Error("the secret's value is not the JSON of a database's secret with all of its members");
  }
}

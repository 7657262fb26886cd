import { readFile } from "node:fs/promises";
import { z } from "zod";

/** The secret's value as an application reads it. */
const SecretValue = z.object({
  engine: z.enum(["postgres", "mariadb"]),
  host: z.string(),
  port: z.number(),
  username: z.string(),
  password: z.string(),
  dbname: z.string(),
});

type SecretValue = z.infer<typeof SecretValue>;

/** What came of logging in: the server's answer, never a guess. */
export type Login = "accepted" | "refused";

/** SQLSTATE invalid_password, https://www.postgresql.org/docs/current/errcodes-appendix.html; ER_ACCESS_DENIED_ERROR. */
const REFUSED: readonly unknown[] = ["28P01", "ER_ACCESS_DENIED_ERROR"];
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Logs in with a secret's value as an application would: the driver, verified TLS, one query.
 * @throws for everything that is neither a login nor a refused password
 */
export async function logIn(secretValue: string, caFile: string): Promise<Login> {
  const value = parse(secretValue);
  const query = value.engine === "postgres" ? queryPostgres : queryMariadb;
  try {
    await query(value, await readFile(caFile, "utf8"));
    return "accepted";
  } catch (error) {
    if (error instanceof Error && "code" in error && REFUSED.includes(error.code)) return "refused";
    throw error;
  }
}

/** The database user of a secret's value. */
export function usernameIn(secretValue: string): string {
  return parse(secretValue).username;
}

async function queryPostgres({ host, port, username, password, dbname }: SecretValue, ca: string) {
  const { Client } = await import("pg");
  const client = new Client({
    host,
    port,
    user: username,
    password,
    database: dbname,
    ssl: { ca },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  try {
    await client.connect();
    await client.query("SELECT 1");
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function queryMariadb({ host, port, username, password, dbname }: SecretValue, ca: string) {
  const { createConnection } = await import("mysql2/promise");
  const client = await createConnection({
    host,
    port,
    user: username,
    password,
    database: dbname,
    ssl: { ca, verifyIdentity: true },
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  try {
    await client.query("SELECT 1");
  } finally {
    await client.end().catch(() => undefined);
  }
}

function parse(secretValue: string): SecretValue {
  try {
    return SecretValue.parse(JSON.parse(secretValue));
  } catch {
    // Without the cause: JSON.parse quotes what it was given.
    throw new Error("the secret's value is not the JSON of a database's secret with all of its members");
  }
}

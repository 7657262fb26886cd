import { isDeepStrictEqual } from "node:util";
import * as z from "zod/mini";
import type { ConnectionFacts } from "./contract";
import type { Engine, Login } from "./engine";
import { SecretValueError } from "./errors";

const text = z.string().check(z.minLength(1));
const optionalText = z.nullish(z.string());
// AWS's examples write the port as a number, its console as text; both are in use.
const port = z.nullish(
  z.union([z.int().check(z.gte(1), z.lte(65_535)), z.string().check(z.regex(/^(\d{1,5})?$/))]),
);

const schema = z.looseObject({
  engine: text,
  host: text,
  username: text,
  password: text,
  port,
  dbname: optionalText,
  dbInstanceIdentifier: optionalText,
  masterarn: optionalText,
});

/** A user's secret: AWS's standard shape. Keys it does not know are kept as they are. */
export type SecretValue = z.infer<typeof schema>;

/** An admin's secret: one that RDS manages holds nothing but a user name and a password. */
const adminSchema = z.looseObject({
  username: text,
  password: text,
  host: optionalText,
});
export type AdminSecretValue = z.infer<typeof adminSchema>;

const EXPECTED: Readonly<Record<string, string>> = {
  port: "a port from 1 to 65535, as a number or text",
  dbname: "text, or absent",
  dbInstanceIdentifier: "text, or absent",
  masterarn: "text, or absent",
};

/**
 * Reads a version's JSON.
 * @param where named in errors, e.g. "secret app, version 1f…"
 * @throws SecretValueError naming each bad field and what would be right, never a value
 */
export function parseSecretValue(json: string, where: string): SecretValue {
  return parse(schema, json, where);
}

/** As {@link parseSecretValue}, for the admin's secret. */
export function parseAdminSecretValue(json: string, where: string): AdminSecretValue {
  return parse(adminSchema, json, where);
}

function parse<T>(type: z.ZodMiniType<T>, json: string, where: string): T {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    // The parser's own message quotes the text, and the text is secret.
    throw new SecretValueError(`${where}: the value must be a JSON object, got text that is not JSON`);
  }
  const result = type.safeParse(data);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path }) => {
    const field = String(path[0] ?? "");
    const value = (data as Record<string, unknown> | null)?.[field];
    if (field === "") return `the value must be a JSON object, got ${kindOf(data)}`;
    return `field "${field}" must be ${EXPECTED[field] ?? "text that is not empty"}, got ${kindOf(value)}`;
  });
  throw new SecretValueError(`${where}: ${[...new Set(problems)].join("; ")}`);
}

/** What a value is, in words that give none of it away. */
function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value === "") return "empty text";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "other text" : `a ${typeof value}`;
}

/** What names one user of one database, in a secret's value and in a declaration alike. */
export interface Identity {
  readonly engine: string;
  readonly host: string;
  readonly port?: number | string | null | undefined;
  readonly username: string;
  readonly dbname?: string | null | undefined;
}

/** The login that an identity describes, with the engine's defaults where it is silent. */
export function loginOf(value: Identity, password: string, engine: Engine): Login {
  return {
    host: value.host,
    port: Number(value.port || engine.defaultPort),
    username: value.username,
    password,
    dbname: value.dbname || engine.defaultDatabase,
  };
}

/** The part of a secret's value that may be shown. */
export function factsOf(value: SecretValue): ConnectionFacts {
  return {
    engine: value.engine,
    host: value.host,
    port: value.port ? Number(value.port) : undefined,
    username: value.username,
    dbname: value.dbname || undefined,
    dbInstanceIdentifier: value.dbInstanceIdentifier || undefined,
    masterarn: value.masterarn || undefined,
  };
}

const IDENTIFYING = ["host", "port", "dbname", "username"] as const;

/** The first field in which two values do not mean the same user of the same database. */
export function differingField(
  a: Identity,
  b: Identity,
  engine: Engine,
): (typeof IDENTIFYING)[number] | undefined {
  const [one, other] = [loginOf(a, "", engine), loginOf(b, "", engine)];
  return IDENTIFYING.find((field) => one[field] !== other[field]);
}

const REMEDY = "Remove AWSPENDING from that version and rotate again.";

/**
 * Checked before any connection: a changed value must never make us hand credentials to another host, and an edit
 * of AWSCURRENT must not be lost when the pending value takes its place.
 * @throws SecretValueError naming the field in which pending differs from what it should be
 */
export function requireSameButPassword(pending: SecretValue, expected: SecretValue, engine: Engine): void {
  const field = differingField(pending, expected, engine);
  if (field) {
    throw new SecretValueError(
      `field "${field}" under AWSPENDING must be "${loginOf(expected, "", engine)[field]}" as AWSCURRENT has it, ` +
        `got "${loginOf(pending, "", engine)[field]}". ${REMEDY}`,
    );
  }
  const compared = new Set<string>([...IDENTIFYING, "password"]);
  const edited = [...new Set([...Object.keys(expected), ...Object.keys(pending)])].filter(
    (key) => !compared.has(key) && !isDeepStrictEqual(pending[key], expected[key]),
  );
  if (edited.length === 0) return;
  // Names only: what else a secret holds is secret too.
  throw new SecretValueError(
    `field ${edited.map((key) => `"${key}"`).join(", ")} under AWSCURRENT was changed after AWSPENDING was made: ` +
      `promoting would lose that change. ${REMEDY}`,
  );
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-endpoints.html */
const PROXY = /\.proxy-[a-z0-9]+\.[a-z0-9-]+\.rds\.amazonaws\.com(\.cn)?$/i;

/**
 * A proxy knows the passwords under AWSCURRENT only, so it would refuse the pending one after the database has it.
 * @throws SecretValueError when the host is that of a proxy
 */
export function requireDatabaseHost({ host }: { readonly host: string }): void {
  if (!PROXY.test(host)) return;
  throw new SecretValueError(
    `field "host" must be the database's own endpoint, got "${host}", which is an RDS Proxy's: a proxy logs in ` +
      "with AWSCURRENT only, so no new password could be tested through it",
  );
}

/** @throws SecretValueError when the secret is for another engine than this function */
export function requireEngine(value: { readonly engine: string }, engine: Engine): void {
  if (engine.names.includes(value.engine)) return;
  throw new SecretValueError(
    `field "engine" must be ${engine.names.map((name) => `"${name}"`).join(" or ")} for this function, ` +
      `got "${value.engine}"`,
  );
}

import { type Account, accountName, masked, type Run } from "./mysql-sql";

// What SHOW CREATE USER leaves out is the default. MariaDB writes only what differs, MySQL 8 all but the limits.
const LIMITS = [
  "MAX_QUERIES_PER_HOUR",
  "MAX_UPDATES_PER_HOUR",
  "MAX_CONNECTIONS_PER_HOUR",
  "MAX_USER_CONNECTIONS",
] as const;
const MARIADB_LIMIT = "MAX_STATEMENT_TIME";

const REQUIRE = /\bREQUIRE ((?:NONE|SSL|X509|(?:(?:AND )?(?:ISSUER|SUBJECT|CIPHER) x+ ?)+))/d;
const EXPIRY = /\bPASSWORD EXPIRE (?:DEFAULT|NEVER|INTERVAL \d+ DAY)\b/;
/** MySQL 8's own. */
const POLICIES = [
  /\bPASSWORD HISTORY (?:DEFAULT|\d+)/,
  /\bPASSWORD REUSE INTERVAL (?:DEFAULT|\d+ DAY)/,
  /\bPASSWORD REQUIRE CURRENT(?: DEFAULT| OPTIONAL)?/,
  /\bFAILED_LOGIN_ATTEMPTS \d+/,
  /\bPASSWORD_LOCK_TIME (?:\d+|UNBOUNDED)/,
];

/**
 * An account's TLS requirement, resource limits and password policies, as clauses of ALTER USER that set each of
 * them: two accounts are alike in them exactly when these texts are.
 */
export async function accountOptions(run: Run, account: Account): Promise<string> {
  const rows = await run(
    `reading the options of "${account.user}"@"${account.host}"`,
    `SHOW CREATE USER ${accountName(account)}`,
  );
  // MariaDB gives the policy of an account with an expired password in a row of its own.
  return parseAccountOptions(rows.map((row) => String(Object.values(row)[0])).join(" "));
}

/** @param statement what SHOW CREATE USER says */
export function parseAccountOptions(statement: string): string {
  const plain = masked(statement);
  const [start, end] = REQUIRE.exec(plain)?.indices?.[1] ?? [0, 0];
  const require = statement.slice(start, end).trim() || "NONE";
  const limit = (name: string) => `${name} ${new RegExp(`\\b${name} ([\\d.]+)`).exec(plain)?.[1] ?? 0}`;
  const isMysql = / PASSWORD HISTORY /.test(plain);
  return [
    `REQUIRE ${require}`,
    `WITH ${LIMITS.map(limit).join(" ")}`,
    ...(isMysql ? [] : [limit(MARIADB_LIMIT)]),
    EXPIRY.exec(plain)?.[0] ?? "PASSWORD EXPIRE DEFAULT",
    ...POLICIES.flatMap((policy) => policy.exec(plain)?.[0] ?? []),
  ].join(" ");
}

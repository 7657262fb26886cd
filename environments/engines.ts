import { POSTGRES_RESERVED_WORDS } from "./reserved-words";

/** What a text has to be, and how a message says so. */
export interface Rule {
  readonly pattern: RegExp;
  /** "must be …". */
  readonly must: string;
}

/** All that differs between engines before anything runs. A new engine is one more of these, and its bundle. */
export interface EngineFacts {
  /** As people write it. */
  readonly title: string;
  /** Major versions RDS has, the oldest first. */
  readonly versions: readonly string[];
  readonly defaultVersion: string;
  readonly defaultPort: number;
  /** The database made with the instance. */
  readonly databaseName: Rule;
  /** The master user. */
  readonly adminUsername: Rule;
  readonly defaultAdminUsername: string;
  /** A user with a secret. */
  readonly username: Rule;
  /** In characters. */
  readonly longestUsername: number;
  /** What a grant names: a schema, or what MySQL and MariaDB call a database. */
  readonly schema: Rule;
  readonly schemasAreDatabases: boolean;
  /** In characters: what servers and their clients both take. */
  readonly longestPassword: number;
  /** Left out of passwords unless excludeCharacters says otherwise. */
  readonly excludedFromPasswords: string;
  /** Logs that RDS copies to CloudWatch. */
  readonly logExports: readonly string[];
  /** Classes without Performance Insights. @default RDS has it for all */
  readonly tooSmallForInsights?: RegExp;
  /** Parameters that are not negotiable, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

const RESERVED = POSTGRES_RESERVED_WORDS.join("|");

/** Rules for names: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const postgres: EngineFacts = {
  title: "PostgreSQL",
  versions: ["13", "14", "15", "16", "17", "18"],
  defaultVersion: "17",
  defaultPort: 5432,
  databaseName: {
    pattern: new RegExp(`^(?!(admin|rdsadmin|template\\d|${RESERVED})$)[a-z][a-z0-9_]{0,62}$`),
    must:
      "must be 1 to 63 lower-case letters, digits and _, beginning with a letter, not admin, rdsadmin, template… or a " +
      "word that PostgreSQL reserves",
  },
  adminUsername: {
    pattern: new RegExp(`^(?!(admin|none|public|${RESERVED})$|pg_|rds)[a-z][a-z0-9_]{0,62}$`),
    must:
      "must be 1 to 63 lower-case letters, digits and _, beginning with a letter, not admin, none, public, pg_…, rds… " +
      "or a word that PostgreSQL reserves",
  },
  defaultAdminUsername: "rotation_admin",
  username: usernameRule("a PostgreSQL role", 63, ["pg_", "rds"], ["none", "public"]),
  longestUsername: 63,
  schema: {
    pattern: /^(?!pg_|information_schema$)[A-Za-z_][A-Za-z0-9_$-]{0,62}$/,
    must: "must be a PostgreSQL schema of 1 to 63 letters, digits, _, $ and -, not information_schema or pg_…",
  },
  schemasAreDatabases: false,
  longestPassword: 128,
  excludedFromPasswords: "/@\"'\\:",
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html
  logExports: ["postgresql", "upgrade"],
  parameters: { password_encryption: "scram-sha-256", "rds.force_ssl": "1" },
};

const SYSTEM_DATABASES = ["information_schema", "innodb", "mysql", "performance_schema", "rdsadmin", "sys"];
const NOT_A_SYSTEM_DATABASE = `(?!(${SYSTEM_DATABASES.join("|")})$)`;

/** What MySQL and MariaDB have in common. */
const mysqlFamily = {
  defaultPort: 3306,
  databaseName: {
    pattern: new RegExp(`^${NOT_A_SYSTEM_DATABASE}[a-z][a-z0-9_]{0,63}$`),
    must: "must be 1 to 64 lower-case letters, digits and _, beginning with a letter, not a system database",
  },
  adminUsername: {
    pattern: /^(?!rds|mysql)[a-z][a-z0-9]{0,15}$/,
    must: "must be 1 to 16 lower-case letters and digits, beginning with a letter, not with rds or mysql",
  },
  defaultAdminUsername: "rotationadmin",
  schemasAreDatabases: true,
  longestPassword: 128,
  excludedFromPasswords: "/@\"'\\",
  // Not the general log: it holds every statement of every session, with the data of the application in it and, on
  // MariaDB, passwords that people set by hand. Not audit: its plugin needs an option group, which cannot be
  // deleted while a snapshot or a retained backup of the destroyed instance is there.
  logExports: ["error", "slowquery"],
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.Engines.html
  tooSmallForInsights: /^db\.t\d\w*\.(micro|small)$/,
  // RDS exports the slow query log where it is a file, not the table it is by default.
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html
  parameters: { log_output: "FILE", require_secure_transport: "1", slow_query_log: "1" },
} satisfies Partial<EngineFacts>;

const mysql: EngineFacts = {
  ...mysqlFamily,
  title: "MySQL",
  versions: ["8.0", "8.4"],
  defaultVersion: "8.4",
  username: usernameRule("a MySQL user", 32, ["mysql", "rds"]),
  longestUsername: 32,
  schema: databaseAsSchema("MySQL"),
};

const mariadb: EngineFacts = {
  ...mysqlFamily,
  title: "MariaDB",
  versions: ["10.6", "10.11", "11.4", "11.8"],
  defaultVersion: "11.4",
  username: usernameRule("a MariaDB user", 80, ["mariadb", "mysql", "rds"]),
  longestUsername: 80,
  schema: databaseAsSchema("MariaDB"),
};

export const ENGINES = { postgres, mysql, mariadb } as const;
export type EngineName = keyof typeof ENGINES;
export const ENGINE_NAMES = ["postgres", "mysql", "mariadb"] as const satisfies readonly EngineName[];

/** @param reserved how no name may begin @param taken names that the server has a meaning of its own for */
function usernameRule(
  what: string,
  longest: number,
  reserved: readonly string[],
  taken: readonly string[] = [],
): Rule {
  const refused = [...reserved, ...taken.map((name) => `${name}$`)];
  return {
    pattern: new RegExp(`^(?!${refused.join("|")})[a-z_][a-z0-9_$-]{0,${longest - 1}}$`),
    must:
      `must be ${what} of 1 to ${longest} lower-case letters, digits, _, $ and -, beginning with a letter or _, ` +
      `not with ${reserved.join(" or ")}${taken.length > 0 ? `, and not ${taken.join(" or ")}` : ""}`,
  };
}

function databaseAsSchema(title: string): Rule {
  return {
    pattern: new RegExp(`^${NOT_A_SYSTEM_DATABASE}[A-Za-z_][A-Za-z0-9_$-]{0,63}$`, "i"),
    must: `must be a ${title} database of 1 to 64 letters, digits, _, $ and -, not one of the system's`,
  };
}

/** The major version that a version belongs to. @returns nothing where RDS has none such */
export function majorVersion({ versions }: EngineFacts, version: string): string | undefined {
  return versions.find(
    (major) =>
      version === major ||
      (version.startsWith(`${major}.`) && /^(0|[1-9]\d?)$/.test(version.slice(major.length + 1))),
  );
}

import * as z from "zod";
import { type EngineFacts, majorVersion } from "./engines";
import { flag, integer, text } from "./values";

/** Options of the RDS instance itself. */
export const instance = {
  /** Major version, which RDS keeps at its newest minor version, or an exact one. @default the engine's: PostgreSQL 17, MySQL 8.4, MariaDB 11.4 */
  engineVersion: z.string({ error: "must be a version in quotes" }).optional(),
  /** Name of the database made with the instance. @default the database's key, with _ for - */
  databaseName: z.string({ error: "must be a database's name" }).optional(),
  /** The instance's master user, whose password RDS keeps and rotates. @default rotation_admin; on MySQL and MariaDB rotationadmin */
  adminUsername: z.string({ error: "must be a user's name" }).optional(),
  /** TCP port, 1150 to 65535. @default 5432; on MySQL and MariaDB 3306 */
  port: z
    .int({ error: "must be a port from 1150 to 65535" })
    .min(1150, { error: "must be a port from 1150 to 65535" })
    .max(65_535, { error: "must be a port from 1150 to 65535" })
    .optional(),
  /** Class of the instance. @default db.t4g.micro */
  instanceClass: text(
    /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
    "must be an RDS instance class such as db.t4g.micro",
  ).default("db.t4g.micro"),
  /** Storage to begin with, gp3, in GiB: 20 to 65536. @default 20 */
  allocatedStorageGib: integer("GiB", 20, 65_536).default(20),
  /** Storage it may grow to by itself, in GiB: 20 to 65536. @default 100 */
  maxAllocatedStorageGib: integer("GiB", 20, 65_536).default(100),
  /** Whether a standby in a second availability zone takes over. @default false */
  multiAz: flag().default(false),
  /** Days that automated backups are kept, 1 to 35. @default 7 */
  backupRetentionDays: integer("days", 1, 35).default(7),
  /** Whether the instance refuses to be deleted. @default true */
  deletionProtection: flag().default(true),
  /** Whether IAM identities may log in with a token instead of a password. @default false */
  iamAuthentication: flag().default(false),
};

const shape = z.object(instance);
type InstanceInput = z.output<typeof shape>;
type InstanceSettings = ReturnType<typeof withEngineDefaults<InstanceInput>>;

export function withEngineDefaults<T extends InstanceInput>(settings: T, engine: EngineFacts) {
  return {
    ...settings,
    engineVersion: settings.engineVersion ?? engine.defaultVersion,
    adminUsername: settings.adminUsername ?? engine.defaultAdminUsername,
    port: settings.port ?? engine.defaultPort,
  };
}

/** @returns what does not fit together, or not the engine, by setting */
export function* instanceProblems(
  settings: InstanceSettings,
  engine: EngineFacts,
): Generator<readonly [setting: string, problem: string]> {
  if (majorVersion(engine, settings.engineVersion) === undefined) {
    const { title, versions, defaultVersion } = engine;
    yield [
      "engineVersion",
      `must be a ${title} version of ${versions.join(", ")}, such as "${defaultVersion}" or "${defaultVersion}.4"`,
    ];
  }
  const { databaseName, adminUsername } = settings;
  if (databaseName !== undefined && !engine.databaseName.pattern.test(databaseName)) {
    yield ["databaseName", engine.databaseName.must];
  }
  if (!engine.adminUsername.pattern.test(adminUsername)) {
    yield ["adminUsername", engine.adminUsername.must];
  }
  if (settings.maxAllocatedStorageGib < settings.allocatedStorageGib) {
    yield [
      "maxAllocatedStorageGib",
      `must be at least allocatedStorageGib, which is ${settings.allocatedStorageGib}`,
    ];
  }
}

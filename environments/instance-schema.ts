import * as z from "zod";
import { type EngineFacts, majorVersion } from "./engines";
import { parameters } from "./parameter-schema";
import { storage, storageProblems, withStorageDefaults } from "./storage-schema";
import { TIER_NAMES, TIERS } from "./tiers";
import { flag, integer, oneNumberOf, oneOf, text } from "./values";
import {
  BACKUP_WINDOW_MUST_BE,
  MAINTENANCE_WINDOW_MUST_BE,
  overlap,
  parseBackupWindow,
  parseMaintenanceWindow,
} from "./windows";

const PORT_MUST_BE = { error: "must be a port from 1150 to 65535" };

/** Options of the RDS instance itself. */
export const instance = {
  /** What the instance is for; decides the defaults of what depends on it. @default production: forgetting it costs money, not data */
  tier: oneOf(TIER_NAMES).default("production"),
  /** Major version, which RDS keeps at its newest minor version, or an exact one. @default PostgreSQL 17, MySQL 8.4, MariaDB 11.4 */
  engineVersion: z.string({ error: "must be a version in quotes" }).optional(),
  /** Whether a new engineVersion may be another major version; take it away after the upgrade. @default false */
  allowMajorVersionUpgrade: flag().default(false),
  /** Whether RDS takes up new minor versions in the maintenance window. @default true */
  autoMinorVersionUpgrade: flag().default(true),
  /** Name of the database made with the instance. @default the database's key, with _ for - */
  databaseName: z.string({ error: "must be a database's name" }).optional(),
  /** The instance's master user, whose password RDS keeps and rotates. @default rotation_admin; on MySQL and MariaDB rotationadmin */
  adminUsername: z.string({ error: "must be a user's name" }).optional(),
  /** TCP port, 1150 to 65535. @default 5432; on MySQL and MariaDB 3306 */
  port: z.int(PORT_MUST_BE).min(1150, PORT_MUST_BE).max(65_535, PORT_MUST_BE).optional(),
  /** Class of the instance. @default the tier's */
  instanceClass: text(
    /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
    "must be an RDS instance class such as db.t4g.micro",
  ).optional(),
  ...storage,
  /** Whether a standby in a second availability zone takes over. @default the tier's */
  multiAz: flag().optional(),
  /** Days that automated backups are kept, 1 to 35. @default the tier's */
  backupRetentionDays: integer("days", 1, 35).optional(),
  /** When the daily backup begins, in UTC, e.g. "02:00-03:00"; at least 30 minutes. @default RDS's choice */
  backupWindow: z
    .string({ error: BACKUP_WINDOW_MUST_BE })
    .refine((value) => parseBackupWindow(value) !== undefined, { error: BACKUP_WINDOW_MUST_BE })
    .optional(),
  /** When RDS may do maintenance, in UTC, e.g. "sun:03:30-sun:04:30"; not during the backup. @default RDS's choice */
  maintenanceWindow: z
    .string({ error: MAINTENANCE_WINDOW_MUST_BE })
    .refine((value) => parseMaintenanceWindow(value) !== undefined, { error: MAINTENANCE_WINDOW_MUST_BE })
    .optional(),
  /** Whether changes are made at once, reboots included, not in the maintenance window. @default false */
  applyImmediately: flag().default(false),
  /** Whether the instance refuses to be deleted. @default the tier's */
  deletionProtection: flag().optional(),
  /**
   * Whether deleting the instance leaves a snapshot, named after the key that decrypts it. It can be read for
   * keyDeletionWindowDays, and on if the key's deletion is cancelled. @default the tier's
   */
  finalSnapshot: flag().optional(),
  /**
   * Database Insights: "none"; "standard", 7 days of Performance Insights; or "advanced", 15 months, which is
   * charged for. @default the tier's
   */
  insights: oneOf(["none", "standard", "advanced"]).optional(),
  /** Seconds between two measurements of the operating system: 0 (none), 1, 5, 10, 15, 30 or 60. @default the tier's */
  monitoringIntervalSeconds: oneNumberOf("seconds", [0, 1, 5, 10, 15, 30, 60]).optional(),
  /** The authority whose certificate the instance shows; clients have to trust it. @default rds-ca-rsa2048-g1 */
  caCertificateIdentifier: oneOf(["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"]).default(
    "rds-ca-rsa2048-g1",
  ),
  /** "DUAL" gives the instance an IPv6 address too; all subnets need IPv6 addresses for that. @default IPV4 */
  networkType: oneOf(["IPV4", "DUAL"]).default("IPV4"),
  /** Whether IAM identities may log in with a token instead of a password. @default false */
  iamAuthentication: flag().default(false),
  /** Parameters of the database by name, besides those that the stacks set. @default none */
  parameters: parameters.default({}),
  /**
   * Not to be set: RDS refuses read replicas of an instance whose master password it manages; see
   * docs/decisions/0004-no-read-replicas.md for what to do instead.
   */
  replicas: z
    .undefined({
      error:
        "must not be set: RDS makes no read replicas of an instance whose master password it manages. For a standby " +
        'set multiAz; for replicas adopt a database that has them, with source: "existing" (docs/adopting.md)',
    })
    .optional(),
};

const shape = z.object(instance);
type InstanceInput = z.output<typeof shape>;
type InstanceSettings = ReturnType<typeof withInstanceDefaults<InstanceInput>>;

export function withInstanceDefaults<T extends InstanceInput>(settings: T, engine: EngineFacts) {
  const tier = TIERS[settings.tier];
  return {
    ...settings,
    ...withStorageDefaults(settings, tier),
    engineVersion: settings.engineVersion ?? engine.defaultVersion,
    adminUsername: settings.adminUsername ?? engine.defaultAdminUsername,
    port: settings.port ?? engine.defaultPort,
    instanceClass: settings.instanceClass ?? tier.instanceClass,
    multiAz: settings.multiAz ?? tier.multiAz,
    backupRetentionDays: settings.backupRetentionDays ?? tier.backupRetentionDays,
    deletionProtection: settings.deletionProtection ?? tier.deletionProtection,
    finalSnapshot: settings.finalSnapshot ?? tier.finalSnapshot,
    insights: settings.insights ?? tier.insights,
    monitoringIntervalSeconds: settings.monitoringIntervalSeconds ?? tier.monitoringIntervalSeconds,
  };
}

/** @returns what does not fit together, or not the engine, by where it is */
export function* instanceProblems(
  settings: InstanceSettings,
  engine: EngineFacts,
): Generator<readonly [path: string | readonly string[], problem: string]> {
  const { databaseName, adminUsername, instanceClass, insights } = settings;
  if (majorVersion(engine, settings.engineVersion) === undefined) {
    const { title, versions, defaultVersion } = engine;
    yield [
      "engineVersion",
      `must be a ${title} version of ${versions.join(", ")}, such as "${defaultVersion}" or "${defaultVersion}.4"`,
    ];
  }
  if (databaseName !== undefined && !engine.databaseName.pattern.test(databaseName)) {
    yield ["databaseName", engine.databaseName.must];
  }
  if (!engine.adminUsername.pattern.test(adminUsername)) {
    yield ["adminUsername", engine.adminUsername.must];
  }
  yield* storageProblems(settings);
  const backup = parseBackupWindow(settings.backupWindow ?? "");
  const maintenance = parseMaintenanceWindow(settings.maintenanceWindow ?? "");
  if (backup && maintenance && overlap(backup, maintenance)) {
    yield ["maintenanceWindow", `must not overlap backupWindow, which is ${settings.backupWindow}`];
  }
  if (insights !== "none" && engine.tooSmallForInsights?.test(instanceClass)) {
    yield ["insights", `must be "none": RDS has none for ${engine.title} on ${instanceClass}`];
  }
  for (const [name, value] of Object.entries(engine.parameters)) {
    if (name in settings.parameters) {
      yield [["parameters", name], `must not be set: the stacks set it to ${value}`];
    }
  }
}

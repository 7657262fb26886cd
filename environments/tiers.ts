/** What an instance is for: a value for every option that depends on it. A value that is stated wins. */
export const TIERS = {
  /** To try things out: cheap, and gone when it is destroyed. */
  development: {
    instanceClass: "db.t4g.micro",
    multiAz: false,
    allocatedStorageGib: 20,
    backupRetentionDays: 7,
    deletionProtection: false,
    finalSnapshot: false,
    insights: "none",
    monitoringIntervalSeconds: 0,
  },
  /** To rely on: a standby, a month of backups, measurements, and two locks on deletion. */
  production: {
    instanceClass: "db.m7g.large",
    multiAz: true,
    allocatedStorageGib: 100,
    backupRetentionDays: 35,
    deletionProtection: true,
    finalSnapshot: true,
    insights: "standard",
    monitoringIntervalSeconds: 60,
  },
} as const;

export const TIER_NAMES = ["development", "production"] as const satisfies readonly (keyof typeof TIERS)[];

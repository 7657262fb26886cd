import type { EnvironmentInput } from "../../environments";
import type { BootstrapInput } from "../../environments/bootstrap-schema";
import { existingNetwork } from "./synth";

const passwords = {
  length: 40,
  excludeCharacters: "/@\"'\\",
  excludeNumbers: false,
  excludePunctuation: true,
  excludeUppercase: false,
  excludeLowercase: false,
  requireEachIncludedType: true,
};

/**
 * An environment that uses every option there is, but those of {@link alternatives}: each option added to
 * environments/ is added here too. Its databases may be destroyed, so that ci/offline-terraform.sh goes through their whole life.
 */
export const complete: EnvironmentInput = {
  region: "eu-west-1",
  accountId: "111122223333",
  stateBackend: { type: "local" },
  network: {
    type: "own",
    cidr: "10.30.0.0/16",
    availabilityZones: ["a", "b", "c"],
    // The stand-in for the AWS provider gives a VPC no addresses to make subnets of.
    ipv6: false,
    flowLogs: { traffic: "REJECT", logRetentionDays: 30, keyDeletionWindowDays: 7 },
  },
  monitoring: {
    alerts: { type: "email", addresses: ["operators@example.com"], keyDeletionWindowDays: 7 },
    announceRotations: true,
    dashboard: true,
    configRules: true,
  },
  tags: { owner: "platform", "cost-centre": "1234" },
  databases: {
    ledger: {
      source: "existing",
      engine: "aurora-postgresql",
      identifier: "ledger",
      host: "ledger.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com",
      port: 5432,
      securityGroupId: "sg-0a1b2c3d4e5f60719",
      adminSecret: {
        secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-0a1b2c3d-AbCdEf",
        kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012",
      },
      strategy: "alternating-users",
      logRetentionDays: 30,
      keyDeletionWindowDays: 7,
      passwords,
      users: {
        app: {
          secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ledger/app-AbCdEf",
          rotation: { schedule: "rate(7 days)", window: "4h", immediately: true },
        },
        report: {
          secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ledger/report-AbCdEf",
          kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012",
        },
      },
    },
    orders: {
      source: "own",
      engine: "postgres",
      engineVersion: "17",
      databaseName: "sales",
      adminUsername: "administrator",
      port: 6432,
      tier: "production",
      allowMajorVersionUpgrade: true,
      autoMinorVersionUpgrade: false,
      instanceClass: "db.r8g.large",
      allocatedStorageGib: 400,
      maxAllocatedStorageGib: 1000,
      iops: 16_000,
      throughputMibps: 4000,
      multiAz: true,
      backupRetentionDays: 35,
      backupWindow: "02:00-03:00",
      maintenanceWindow: "sun:03:30-sun:04:30",
      applyImmediately: true,
      deletionProtection: false,
      finalSnapshot: true,
      insights: "advanced",
      monitoringIntervalSeconds: 15,
      caCertificateIdentifier: "rds-ca-rsa4096-g1",
      parameters: {
        log_min_duration_statement: { value: "1000", apply: "immediate" },
        max_connections: { value: "LEAST({DBInstanceClassMemory/9531392},5000)" },
      },
      networkType: "IPV4",
      iamAuthentication: true,
      logRetentionDays: 365,
      keyDeletionWindowDays: 7,
      clientSecurityGroupIds: ["sg-0a1b2c3d4e5f60718"],
      passwords,
      users: {
        app: {
          username: "orders_app",
          strategy: "alternating-users",
          grants: [
            { privilege: "readwrite", schema: "public" },
            { privilege: "owner", schema: "jobs" },
          ],
          rotation: { schedule: "cron(0 2 ? * SUN *)", window: "2h", immediately: true },
          recoveryWindowDays: 7,
          readers: [
            "arn:aws:iam::111122223333:role/orders-service",
            "arn:aws:iam::444455556666:role/team/reporting",
          ],
          replicaRegions: {
            "eu-central-1": {},
            "eu-north-1": {
              kmsKeyArn: "arn:aws:kms:eu-north-1:111122223333:key/12345678-1234-1234-1234-123456789012",
            },
          },
        },
        report: { grants: [{ privilege: "readonly", schema: "public" }] },
      },
    },
    invoices: {
      engine: "mariadb",
      tier: "production",
      deletionProtection: false,
      users: {
        app: {
          strategy: "alternating-users",
          grants: [
            { privilege: "readwrite", schema: "invoices" },
            { privilege: "readonly", schema: "archive" },
          ],
        },
        monitor: { grants: [] },
      },
    },
    stock: {
      engine: "mysql",
      tier: "development",
      engineVersion: "8.0.43",
      users: { app: { grants: [{ privilege: "owner", schema: "warehouse" }] } },
    },
  },
};

/** Environments that choose what {@link complete} could not choose too. */
export const alternatives: Readonly<Record<string, EnvironmentInput>> = {
  shared: {
    ...existingNetwork({}, "endpoint"),
    stateBackend: {
      type: "s3",
      bucket: "example-terraform-state",
      region: "eu-central-1",
      kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012",
    },
    monitoring: { alerts: { type: "topic", arn: "arn:aws:sns:eu-west-1:111122223333:alerts" } },
  },
  grouped: existingNetwork({}, "client-group"),
  routed: existingNetwork({}, "nat"),
};

/** The bootstrap that uses every option, for that environment. */
export const completeBootstrap: BootstrapInput = {
  region: "eu-west-1",
  accountId: "111122223333",
  stateBackend: { type: "local" },
  bucket: "example-terraform-state",
  oldVersionDays: 30,
  tags: { owner: "platform" },
  github: {
    repository: "example/databases",
    branch: "trunk",
    environments: ["complete"],
  },
};

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadEnvironments } from "../../environments";
import { dev } from "../../environments/dev";
import { staging } from "../../environments/staging";
import { TIERS } from "../../environments/tiers";
import { complete } from "../support/fixture-environment";
import { existingNetwork, ownNetwork } from "../support/synth";

test("what is left out has its default", () => {
  // when
  const [environment] = loadEnvironments({ test: ownNetwork({ tier: undefined }) }, {});

  // then: everything of the tier production
  expect(environment).toEqual({
    name: "test",
    region: "eu-west-1",
    stateBackend: { type: "local" },
    network: { type: "own", cidr: "10.20.0.0/16", availabilityZones: ["a", "b"], ipv6: false },
    monitoring: {
      alerts: { type: "email", addresses: [], keyDeletionWindowDays: 30 },
      announceRotations: false,
      dashboard: true,
      configRules: false,
    },
    tags: {},
    databases: {
      orders: {
        engine: "postgres",
        tier: "production",
        engineVersion: "17",
        allowMajorVersionUpgrade: false,
        autoMinorVersionUpgrade: true,
        adminUsername: "rotation_admin",
        port: 5432,
        instanceClass: "db.m7g.large",
        allocatedStorageGib: 100,
        maxAllocatedStorageGib: 500,
        multiAz: true,
        backupRetentionDays: 35,
        applyImmediately: false,
        deletionProtection: true,
        finalSnapshot: true,
        insights: "standard",
        monitoringIntervalSeconds: 60,
        caCertificateIdentifier: "rds-ca-rsa2048-g1",
        networkType: "IPV4",
        iamAuthentication: false,
        parameters: {},
        logRetentionDays: 90,
        keyDeletionWindowDays: 30,
        clientSecurityGroupIds: [],
        passwords: {},
        users: {
          app: {
            strategy: "single-user",
            grants: [{ privilege: "readonly", schema: "public" }],
            rotation: { schedule: "rate(30 days)", window: "3h", immediately: false },
            recoveryWindowDays: 30,
            readers: [],
            replicaRegions: {},
          },
        },
      },
    },
  });
});

test.each(["development", "production"] as const)(
  "the tier %s has a value for all that depends on it",
  (tier) => {
    const [environment] = loadEnvironments({ test: ownNetwork({ tier }) }, {});
    expect(environment?.databases.orders).toMatchObject(TIERS[tier]);
  },
);

test("what is stated wins over the tier, also where it is no, none or nought", () => {
  // given
  const stated = {
    multiAz: false,
    deletionProtection: false,
    finalSnapshot: false,
    insights: "none",
    monitoringIntervalSeconds: 0,
  } as const;

  // when
  const [environment] = loadEnvironments({ test: ownNetwork({ tier: "production", ...stated }) }, {});

  // then
  expect(environment?.databases.orders).toMatchObject(stated);
});

test("the shipped environments differ in their network and their tier only", () => {
  expect([dev.network.type, dev.databases.orders?.tier]).toEqual(["own", "development"]);
  expect([staging.network.type, staging.databases.orders?.tier]).toEqual(["existing", "production"]);
  const orders = { ...staging.databases.orders, tier: "development" };
  expect({ ...staging, network: dev.network, databases: { orders } }).toEqual(dev);
});

test("the environment that uses every option is a right one", () => {
  expect(() => loadEnvironments({ complete }, {})).not.toThrow();
});

test("STATE_BACKEND=local keeps the state in files, whatever the environment says", () => {
  // given
  const stateBackend = { type: "s3", bucket: "states", region: "eu-west-1" };
  const inputs = { test: { ...existingNetwork(), stateBackend } };

  // then
  expect(loadEnvironments(inputs, {})[0]?.stateBackend).toEqual(stateBackend);
  expect(loadEnvironments(inputs, { STATE_BACKEND: "" })[0]?.stateBackend).toEqual(stateBackend);
  expect(loadEnvironments(inputs, { STATE_BACKEND: "local" })[0]?.stateBackend).toEqual({ type: "local" });
});

test("the app ends with the problems, code 1, no stack trace and nothing synthesized", () => {
  // given
  const outdir = mkdtempSync(join(tmpdir(), "synth-test-"));

  // when
  const { status, stderr, stdout } = spawnSync(process.execPath, ["--require", "tsx/cjs", "main.ts"], {
    cwd: resolve(__dirname, "../.."),
    env: { ...process.env, CDKTF_OUTDIR: outdir, STATE_BACKEND: "gcs" },
    encoding: "utf8",
  });

  // then
  expect({ status, stderr, stdout, files: readdirSync(outdir) }).toEqual({
    status: 1,
    stderr: 'STATE_BACKEND must be "local" or not set, got "gcs"\n',
    stdout: "",
    files: [],
  });
  rmSync(outdir, { recursive: true });
});

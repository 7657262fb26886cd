import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadEnvironments } from "../../environments";
import { complete } from "../support/fixture-environment";
import { existingNetwork, ownNetwork } from "../support/synth";

test("what is left out has its default", () => {
  // when
  const [environment] = loadEnvironments({ test: ownNetwork() }, {});

  // then
  expect(environment).toEqual({
    name: "test",
    region: "eu-west-1",
    stateBackend: { type: "local" },
    network: { type: "own", cidr: "10.20.0.0/16", availabilityZones: ["a", "b"] },
    tags: {},
    databases: {
      orders: {
        engine: "postgres",
        engineVersion: "17",
        adminUsername: "rotation_admin",
        port: 5432,
        instanceClass: "db.t4g.micro",
        allocatedStorageGib: 20,
        maxAllocatedStorageGib: 100,
        multiAz: false,
        backupRetentionDays: 7,
        deletionProtection: true,
        iamAuthentication: false,
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
          },
        },
      },
    },
  });
});

test("the shipped environments differ in their network only", () => {
  // when
  const [dev, staging] = loadEnvironments(undefined, {});

  // then
  expect(dev?.network.type).toBe("own");
  expect(staging?.network.type).toBe("existing");
  expect({ ...staging, name: "dev", network: dev?.network }).toEqual(dev);
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

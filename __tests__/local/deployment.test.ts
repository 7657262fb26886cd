import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { DatabaseServer } from "../../local/database-server";
import { readStack } from "../../local/declaration";
import { type Deployment, deploy } from "../../local/deployment";
import { ref, resources, writeSynthesis } from "./synthesized-stack";

/** The deployment itself makes no connection: it hands these facts on. */
const DATABASE: DatabaseServer = {
  host: "localhost",
  port: 40_404,
  database: "orders",
  version: "PostgreSQL 18.4",
  caFile: "/somewhere/ca.pem",
  adminUsername: "rotation_admin",
  adminPassword: "the admin's password",
  log: async () => "",
  stop: async () => undefined,
};

let folder: string;
let deployment: Deployment | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deployment-test-"));
});

afterEach(async () => {
  await deployment?.stop();
  deployment = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function play(declared = resources()): Promise<Deployment> {
  await writeSynthesis(folder, declared);
  deployment = await deploy({ stack: await readStack(folder, "dev-orders"), database: DATABASE });
  return deployment;
}

function only<T>(items: readonly T[]): T {
  const [item, ...more] = items;
  if (item === undefined || more.length > 0) throw new Error(`expected one, got ${items.length}`);
  return item;
}

describe("a stack played from its JSON", () => {
  it("invokes the function with the declared input, all references resolved", async () => {
    const played = await play();
    const user = only(played.users);
    const result = (await played.initialize(user)) as unknown as { event: unknown };
    expect(result.event).toEqual({
      Step: "initializeSecret",
      SecretId: expect.stringMatching(
        /^arn:aws:secretsmanager:eu-west-1:\d{12}:secret:dev\/orders\/app-\w{6}$/,
      ),
      Connection: {
        engine: "postgres",
        host: "localhost",
        port: 40_404,
        username: "app",
        dbname: "orders",
        masterarn: expect.stringMatching(/^arn:aws:secretsmanager:eu-west-1:\d{12}:secret:rds!db-/),
      },
      Grants: [{ privilege: "readwrite", schema: "public" }],
    });
  });

  it("says that the port is another than the declared one", async () => {
    const { differences } = await play();
    expect(differences.join("\n")).toContain(
      "Connection.port is 40404, a free one, where the stack says 5432",
    );
  });

  it("gives the function the declared variables, and two more that it names", async () => {
    const played = await play();
    const result = await played.initialize(only(played.users));
    expect(result).toMatchObject({
      environment: {
        PASSWORD_LENGTH: "40",
        AWS_REGION: "eu-west-1",
        AWS_LAMBDA_FUNCTION_NAME: "dev-orders-rotation",
        SECRETS_MANAGER_ENDPOINT: played.endpoint,
        DATABASE_CA_FILE: "/somewhere/ca.pem",
      },
    });
    expect(played.differences.join("\n")).toContain("SECRETS_MANAGER_ENDPOINT");
    expect(played.differences.join("\n")).toContain("DATABASE_CA_FILE");
  });

  it("tags the secrets, with the provider's default tags too", async () => {
    const played = await play();
    const client = new SecretsManagerClient({
      endpoint: played.endpoint,
      region: played.region,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const { secretArn } = only(played.users);
    const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
    client.destroy();
    expect(Tags).toEqual([
      { Key: "project", Value: "rotation" },
      { Key: "owner", Value: "orders" },
    ]);
  });

  it("makes the secrets without a value", async () => {
    const played = await play();
    const user = only(played.users);
    expect(await played.labels(user)).toEqual({});
    await expect(played.currentValue(user)).rejects.toThrow("AWSCURRENT");
  });

  it("tests instead of rotating where the schedule does not rotate immediately", async () => {
    const played = await play();
    const user = only(played.users);
    const { VersionId } = await played.initialize(user);
    const report = await played.enableSchedule(user);
    expect(report.steps.map(({ step }) => step)).toEqual(["testSecret"]);
    expect(await played.labels(user)).toEqual({ [VersionId]: ["AWSCURRENT"] });
  });

  it("rotates at once where the schedule says so, or says nothing", async () => {
    const declared = resources();
    delete declared.aws_secretsmanager_secret_rotation?.app?.rotate_immediately;
    const played = await play(declared);
    const user = only(played.users);
    await played.initialize(user);
    const report = await played.enableSchedule(user);
    expect(report).toMatchObject({ succeeded: true });
    expect(report.steps).toHaveLength(4);
  });

  it("rotates again on demand, with the schedule's function", async () => {
    const played = await play();
    const user = only(played.users);
    const { VersionId } = await played.initialize(user);
    await played.enableSchedule(user);
    const { succeeded, versionId } = await played.rotate(user);
    expect(succeeded).toBe(true);
    expect(await played.labels(user)).toEqual({
      [VersionId]: ["AWSPREVIOUS"],
      [versionId]: ["AWSPENDING", "AWSCURRENT"],
    });
    expect(await played.currentValue(user)).toBe("new");
    expect(played.log).toContain("finishSecret");
  });

  it("adds the provider's own member to the input where the invocation follows the whole life cycle", async () => {
    const declared = resources();
    Object.assign(declared.aws_lambda_invocation?.app ?? {}, { lifecycle_scope: "CRUD" });
    const played = await play(declared);
    expect(only(played.users).input).toMatchObject({ tf: { action: "create" } });
  });
});

describe("a stack that can't be played", () => {
  it.each([
    [
      "a reference to something unknown",
      () => {
        const declared = resources();
        Object.assign(declared.aws_lambda_function?.rotation ?? {}, {
          environment: { variables: { BUCKET: ref("aws_s3_bucket.logs.arn") } },
        });
        return declared;
      },
      `aws_lambda_function.rotation environment BUCKET refers to ${ref("aws_s3_bucket.logs.arn")}`,
    ],
    [
      "an archive that is not the declared one",
      () => {
        const declared = resources();
        Object.assign(declared.aws_lambda_function?.rotation ?? {}, { source_code_hash: "another" });
        return declared;
      },
      "where the stack says another",
    ],
    ["no database", () => ({ ...resources(), aws_db_instance: {} }), "one aws_db_instance"],
    [
      "no schedule for a user",
      () => ({ ...resources(), aws_secretsmanager_secret_rotation: {} }),
      "no aws_secretsmanager_secret_rotation for the secret of app",
    ],
    [
      "a master password that is not RDS's to keep",
      () => {
        const declared = resources();
        Object.assign(declared.aws_db_instance?.db ?? {}, { manage_master_user_password: false });
        return declared;
      },
      "aws_db_instance.db is not as the local run expects it: manage_master_user_password",
    ],
  ])("because of %s says so", async (_what, declared, message) => {
    await expect(play(declared())).rejects.toThrow(message);
  });

  it("because it does not exist is told which there are", async () => {
    await writeSynthesis(folder, resources());
    await expect(readStack(folder, "dev-customers")).rejects.toThrow(
      'there is no stack "dev-customers"; the app has dev-orders',
    );
  });
});

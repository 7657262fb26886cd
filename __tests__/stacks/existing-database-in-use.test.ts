import { randomUUID } from "node:crypto";
import { type EnvironmentInput, loadEnvironments } from "../../environments";
import { ENVIRONMENT_VARIABLES, type Strategy } from "../../lambda/rotation/contract";
import { PolicyGuard } from "../support/policy-guard";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";
import { existingNetwork, synthesize } from "../support/synth";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012";

let guard: PolicyGuard | undefined;
let bench: RotationBench;
beforeAll(async () => {
  bench = await startRotationBench({
    intercept: (operation, { SecretId }) => guard?.intercept(operation, String(SecretId)) ?? "proceed",
  });
}, 60_000);
afterAll(() => bench?.stop());
afterEach(() => {
  guard = undefined;
  delete process.env[ENVIRONMENT_VARIABLES.rotationStrategy];
});

/** A user and a secret as people make them by hand: no mark in the database, no tag on the secret. */
async function existingUser(masterarn?: string): Promise<string> {
  const username = `hand-made-${randomUUID().slice(0, 8)}`;
  await bench.backend.createStranger(username, "made-by-hand");
  const secretArn = await bench.declareSecret();
  const { Connection } = bench.initializeEvent(secretArn, username);
  await bench.put(secretArn, { ...Connection, masterarn, password: "made-by-hand" });
  return secretArn;
}

/** Deploys the function's variables and its policy, as the stack for an existing database has them. */
function deploy(secretArn: string, options: { kmsKeyArn?: string; strategy?: Strategy; admin?: boolean }) {
  const { kmsKeyArn, strategy, admin } = options;
  const encrypted = kmsKeyArn === undefined ? {} : { kmsKeyArn };
  const ledger: EnvironmentInput["databases"][string] = {
    source: "existing",
    engine: "postgres",
    identifier: "ledger",
    host: "ledger.abcdefghijkl.eu-west-1.rds.amazonaws.com",
    port: 5432,
    securityGroupId: "sg-0a1b2c3d",
    ...(strategy && { strategy }),
    ...(admin && { adminSecret: { secretArn: inRegion(bench.adminSecretArn), ...encrypted } }),
    users: { app: { secretArn: inRegion(secretArn), ...encrypted } },
  };
  const environment = { ...existingNetwork(), databases: { ledger } };
  expect(loadEnvironments({ test: environment }, {})).toHaveLength(1);
  const stack = synthesize({ test: environment }).stack("test-ledger");
  const { variables = {} } = (stack.resource("aws_lambda_function.rotation").environment ?? {}) as {
    variables?: Record<string, string>;
  };
  Object.assign(process.env, variables);
  const statements = stack.policy("aws_iam_role_policy.rotation_role_secrets");
  guard = new PolicyGuard(JSON.parse(JSON.stringify(statements).replaceAll(STACK, BENCH)), kmsKeyArn);
}

/** The bench's secrets are in a region and account of its own. */
const STACK = "arn:aws:secretsmanager:eu-west-1:111122223333:";
const BENCH = "arn:aws:secretsmanager:eu-central-1:000000000000:";
const inRegion = (arn: string) => arn.replace(BENCH, STACK);

test.each([
  ["AWS's own key", {}],
  ["a key of its own", { kmsKeyArn: KEY }],
])(
  "without an admin a user changes its own password, and the role has what that takes: %s",
  async (_, options) => {
    const secretArn = await existingUser();
    deploy(secretArn, options);

    const report = await bench.rotate(secretArn);

    expect(report.error).toBeUndefined();
    expect([...(guard?.used ?? [])].sort()).toEqual([...(guard?.allowed ?? [])].sort());
    guard = undefined;
    const value = await bench.value(secretArn);
    expect(value.password).not.toBe("made-by-hand");
    expect(await bench.accepts(value)).toBe(true);
  },
);

test("with an admin two users take turns, and the role has what that takes", async () => {
  const secretArn = await existingUser(bench.adminSecretArn);
  deploy(secretArn, { kmsKeyArn: KEY, strategy: "alternating-users", admin: true });

  const reports = [await bench.rotate(secretArn), await bench.rotate(secretArn)];

  expect(reports.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect([...(guard?.used ?? [])].sort()).toEqual([...(guard?.allowed ?? [])].sort());
  guard = undefined;
  const [current, previous] = [await bench.value(secretArn), await bench.value(secretArn, "AWSPREVIOUS")];
  expect(previous.username).toBe(`${current.username}_clone`);
  expect([await bench.accepts(current), await bench.accepts(previous)]).toEqual([true, true]);
});

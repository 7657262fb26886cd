import { STRATEGY_TAG } from "../../lambda/rotation/contract";
import type { PolicyStatement } from "../../stacks/policy-document";
import { PolicyGuard } from "../support/policy-guard";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";
import { ordersStack, ref, USER } from "../support/synth";

/** Enough for an initialisation that succeeds; one that is refused waits this long for IAM to spread. */
const PATIENCE_MS = 6_000;

const policy = ordersStack({
  users: { app: USER, report: { ...USER, strategy: "alternating-users" } },
}).policy("aws_iam_role_policy.rotation_role_secrets");

let guard: PolicyGuard | undefined;
let bench: RotationBench;
beforeAll(async () => {
  bench = await startRotationBench({
    intercept: (operation, { SecretId }) => guard?.intercept(operation, String(SecretId)) ?? "proceed",
  });
}, 60_000);
afterAll(() => bench?.stop());

/** All that the function does for two users, with nothing allowed but what the statements allow. */
async function live(statements: readonly PolicyStatement[]): Promise<PolicyGuard> {
  const app = await bench.declareSecret();
  const report = await bench.declareSecret(undefined, { [STRATEGY_TAG]: "alternating-users" });
  guard = new PolicyGuard(
    replaced(statements, {
      [ref("aws_secretsmanager_secret.secret-app.arn")]: app,
      [ref("aws_secretsmanager_secret.secret-report.arn")]: report,
      [ref("aws_db_instance.database.master_user_secret[0].secret_arn")]: bench.adminSecretArn,
    }),
    ref("aws_kms_key.key.arn"),
  );
  try {
    for (const [index, secretArn] of [app, report].entries()) {
      const event = bench.initializeEvent(secretArn, `user-${index}-${secretArn.slice(-6).toLowerCase()}`);
      await bench.invoke(event, { remainingMs: PATIENCE_MS });
      const { error } = await bench.rotate(secretArn);
      if (error) throw error;
    }
    return guard;
  } finally {
    guard = undefined;
  }
}

function replaced<T>(json: T, values: Readonly<Record<string, string>>): T {
  return JSON.parse(JSON.stringify(json), (_key, value) => values[value] ?? value);
}

test("with the role's policy the function does all its work, and there is nothing in it that it does not use", async () => {
  const { used, allowed } = await live(policy);

  expect([...used].sort()).toEqual([...allowed].sort());
}, 60_000);

const actions = policy.flatMap(({ Sid, Action }) => [Action].flat().map((action) => [Sid, action] as const));

test.each(actions)(
  "without %s's %s it cannot do its work",
  async (sid, action) => {
    const statements = policy.map((statement) =>
      statement.Sid === sid
        ? { ...statement, Action: [statement.Action].flat().filter((each) => each !== action) }
        : statement,
    );
    const refused = await live(statements).then(
      () => undefined,
      (error: Error) => error,
    );

    expect(refused).toMatchObject({ name: "AccessDeniedException" });
    expect(refused?.message).toContain(action);
  },
  60_000,
);

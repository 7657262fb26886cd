import { MOST_USERS } from "../../environments/user-schema";
import { ACCOUNT, ordersStack, ref } from "../support/synth";

const APP = ref("aws_secretsmanager_secret.secret-app.arn");
const orders = ordersStack({
  users: {
    app: { grants: [{ privilege: "readwrite", schema: "public" }] },
    "report-reader": {
      username: "report",
      strategy: "alternating-users",
      grants: [
        { privilege: "readonly", schema: "public" },
        { privilege: "owner", schema: "reports" },
      ],
      rotation: { schedule: "cron(0 8 ? * SUN *)", window: "4h", immediately: true },
      recoveryWindowDays: 7,
    },
  },
});

test("a secret is declared without a value", () => {
  expect(orders.all("aws_secretsmanager_secret")).toEqual({
    "secret-app": {
      description: "Login of app on test-orders",
      kms_key_id: ref("aws_kms_key.key.arn"),
      name: "test/orders/app",
      recovery_window_in_days: 30,
      tags: { "rotation-strategy": "single-user" },
    },
    "secret-report-reader": {
      description: "Login of report on test-orders",
      kms_key_id: ref("aws_kms_key.key.arn"),
      name: "test/orders/report-reader",
      recovery_window_in_days: 7,
      tags: { "rotation-strategy": "alternating-users" },
    },
  });
});

test("the function is told the facts of each user, and no secret", () => {
  const input = (user: string) =>
    JSON.parse(orders.resource(`aws_lambda_invocation.initialize-${user}`).input as string);
  const connection = {
    engine: "postgres",
    host: ref("aws_db_instance.database.address"),
    port: 5432,
    dbname: "orders",
    dbInstanceIdentifier: "test-orders",
    masterarn: ref("aws_db_instance.database.master_user_secret[0].secret_arn"),
  };
  expect(input("app")).toEqual({
    Step: "initializeSecret",
    SecretId: APP,
    Connection: { ...connection, username: "app" },
    Grants: [{ privilege: "readwrite", schema: "public" }],
  });
  expect(input("report-reader")).toEqual({
    Step: "initializeSecret",
    SecretId: ref("aws_secretsmanager_secret.secret-report-reader.arn"),
    Connection: { ...connection, username: "report" },
    Grants: [
      { privilege: "readonly", schema: "public" },
      { privilege: "owner", schema: "reports" },
    ],
  });
});

test("the function is invoked when its permissions and its routes stand", () => {
  expect(orders.resource("aws_lambda_invocation.initialize-app")).toEqual({
    depends_on: [
      "aws_iam_role_policy.rotation_role_secrets",
      "aws_vpc_security_group_ingress_rule.rotation_from-function",
      "aws_vpc_security_group_egress_rule.rotation_to-database",
      "aws_vpc_security_group_egress_rule.rotation_to-secretsmanager",
      "aws_vpc_security_group_ingress_rule.rotation_at-endpoint",
    ],
    function_name: ref("aws_lambda_function.rotation.function_name"),
    input: expect.any(String),
  });
});

test("Secrets Manager of this account may invoke the function for this secret", () => {
  expect(orders.resource("aws_lambda_permission.schedule-app_permission")).toEqual({
    action: "lambda:InvokeFunction",
    function_name: ref("aws_lambda_function.rotation.function_name"),
    principal: "secretsmanager.amazonaws.com",
    source_account: ACCOUNT,
    source_arn: APP,
    statement_id: "schedule-app",
  });
});

test("the schedule begins when the secret is filled and the function may be invoked", () => {
  expect(orders.resource("aws_secretsmanager_secret_rotation.schedule-app").depends_on).toEqual([
    "aws_lambda_permission.schedule-app_permission",
    "aws_lambda_invocation.initialize-app",
  ]);
});

test("by default a secret rotates every 30 days within 3 hours, not at once", () => {
  expect(orders.resource("aws_secretsmanager_secret_rotation.schedule-app")).toMatchObject({
    rotate_immediately: false,
    rotation_lambda_arn: ref("aws_lambda_function.rotation.arn"),
    rotation_rules: { duration: "3h", schedule_expression: "rate(30 days)" },
    secret_id: ref("aws_secretsmanager_secret.secret-app.id"),
  });
});

test("each user has a schedule of its own", () => {
  expect(orders.resource("aws_secretsmanager_secret_rotation.schedule-report-reader")).toMatchObject({
    rotate_immediately: true,
    rotation_rules: { duration: "4h", schedule_expression: "cron(0 8 ? * SUN *)" },
    secret_id: ref("aws_secretsmanager_secret.secret-report-reader.id"),
  });
});

test("with as many users as can be, their permissions fit into the function's policy", () => {
  // given the longest names everywhere
  const functionArn = `arn:aws-us-gov:lambda:ap-southeast-1:123456789012:function:${"f".repeat(64)}`;
  const secretName = `environment0/${"d".repeat(40)}/${"u".repeat(40)}-AbCdEf`;
  const user = "u".repeat(40);

  // when Lambda has written a statement for each permission
  const statement = {
    Sid: `schedule-${user}`,
    Effect: "Allow",
    Principal: { Service: "secretsmanager.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: functionArn,
    Condition: {
      StringEquals: { "AWS:SourceAccount": "123456789012" },
      ArnLike: {
        "AWS:SourceArn": `arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:${secretName}`,
      },
    },
  };

  // then https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  expect(JSON.stringify(Array(MOST_USERS).fill(statement)).length).toBeLessThan(20_000);
});

test.each(["rate(60 days)", "cron(0 8 1 * ? *)"])(
  "%s in another's place changes that schedule and nothing else",
  (schedule) => {
    // given
    const user = { grants: [] };
    const before = ordersStack({ users: { app: user, report: user } });

    // when
    const after = ordersStack({ users: { app: { ...user, rotation: { schedule } }, report: user } });

    // then
    const changed = after.addresses.filter(
      (address) => JSON.stringify(before.resource(address)) !== JSON.stringify(after.resource(address)),
    );
    expect(after.addresses).toEqual(before.addresses);
    expect(changed).toEqual(["aws_secretsmanager_secret_rotation.schedule-app"]);
  },
);

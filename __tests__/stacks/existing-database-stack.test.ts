import type { EnvironmentInput } from "../../environments";
import { MOST_ARN_CHARACTERS } from "../../environments/existing-database-schema";
import { MOST_USERS } from "../../environments/user-schema";
import {
  ACCOUNT,
  arn,
  existingNetwork,
  PARTITION,
  ref,
  type SynthesizedStack,
  synthesize,
} from "../support/synth";

const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;
const key = (digit: string) =>
  `arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-12345678901${digit}`;
const APP = secret("ledger/app");
const REPORT = secret("ledger/report");
const ADMIN = secret("rds!db-0a1b2c3d");
const FUNCTION_GROUP = ref("aws_security_group.rotation_security-group.id");

const LEDGER = {
  source: "existing",
  engine: "postgres",
  identifier: "ledger-1",
  host: "ledger-1.abcdefghijkl.eu-west-1.rds.amazonaws.com",
  port: 6432,
  securityGroupId: "sg-0a1b2c3f",
  users: { app: { secretArn: APP }, report: { secretArn: REPORT, rotation: { schedule: "rate(7 days)" } } },
} as const satisfies EnvironmentInput["databases"][string];

function ledgerStack(database: Partial<EnvironmentInput["databases"][string]> = {}): SynthesizedStack {
  const ledger = { ...LEDGER, ...database } as EnvironmentInput["databases"][string];
  return synthesize({ test: { ...existingNetwork(), databases: { ledger } } }).stack("test-ledger");
}

const ledger = ledgerStack();
const ROLE = "aws_iam_role_policy.rotation_role_secrets";
const ROTATE = {
  Sid: "RotateSecrets",
  Effect: "Allow",
  Action: [
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:ListSecretVersionIds",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
  ],
  Resource: [APP, REPORT],
};
const readAdmin = { Sid: "ReadAdminSecret", Effect: "Allow", Action: "secretsmanager:GetSecretValue" };
const kms = (Sid: string, Action: unknown, Resource: unknown, secrets: string[]) => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
  Condition: {
    StringEquals: {
      "kms:EncryptionContext:SecretARN": secrets,
      "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
    },
  },
});

test("nothing is made but what rotates and watches: no database, no secret, no policy of a secret, no initialisation", () => {
  expect([...ledger.addresses].sort()).toEqual([
    "aws_cloudwatch_event_rule.events-app_failures_rule",
    "aws_cloudwatch_event_rule.events-report_failures_rule",
    "aws_cloudwatch_event_target.events-app_failures_target",
    "aws_cloudwatch_event_target.events-report_failures_target",
    "aws_cloudwatch_log_group.rotation_log",
    "aws_cloudwatch_metric_alarm.alarm_duration",
    "aws_cloudwatch_metric_alarm.alarm_errors",
    "aws_cloudwatch_metric_alarm.alarm_repairs",
    "aws_cloudwatch_metric_alarm.alarm_throttles",
    "aws_iam_role.rotation_role",
    "aws_iam_role_policy.rotation_role_execution",
    "aws_iam_role_policy.rotation_role_secrets",
    "aws_kms_alias.key_alias",
    "aws_kms_key.key",
    "aws_lambda_function.rotation",
    "aws_lambda_permission.schedule-app_permission",
    "aws_lambda_permission.schedule-report_permission",
    "aws_secretsmanager_secret_rotation.schedule-app",
    "aws_secretsmanager_secret_rotation.schedule-report",
    "aws_security_group.rotation_security-group",
    "aws_vpc_security_group_egress_rule.rotation_to-database",
    "aws_vpc_security_group_egress_rule.rotation_to-secretsmanager",
    "aws_vpc_security_group_ingress_rule.rotation_at-endpoint",
    "aws_vpc_security_group_ingress_rule.rotation_from-function",
  ]);
});

describe("the role", () => {
  test("has nothing of KMS where AWS's own key encrypts the secrets, and nothing of an admin's where there is none", () => {
    expect(ledger.policy(ROLE)).toEqual([ROTATE]);
  });

  test("reads the admin's secret, without KMS where that has AWS's own key", () => {
    const stack = ledgerStack({ adminSecret: { secretArn: ADMIN } });
    expect(stack.policy(ROLE)).toEqual([ROTATE, { ...readAdmin, Resource: ADMIN }]);
  });

  test("uses each secret's key for that secret, and decrypts only for the admin's", () => {
    const stack = ledgerStack({
      adminSecret: { secretArn: ADMIN, kmsKeyArn: key("1") },
      users: { app: { secretArn: APP, kmsKeyArn: key("2") }, report: { secretArn: REPORT } },
    });
    expect(stack.policy(ROLE)).toEqual([
      ROTATE,
      { ...readAdmin, Resource: ADMIN },
      kms("EncryptSecrets", ["kms:Decrypt", "kms:GenerateDataKey"], key("2"), [APP]),
      kms("DecryptAdminSecret", "kms:Decrypt", key("1"), [ADMIN]),
    ]);
  });

  test("names a key once, and every key", () => {
    const users = { app: { secretArn: APP, kmsKeyArn: key("2") }, report: { secretArn: REPORT } };
    const keyOf = (report: string) => {
      const stack = ledgerStack({ users: { ...users, report: { secretArn: REPORT, kmsKeyArn: report } } });
      return stack.policy(ROLE).at(-1);
    };
    const actions = ["kms:Decrypt", "kms:GenerateDataKey"];
    expect(keyOf(key("2"))).toEqual(kms("EncryptSecrets", actions, key("2"), [APP, REPORT]));
    expect(keyOf(key("3"))).toEqual(kms("EncryptSecrets", actions, [key("2"), key("3")], [APP, REPORT]));
  });
});

test("with the longest secrets that may be named, the policies fit into a role", () => {
  // given ARNs that are as long together as they may be, each in the policy twice
  const length = Math.floor(MOST_ARN_CHARACTERS / 2 / MOST_USERS) - 6;
  const users = Object.fromEntries(
    Array.from({ length: MOST_USERS }, (_, index) => [
      `u${index}`,
      {
        secretArn: secret(`${index}-`)
          .padEnd(length - 7, "x")
          .concat("-AbCdEf"),
        kmsKeyArn: key("2"),
      },
    ]),
  );
  const subnetIds = Array.from({ length: 6 }, (_, index) => `subnet-${String(index).padStart(17, "0")}`);
  const through = { through: "endpoint", securityGroupId: "sg-00000000000000000" } as const;
  const name = "d".repeat(40);

  // when Terraform has filled in the longest values
  const stack = synthesize({
    environment0: {
      region: "eu-west-1",
      network: { type: "existing", vpcId: "vpc-00000000000000000", subnetIds, secretsManager: through },
      databases: { [name]: { ...LEDGER, users } },
    },
  }).stack(`environment0-${name}`);
  const policies = Object.values(stack.all("aws_iam_role_policy")).map(({ policy }) =>
    String(policy)
      .replaceAll(PARTITION, "aws-us-gov")
      .replaceAll(ACCOUNT, "123456789012")
      .replaceAll(
        ref("aws_cloudwatch_log_group.rotation_log.name"),
        `/aws/lambda/environment0-${name}-rotation`,
      ),
  );

  // then https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  expect(policies.join("")).not.toContain("${");
  expect(policies.join("").length).toBeLessThanOrEqual(10_240);
});

test("the stack's own key encrypts the function's log and nothing else", () => {
  const statements = ledger.policy("aws_kms_key.key");
  expect(statements.map(({ Sid }) => Sid)).toEqual(["AccountAdministration", "EncryptLogs"]);
  expect(statements.at(-1)?.Condition).toEqual({
    ArnEquals: {
      "kms:EncryptionContext:aws:logs:arn": [arn("logs", "log-group:/aws/lambda/test-ledger-rotation")],
    },
  });
});

test("the database's security group lets the function in, which reaches no other database", () => {
  const tcp = { from_port: 6432, ip_protocol: "tcp", to_port: 6432 };
  expect(ledger.resource("aws_vpc_security_group_ingress_rule.rotation_from-function")).toEqual({
    ...tcp,
    description: "Rotation function",
    referenced_security_group_id: FUNCTION_GROUP,
    security_group_id: "sg-0a1b2c3f",
  });
  expect(ledger.resource("aws_vpc_security_group_egress_rule.rotation_to-database")).toEqual({
    ...tcp,
    description: "Database",
    referenced_security_group_id: "sg-0a1b2c3f",
    security_group_id: FUNCTION_GROUP,
  });
});

test("each secret has a schedule of its own, once the function can reach everything", () => {
  expect(ledger.resource("aws_secretsmanager_secret_rotation.schedule-report")).toEqual({
    depends_on: [
      "aws_lambda_permission.schedule-report_permission",
      "aws_iam_role_policy.rotation_role_secrets",
      "aws_vpc_security_group_ingress_rule.rotation_from-function",
      "aws_vpc_security_group_egress_rule.rotation_to-database",
      "aws_vpc_security_group_egress_rule.rotation_to-secretsmanager",
      "aws_vpc_security_group_ingress_rule.rotation_at-endpoint",
    ],
    rotate_immediately: false,
    rotation_lambda_arn: ref("aws_lambda_function.rotation.arn"),
    rotation_rules: { duration: "3h", schedule_expression: "rate(7 days)" },
    secret_id: REPORT,
  });
  expect(ledger.resource("aws_lambda_permission.schedule-report_permission")).toMatchObject({
    source_account: ACCOUNT,
    source_arn: REPORT,
  });
});

test.each([
  ["postgres", "postgres"],
  ["aurora-postgresql", "postgres"],
  ["mysql", "mysql"],
  ["aurora-mysql", "mysql"],
  ["mariadb", "mariadb"],
] as const)("%s is rotated by the function for %s", (engine, bundle) => {
  const { filename } = ledgerStack({ engine }).resource("aws_lambda_function.rotation");
  expect(filename).toBe(`../../assets/rotation-${bundle}.zip`);
});

test("the strategy is told to the function where it is not the function's own default", () => {
  const stack = ledgerStack({ strategy: "alternating-users", adminSecret: { secretArn: ADMIN } });
  expect(stack.resource("aws_lambda_function.rotation").environment).toEqual({
    variables: { ROTATION_STRATEGY: "alternating-users" },
  });
  expect(ledger.resource("aws_lambda_function.rotation")).not.toHaveProperty("environment");
});

test("outputs are those of any database, the admin's secret where there is one", () => {
  const names = [
    "database-arn",
    "database-endpoint",
    "function-arn",
    "function-log-group",
    "key-arn",
    "secret-app-arn",
    "secret-report-arn",
  ];
  const values = (stack: SynthesizedStack) => stack.json.output as Record<string, { value: string }>;
  expect(Object.keys(values(ledger)).sort()).toEqual(names);
  expect(values(ledger)["database-arn"]?.value).toBe(arn("rds", "db:ledger-1"));
  const aurora = values(ledgerStack({ engine: "aurora-mysql", adminSecret: { secretArn: ADMIN } }));
  expect(aurora["database-arn"]?.value).toBe(arn("rds", "cluster:ledger-1"));
  expect(aurora["admin-secret-arn"]?.value).toBe(ADMIN);
});

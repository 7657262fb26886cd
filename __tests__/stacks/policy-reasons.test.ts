import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyStatement } from "../../stacks/policy-document";
import { ordersStack, USER } from "../support/synth";

/** Why each action of each statement of a policy is in it: what of ours calls it, or which rule of AWS asks for it. */
type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>;

const LAMBDA_VPC =
  "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions";
const RDS_KEY = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html";
const SECRET_KEY = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html";
const CROSS_ACCOUNT =
  "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html";
const LOG_KEY = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html";
const LAMBDA_LOGS = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html";
const KEY_ADMINISTRATORS =
  "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators";
const STORE = "lambda/rotation/secret-store.ts";

/** Terraform's provider reads or changes it; the operator has no other way. */
const terraform = (resource: string) => `terraform ${resource}`;
const each = (actions: readonly string[], reason: string) =>
  Object.fromEntries(actions.map((action) => [action, reason]));

const MOVE_NETWORK_INTERFACES = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];
const FIND_NETWORK_INTERFACES = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

const ENCRYPT_DATA = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

const REASONS: Readonly<Record<string, Reasons>> = {
  "aws_iam_role.rotation_role assume_role_policy": {
    Lambda: {
      "sts:AssumeRole": "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    },
  },
  "aws_iam_role_policy.rotation_role_execution policy": {
    WriteLogs: each(["logs:CreateLogStream", "logs:PutLogEvents"], LAMBDA_LOGS),
    FindNetworkInterfaces: each(FIND_NETWORK_INTERFACES, LAMBDA_VPC),
    CreateNetworkInterfaces: { "ec2:CreateNetworkInterface": LAMBDA_VPC },
    ManageNetworkInterfaces: each(MOVE_NETWORK_INTERFACES, LAMBDA_VPC),
    // All that the two statements above allow, and nothing else.
    DenyNetworkToFunctionCode: each(
      ["ec2:CreateNetworkInterface", ...FIND_NETWORK_INTERFACES, ...MOVE_NETWORK_INTERFACES],
      LAMBDA_VPC,
    ),
  },
  // That the function cannot do without any of these is shown by rotations: rotation-role-in-use.test.ts
  "aws_iam_role_policy.rotation_role_secrets policy": {
    RotateSecrets: {
      "secretsmanager:DescribeSecret": STORE,
      "secretsmanager:GetSecretValue": STORE,
      "secretsmanager:ListSecretVersionIds": STORE,
      "secretsmanager:PutSecretValue": STORE,
      "secretsmanager:UpdateSecretVersionStage": STORE,
    },
    ReadAdminSecret: { "secretsmanager:GetSecretValue": STORE },
    EncryptSecrets: each(["kms:Decrypt", "kms:GenerateDataKey"], SECRET_KEY),
    DecryptAdminSecret: { "kms:Decrypt": SECRET_KEY },
  },
  "aws_secretsmanager_secret_policy.secret-app_policy policy": {
    Readers: {
      // AWS's caching clients ask which version is current, then read it by id.
      "secretsmanager:DescribeSecret": "https://github.com/aws/aws-secretsmanager-caching-python",
      "secretsmanager:GetSecretValue": CROSS_ACCOUNT,
    },
  },
  "aws_kms_key.key policy": {
    AccountAdministration: {
      ...each(
        [
          "kms:DescribeKey",
          "kms:EnableKeyRotation",
          "kms:GetKeyPolicy",
          "kms:GetKeyRotationStatus",
          "kms:ListResourceTags",
          "kms:PutKeyPolicy",
          "kms:ScheduleKeyDeletion",
          "kms:TagResource",
          "kms:UntagResource",
          "kms:UpdateKeyDescription",
        ],
        terraform("aws_kms_key"),
      ),
      ...each(["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"], terraform("aws_kms_alias")),
      // Operators': a key that is about to be deleted is saved, one that has leaked is stopped.
      ...each(
        [
          "kms:CancelKeyDeletion",
          "kms:DisableKey",
          "kms:DisableKeyRotation",
          "kms:EnableKey",
          "kms:ListGrants",
          "kms:ListKeyPolicies",
          "kms:ListKeyRotations",
          "kms:RevokeGrant",
          "kms:RotateKeyOnDemand",
        ],
        KEY_ADMINISTRATORS,
      ),
    },
    UseThroughRds: each(ENCRYPT_DATA, RDS_KEY),
    UseThroughSecretsManager: each(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], SECRET_KEY),
    "Readers-app": { "kms:Decrypt": CROSS_ACCOUNT },
    GrantsForAwsServices: { "kms:CreateGrant": RDS_KEY },
    EncryptLogs: each(ENCRYPT_DATA, LOG_KEY),
  },
};

const stack = ordersStack({
  users: { app: { ...USER, readers: ["arn:aws:iam::111122223333:role/orders-service"] } },
});

function actionsOf({ Action }: PolicyStatement): readonly string[] {
  return [Action].flat();
}

test("every policy of the stack is in the table", () => {
  const policies = stack.addresses.flatMap((address) =>
    Object.keys(stack.resource(address))
      .filter((attribute) => attribute === "policy" || attribute === "assume_role_policy")
      .map((attribute) => `${address} ${attribute}`),
  );
  expect(policies.sort()).toEqual(Object.keys(REASONS).sort());
});

describe.each(Object.entries(REASONS))("%s", (name, reasons) => {
  const [address = "", attribute = ""] = name.split(" ");
  const statements = stack.policy(address, attribute);

  test("has a reason for each action, and no action without one", () => {
    const actual = statements.map((statement) => [statement.Sid, [...actionsOf(statement)].sort()]);
    const expected = Object.entries(reasons).map(([sid, actions]) => [sid, Object.keys(actions).sort()]);
    expect(actual).toEqual(expected);
  });

  test("names no action twice, none by a wildcard", () => {
    for (const statement of statements) {
      const actions = actionsOf(statement);
      expect(actions).toEqual([...new Set(actions)]);
      expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    }
  });
});

test("the function calls what it is allowed, and nothing that it is not", () => {
  const source = readFileSync(join(__dirname, "../..", STORE), "utf8");
  const called = [...source.matchAll(/new (\w+)Command\(/g)].map(
    ([, operation]) => `secretsmanager:${operation}`,
  );

  const { RotateSecrets = {}, ReadAdminSecret = {} } =
    REASONS["aws_iam_role_policy.rotation_role_secrets policy"] ?? {};
  const allowed = [...Object.keys(RotateSecrets), ...Object.keys(ReadAdminSecret)];

  expect([...new Set(called)].sort()).toEqual([...new Set(allowed)].sort());
});

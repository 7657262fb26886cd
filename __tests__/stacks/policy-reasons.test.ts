import { readFileSync } from "node:fs";
import { join } from "node:path";
import { actionsOn } from "../../stacks/permissions/bootstrap-reads";
import { bounds } from "../../stacks/permissions/bounds";
import type { ScopedStatement } from "../../stacks/permissions/permission";
import { readOfThisAccount, scopedReads } from "../../stacks/permissions/read-actions";
import { scopedWrites } from "../../stacks/permissions/write-actions";
import type { PolicyStatement } from "../../stacks/policy-document";
import { complete, completeBootstrap } from "../support/fixture-environment";
import { synthesize } from "../support/synth";

/** Why each action of each statement of a policy is in it: what of ours calls it, or which rule of AWS asks for it. */
type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>;

const LAMBDA_VPC =
  "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions";
const RDS_KEY = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html";
const SECRET_KEY = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html";
const CROSS_ACCOUNT =
  "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html";
const LOG_KEY = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html";
const ENHANCED_MONITORING =
  "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html";
const FLOW_LOGS = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html";
const SNS_KEY =
  "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services";
const SNS_PUBLISHERS =
  "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#source-account-versus-source-owner";
const GITHUB =
  "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws";
const S3_BACKEND = "https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required";
const STATE_KEY = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html";
const TLS_ONLY = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit";
const LAMBDA_LOGS = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html";
const KEY_ADMINISTRATORS =
  "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators";
const STORE = "lambda/rotation/secret-store.ts";
const BOOTSTRAP_READS = "stacks/permissions/bootstrap-reads.ts";

/** Terraform's provider reads or changes it; the operator has no other way. */
const terraform = (resource: string) => `terraform ${resource}`;
const each = (actions: readonly string[], reason: string) =>
  Object.fromEntries(actions.map((action) => [action, reason]));

/** What a table says: there each type has its actions. Of what AWS knows by such names: service-authorization.test.ts */
const table = (statements: readonly ScopedStatement[], file: string): Reasons =>
  Object.fromEntries(statements.map(({ sid, actions }) => [sid, each(actions, file)]));
const READ_OF_THIS_ACCOUNT = each([readOfThisAccount().Action].flat(), "stacks/permissions/read-actions.ts");
const DENIED_VALUES = {
  DenySecretValues: each(
    ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
    "neither plan nor deployment needs a value",
  ),
  DenySecretDecryption: { "kms:Decrypt": "neither plan nor deployment needs a value" },
};

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

const ACCOUNT_ADMINISTRATION = {
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
};

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
  "aws_iam_role.database_monitoring assume_role_policy": {
    EnhancedMonitoring: { "sts:AssumeRole": ENHANCED_MONITORING },
  },
  "aws_iam_role_policy.database_monitoring_measurements policy": {
    ManageLogGroup: each(["logs:CreateLogGroup", "logs:PutRetentionPolicy"], ENHANCED_MONITORING),
    WriteMeasurements: each(
      ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"],
      ENHANCED_MONITORING,
    ),
  },
  // What the functions of the VPC do, and no more: the same calls as RotateSecrets.
  "aws_vpc_endpoint.secretsmanager-endpoint policy": {
    SecretsOfThisAccount: {
      "secretsmanager:DescribeSecret": STORE,
      "secretsmanager:GetSecretValue": STORE,
      "secretsmanager:ListSecretVersionIds": STORE,
      "secretsmanager:PutSecretValue": STORE,
      "secretsmanager:UpdateSecretVersionStage": STORE,
    },
  },
  "aws_kms_key.key policy": {
    AccountAdministration: ACCOUNT_ADMINISTRATION,
    UseThroughRds: each(ENCRYPT_DATA, RDS_KEY),
    UseThroughSecretsManager: each(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], SECRET_KEY),
    "Readers-app": { "kms:Decrypt": CROSS_ACCOUNT },
    GrantsForAwsServices: { "kms:CreateGrant": RDS_KEY },
    EncryptLogs: each(ENCRYPT_DATA, LOG_KEY),
  },
  "aws_kms_key.flow-logs_key policy": {
    AccountAdministration: ACCOUNT_ADMINISTRATION,
    EncryptLogs: each(ENCRYPT_DATA, LOG_KEY),
  },
  "aws_kms_key.alerts_key policy": {
    AccountAdministration: ACCOUNT_ADMINISTRATION,
    EncryptAlarms: each(["kms:Decrypt", "kms:GenerateDataKey"], SNS_KEY),
    EncryptEvents: each(["kms:Decrypt", "kms:GenerateDataKey"], SNS_KEY),
  },
  "aws_sns_topic_policy.alerts_policy policy": {
    PublishAlarms: { "sns:Publish": SNS_PUBLISHERS },
    PublishEvents: {
      "sns:Publish":
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions",
    },
  },
  "aws_kms_key.state_key policy": {
    AccountAdministration: ACCOUNT_ADMINISTRATION,
    UseThroughS3: each(["kms:Decrypt", "kms:GenerateDataKey"], STATE_KEY),
  },
  "aws_iam_role.diff-role assume_role_policy": { Github: { "sts:AssumeRoleWithWebIdentity": GITHUB } },
  "aws_iam_policy.diff-role_read-account policy": {
    ReadOfThisAccount: READ_OF_THIS_ACCOUNT,
    FindStates: { "s3:ListBucket": S3_BACKEND },
    ReadStates: { "s3:GetObject": S3_BACKEND },
    DecryptStates: { "kms:Decrypt": S3_BACKEND },
    ReadStateBucket: each(actionsOn("bucket"), BOOTSTRAP_READS),
    ReadStateKey: each(actionsOn("key"), BOOTSTRAP_READS),
    ReadIdentities: each(actionsOn("identities"), BOOTSTRAP_READS),
    ...DENIED_VALUES,
  },
  "aws_iam_policy.diff-role_read-complete policy": table(scopedReads(), "stacks/permissions/read-actions.ts"),
  "aws_iam_role.deploy-role-complete assume_role_policy": {
    Github: { "sts:AssumeRoleWithWebIdentity": GITHUB },
  },
  "aws_iam_policy.deploy-role-complete_state policy": {
    ReadOfThisAccount: READ_OF_THIS_ACCOUNT,
    FindStates: { "s3:ListBucket": S3_BACKEND },
    ReadStates: { "s3:GetObject": S3_BACKEND },
    DecryptStates: { "kms:Decrypt": S3_BACKEND },
    WriteStates: { "s3:PutObject": S3_BACKEND },
    LockStates: each(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], S3_BACKEND),
    EncryptStates: { "kms:GenerateDataKey": S3_BACKEND },
    ...DENIED_VALUES,
  },
  ...Object.fromEntries(
    scopedWrites().map(([policy, statements]) => [
      `aws_iam_policy.deploy-role-complete_write-${policy} policy`,
      table(statements, `stacks/permissions/writes/${policy}.ts`),
    ]),
  ),
  "aws_iam_policy.boundary-complete policy": table(bounds(), "stacks/permissions/bounds.ts"),
  // A denial: all there is, as AWS writes it.
  "aws_s3_bucket_policy.state_policy policy": { DenyWithoutTls: { "s3:*": TLS_ONLY } },
  "aws_iam_role.flow-logs_role assume_role_policy": { FlowLogs: { "sts:AssumeRole": FLOW_LOGS } },
  "aws_iam_role_policy.flow-logs_policy policy": {
    FindLogGroup: { "logs:DescribeLogGroups": FLOW_LOGS },
    WriteLogs: each(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], FLOW_LOGS),
  },
};

/** A statement of a policy that some stack has, and where. */
interface Found {
  readonly stack: string;
  /** Resource and attribute, as in the table. */
  readonly policy: string;
  readonly statement: PolicyStatement;
}

const synthesis = synthesize({ complete }, completeBootstrap);
const found: readonly Found[] = [...synthesis.files.keys()]
  .filter((file) => file.endsWith("cdk.tf.json"))
  .map((file) => file.split("/")[1] ?? "")
  .flatMap((id) => {
    const stack = synthesis.stack(id);
    return stack.addresses.flatMap((address) =>
      ["policy", "assume_role_policy"]
        .filter((attribute) => attribute in stack.resource(address))
        .flatMap((attribute) =>
          stack
            .policy(address, attribute)
            .map((statement) => ({ stack: id, policy: `${address} ${attribute}`, statement })),
        ),
    );
  });

test.each(found.map((each) => [each.stack, each.policy, each.statement.Sid, each] as const))(
  "%s, %s, %s: has a reason for each action and no action without one or twice",
  (_, policy, sid, { statement }) => {
    const actions = [statement.Action].flat();
    expect([...actions].sort()).toEqual(Object.keys(REASONS[policy]?.[sid] ?? {}).sort());
    expect(actions).toEqual([...new Set(actions)]);
  },
);

test("no reason is for what no stack has", () => {
  const statements = new Set(found.map(({ policy, statement }) => `${policy} ${statement.Sid}`));
  const reasons = Object.entries(REASONS).flatMap(([policy, sids]) =>
    Object.keys(sids).map((sid) => `${policy} ${sid}`),
  );
  expect(reasons.filter((reason) => !statements.has(reason))).toEqual([]);
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

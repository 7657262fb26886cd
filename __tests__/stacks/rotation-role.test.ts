import { MOST_USERS } from "../../environments/user-schema";
import { ACCOUNT, arn, ordersStack, PARTITION, ref, SUBNETS, synthesize, USER, VPC } from "../support/synth";

const ADMIN_SECRET = ref("aws_db_instance.database.master_user_secret[0].secret_arn");
const APP_SECRET = ref("aws_secretsmanager_secret.secret-app.arn");
const REPORT_SECRET = ref("aws_secretsmanager_secret.secret-report.arn");

const orders = ordersStack({ users: { app: USER, report: USER } });

test("Lambda assumes the role, nobody else", () => {
  expect(orders.policy("aws_iam_role.rotation_role", "assume_role_policy")).toEqual([
    {
      Sid: "Lambda",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    },
  ]);
});

test("the role has its two policies and none that AWS manages", () => {
  expect(Object.keys(orders.all("aws_iam_role_policy"))).toEqual([
    "rotation_role_execution",
    "rotation_role_secrets",
  ]);
  expect(Object.keys(orders.all("aws_iam_role_policy_attachment"))).toEqual([]);
  expect(Object.keys(orders.resource("aws_iam_role.rotation_role")).sort()).toEqual([
    "assume_role_policy",
    "description",
    "name",
  ]);
});

test("the function touches the secrets of its own database's users", () => {
  expect(orders.policy("aws_iam_role_policy.rotation_role_secrets")).toEqual([
    {
      Sid: "RotateSecrets",
      Effect: "Allow",
      Action: [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      Resource: [APP_SECRET, REPORT_SECRET],
    },
    {
      Sid: "ReadAdminSecret",
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: ADMIN_SECRET,
    },
    {
      Sid: "EncryptSecrets",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: ref("aws_kms_key.key.arn"),
      Condition: {
        StringEquals: {
          "kms:EncryptionContext:SecretARN": [APP_SECRET, REPORT_SECRET],
          "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
        },
      },
    },
    {
      Sid: "DecryptAdminSecret",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: ref("aws_kms_key.key.arn"),
      Condition: {
        StringEquals: {
          "kms:EncryptionContext:SecretARN": [ADMIN_SECRET],
          "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
        },
      },
    },
  ]);
});

test("Lambda puts the function into its subnets and writes its log; the function's code cannot", () => {
  expect(orders.policy("aws_iam_role_policy.rotation_role_execution")).toEqual([
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: arn("logs", `log-group:${ref("aws_cloudwatch_log_group.rotation_log.name")}:log-stream:*`),
    },
    {
      Sid: "FindNetworkInterfaces",
      Effect: "Allow",
      Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
      Resource: "*",
    },
    {
      Sid: "CreateNetworkInterfaces",
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      Resource: [
        arn("ec2", "network-interface/*"),
        arn("ec2", "security-group/*"),
        ...SUBNETS.map((subnet) => arn("ec2", `subnet/${subnet}`)),
      ],
    },
    {
      Sid: "ManageNetworkInterfaces",
      Effect: "Allow",
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: arn("ec2", "*/*"),
      Condition: { ArnEqualsIfExists: { "ec2:Vpc": arn("ec2", `vpc/${VPC}`) } },
    },
    {
      Sid: "DenyNetworkToFunctionCode",
      Effect: "Deny",
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: "*",
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": arn("lambda", "function:test-orders-rotation") },
      },
    },
  ]);
});

test("with as many users as can be, the policies fit into a role", () => {
  // given the longest names everywhere
  const name = (letter: string, index = 0) => `${letter}${String(index).padStart(2, "0")}`.padEnd(40, letter);
  const users = Object.fromEntries(
    Array.from({ length: MOST_USERS }, (_, index) => [name("u", index), USER]),
  );
  const subnetIds = Array.from({ length: 6 }, (_, index) => `subnet-${String(index).padStart(17, "0")}`);
  const through = { through: "endpoint", securityGroupId: "sg-00000000000000000" } as const;
  const stack = synthesize({
    environment0: {
      region: "ap-southeast-1",
      network: { type: "existing", vpcId: "vpc-00000000000000000", subnetIds, secretsManager: through },
      databases: { [name("d")]: { tier: "development", users } },
    },
  }).stack(`environment0-${name("d")}`);

  // when Terraform has filled in the longest values
  const secretArn = `arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:environment0/${name("d")}/${name("u")}-AbCdEf`;
  const values: Readonly<Record<string, string>> = {
    [PARTITION]: "aws-us-gov",
    [ACCOUNT]: "123456789012",
    [ADMIN_SECRET]: secretArn,
    [ref("aws_kms_key.key.arn")]: `arn:aws-us-gov:kms:ap-southeast-1:123456789012:key/${"0".repeat(36)}`,
    [ref("aws_cloudwatch_log_group.rotation_log.name")]: `/aws/lambda/environment0-${name("d")}-rotation`,
  };
  const policies = Object.values(stack.all("aws_iam_role_policy")).map(({ policy }) =>
    String(policy).replaceAll(/\$\{[^}]*\}/g, (reference) => values[reference] ?? secretArn),
  );

  // then https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  expect(policies.join("").length).toBeLessThanOrEqual(10_240);
});

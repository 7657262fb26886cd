import type { PolicyStatement } from "../../stacks/policy-document";
import { complete, completeBootstrap } from "../support/fixture-environment";
import { ACCOUNT_ID, type IamRequest, isAllowed, statementsOf } from "../support/iam";
import { synthesize } from "../support/synth";

const bootstrap = synthesize({ complete }, completeBootstrap).stack("bootstrap");
const statements = statementsOf(bootstrap, "aws_iam_role.deploy-role-complete");
const arn = (service: string, resource: string, region = "eu-west-1") =>
  `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`;
const iam = (resource: string) => arn("iam", resource, "");
const BOUNDARY = { "iam:PermissionsBoundary": iam("policy/ci/boundary-complete") };
const OWN = { "aws:ResourceTag/environment": "complete" };
const OTHERS = { "aws:ResourceTag/environment": "live" };
const MADE = { "aws:RequestTag/environment": "complete" };
const STATE = "arn:aws:s3:::example-terraform-state/rds-secret-rotation";
const KEY = arn("kms", "key/1234");
const GROUP = arn("ec2", "security-group/sg-1");
const VIA_SECRETS = { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" };
const TRIED = { "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess" };
const FUNCTION = arn("lambda", "function:complete-orders-rotation");
type Case = [what: string, action: string, resource: string, context?: IamRequest["context"]];

test.each<Case>([
  ["makes a bounded role", "iam:CreateRole", iam("role/complete-orders-rotation"), BOUNDARY],
  [
    "bounds a role that is not",
    "iam:PutRolePermissionsBoundary",
    iam("role/complete-orders-rotation"),
    BOUNDARY,
  ],
  ["changes a bounded role", "iam:PutRolePolicy", iam("role/complete-orders-monitoring"), BOUNDARY],
  [
    "gives the function its role",
    "iam:PassRole",
    iam("role/complete-orders-rotation"),
    { "iam:PassedToService": "lambda.amazonaws.com" },
  ],
  [
    "gives RDS its role",
    "iam:PassRole",
    iam("role/complete-orders-monitoring"),
    { "iam:PassedToService": "monitoring.rds.amazonaws.com" },
  ],
  [
    "gives flow logs their role",
    "iam:PassRole",
    iam("role/complete-vpc-flow-logs"),
    { "iam:PassedToService": "vpc-flow-logs.amazonaws.com" },
  ],
  [
    "makes an instance whose password RDS keeps",
    "rds:CreateDBInstance",
    arn("rds", "db:complete-orders"),
    { "rds:ManageMasterUserPassword": "true" },
  ],
  ["changes an instance", "rds:ModifyDBInstance", arn("rds", "db:complete-orders")],
  [
    "has RDS make the master user's secret",
    "secretsmanager:CreateSecret",
    arn("secretsmanager", "secret:rds!db-1"),
  ],
  [
    "lets RDS use a key that KMS does not yet see the tag of",
    "kms:CreateGrant",
    KEY,
    { "kms:GrantIsForAWSResource": "true", "kms:ViaService": "rds.eu-west-1.amazonaws.com" },
  ],
  [
    "makes a secret",
    "secretsmanager:CreateSecret",
    arn("secretsmanager", "secret:complete/orders/app-AbCdEf"),
  ],
  ["tries a secret's key", "kms:Decrypt", KEY, { ...VIA_SECRETS, ...TRIED, ...OWN }],
  ["makes a key", "kms:CreateKey", "*", MADE],
  ["tags a key that is new", "kms:TagResource", KEY, MADE],
  ["changes its own key", "kms:PutKeyPolicy", KEY, OWN],
  [
    "has an adopted secret rotated",
    "secretsmanager:RotateSecret",
    arn("secretsmanager", "secret:ledger/app-AbCdEf"),
    { ...OWN, "secretsmanager:RotationLambdaARN": FUNCTION },
  ],
  ["initialises a secret", "lambda:InvokeFunction", FUNCTION],
  ["opens its own group", "ec2:AuthorizeSecurityGroupIngress", GROUP, OWN],
  [
    "tags a group that it makes",
    "ec2:CreateTags",
    GROUP,
    { ...MADE, "ec2:CreateAction": "CreateSecurityGroup" },
  ],
  ["reads its state", "s3:GetObject", `${STATE}/complete-orders.tfstate`],
  ["writes its state", "s3:PutObject", `${STATE}/complete-orders.tfstate`],
  ["takes its lock away", "s3:DeleteObject", `${STATE}/complete-orders.tfstate.tflock`],
])("it %s", (_, action, resource, context = {}) => {
  expect(isAllowed(statements, { action, resource, context })).toBe(true);
});

const ANY_CONTEXT = { ...OWN, ...MADE, ...BOUNDARY };

test.each<Case>([
  ["make a role without the boundary", "iam:CreateRole", iam("role/complete-orders-rotation")],
  [
    "make a role under another boundary",
    "iam:CreateRole",
    iam("role/complete-orders-rotation"),
    { "iam:PermissionsBoundary": iam("policy/ci/boundary-live") },
  ],
  ["change a role without the boundary", "iam:PutRolePolicy", iam("role/complete-orders-rotation")],
  [
    "let others take on a role without it",
    "iam:UpdateAssumeRolePolicy",
    iam("role/complete-orders-rotation"),
  ],
  [
    "take a boundary away",
    "iam:DeleteRolePermissionsBoundary",
    iam("role/complete-orders-rotation"),
    BOUNDARY,
  ],
  ["change the boundary", "iam:CreatePolicyVersion", iam("policy/ci/boundary-complete")],
  ["change the boundary's version", "iam:SetDefaultPolicyVersion", iam("policy/ci/boundary-complete")],
  ["delete the boundary", "iam:DeletePolicy", iam("policy/ci/boundary-complete")],
  ["attach a policy", "iam:AttachRolePolicy", iam("role/complete-orders-rotation"), BOUNDARY],
  ["make a user", "iam:CreateUser", iam("user/complete-orders")],
  ["make a key to the account", "iam:CreateAccessKey", iam("user/complete-orders")],
  ["be somebody else", "sts:AssumeRole", iam("role/complete-orders-rotation")],
  ["make a role of CI's", "iam:CreateRole", iam("role/ci/complete-orders-rotation"), BOUNDARY],
  ["change a role of CI's", "iam:PutRolePolicy", iam("role/ci/deploy-complete"), ANY_CONTEXT],
  ["change who gets a role of CI's", "iam:UpdateAssumeRolePolicy", iam("role/ci/deploy-live"), ANY_CONTEXT],
  [
    "pass a role of CI's",
    "iam:PassRole",
    iam("role/ci/deploy-complete"),
    { "iam:PassedToService": "lambda.amazonaws.com" },
  ],
  [
    "pass a role of another environment",
    "iam:PassRole",
    iam("role/live-orders-rotation"),
    { "iam:PassedToService": "lambda.amazonaws.com" },
  ],
  [
    "pass a role that is not of the stacks",
    "iam:PassRole",
    iam("role/complete-administrators"),
    { "iam:PassedToService": "lambda.amazonaws.com" },
  ],
  [
    "pass a role to another service",
    "iam:PassRole",
    iam("role/complete-orders-rotation"),
    { "iam:PassedToService": "ec2.amazonaws.com" },
  ],
  [
    "change a role that is not of the stacks",
    "iam:PutRolePolicy",
    iam("role/complete-administrators"),
    BOUNDARY,
  ],
  ["change a role of another environment", "iam:DeleteRole", iam("role/live-orders-rotation"), BOUNDARY],
  [
    "read a secret",
    "secretsmanager:GetSecretValue",
    arn("secretsmanager", "secret:complete/orders/app-1"),
    OWN,
  ],
  ["read secrets at once", "secretsmanager:BatchGetSecretValue", "*"],
  [
    "write a version",
    "secretsmanager:PutSecretValue",
    arn("secretsmanager", "secret:complete/orders/app-1"),
    OWN,
  ],
  [
    "decrypt a value",
    "kms:Decrypt",
    KEY,
    { ...VIA_SECRETS, ...OWN, "kms:EncryptionContext:SecretVersionId": "1" },
  ],
  ["decrypt without a version", "kms:Decrypt", KEY, { ...VIA_SECRETS, ...OWN }],
  ["decrypt by itself", "kms:Decrypt", KEY, OWN],
  ["try the key of another environment", "kms:Decrypt", KEY, { ...VIA_SECRETS, ...TRIED, ...OTHERS }],
  [
    "delete another environment's secret",
    "secretsmanager:DeleteSecret",
    arn("secretsmanager", "secret:live/orders/app-1"),
  ],
  [
    "rotate another environment's secret",
    "secretsmanager:RotateSecret",
    arn("secretsmanager", "secret:live/orders/app-1"),
    { ...OTHERS, "secretsmanager:RotationLambdaARN": FUNCTION },
  ],
  [
    "rotate a secret by another function",
    "secretsmanager:RotateSecret",
    arn("secretsmanager", "secret:complete/orders/app-1"),
    { ...OWN, "secretsmanager:RotationLambdaARN": arn("lambda", "function:other") },
  ],
  [
    "adopt a secret by tagging it",
    "secretsmanager:TagResource",
    arn("secretsmanager", "secret:ledger/app-1"),
    MADE,
  ],
  [
    "adopt a master user's secret by tagging it",
    "secretsmanager:TagResource",
    arn("secretsmanager", "secret:rds!db-1"),
    MADE,
  ],
  [
    "make a secret public",
    "secretsmanager:PutResourcePolicy",
    arn("secretsmanager", "secret:complete/orders/app-1"),
  ],
  ["have RDS keep no password", "rds:CreateDBInstance", arn("rds", "db:complete-orders")],
  [
    "set a master password",
    "rds:ModifyDBInstance",
    arn("rds", "db:complete-orders"),
    { "rds:ManageMasterUserPassword": "false" },
  ],
  ["delete another environment's database", "rds:DeleteDBInstance", arn("rds", "db:live-orders"), OWN],
  ["share a snapshot", "rds:ModifyDBSnapshotAttribute", arn("rds", "snapshot:complete-orders-final"), OWN],
  ["let others invoke a function", "lambda:AddPermission", FUNCTION, { "lambda:Principal": "*" }],
  [
    "change another environment's function",
    "lambda:UpdateFunctionCode",
    arn("lambda", "function:live-orders-rotation"),
  ],
  ["change another environment's key", "kms:PutKeyPolicy", KEY, OTHERS],
  ["delete a key of nobody's", "kms:ScheduleKeyDeletion", KEY],
  ["take another environment's key over", "kms:TagResource", KEY, { ...OTHERS, ...MADE }],
  [
    "take a key with an alias over",
    "kms:TagResource",
    KEY,
    { ...MADE, "kms:ResourceAliases": "alias/payments" },
  ],
  ["give its key away", "kms:TagResource", KEY, { ...OWN, "aws:RequestTag/environment": "live" }],
  ["open another environment's group", "ec2:AuthorizeSecurityGroupIngress", GROUP, OTHERS],
  ["open a group of nobody's", "ec2:AuthorizeSecurityGroupIngress", GROUP],
  ["take a group of nobody's over", "ec2:CreateTags", GROUP, MADE],
  ["delete another environment's VPC", "ec2:DeleteVpc", arn("ec2", "vpc/vpc-1"), OTHERS],
  ["open a way to the internet", "ec2:CreateInternetGateway", arn("ec2", "internet-gateway/*"), ANY_CONTEXT],
  ["read another environment's state", "s3:GetObject", `${STATE}/live-orders.tfstate`],
  ["read the state of one with a longer name", "s3:GetObject", `${STATE}/completeness-orders.tfstate`],
  ["write another environment's state", "s3:PutObject", `${STATE}/live-orders.tfstate`],
  ["write the bootstrap's state", "s3:PutObject", `${STATE}/bootstrap.tfstate`],
  ["delete its state", "s3:DeleteObject", `${STATE}/complete-orders.tfstate`],
  ["delete the bucket", "s3:DeleteBucket", "arn:aws:s3:::example-terraform-state"],
])("it cannot %s", (_, action, resource, context = {}) => {
  expect(isAllowed(statements, { action, resource, context })).toBe(false);
});

test("nobody is denied more than the values of secrets", () => {
  const denials = statements.filter(({ Effect }) => Effect === "Deny");
  expect(denials).toEqual<PolicyStatement[]>([
    {
      Sid: "DenySecretValues",
      Effect: "Deny",
      Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
      Resource: "*",
    },
    {
      Sid: "DenySecretDecryption",
      Effect: "Deny",
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: {
        StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" },
        StringNotEquals: TRIED,
      },
    },
  ]);
});

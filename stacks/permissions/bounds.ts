import type { Location } from "../location";
import { all, on, type Permission, type ScopedStatement, scopedStatements, when } from "./permission";

/** Apart from the environments' roles, "role/<environment>-…", so that none of theirs can be one of CI's. */
export const CI_PATH = "/ci/";

/** Even where a role is made to trust somebody else: only code of the environment's functions gets at a secret. */
const FROM_FUNCTIONS = {
  ArnLike: { "lambda:SourceFunctionArn": "arn:<partition>:lambda:<region>:<account>:function:<env>-*" },
};
const ROTATE = [
  "DescribeSecret",
  "GetSecretValue",
  "ListSecretVersionIds",
  "PutSecretValue",
  "UpdateSecretVersionStage",
];

/** All that rotation-role.ts, monitoring-role.ts and flow-logs.ts give away, for any database of the environment. */
const BOUNDS: readonly Permission[] = [
  on(
    "logs",
    ["log-group:/aws/lambda/<env>-*", "log-group:/aws/vpc/<env>-*"],
    "CreateLogStream",
    "DescribeLogStreams",
    "PutLogEvents",
  ),
  all("logs", "DescribeLogGroups"),
  on("logs", "log-group:RDSOSMetrics", "CreateLogGroup", "PutRetentionPolicy"),
  on(
    "logs",
    "log-group:RDSOSMetrics:log-stream:*",
    "CreateLogStream",
    "DescribeLogStreams",
    "GetLogEvents",
    "PutLogEvents",
  ),
  all("ec2", "DescribeNetworkInterfaces", "DescribeSubnets"),
  on("ec2", ["network-interface/*", "security-group/*", "subnet/*"], "CreateNetworkInterface"),
  on("ec2", "*/*", "AssignPrivateIpAddresses", "DeleteNetworkInterface", "UnassignPrivateIpAddresses"),
  when("from functions", FROM_FUNCTIONS, on("secretsmanager", "secret:<env>/*", ...ROTATE)),
  // Adopted secrets have names of their own. Who may deploy may not give them that tag.
  when(
    "own from functions",
    { ...FROM_FUNCTIONS, StringEquals: { "aws:ResourceTag/environment": "<env>" } },
    on("secretsmanager", "secret:*", ...ROTATE),
  ),
  // RDS names the master users' secrets, and tags each with its instance.
  when(
    "of databases from functions",
    {
      ...FROM_FUNCTIONS,
      StringLike: {
        "aws:ResourceTag/aws:rds:primaryDBInstanceArn": "arn:<partition>:rds:<region>:<account>:db:<env>-*",
      },
    },
    on("secretsmanager", "secret:rds!*", "GetSecretValue"),
  ),
  // Of those secrets only: Secrets Manager asks in the name of who may use one.
  when(
    "for secrets",
    { StringEquals: { "kms:ViaService": "secretsmanager.<region>.amazonaws.com" } },
    on("kms", "key/*", "Decrypt", "GenerateDataKey"),
  ),
];

/** The most that any role of an environment can do. */
export function bounds(): ScopedStatement[] {
  return scopedStatements("Bound", BOUNDS);
}

export function boundaryName(environment: string): string {
  return `boundary-${environment}`;
}

/** By name, not by reference: the environment's stacks need no other for it. */
export function boundaryArn(
  { partition, accountId }: Pick<Location, "partition" | "accountId">,
  environment: string,
): string {
  return `arn:${partition}:iam::${accountId}:policy${CI_PATH}${boundaryName(environment)}`;
}

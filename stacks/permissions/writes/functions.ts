import { on, when } from "../permission";
import { TAGS, type Writes } from "./conditions";
import { passed } from "./roles";

const LOG_GROUPS = ["lambda", "rds/instance", "vpc"].map((service) => `log-group:/aws/${service}/<env>-*`);
const FUNCTIONS = "function:<env>-*";

export const functions: Writes = {
  aws_cloudwatch_log_group: [
    // The key's policy alone lets CloudWatch use it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    on(
      "logs",
      LOG_GROUPS,
      ...TAGS,
      "AssociateKmsKey",
      "CreateLogGroup",
      "DeleteLogGroup",
      "PutRetentionPolicy",
    ),
  ],
  aws_lambda_function: [
    on(
      "lambda",
      FUNCTIONS,
      ...TAGS,
      "CreateFunction",
      "DeleteFunction",
      "GetFunctionConfiguration",
      "UpdateFunctionCode",
      "UpdateFunctionConfiguration",
    ),
    passed("rotation", "lambda"),
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    on("ec2", "vpc/*", "GetSecurityGroupsForVpc"),
  ],
  aws_lambda_invocation: [on("lambda", FUNCTIONS, "InvokeFunction")],
  aws_lambda_permission: [
    on("lambda", FUNCTIONS, "RemovePermission"),
    when(
      "for secrets manager",
      { StringEquals: { "lambda:Principal": "secretsmanager.amazonaws.com" } },
      on("lambda", FUNCTIONS, "AddPermission"),
    ),
  ],
};

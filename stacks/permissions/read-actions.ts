import type { PolicyStatement } from "../policy-document";
import { all, names, on, type Permission, type ScopedStatement, scopedStatements } from "./permission";

const SECRET = "secret:<env>/*";
const FUNCTION = "function:<env>-*";
/** Adopted secrets have names of their own: their metadata is described wherever they are, their values nowhere. */
const ANY_SECRET = "secret:*";

/**
 * What the provider asks for to read each type of resource and data source in a plan, per service of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const READ_ACTIONS: Readonly<Record<string, readonly Permission[]>> = {
  "data.aws_caller_identity": [],
  "data.aws_partition": [],
  "data.aws_security_group": [all("ec2", "DescribeSecurityGroups")],
  "data.aws_subnet": [all("ec2", "DescribeSubnets")],
  "data.aws_vpc_endpoint": [all("ec2", "DescribePrefixLists", "DescribeVpcEndpoints")],
  aws_cloudwatch_dashboard: [on("cloudwatch", "dashboard/<env>-*", "GetDashboard")],
  aws_cloudwatch_event_rule: [on("events", "rule/<env>-*", "DescribeRule", "ListTagsForResource")],
  aws_cloudwatch_event_target: [on("events", "rule/<env>-*", "ListTargetsByRule")],
  aws_cloudwatch_log_group: [
    all("logs", "DescribeLogGroups"),
    on("logs", "log-group:/aws/*/<env>-*", "ListTagsForResource"),
  ],
  aws_cloudwatch_metric_alarm: [on("cloudwatch", "alarm:<env>-*", "DescribeAlarms", "ListTagsForResource")],
  aws_cloudwatch_query_definition: [all("logs", "DescribeQueryDefinitions")],
  aws_config_config_rule: [
    all("config", "DescribeConfigRules"),
    // AWS gives rules ids of its own.
    on("config", "config-rule/*", "ListTagsForResource"),
  ],
  aws_db_instance: [
    // By the id that RDS makes, for which it searches all of them.
    all("rds", "DescribeDBInstances"),
    on("rds", "db:<env>-*", "ListTagsForResource"),
  ],
  aws_db_parameter_group: [
    on("rds", "pg:<env>-*", "DescribeDBParameterGroups", "DescribeDBParameters", "ListTagsForResource"),
  ],
  aws_db_subnet_group: [on("rds", "subgrp:<env>-*", "DescribeDBSubnetGroups", "ListTagsForResource")],
  aws_default_security_group: [all("ec2", "DescribeSecurityGroups")],
  aws_flow_log: [all("ec2", "DescribeFlowLogs")],
  aws_iam_role: [on("iam", "role/<env>-*", "GetRole", "ListAttachedRolePolicies", "ListRolePolicies")],
  aws_iam_role_policy: [on("iam", "role/<env>-*", "GetRolePolicy")],
  aws_kms_alias: [all("kms", "ListAliases")],
  // Keys are named by ids of AWS's own; their policies say nothing about their data.
  aws_kms_key: [
    on("kms", "key/*", "DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"),
  ],
  aws_lambda_function: [
    on(
      "lambda",
      FUNCTION,
      "GetFunction",
      "GetFunctionCodeSigningConfig", // Without it Lambda leaves the tags out of its answer to GetFunction.
      "ListTags",
      "ListVersionsByFunction",
    ),
  ],
  aws_lambda_invocation: [],
  aws_lambda_permission: [on("lambda", FUNCTION, "GetPolicy")],
  aws_route_table: [all("ec2", "DescribeRouteTables")],
  aws_route_table_association: [all("ec2", "DescribeRouteTables")],
  aws_secretsmanager_secret: [on("secretsmanager", SECRET, "DescribeSecret", "GetResourcePolicy")],
  aws_secretsmanager_secret_policy: [on("secretsmanager", SECRET, "GetResourcePolicy")],
  aws_secretsmanager_secret_rotation: [on("secretsmanager", ANY_SECRET, "DescribeSecret")],
  aws_security_group: [all("ec2", "DescribeSecurityGroups")],
  aws_sns_topic: [on("sns", "<env>-*", "GetTopicAttributes", "ListTagsForResource")],
  aws_sns_topic_policy: [on("sns", "<env>-*", "GetTopicAttributes")],
  aws_sns_topic_subscription: [on("sns", "<env>-*", "GetSubscriptionAttributes")],
  aws_subnet: [all("ec2", "DescribeSubnets")],
  aws_vpc: [
    on("ec2", "vpc/*", "DescribeVpcAttribute"),
    all("ec2", "DescribeNetworkAcls", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeVpcs"),
  ],
  aws_vpc_endpoint: [all("ec2", "DescribeNetworkInterfaces", "DescribePrefixLists", "DescribeVpcEndpoints")],
  aws_vpc_security_group_egress_rule: [all("ec2", "DescribeSecurityGroupRules")],
  aws_vpc_security_group_ingress_rule: [all("ec2", "DescribeSecurityGroupRules")],
};

/** What is read of named resources. */
export function scopedReads(): ScopedStatement[] {
  return scopedStatements(
    "Read",
    Object.values(READ_ACTIONS)
      .flat()
      .filter(({ resource }) => resource !== undefined),
  );
}

/** What is read of the account as a whole. */
export function readOfThisAccount(): PolicyStatement {
  const reads = Object.values(READ_ACTIONS)
    .flat()
    .filter(({ resource }) => resource === undefined);
  return { Sid: "ReadOfThisAccount", Effect: "Allow", Action: names(reads), Resource: "*" };
}

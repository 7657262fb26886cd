/** An action that a plan asks for, and what it is asked of. */
export interface ReadAction {
  readonly service: string;
  /** ARN's last part, with "<env>" for an environment's name. @default "*": the action takes no resource */
  readonly resource?: string;
  readonly actions: readonly string[];
}

const on = (service: string, resource: string, ...actions: string[]): ReadAction => ({
  service,
  resource,
  actions,
});
/** The service authorization reference lists no resource type for these: they describe all or nothing. */
const all = (service: string, ...actions: string[]): ReadAction => ({ service, actions });

const SECRET = "secret:<env>/*";
const FUNCTION = "function:<env>-*";
/** Adopted secrets have names of their own: their metadata is described wherever they are, their values nowhere. */
const ANY_SECRET = "secret:*";

/**
 * What the provider asks for to read each type of resource and data source in a plan, per service of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const READ_ACTIONS: Readonly<Record<string, readonly ReadAction[]>> = {
  "data.aws_caller_identity": [],
  "data.aws_partition": [],
  "data.aws_security_group": [all("ec2", "DescribeSecurityGroups")],
  "data.aws_subnet": [all("ec2", "DescribeSubnets")],
  "data.aws_vpc_endpoint": [all("ec2", "DescribePrefixLists", "DescribeVpcEndpoints")],
  aws_cloudwatch_dashboard: [on("cloudwatch", "dashboard/<env>*", "GetDashboard")],
  aws_cloudwatch_event_rule: [on("events", "rule/<env>-*", "DescribeRule", "ListTagsForResource")],
  aws_cloudwatch_event_target: [on("events", "rule/<env>-*", "ListTargetsByRule")],
  aws_cloudwatch_log_group: [
    on("logs", "log-group:*", "DescribeLogGroups"),
    on("logs", "log-group:/aws/*/<env>-*", "ListTagsForResource"),
  ],
  aws_cloudwatch_metric_alarm: [on("cloudwatch", "alarm:<env>-*", "DescribeAlarms", "ListTagsForResource")],
  aws_cloudwatch_query_definition: [all("logs", "DescribeQueryDefinitions")],
  aws_config_config_rule: [
    all("config", "DescribeConfigRules"),
    // AWS gives rules ids of its own.
    on("config", "config-rule/*", "ListTagsForResource"),
  ],
  aws_db_instance: [on("rds", "db:<env>-*", "DescribeDBInstances", "ListTagsForResource")],
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
  aws_vpc_endpoint: [all("ec2", "DescribePrefixLists", "DescribeVpcEndpoints")],
  aws_vpc_security_group_egress_rule: [all("ec2", "DescribeSecurityGroupRules")],
  aws_vpc_security_group_ingress_rule: [all("ec2", "DescribeSecurityGroupRules")],
};

/** A statement of an environment's policy, but for the environment. */
export interface ScopedRead {
  readonly sid: string;
  readonly service: string;
  readonly resource: string;
  readonly actions: readonly string[];
}

/** What is read of named resources: a statement a kind of them. */
export function scopedReads(): ScopedRead[] {
  const reads = Object.values(READ_ACTIONS).flat();
  const found = new Map<string, ScopedRead>();
  for (const { service, resource } of reads) {
    if (resource === undefined) continue;
    const alike = reads.filter((each) => each.service === service && each.resource === resource);
    const sid = `Read${pascalCase(`${service} ${resource}`)}`;
    found.set(sid, { sid, service, resource, actions: names(alike) });
  }
  return [...found.values()];
}

/** What is read of the account as a whole. */
export function unscopedReads(): string[] {
  return names(
    Object.values(READ_ACTIONS)
      .flat()
      .filter(({ resource }) => resource === undefined),
  );
}

function names(reads: readonly ReadAction[]): string[] {
  const all = reads.flatMap(({ service, actions }) => actions.map((action) => `${service}:${action}`));
  return [...new Set(all)].sort();
}

function pascalCase(text: string): string {
  return [...text.matchAll(/[a-z]+/g)].map(([word]) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

import { ofType, type Rule } from "./rule";

const TO_THE_INTERNET = "databases and functions have no way to or from the internet";
const IN_THE_STATE = "its value would stand in Terraform's state, and whoever may plan could read it";

/** What nothing makes right. */
const REFUSED: Readonly<Record<string, string>> = {
  aws_egress_only_internet_gateway: TO_THE_INTERNET,
  aws_eip: TO_THE_INTERNET,
  aws_iam_access_key: IN_THE_STATE,
  aws_internet_gateway: TO_THE_INTERNET,
  aws_lambda_function_url: TO_THE_INTERNET,
  aws_nat_gateway: TO_THE_INTERNET,
  aws_secretsmanager_secret_version: IN_THE_STATE,
  "data.aws_secretsmanager_random_password": IN_THE_STATE,
  "data.aws_secretsmanager_secret_version": IN_THE_STATE,
  "data.aws_secretsmanager_secret_versions": IN_THE_STATE,
  random_password: IN_THE_STATE,
};

/**
 * What somebody has looked at. Either a rule here says what of it has to be encrypted, closed and logged, or nothing
 * of it has to be. Policies and tags are checked wherever they are.
 */
const REVIEWED: readonly string[] = [
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_metric_alarm",
  "aws_cloudwatch_query_definition",
  "aws_config_config_rule",
  "aws_db_instance",
  "aws_db_parameter_group",
  "aws_db_subnet_group",
  "aws_default_security_group",
  "aws_flow_log",
  "aws_iam_openid_connect_provider",
  "aws_iam_policy",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_kms_alias",
  "aws_kms_key",
  "aws_lambda_function",
  "aws_lambda_invocation",
  "aws_lambda_permission",
  "aws_route_table",
  "aws_route_table_association",
  "aws_s3_bucket",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_secretsmanager_secret",
  "aws_secretsmanager_secret_policy",
  "aws_secretsmanager_secret_rotation",
  "aws_security_group",
  "aws_sns_topic",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
];

const refusedTypes: Rule = {
  name: "nothing that leads to the internet or keeps a secret in the state",
  applies: () => true,
  *check({ type }) {
    const reason = REFUSED[type];
    if (reason !== undefined) yield `must not be: ${reason}`;
  },
};

const reviewedTypes: Rule = {
  name: "resources of types that have been looked at",
  applies: ({ type }) => !type.startsWith("data.") && !type.startsWith("provider.") && !(type in REFUSED),
  *check(declaration) {
    if (!ofType(...REVIEWED)(declaration)) {
      yield `must be of a reviewed type: add ${declaration.type} to stacks/guard-rails/types.ts, and rules for what of it has to be encrypted, closed or logged`;
    }
  },
};

export const types: readonly Rule[] = [refusedTypes, reviewedTypes];

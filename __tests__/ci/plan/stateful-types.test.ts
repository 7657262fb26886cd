import { STATEFUL_TYPES } from "../../../ci/plan/stateful-types";
import { allStacks } from "../../support/all-stacks";

/** Types of which nothing is lost that a deploy does not make again. */
const STATELESS = [
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_metric_alarm",
  "aws_cloudwatch_query_definition",
  "aws_config_config_rule",
  "aws_db_parameter_group",
  "aws_db_subnet_group",
  "aws_default_security_group",
  "aws_flow_log",
  "aws_iam_policy",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_kms_alias",
  "aws_lambda_function",
  "aws_lambda_invocation",
  "aws_lambda_permission",
  "aws_route_table",
  "aws_route_table_association",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_secretsmanager_secret_policy",
  "aws_secretsmanager_secret_rotation",
  "aws_security_group",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
];

test("every type that a stack declares is either stateful or known not to be", () => {
  const declared = [...allStacks().values()].flatMap(({ addresses }) =>
    addresses.map((address) => address.split(".")[0] ?? ""),
  );

  expect([...new Set(declared)].filter((type) => STATEFUL_TYPES[type] === undefined).sort()).toEqual(
    STATELESS,
  );
});

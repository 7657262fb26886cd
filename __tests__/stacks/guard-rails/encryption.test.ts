import { encryption } from "../../../stacks/guard-rails/encryption";
import type { Declaration } from "../../../stacks/guard-rails/rule";
import { problemsWith } from "../../support/violations";

const INSTANCE = "aws_db_instance.database";
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012";

test.each<[stack: string, address: string, attributes: Declaration["attributes"], problem: string]>([
  ["orders", INSTANCE, { storage_encrypted: false }, "storage_encrypted must be true, got false"],
  ["orders", INSTANCE, { storage_encrypted: undefined }, "storage_encrypted must be true, got nothing"],
  [
    "orders",
    INSTANCE,
    { kms_key_id: undefined },
    "kms_key_id must be a KMS key of the stack's own, got nothing",
  ],
  [
    "orders",
    INSTANCE,
    { master_user_secret_kms_key_id: undefined },
    "master_user_secret_kms_key_id must be a KMS key of the stack's own, got nothing",
  ],
  [
    "orders",
    INSTANCE,
    { performance_insights_kms_key_id: "" },
    `performance_insights_kms_key_id must be a KMS key of the stack's own, got ""`,
  ],
  [
    "orders",
    "aws_cloudwatch_log_group.rotation_log",
    { kms_key_id: undefined },
    "kms_key_id must be a KMS key of the stack's own, got nothing",
  ],
  [
    "orders",
    "aws_secretsmanager_secret.secret-app",
    { kms_key_id: "alias/aws/secretsmanager" },
    `kms_key_id must be a KMS key of the stack's own, got "alias/aws/secretsmanager"`,
  ],
  [
    "orders",
    "aws_sns_topic.alarms",
    {},
    "kms_master_key_id must be a KMS key of the stack's own, got nothing",
  ],
  [
    "orders",
    "aws_sqs_queue.letters",
    { kms_master_key_id: "arn:aws:kms:eu-west-1:111122223333:alias/aws/sqs" },
    `kms_master_key_id must be a KMS key of the stack's own, got "arn:aws:kms:eu-west-1:111122223333:alias/aws/sqs"`,
  ],
  [
    "orders",
    "aws_kms_key.key",
    { enable_key_rotation: undefined },
    "enable_key_rotation must be true, got nothing",
  ],
  [
    "orders",
    "aws_db_parameter_group.database_parameter-group",
    { parameter: [{ name: "password_encryption", value: "scram-sha-256" }] },
    'parameter must be rds.force_ssl or require_secure_transport with the value "1", got nothing',
  ],
  [
    "stock",
    "aws_db_parameter_group.database_parameter-group",
    { parameter: [{ name: "require_secure_transport", value: "0" }] },
    'parameter must be rds.force_ssl or require_secure_transport with the value "1", got {"name":"require_secure_transport","value":"0"}',
  ],
])("%s: %s with %j is refused", (stack, address, attributes, problem) => {
  expect(problemsWith(encryption, stack, address, attributes)).toEqual([`${address} ${problem}`]);
});

test.each<[address: string, attributes: Declaration["attributes"]]>([
  ["aws_sns_topic.alarms", { kms_master_key_id: KEY }],
  ["aws_sqs_queue.letters", { kms_master_key_id: KEY }],
  // RDS gives it its source's key, and takes no other.
  [INSTANCE, { replicate_source_db: "orders", kms_key_id: undefined }],
  [INSTANCE, { performance_insights_enabled: false, performance_insights_kms_key_id: undefined }],
])("%s with %j is right", (address, attributes) => {
  expect(problemsWith(encryption, "orders", address, attributes)).toEqual([]);
});

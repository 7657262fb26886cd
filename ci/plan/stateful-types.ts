/** The label of a pull request that lets its deploy take stateful resources away. */
export const LABEL = "allow-stateful-changes";

/**
 * Resources that hold what Terraform cannot make again, or that others lose their access with, by type: what is lost.
 * Every type that the stacks declare is here or in __tests__/ci/plan/stateful-types.test.ts.
 */
export const STATEFUL_TYPES: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: "every log line in it",
  aws_db_instance: "the database with all its data, but for snapshots",
  aws_iam_openid_connect_provider: "the access of every workflow that logs in through it",
  aws_kms_key: "everything that is encrypted with it: storage, snapshots, secrets, logs",
  aws_rds_cluster: "the databases with all their data, but for snapshots",
  aws_s3_bucket: "every object in it",
  aws_secretsmanager_secret: "the login in it, and with it the access of every application that reads it",
  aws_sns_topic: "its confirmed subscriptions: nobody is told until they are confirmed again",
};

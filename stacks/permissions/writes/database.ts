import { on, when } from "../permission";
import { AS_OF_ENVIRONMENT, OWN_OR_NEW, type Writes } from "./conditions";
import { passed } from "./roles";

const DATABASES = "db:<env>-*";
const PARAMETER_GROUPS = "pg:<env>-*";
const SUBNET_GROUPS = "subgrp:<env>-*";
/** And what they refer to: the option group is RDS's own. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples.html */
const INSTANCES = [DATABASES, PARAMETER_GROUPS, SUBNET_GROUPS, "og:default:*"];
const RDS_TAGS = ["AddTagsToResource", "RemoveTagsFromResource"];

export const database: Writes = {
  aws_db_instance: [
    when(
      "managed password",
      { Bool: { "rds:ManageMasterUserPassword": "true" } },
      on("rds", INSTANCES, "CreateDBInstance"),
    ),
    when(
      "managed password if any",
      { BoolIfExists: { "rds:ManageMasterUserPassword": "true" } },
      on("rds", INSTANCES, "ModifyDBInstance"),
    ),
    on("rds", DATABASES, ...RDS_TAGS, "CreateDBSnapshot", "DeleteDBInstance"),
    // The final one.
    on("rds", "snapshot:<env>-*", "AddTagsToResource", "CreateDBSnapshot"),
    passed("monitoring", "monitoring.rds"),
    when(
      "of rds",
      { StringEquals: { "iam:AWSServiceName": "rds.amazonaws.com" } },
      on("iam", "role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS", "CreateServiceLinkedRole"),
    ),
    // The master user's secret: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions
    // Only a service's secret has a "!" in its name. With the environment's tag it would be one to adopt.
    on("secretsmanager", "secret:rds!*", "CreateSecret"),
    when(
      "but not as adopted",
      { Null: { [AS_OF_ENVIRONMENT]: "true" } },
      on("secretsmanager", "secret:rds!*", "TagResource"),
    ),
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
    when(
      "for aws",
      {
        ...OWN_OR_NEW,
        Bool: { "kms:GrantIsForAWSResource": "true" },
        StringEquals: {
          "kms:ViaService": ["rds.<region>.amazonaws.com", "secretsmanager.<region>.amazonaws.com"],
        },
      },
      on("kms", "key/*", "CreateGrant"),
    ),
  ],
  aws_db_parameter_group: [
    on(
      "rds",
      PARAMETER_GROUPS,
      ...RDS_TAGS,
      "CreateDBParameterGroup",
      "DeleteDBParameterGroup",
      "ModifyDBParameterGroup",
      "ResetDBParameterGroup",
    ),
  ],
  aws_db_subnet_group: [
    on(
      "rds",
      SUBNET_GROUPS,
      ...RDS_TAGS,
      "CreateDBSubnetGroup",
      "DeleteDBSubnetGroup",
      "ModifyDBSubnetGroup",
    ),
  ],
};

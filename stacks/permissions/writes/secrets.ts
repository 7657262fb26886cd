import { all, type Condition, on, when } from "../permission";
import { TRIED_KEY } from "../secret-denials";
import {
  AS_OF_ENVIRONMENT,
  FOR_SECRETS,
  made,
  OF_ENVIRONMENT,
  OWN_OR_NEW,
  own,
  TAGS,
  tags,
  type Writes,
} from "./conditions";

const SECRETS = "secret:<env>/*";
/** Adopted secrets have names of their own. */
const ANY_SECRET = "secret:*";
/** A rotation by a function of the environment: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html */
const ROTATED: Condition = {
  ArnLike: {
    "secretsmanager:RotationLambdaARN": "arn:<partition>:lambda:<region>:<account>:function:<env>-*",
  },
};

export const secrets: Writes = {
  aws_kms_alias: [
    on("kms", "alias/<env>-*", "CreateAlias", "DeleteAlias", "UpdateAlias"),
    when("own or new", OWN_OR_NEW, on("kms", "key/*", "CreateAlias", "DeleteAlias", "UpdateAlias")),
  ],
  aws_kms_key: [
    made(all("kms", "CreateKey")),
    // KMS does not say that a key is new: it has neither a tag of ours nor an alias.
    when(
      "new",
      {
        Null: { [OF_ENVIRONMENT]: "true", "kms:ResourceAliases": "true" },
        StringEquals: { [AS_OF_ENVIRONMENT]: "<env>" },
      },
      on("kms", "key/*", "TagResource"),
    ),
    when("own or new", OWN_OR_NEW, on("kms", "key/*", "EnableKeyRotation")),
    own(on("kms", "key/*", "PutKeyPolicy", "ScheduleKeyDeletion", "UntagResource", "UpdateKeyDescription")),
    tags(on("kms", "key/*", "TagResource")),
  ],
  aws_secretsmanager_secret: [
    on(
      "secretsmanager",
      SECRETS,
      ...TAGS,
      "CreateSecret",
      "DeleteSecret",
      "RemoveRegionsFromReplication",
      "ReplicateSecretToRegions",
      "UpdateSecret",
    ),
    when("for secrets", { ...OWN_OR_NEW, StringEquals: FOR_SECRETS }, on("kms", "key/*", "GenerateDataKey")),
    when(
      "for tried secrets",
      { ...OWN_OR_NEW, StringEquals: { ...FOR_SECRETS, ...TRIED_KEY } },
      on("kms", "key/*", "Decrypt"),
    ),
  ],
  aws_secretsmanager_secret_policy: [
    on("secretsmanager", SECRETS, "DeleteResourcePolicy"),
    when(
      "not public",
      { Bool: { "secretsmanager:BlockPublicPolicy": "true" } },
      on("secretsmanager", SECRETS, "PutResourcePolicy"),
    ),
  ],
  aws_secretsmanager_secret_rotation: [
    on("secretsmanager", SECRETS, "CancelRotateSecret"),
    when("rotated", ROTATED, on("secretsmanager", SECRETS, "RotateSecret")),
    own(on("secretsmanager", ANY_SECRET, "CancelRotateSecret")),
    when(
      "any own rotated",
      { ...ROTATED, StringEquals: { [OF_ENVIRONMENT]: "<env>" } },
      on("secretsmanager", ANY_SECRET, "RotateSecret"),
    ),
  ],
};

import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { MAIN } from "../environment-stack";
import type { Location } from "../location";
import { type PolicyStatement, policyDocument } from "../policy-document";

export interface EncryptionKeyProps {
  readonly location: Location;
  /** Name of the alias, without "alias/". */
  readonly alias: string;
  readonly description: string;
  /** Days a deleted key can be restored, 7 to 30. */
  readonly deletionWindowDays: number;
  /** Log groups that it encrypts, if any. Names, not references: the groups need the key first. */
  readonly logGroupNames: readonly string[];
  /** For whatever else it encrypts. @default nothing */
  readonly statements?: readonly PolicyStatement[];
  /** Whose storage and secrets it encrypts besides. @default nobody's: logs only */
  readonly data?: {
    /** Who may read which secrets, besides the account's own. */
    readonly readers: readonly SecretReaders[];
  };
}

/** Those whom a secret's policy names. */
export interface SecretReaders {
  /** Key of the secret's user. */
  readonly userName: string;
  /** A name, not a reference: the secret needs the key first. */
  readonly secretName: string;
  /** ARNs of roles that exist; KMS refuses others. */
  readonly roleArns: readonly string[];
}

/** One database's key: storage, backups, secrets and logs. */
export class EncryptionKey extends Construct {
  readonly arn: string;
  readonly id: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, MAIN, {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: props.deletionWindowDays,
      policy: policyDocument(statements(props)),
    });
    new KmsAlias(this, "alias", { name: `alias/${props.alias}`, targetKeyId: key.keyId });
    this.arn = key.arn;
    this.id = key.keyId;
  }
}

/**
 * Unlike AWS's default policy, nobody decrypts with the key directly, administrators included: only through
 * RDS and Secrets Manager, as far as their own IAM policy lets them. In a key policy "*" is this key.
 */
function statements({ location, logGroupNames, data, statements = [] }: EncryptionKeyProps) {
  return [
    administrationStatement(location),
    ...(data === undefined ? [] : dataStatements(location, data.readers)),
    ...(logGroupNames.length === 0 ? [] : [logStatement(location, logGroupNames)]),
    ...statements,
  ];
}

/** All but using a key: for the account's IAM policies to give away. */
const ACCOUNT_ADMINISTRATION: readonly string[] = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

export function administrationStatement(location: Location): PolicyStatement {
  return {
    // Administration stays with the account's IAM policies: no identity can be locked out of its key.
    Sid: "AccountAdministration",
    Effect: "Allow",
    Principal: location.account,
    Action: ACCOUNT_ADMINISTRATION,
    Resource: "*",
  };
}

function dataStatements(location: Location, readers: readonly SecretReaders[]): PolicyStatement[] {
  const through = (...services: string[]) => ({
    "kms:CallerAccount": location.accountId,
    "kms:ViaService": services.map((service) => location.endpoint(service)),
  });
  return [
    {
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
      Sid: "UseThroughRds",
      Effect: "Allow",
      Principal: location.account,
      Action: [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: "*",
      Condition: { StringEquals: through("rds") },
    },
    {
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
      Sid: "UseThroughSecretsManager",
      Effect: "Allow",
      Principal: location.account,
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: { StringEquals: through("secretsmanager") },
    },
    ...readers.map(
      ({ userName, secretName, roleArns }): PolicyStatement => ({
        // A role of another account is not the account above, and one of this account then needs no policy of its own.
        Sid: `Readers-${userName}`,
        Effect: "Allow",
        Principal: { AWS: roleArns },
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: {
          // Secrets Manager appends six characters to a secret's name, so this is that secret and no other.
          ArnLike: {
            "kms:EncryptionContext:SecretARN": location.arn("secretsmanager", `secret:${secretName}-??????`),
          },
          StringEquals: { "kms:ViaService": location.endpoint("secretsmanager") },
        },
      }),
    ),
    {
      // RDS goes on using the key for the instance and for the master user's secret when nobody calls it.
      Sid: "GrantsForAwsServices",
      Effect: "Allow",
      Principal: location.account,
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: {
        Bool: { "kms:GrantIsForAWSResource": "true" },
        StringEquals: through("rds", "secretsmanager"),
      },
    },
  ];
}

function logStatement(location: Location, logGroupNames: readonly string[]): PolicyStatement {
  return {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    Sid: "EncryptLogs",
    Effect: "Allow",
    Principal: { Service: location.endpoint("logs") },
    Action: [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    Resource: "*",
    Condition: {
      ArnEquals: {
        "kms:EncryptionContext:aws:logs:arn": logGroupNames.map((name) =>
          location.arn("logs", `log-group:${name}`),
        ),
      },
    },
  };
}

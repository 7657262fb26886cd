import type { Location } from "../location";
import type { PolicyStatement } from "../policy-document";
import { CI_PATH } from "./bounds";

type Part = "bucket" | "key" | "identities";

/**
 * What the provider asks for to read each type of the bootstrap's own stack in a plan, by the part of it that is asked
 * of; beside what takes no resource, which read-actions.ts has.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export const BOOTSTRAP_READ_ACTIONS: Readonly<
  Record<string, Readonly<Partial<Record<Part, readonly string[]>>>>
> = {
  "data.aws_caller_identity": {},
  "data.aws_partition": {},
  aws_iam_openid_connect_provider: { identities: ["iam:GetOpenIDConnectProvider"] },
  aws_iam_policy: { identities: ["iam:GetPolicy", "iam:GetPolicyVersion"] },
  aws_iam_role: { identities: ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"] },
  aws_iam_role_policy_attachment: { identities: ["iam:ListAttachedRolePolicies"] },
  aws_kms_alias: {},
  aws_kms_key: {
    key: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
  },
  aws_s3_bucket: {
    bucket: [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLocation",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListTagsForResource",
    ],
  },
  aws_s3_bucket_lifecycle_configuration: { bucket: ["s3:GetLifecycleConfiguration"] },
  aws_s3_bucket_ownership_controls: { bucket: ["s3:GetBucketOwnershipControls"] },
  aws_s3_bucket_policy: { bucket: ["s3:GetBucketPolicy"] },
  aws_s3_bucket_public_access_block: { bucket: ["s3:GetBucketPublicAccessBlock"] },
  aws_s3_bucket_server_side_encryption_configuration: { bucket: ["s3:GetEncryptionConfiguration"] },
  aws_s3_bucket_versioning: { bucket: ["s3:GetBucketVersioning"] },
};

export interface BootstrapParts {
  readonly location: Location;
  readonly bucket: { readonly arn: string; readonly keyArn: string };
}

/** What is read of the bucket, its key, and CI's own identities. */
export function readOfBootstrap({ location, bucket }: BootstrapParts): PolicyStatement[] {
  const { partition, accountId } = location;
  const identities = [
    `role${CI_PATH}*`,
    `policy${CI_PATH}*`,
    "oidc-provider/token.actions.githubusercontent.com",
  ];
  return [
    { Sid: "ReadStateBucket", Effect: "Allow", Action: actionsOn("bucket"), Resource: bucket.arn },
    { Sid: "ReadStateKey", Effect: "Allow", Action: actionsOn("key"), Resource: bucket.keyArn },
    {
      Sid: "ReadIdentities",
      Effect: "Allow",
      Action: actionsOn("identities"),
      Resource: identities.map((each) => `arn:${partition}:iam::${accountId}:${each}`),
    },
  ];
}

export function actionsOn(part: Part): string[] {
  return [...new Set(Object.values(BOOTSTRAP_READ_ACTIONS).flatMap((reads) => reads[part] ?? []))].sort();
}

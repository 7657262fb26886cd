import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import type { Location } from "../location";
import { policyDocument } from "../policy-document";
import { MAIN } from "../project-stack";
import { administrationStatement } from "./encryption-key";

/** Days after which the parts of an upload that was never completed are removed. */
const INCOMPLETE_UPLOAD_DAYS = 7;

export interface StateBucketProps {
  readonly location: Location;
  /** Unique in all of AWS. */
  readonly name: string;
  /** Days that an old version of a state is kept. */
  readonly oldVersionDays: number;
}

/** The bucket of the shared state, with a key of its own. Neither can be destroyed by Terraform. */
export class StateBucket extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { location, name, oldVersionDays }: StateBucketProps) {
    super(scope, id);
    const kept = { lifecycle: { preventDestroy: true } };
    const key = new KmsKey(this, "key", {
      description: `Terraform's state in ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyDocument([
        administrationStatement(location),
        {
          Sid: "UseThroughS3",
          Effect: "Allow",
          Principal: location.account,
          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          Resource: "*",
          Condition: {
            StringEquals: {
              "kms:CallerAccount": location.accountId,
              "kms:ViaService": location.endpoint("s3"),
            },
          },
        },
      ]),
      ...kept,
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    const bucket = new S3Bucket(this, MAIN, { bucket: name, ...kept });
    this.name = bucket.bucket;
    this.arn = bucket.arn;
    this.keyArn = key.arn;
    this.protect(bucket, key);
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: oldVersionDays }],
          // What is left of a lock once the versions before it are gone.
          expiration: [{ expiredObjectDeleteMarker: true }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS }],
        },
      ],
      // S3 takes rules for old versions once there may be some.
      dependsOn: [versioning],
    });
  }

  /** Encrypted, ours alone, over TLS. */
  private protect(bucket: S3Bucket, key: KmsKey): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
        },
      ],
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.id,
      // No access lists: policies alone say who may what.
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketPolicy(this, "policy", {
      bucket: bucket.id,
      policy: policyDocument([
        {
          // https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit
          Sid: "DenyWithoutTls",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "s3:*",
          Resource: [bucket.arn, `${bucket.arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
      // S3 refuses both at once: https://github.com/hashicorp/terraform-provider-aws/issues/7628
      dependsOn: [block],
    });
  }
}

import { completeBootstrap } from "../support/fixture-environment";
import { ACCOUNT, ownNetwork, PARTITION, ref, synthesize } from "../support/synth";

const { github: _, ...bucketOnly } = completeBootstrap;
const stack = synthesize({ test: ownNetwork() }, bucketOnly).stack("bootstrap");
const BUCKET = ref("aws_s3_bucket.state.arn");
const KEY = ref("aws_kms_key.state_key.arn");

test("bucket and key cannot be destroyed by Terraform", () => {
  expect(stack.resource("aws_s3_bucket.state")).toEqual({
    bucket: "example-terraform-state",
    lifecycle: { prevent_destroy: true },
  });
  expect(stack.resource("aws_kms_key.state_key")).toMatchObject({
    deletion_window_in_days: 30,
    enable_key_rotation: true,
    lifecycle: { prevent_destroy: true },
  });
});

test("it is encrypted with its key, which S3 asks for once a bucket and not once an object", () => {
  expect(stack.resource("aws_s3_bucket_server_side_encryption_configuration.state_encryption").rule).toEqual([
    {
      apply_server_side_encryption_by_default: { kms_master_key_id: KEY, sse_algorithm: "aws:kms" },
      bucket_key_enabled: true,
    },
  ]);
});

test("the key is used through S3 only, by whom the account allows", () => {
  expect(stack.policy("aws_kms_key.state_key").at(-1)).toEqual({
    Sid: "UseThroughS3",
    Effect: "Allow",
    Principal: { AWS: `arn:${PARTITION}:iam::${ACCOUNT}:root` },
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: "*",
    Condition: {
      StringEquals: { "kms:CallerAccount": ACCOUNT, "kms:ViaService": "s3.eu-west-1.amazonaws.com" },
    },
  });
});

test("its policy denies whatever does not come over TLS, and allows nothing", () => {
  expect(stack.policy("aws_s3_bucket_policy.state_policy")).toEqual([
    {
      Sid: "DenyWithoutTls",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:*",
      Resource: [BUCKET, `${BUCKET}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
});

test("nothing in it can be public, and no access list counts", () => {
  expect(stack.resource("aws_s3_bucket_public_access_block.state_public-access")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(stack.resource("aws_s3_bucket_ownership_controls.state_ownership").rule).toEqual({
    object_ownership: "BucketOwnerEnforced",
  });
});

test("old versions are kept for the stated time, and incomplete uploads for a week", () => {
  expect(stack.resource("aws_s3_bucket_versioning.state_versioning").versioning_configuration).toEqual({
    status: "Enabled",
  });
  expect(stack.resource("aws_s3_bucket_lifecycle_configuration.state_lifecycle").rule).toEqual([
    {
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      expiration: [{ expired_object_delete_marker: true }],
      filter: [{ prefix: "" }],
      id: "old-versions",
      noncurrent_version_expiration: [{ noncurrent_days: 30 }],
      status: "Enabled",
    },
  ]);
});

test("without GitHub there is the bucket only", () => {
  expect(Object.keys(stack.json.output ?? {})).toEqual(["bucket", "key-arn"]);
  expect(stack.addresses.filter((address) => address.startsWith("aws_iam_"))).toEqual([]);
});

test("what its stack's own tags are", () => {
  expect(stack.json.provider?.aws).toEqual([
    {
      allowed_account_ids: ["111122223333"],
      default_tags: [
        {
          tags: {
            environment: "bootstrap",
            "managed-by": "terraform",
            owner: "platform",
            project: "rds-secret-rotation",
          },
        },
      ],
      region: "eu-west-1",
    },
  ]);
});

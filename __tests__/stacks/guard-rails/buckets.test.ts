import { buckets } from "../../../stacks/guard-rails/buckets";
import { problemsOf } from "../../../stacks/guard-rails/guard-rails";
import type { Declaration } from "../../../stacks/guard-rails/rule";
import { ref } from "../../support/synth";

const BUCKET = "aws_s3_bucket.state";
const bucket = ref(`${BUCKET}.id`);

/** The resources of a bucket by type. */
const right = {
  aws_s3_bucket: { bucket: "states" },
  aws_s3_bucket_public_access_block: {
    bucket,
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  },
  aws_s3_bucket_server_side_encryption_configuration: encryption({
    sse_algorithm: "aws:kms",
    kms_master_key_id: ref("aws_kms_key.key.arn"),
  }),
  aws_s3_bucket_policy: policy({ Bool: { "aws:SecureTransport": "false" } }),
};

function encryption(byDefault: object) {
  return { bucket, rule: [{ apply_server_side_encryption_by_default: byDefault }] };
}

function policy(Condition: object) {
  const statement = { Sid: "Tls", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*", Condition };
  return { bucket, policy: JSON.stringify({ Statement: [statement] }) };
}

function problemsWith(changed: Readonly<Record<string, Declaration["attributes"] | undefined>>): string[] {
  const declarations = Object.entries({ ...right, ...changed }).flatMap(([type, attributes]) =>
    attributes === undefined ? [] : [{ address: `${type}.state`, type, attributes }],
  );
  return problemsOf(declarations, buckets);
}

test("a bucket with all it needs is right", () => {
  expect(problemsWith({})).toEqual([]);
});

test.each(Object.keys(right).slice(1))("a bucket without %s is refused", (type) => {
  expect(problemsWith({ [type]: undefined })).toEqual([`${BUCKET} must have an ${type}, which it has not`]);
});

test("another bucket's settings do not count", () => {
  const type = "aws_s3_bucket_public_access_block";
  const another = { ...right[type], bucket: ref("aws_s3_bucket.another.id") };
  expect(problemsWith({ [type]: another })).toEqual([`${BUCKET} must have an ${type}, which it has not`]);
});

test.each<[type: keyof typeof right, attributes: Declaration["attributes"], problem: string]>([
  [
    "aws_s3_bucket_public_access_block",
    { ...right.aws_s3_bucket_public_access_block, restrict_public_buckets: undefined },
    "restrict_public_buckets must be true, got nothing",
  ],
  [
    "aws_s3_bucket_server_side_encryption_configuration",
    encryption({ sse_algorithm: "AES256", kms_master_key_id: "key" }),
    'sse_algorithm must be "aws:kms", got "AES256"',
  ],
  [
    "aws_s3_bucket_server_side_encryption_configuration",
    encryption({ sse_algorithm: "aws:kms" }),
    "kms_master_key_id must be a KMS key of the stack's own, got nothing",
  ],
  [
    "aws_s3_bucket_policy",
    policy({ Bool: { "aws:SecureTransport": "true" } }),
    'policy must deny everybody s3:* where "aws:SecureTransport" is "false"',
  ],
])("%s with %j is refused", (type, attributes, problem) => {
  expect(problemsWith({ [type]: attributes })).toEqual([`${BUCKET} has ${type}.state, whose ${problem}`]);
});

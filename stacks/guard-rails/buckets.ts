import { type Declaration, must, ofType, type Rule } from "./rule";
import { statements, texts } from "./statements";

/** A bucket's settings are resources of their own. @param check yields what is wrong in the one of that type */
function withCompanion(
  name: string,
  type: string,
  check: (companion: Declaration) => Iterable<string>,
): Rule {
  return {
    name,
    applies: ofType("aws_s3_bucket"),
    *check({ address }, stack) {
      const companion = stack
        .filter(ofType(type))
        .find(({ attributes: { bucket } }) => String(bucket).startsWith(`\${${address}.`));
      if (companion === undefined) yield `must have an ${type}, which it has not`;
      else for (const problem of check(companion)) yield `has ${companion.address}, whose ${problem}`;
    },
  };
}

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

const privateBuckets = withCompanion(
  "buckets that cannot be public",
  "aws_s3_bucket_public_access_block",
  function* ({ attributes }) {
    for (const block of BLOCKS) {
      if (attributes[block] !== true) yield must(block, "true", attributes[block]);
    }
  },
);

const encryptedBuckets = withCompanion(
  "buckets encrypted with a key of ours",
  "aws_s3_bucket_server_side_encryption_configuration",
  function* ({ attributes: { rule } }) {
    const found = new Map([...texts(rule)].map(([path, text]) => [path.split(".").at(-1), text]));
    const algorithm = found.get("sse_algorithm");
    if (!algorithm?.startsWith("aws:kms")) yield must("sse_algorithm", '"aws:kms"', algorithm);
    const key = found.get("kms_master_key_id");
    if (!key) yield must("kms_master_key_id", "a KMS key of the stack's own", key);
  },
);

const encryptedRequests = withCompanion(
  "buckets that take no request without TLS",
  "aws_s3_bucket_policy",
  function* (companion) {
    const refused = [...statements(companion)].some(
      ([, { Effect, Principal, Action, Condition }]) =>
        Effect === "Deny" &&
        JSON.stringify(Principal).includes('"*"') &&
        Action === "s3:*" &&
        String(Condition?.Bool?.["aws:SecureTransport"]) === "false",
    );
    if (!refused) yield 'policy must deny everybody s3:* where "aws:SecureTransport" is "false"';
  },
);

export const buckets: readonly Rule[] = [privateBuckets, encryptedBuckets, encryptedRequests];

import { app } from "../../support/configuration";
import { wrongInputs } from "../../support/wrong-inputs";

const ROLE = "must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>";
const KEY = "must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>";
const READER = "arn:aws:iam::111122223333:role/reader";
const key = (region: string) => `arn:aws:kms:${region}:111122223333:key/12345678-1234-1234-1234-123456789012`;

export const secret = wrongInputs(
  [
    [
      ["readers"],
      "arn:aws:iam::111122223333:role/reader",
      'readers must be at most 20 ARNs of IAM roles, each once, got "arn:aws:iam::111122223333:role/reader"',
    ],
    [
      ["readers"],
      [READER, READER],
      `readers must be at most 20 ARNs of IAM roles, each once, got ["${READER}","${READER}"…`,
    ],
    [["readers"], ["*"], `readers.0 ${ROLE}, got "*"`],
    [["readers"], ["reader"], `readers.0 ${ROLE}, got "reader"`],
    [
      ["readers"],
      [READER, "arn:aws:iam::111122223333:user/alice"],
      `readers.1 ${ROLE}, got "arn:aws:iam::111122223333:user/alice"`,
    ],
    [
      ["readers"],
      ["arn:aws:iam::111122223333:root"],
      `readers.0 ${ROLE}, got "arn:aws:iam::111122223333:root"`,
    ],
    [
      ["readers"],
      ["arn:aws:iam::111122223333:role/*"],
      `readers.0 ${ROLE}, got "arn:aws:iam::111122223333:role/*"`,
    ],
    [
      ["readers"],
      ["arn:aws:sts::111122223333:assumed-role/reader/session"],
      `readers.0 ${ROLE}, got "arn:aws:sts::111122223333:assumed-role/reader/session"`,
    ],
    [
      ["readers"],
      ["arn:aws-cn:iam::111122223333:role/reader"],
      "readers.0 must be a role in the partition of eu-west-1, arn:aws:iam::…, " +
        'got "arn:aws-cn:iam::111122223333:role/reader"',
    ],
    [
      ["replicaRegions"],
      ["eu-central-1"],
      'replicaRegions must be settings by region, such as { "eu-central-1": {} }, got ["eu-central-1"]',
    ],
    [
      ["replicaRegions"],
      { europe: {} },
      'replicaRegions: each name must be an AWS region such as eu-west-1, got "europe"',
    ],
    [
      ["replicaRegions"],
      { "eu-central-1": true },
      "replicaRegions.eu-central-1 must be an object with kmsKeyArn, got true",
    ],
    [
      ["replicaRegions"],
      { "eu-west-1": {} },
      "replicaRegions.eu-west-1 must not be eu-west-1, where the secret itself is, got {}",
    ],
    [
      ["replicaRegions"],
      { "cn-north-1": {} },
      "replicaRegions.cn-north-1 must be a region in the partition of eu-west-1, aws, got {}",
    ],
    [
      ["replicaRegions"],
      { "eu-central-1": { kmsKeyArn: "alias/orders" } },
      `replicaRegions.eu-central-1.kmsKeyArn ${KEY}, got "alias/orders"`,
    ],
    [
      ["replicaRegions"],
      { "eu-central-1": { kmsKeyArn: key("us-east-1") } },
      "replicaRegions.eu-central-1.kmsKeyArn must be the ARN of a KMS key in eu-central-1, " +
        'got "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"',
    ],
  ],
  { at: app() },
);

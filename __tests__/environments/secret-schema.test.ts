import { MOST_READER_CHARACTERS } from "../../environments/user-schema";
import { app, orders, type Path, problemsOf, withValue } from "../support/configuration";
import { USER } from "../support/synth";

const ROLE = "must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>";
const KEY = "must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>";
const READER = "arn:aws:iam::111122223333:role/reader";
const key = (region: string) => `arn:aws:kms:${region}:111122223333:key/12345678-1234-1234-1234-123456789012`;

describe("a wrong value is refused with its path, what would be right, and what was given", () => {
  test.each<[Path, unknown, string]>([
    [
      app("readers"),
      "arn:aws:iam::111122223333:role/reader",
      'readers must be at most 20 ARNs of IAM roles, each once, got "arn:aws:iam::111122223333:role/reader"',
    ],
    [
      app("readers"),
      [READER, READER],
      `readers must be at most 20 ARNs of IAM roles, each once, got ["${READER}","${READER}"…`,
    ],
    [app("readers"), ["*"], `readers.0 ${ROLE}, got "*"`],
    [app("readers"), ["reader"], `readers.0 ${ROLE}, got "reader"`],
    [
      app("readers"),
      [READER, "arn:aws:iam::111122223333:user/alice"],
      `readers.1 ${ROLE}, got "arn:aws:iam::111122223333:user/alice"`,
    ],
    [
      app("readers"),
      ["arn:aws:iam::111122223333:root"],
      `readers.0 ${ROLE}, got "arn:aws:iam::111122223333:root"`,
    ],
    [
      app("readers"),
      ["arn:aws:iam::111122223333:role/*"],
      `readers.0 ${ROLE}, got "arn:aws:iam::111122223333:role/*"`,
    ],
    [
      app("readers"),
      ["arn:aws:sts::111122223333:assumed-role/reader/session"],
      `readers.0 ${ROLE}, got "arn:aws:sts::111122223333:assumed-role/reader/session"`,
    ],
    [
      app("readers"),
      ["arn:aws-cn:iam::111122223333:role/reader"],
      "readers.0 must be a role in the partition of eu-west-1, arn:aws:iam::…, " +
        'got "arn:aws-cn:iam::111122223333:role/reader"',
    ],
    [
      app("replicaRegions"),
      ["eu-central-1"],
      'replicaRegions must be settings by region, such as { "eu-central-1": {} }, got ["eu-central-1"]',
    ],
    [
      app("replicaRegions"),
      { europe: {} },
      'replicaRegions: each name must be an AWS region such as eu-west-1, got "europe"',
    ],
    [
      app("replicaRegions"),
      { "eu-central-1": true },
      "replicaRegions.eu-central-1 must be an object with kmsKeyArn, got true",
    ],
    [
      app("replicaRegions"),
      { "eu-west-1": {} },
      "replicaRegions.eu-west-1 must not be eu-west-1, where the secret itself is, got {}",
    ],
    [
      app("replicaRegions"),
      { "cn-north-1": {} },
      "replicaRegions.cn-north-1 must be a region in the partition of eu-west-1, aws, got {}",
    ],
    [
      app("replicaRegions"),
      { "eu-central-1": { kmsKeyArn: "alias/orders" } },
      `replicaRegions.eu-central-1.kmsKeyArn ${KEY}, got "alias/orders"`,
    ],
    [
      app("replicaRegions"),
      { "eu-central-1": { kmsKeyArn: key("us-east-1") } },
      "replicaRegions.eu-central-1.kmsKeyArn must be the ARN of a KMS key in eu-central-1, " +
        'got "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"',
    ],
  ])("%j: %j", (path, value, problem) => {
    const user = path.slice(0, -1).join(".");
    expect(problemsOf({ dev: withValue(path, value) })).toEqual([`environments/dev: ${user}.${problem}`]);
  });

  test("readers of all users together have to fit into the key's policy", () => {
    const long = (index: number) => `arn:aws:iam::111122223333:role/${"path/".repeat(80)}reader-${index}`;
    const readers = Array.from({ length: 20 }, (_, index) => long(index));
    const users = { app: { ...USER, readers }, report: { ...USER, readers } };

    const [problem = "", ...more] = problemsOf({ dev: withValue(orders("users"), users) });

    expect(more).toEqual([]);
    expect(problem).toMatch(
      `environments/dev: databases.orders.users must have readers whose ARNs have at most ${MOST_READER_CHARACTERS} ` +
        "characters together: they all stand in the key's policy, got ",
    );
  });
});

test("roles of other accounts, with a path, and of the region's own partition are taken", () => {
  const environment = withValue(
    app("readers"),
    ["arn:aws-us-gov:iam::444455556666:role/team/app+reader=1"],
    withValue(["region"], "us-gov-west-1"),
  );
  expect(problemsOf({ dev: environment })).toEqual([]);
});

test("a replica has a key of its own region", () => {
  const replicaRegions = { "eu-central-1": { kmsKeyArn: key("eu-central-1") } };
  expect(problemsOf({ dev: withValue(app("replicaRegions"), replicaRegions) })).toEqual([]);
});

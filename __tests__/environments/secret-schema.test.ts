import { MOST_READER_CHARACTERS } from "../../environments/user-schema";
import { app, orders, problemsOf, withValue } from "../support/configuration";
import { USER } from "../support/synth";

const key = (region: string) => `arn:aws:kms:${region}:111122223333:key/12345678-1234-1234-1234-123456789012`;

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

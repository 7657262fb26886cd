import { readFileSync } from "node:fs";
import * as z from "zod";
import { databaseOptions, optionsOf, PAGE, tierTable } from "../../ci/database-options";
import { environment } from "../../environments/schema";
import { readProjectFile } from "../support/documented-commands";
import { alternatives, complete } from "../support/fixture-environment";
import { settingsOf } from "../support/schema-settings";
import { synthesize } from "../support/synth";

const fixtures = { complete, ...alternatives };
const settings = settingsOf(environment, Object.values(fixtures));
/** Known, to be refused with a reason. */
const REFUSED = "databases.*.replicas";

const unused = (all = settings) => all.filter(({ values }) => values.length === 0).map(({ path }) => path);

test(`the environments with every option leave none of ${settings.length} out`, () => {
  expect(unused()).toEqual([REFUSED]);
});

test("what nobody uses is found, whichever alternative it is of", () => {
  // A setting of the environment, of an alternative, of an element in a list, of one by name.
  const { tags, ...withoutTags } = complete;
  expect(unused(settingsOf(environment, [withoutTags]))).toEqual(
    expect.arrayContaining([
      "tags",
      "stateBackend.bucket",
      "network.secretsManager.securityGroupId",
      "monitoring.alerts.arn",
    ]),
  );
  const own = settingsOf(environment, Object.values(alternatives));
  expect(unused(own)).toEqual(
    expect.arrayContaining([
      "network.cidr",
      "databases.*.iops",
      "databases.*.users.*.replicaRegions.*.kmsKeyArn",
    ]),
  );
});

test("a kind of schema that the search does not know is an error, not an option less", () => {
  const nested = z.strictObject({ inner: z.tuple([z.strictObject({ option: z.string() })]) });
  expect(() => settingsOf(nested, [])).toThrow("inner is of the kind tuple, not known here");
});

test.each(Object.entries(fixtures))(
  "the environment %s is a right one, and is synthesized",
  (name, input) => {
    expect([...synthesize({ [name]: input }).files.keys()]).toContain(`stacks/${name}-orders/cdk.tf.json`);
  },
);

test("the page of database options is that of the schemas; if not: node --require tsx/cjs ci/database-options.ts", () => {
  expect(readFileSync(PAGE, "utf8")).toBe(databaseOptions());
});

test("the README has what the tiers decide", () => {
  expect(readProjectFile("README.md")).toContain(tierTable().join("\n"));
});

test.each([
  [
    "a database",
    ["database", "retention", "instance", "storage", "existing-database"],
    /^databases\.\*\.\w+$/,
  ],
  ["its passwords", ["password"], /^databases\.\*\.passwords\.\w+$/],
  ["its parameters", ["parameter"], /^databases\.\*\.parameters\.\*\.\w+$/],
  ["its users", ["user", "rotation", "existing-database"], /^databases\.\*\.users\.\*\..*\w$/],
])("the page has every setting of %s", (_, schemas, settingsIn) => {
  const last = (path: string) => path.split(".").at(-1);
  const documented = schemas.flatMap((schema) => optionsOf(schema).map(({ name }) => last(name)));
  const known = settings.map(({ path }) => path).filter((path) => settingsIn.test(path));
  expect(known).not.toEqual([]);
  expect(known.map(last).filter((name) => !documented.includes(name))).toEqual([]);
});

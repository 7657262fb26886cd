import { readFileSync } from "node:fs";
import { databaseOptions, optionsOf, PAGE } from "../../ci/database-options";
import { environment } from "../../environments/schema";
import { complete } from "../support/fixture-environment";
import { settingsOf } from "../support/schema-settings";

const settings = settingsOf(environment, [complete]);
/** Known, to be refused with a reason. */
const REFUSED = "databases.*.replicas";

test("the environment with every option leaves none out", () => {
  expect(settings.filter(({ values }) => values.length === 0).map(({ path }) => path)).toEqual([REFUSED]);
});

test("the page of database options is that of the schemas; if not: node --require tsx/cjs ci/database-options.ts", () => {
  expect(readFileSync(PAGE, "utf8")).toBe(databaseOptions());
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

import { ENGINE_NAMES, ENGINES, majorVersion } from "../../environments/engines";
import { mariadb, mysql } from "../../lambda/rotation/engines/mysql";
import { postgres } from "../../lambda/rotation/engines/postgres";
import { orders, type Path, problemsOf, withValue } from "../support/configuration";
import { ownNetwork } from "../support/synth";

const FUNCTIONS = { postgres, mysql, mariadb };

test.each(ENGINE_NAMES)("what is checked for %s is what its rotation function does", (name) => {
  const facts = ENGINES[name];
  const engine = FUNCTIONS[name];
  expect(engine.names).toContain(name);
  expect(facts).toMatchObject({
    defaultPort: engine.defaultPort,
    longestUsername: engine.usernames.maxLength,
    longestPassword: engine.passwords.maxLength,
    excludedFromPasswords: engine.passwords.excludeCharacters,
  });
});

test.each(ENGINE_NAMES)("the defaults of %s keep its own rules", (name) => {
  const facts = ENGINES[name];
  expect(facts.defaultAdminUsername).toMatch(facts.adminUsername.pattern);
  expect(majorVersion(facts, facts.defaultVersion)).toBe(facts.defaultVersion);
});

test.each([
  ["postgres", "17.4", "17"],
  ["postgres", "17", "17"],
  ["postgres", "17.4.1", undefined],
  ["postgres", "170", undefined],
  ["mysql", "8.0.43", "8.0"],
  ["mysql", "8", undefined],
  ["mariadb", "10.11.13", "10.11"],
  ["mariadb", "10.1", undefined],
] as const)("%s %s is of major version %s", (engine, version, major) => {
  expect(majorVersion(ENGINES[engine], version)).toBe(major);
});

/** The database orders with an engine, where another one's names would be right. */
const on = (engine: string, path: Path, value: unknown) =>
  problemsOf({ dev: withValue(orders(...path), value, withValue(orders("engine"), engine)) });

const LONGEST = { mysql: "a".repeat(32), mariadb: "a".repeat(80) };

test.each(["mysql", "mariadb"] as const)("%s takes names as long as they may be", (engine) => {
  expect(on(engine, ["users", "app", "username"], LONGEST[engine])).toEqual([]);
});

test("what is left out follows the engine", () => {
  expect(problemsOf({ dev: ownNetwork({ engine: "mysql" }) })).toEqual([]);
});

test.each([
  ["mysql", "sys"],
  ["mariadb", "information-schema"],
  ["postgres", "rdsadmin"],
] as const)("a database of %s whose key is no name for it, %s, needs one", (engine, key) => {
  const users = { app: { grants: [] } };
  const named = (databaseName?: string) => ({
    ...ownNetwork(),
    databases: { [key]: { engine, databaseName, users } },
  });
  expect(problemsOf({ dev: named() })).toEqual([
    `environments/dev: databases.${key}.databaseName has to be set, since it may not be as the database's key: it ` +
      `${ENGINES[engine].databaseName.must}, got nothing`,
  ]);
  expect(problemsOf({ dev: named("app") })).toEqual([]);
});

import { ENGINE_NAMES, ENGINES, majorVersion } from "../../environments/engines";
import { mariadb, mysql } from "../../lambda/rotation/engines/mysql";
import { postgres } from "../../lambda/rotation/engines/postgres";
import { orders, type Path, problemsOf, withValue } from "../support/configuration";
import { ownNetwork, USER } from "../support/synth";

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

describe("each engine refuses what it cannot take", () => {
  test.each<[string, Path, unknown, string]>([
    [
      "mysql",
      ["engineVersion"],
      "5.7",
      'engineVersion must be a MySQL version of 8.0, 8.4, such as "8.4" or "8.4.4", got "5.7"',
    ],
    [
      "mariadb",
      ["engineVersion"],
      "17",
      'engineVersion must be a MariaDB version of 10.6, 10.11, 11.4, 11.8, such as "11.4" or "11.4.4", got "17"',
    ],
    [
      "mysql",
      ["databaseName"],
      "mysql",
      "databaseName must be 1 to 64 lower-case letters, digits and _, beginning with a letter, not a system " +
        'database, got "mysql"',
    ],
    [
      "mariadb",
      ["adminUsername"],
      "rotation_admin",
      "adminUsername must be 1 to 16 lower-case letters and digits, beginning with a letter, not with rds or mysql, " +
        'got "rotation_admin"',
    ],
    [
      "mysql",
      ["adminUsername"],
      "administratorroot",
      "adminUsername must be 1 to 16 lower-case letters and digits, beginning with a letter, not with rds or mysql, " +
        'got "administratorroot"',
    ],
    [
      "mysql",
      ["users", "app", "username"],
      `${LONGEST.mysql}a`,
      "users.app.username must be a MySQL user of 1 to 32 lower-case letters, digits, _, $ and -, beginning with a " +
        `letter or _, not with mysql or rds, got "${LONGEST.mysql}a"`,
    ],
    [
      "mariadb",
      ["users", "app", "username"],
      "mariadb_sys",
      "users.app.username must be a MariaDB user of 1 to 80 lower-case letters, digits, _, $ and -, beginning with a " +
        'letter or _, not with mariadb or mysql or rds, got "mariadb_sys"',
    ],
    [
      "mysql",
      ["users", "app"],
      { ...USER, strategy: "alternating-users", username: "a".repeat(27) },
      `users.app.username must be at most 26 characters, to leave room for _clone, got "${"a".repeat(27)}"`,
    ],
    [
      "mysql",
      ["users", "app", "grants", 0, "schema"],
      "Performance_Schema",
      "users.app.grants.0.schema must be a MySQL database of 1 to 64 letters, digits, _, $ and -, not one of the " +
        `system's, got "Performance_Schema"`,
    ],
  ])("%s %j: %j", (engine, path, value, problem) => {
    expect(on(engine, path, value)).toEqual([`environments/dev: databases.orders.${problem}`]);
  });

  test("a user's key that is its name, too", () => {
    const users = { [LONGEST.mysql]: USER, [`${LONGEST.mysql}a`]: USER };
    expect(on("mysql", ["users"], users)).toEqual([
      `environments/dev: databases.orders.users.${LONGEST.mysql}a.username must be a MySQL user of 1 to 32 lower-case ` +
        "letters, digits, _, $ and -, beginning with a letter or _, not with mysql or rds, got nothing",
    ]);
  });
});

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

import { orders, type Path, withValue } from "../../support/configuration";
import { USER } from "../../support/synth";
import { wrongInputs } from "../../support/wrong-inputs";

const LONGEST = { mysql: "a".repeat(32), mariadb: "a".repeat(80) };

/** A database of an engine, where another one's names would be right. */
const rows: readonly (readonly [engine: string, path: Path, value: unknown, problem: string])[] = [
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
  [
    "mysql",
    ["users"],
    { [LONGEST.mysql]: USER, [`${LONGEST.mysql}a`]: USER },
    `users.${LONGEST.mysql}a.username has to be set, since it may not be as the user's key: it must be a MySQL user of ` +
      "1 to 32 lower-case letters, digits, _, $ and -, beginning with a letter or _, not with mysql or rds, got nothing",
  ],
];

export const engines = rows.flatMap(([engine, ...row]) =>
  wrongInputs([row], { environment: withValue(orders("engine"), engine), at: orders() }),
);

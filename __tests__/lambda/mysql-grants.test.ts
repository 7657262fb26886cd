import { mysql8Dialect } from "../../lambda/rotation/engines/mysql-8";
import { parseAccountOptions } from "../../lambda/rotation/engines/mysql-account-options";
import { convergingStatements, parseGrant } from "../../lambda/rotation/engines/mysql-grants";
import { mariadbDialect } from "../../lambda/rotation/engines/mysql-mariadb";

const APP = { user: "app", host: "%" };
const parse = (statement: string, account = APP, dialect = mariadbDialect) =>
  parseGrant(statement, account, dialect).map(
    ({ privilege, on, option }) => `${privilege}${on === undefined ? "" : ` ON ${on}`}${option}`,
  );

describe("a statement of SHOW GRANTS", () => {
  test.each([
    ["GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*22EB'", []],
    ["GRANT SELECT, INSERT ON `orders`.* TO `app`@`%`", ["SELECT ON `orders`.*", "INSERT ON `orders`.*"]],
    [
      "GRANT SELECT ON `orders`.* TO `app`@`%` WITH GRANT OPTION",
      ["SELECT ON `orders`.*", "GRANT OPTION ON `orders`.*"],
    ],
    [
      "GRANT PROCESS ON *.* TO `app`@`%` REQUIRE SUBJECT '/CN= TO WITH GRANT OPTION' WITH GRANT OPTION MAX_USER_CONNECTIONS 5",
      ["PROCESS ON *.*", "GRANT OPTION ON *.*"],
    ],
    [
      "GRANT PROCESS ON *.* TO `app`@`%` REQUIRE SUBJECT '/CN= WITH GRANT OPTION' WITH MAX_USER_CONNECTIONS 5",
      ["PROCESS ON *.*"],
    ],
    [
      "GRANT SELECT (`a`, `b,c`), INSERT (`x)`), UPDATE ON `o`.`t` TO `app`@`%`",
      [
        "SELECT (`a`) ON `o`.`t`",
        "SELECT (`b,c`) ON `o`.`t`",
        "INSERT (`x)`) ON `o`.`t`",
        "UPDATE ON `o`.`t`",
      ],
    ],
    [
      "GRANT EXECUTE ON FUNCTION `a TO b`.`f``x ON y` TO `app`@`%`",
      ["EXECUTE ON FUNCTION `a TO b`.`f``x ON y`"],
    ],
    ["GRANT `reader TO x` TO `app`@`%` WITH ADMIN OPTION", ["`reader TO x` WITH ADMIN OPTION"]],
    ["GRANT PROXY ON ''@'%' TO 'app'@'%' WITH GRANT OPTION", ["PROXY ON ''@'%' WITH GRANT OPTION"]],
    ["GRANT ALL PRIVILEGES ON `orders`.* TO `app`@`%`", ["ALL PRIVILEGES ON `orders`.*"]],
    ["SET DEFAULT ROLE `r` FOR `app`@`%`", []],
    ["GRANT SELECT ON `orders`.* TO `reader`", []],
    ["GRANT SELECT ON `orders`.* TO `app`@`%.example`", []],
  ])("%s", (statement, rights) => {
    expect(parse(statement)).toEqual(rights);
  });

  test("of a user whose name looks like SQL", () => {
    const account = { user: "a` TO 'b'@'%", host: "10.%" };
    expect(parse("GRANT SELECT ON `x`.* TO `a`` TO 'b'@'%`@`10.%` WITH GRANT OPTION", account)).toEqual([
      "SELECT ON `x`.*",
      "GRANT OPTION ON `x`.*",
    ]);
  });

  test("that takes rights away is refused: a clone without it would have more than its base", () => {
    expect(() => parse("REVOKE SELECT ON `mysql`.* FROM `app`@`%`")).toThrow("This function cannot copy");
  });

  test("in MySQL 8's words: roles with hosts, dynamic privileges each with its own option, ALL by name", () => {
    const parse8 = (statement: string) => parse(statement, APP, mysql8Dialect);
    expect(parse8("GRANT `r1`@`%`,`r2`@`localhost` TO `app`@`%`")).toEqual(["`r1`@`%`", "`r2`@`localhost`"]);
    expect(
      parse8("GRANT APPLICATION_PASSWORD_ADMIN,ROLE_ADMIN ON *.* TO `app`@`%` WITH GRANT OPTION"),
    ).toEqual(["APPLICATION_PASSWORD_ADMIN ON *.* WITH GRANT OPTION", "ROLE_ADMIN ON *.* WITH GRANT OPTION"]);
    expect(parse8("GRANT ALL PRIVILEGES ON `orders`.* TO `app`@`%`")).toHaveLength(18);
  });
});

describe("converging", () => {
  const CLONE = { user: "app_clone", host: "%" };
  const rights = (...statements: string[]) =>
    statements.flatMap((statement) => parseGrant(statement, APP, mariadbDialect));
  const statements = (has: string[], shallHave: string[]) =>
    convergingStatements(CLONE, rights(...has), rights(...shallHave));

  test("does nothing where nothing differs", () => {
    const same = ["GRANT SELECT, INSERT ON `o`.* TO `app`@`%` WITH GRANT OPTION", "GRANT `r` TO `app`@`%`"];
    expect(statements(same, [...same].reverse())).toEqual([]);
  });

  test("grants first, then revokes, and names only what differs", () => {
    expect(
      statements(
        ["GRANT SELECT, DELETE ON `o`.* TO `app`@`%` WITH GRANT OPTION"],
        ["GRANT SELECT, INSERT ON `o`.* TO `app`@`%`"],
      ),
    ).toEqual([
      "GRANT INSERT ON `o`.* TO 'app_clone'@'%'",
      "REVOKE DELETE, GRANT OPTION ON `o`.* FROM 'app_clone'@'%'",
    ]);
  });

  test("keeps what ALL PRIVILEGES would lose to a later revoke", () => {
    const [all, some] = ["GRANT ALL PRIVILEGES ON `o`.* TO `app`@`%`", "GRANT SELECT ON `o`.* TO `app`@`%`"];
    expect(statements([some], [all])).toEqual(["GRANT ALL PRIVILEGES ON `o`.* TO 'app_clone'@'%'"]);
    expect(statements([all], [some])).toEqual([
      "REVOKE ALL PRIVILEGES ON `o`.* FROM 'app_clone'@'%'",
      "GRANT SELECT ON `o`.* TO 'app_clone'@'%'",
    ]);
  });

  test("gives and takes a role's ADMIN OPTION", () => {
    const [plain, admin] = ["GRANT `r` TO `app`@`%`", "GRANT `r` TO `app`@`%` WITH ADMIN OPTION"];
    expect(statements([plain], [admin])).toEqual(["GRANT `r` TO 'app_clone'@'%' WITH ADMIN OPTION"]);
    expect(statements([admin], [plain])).toEqual([
      "REVOKE `r` FROM 'app_clone'@'%'",
      "GRANT `r` TO 'app_clone'@'%'",
    ]);
  });
});

describe("what SHOW CREATE USER says of options", () => {
  const NO_LIMITS =
    "WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 0";

  test.each([
    [
      "nothing",
      "CREATE USER `a`@`%` IDENTIFIED BY PASSWORD '*22EB'",
      `REQUIRE NONE ${NO_LIMITS} MAX_STATEMENT_TIME 0 PASSWORD EXPIRE DEFAULT`,
    ],
    [
      "a certificate's subject and issuer",
      "CREATE USER `a REQUIRE SSL`@`%` IDENTIFIED BY PASSWORD '*22EB' REQUIRE ISSUER '/CN=it''s WITH MAX_USER_CONNECTIONS 9' SUBJECT '/CN=x' CIPHER 'y' WITH MAX_STATEMENT_TIME 1.500000 ACCOUNT LOCK PASSWORD EXPIRE NEVER",
      `REQUIRE ISSUER '/CN=it''s WITH MAX_USER_CONNECTIONS 9' SUBJECT '/CN=x' CIPHER 'y' ${NO_LIMITS} MAX_STATEMENT_TIME 1.500000 PASSWORD EXPIRE NEVER`,
    ],
    [
      "an expired password, whose policy is in a row of its own",
      "CREATE USER `a`@`%` IDENTIFIED BY PASSWORD '*22EB' REQUIRE X509 PASSWORD EXPIRE ALTER USER `a`@`%` PASSWORD EXPIRE INTERVAL 30 DAY",
      `REQUIRE X509 ${NO_LIMITS} MAX_STATEMENT_TIME 0 PASSWORD EXPIRE INTERVAL 30 DAY`,
    ],
    [
      "all of MySQL 8's",
      "CREATE USER `a`@`%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$REQUIRE SSL \\'' DEFAULT ROLE `r`@`%` REQUIRE SSL WITH MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 365 DAY PASSWORD REQUIRE CURRENT DEFAULT FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED ATTRIBUTE '{\"rotatedBySecret\": \"x\"}'",
      "REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE DEFAULT PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 365 DAY PASSWORD REQUIRE CURRENT DEFAULT FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED",
    ],
  ])("%s", (_what, statement, options) => {
    expect(parseAccountOptions(statement)).toBe(options);
  });
});

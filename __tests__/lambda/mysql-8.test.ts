import { Deadline } from "../../lambda/rotation/deadline";
import type { Session } from "../../lambda/rotation/engine";
import { openSession } from "../../lambda/rotation/engines/mysql";
import type { Driver } from "../../lambda/rotation/engines/mysql-connection";

/**
 * No MySQL server can be had here, so these tests are of statements only, as MySQL 8.0's manual has them, sent
 * over a connection that records them. MariaDB's tests run the shared part on a server.
 */
const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dev/app-AbCdEf";
const MARK = `ATTRIBUTE '{"rotatedBySecret":"${SECRET}"}'`;

type Answer = readonly Record<string, unknown>[] | Error;

/** Answers statements that match, the first one that fits; all others have no rows. */
class RecordingDriver implements Driver {
  readonly statements: string[] = [];
  readonly #answers: readonly (readonly [RegExp, Answer | (() => Answer)])[];

  constructor(answers: readonly (readonly [RegExp, Answer | (() => Answer)])[]) {
    this.#answers = [...answers, [/^SELECT VERSION/, GREETING]];
  }

  async query({ sql }: { sql: string }): Promise<[unknown, unknown]> {
    return await this.execute({ sql }, []);
  }

  async execute({ sql }: { sql: string }, values: unknown[]): Promise<[unknown, unknown]> {
    this.statements.push(values.length > 0 ? `${sql} ${JSON.stringify(values)}` : sql);
    const found = this.#answers.find(([pattern]) => pattern.test(sql))?.[1] ?? [];
    const answer = typeof found === "function" ? found() : found;
    if (answer instanceof Error) throw answer;
    return [answer, undefined];
  }

  async end(): Promise<void> {}
  destroy(): void {}
}

const GREETING = [{ version: "8.0.36", login: "app@10.0.0.1", account: "app@%", lowercase: 0 }];

function refusal(errno: number, message = "refused near 'n''ext\\\\'"): Error {
  return Object.assign(new Error(message), { errno, sqlState: "42000", sql: "the whole statement" });
}

const OPTIONS = {
  server: "db:3306",
  maxUsernameLength: 32,
  deadline: new Deadline({ getRemainingTimeInMillis: () => 60_000 }),
  lock: 15_000,
  statement: 20_000,
};

async function session(...answers: (readonly [RegExp, Answer | (() => Answer)])[]) {
  const driver = new RecordingDriver(answers);
  const login = { host: "db", port: 3306, username: "app", password: "used", dbname: "" };
  const opened: Session = await openSession(driver, login, OPTIONS);
  return {
    session: opened,
    driver,
    sent: () => driver.statements.filter((sql) => !/^(SELECT|SET|SHOW)/.test(sql)),
  };
}

const CHANGE = "ALTER USER USER() IDENTIFIED BY 'n''ext\\\\'";

describe("a session on MySQL 8 (statements only)", () => {
  test("has limits, and a mode in which our quoting holds", async () => {
    const { driver } = await session();
    expect(driver.statements.slice(1)).toEqual([
      "SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', " +
        "SESSION max_execution_time = 20000, SESSION lock_wait_timeout = 15, SESSION innodb_lock_wait_timeout = 15",
      "SET SESSION TRANSACTION READ WRITE",
    ]);
  });

  describe("changing its password", () => {
    test("keeps the one in use valid beside the next one", async () => {
      const { session: own, sent } = await session();
      await own.changeOwnPassword("n'ext\\", "used");
      expect(sent()).toEqual([`${CHANGE} REPLACE 'used' RETAIN CURRENT PASSWORD`]);
    });

    test("without the right to keep it, only changes it", async () => {
      const { session: own, sent } = await session([/RETAIN/, refusal(1227)]);
      await own.changeOwnPassword("n'ext\\", "used");
      expect(sent()).toEqual([
        `${CHANGE} REPLACE 'used' RETAIN CURRENT PASSWORD`,
        `${CHANGE} REPLACE 'used'`,
      ]);
    });

    test("on a server that knows neither clause, does without", async () => {
      const { session: own, sent } = await session([/RETAIN/, refusal(1064)]);
      await own.changeOwnPassword("n'ext\\", "used");
      expect(sent()).toEqual([`${CHANGE} REPLACE 'used' RETAIN CURRENT PASSWORD`, CHANGE]);
    });

    test("with the second password in use, makes that the first again, so that it is the one kept", async () => {
      let refusals = 1;
      const { session: own, sent } = await session([/RETAIN/, () => (refusals-- > 0 ? refusal(3891) : [])]);
      await own.changeOwnPassword("n'ext\\", "used");
      expect(sent()).toEqual([
        `${CHANGE} REPLACE 'used' RETAIN CURRENT PASSWORD`,
        "ALTER USER USER() IDENTIFIED BY 'used'",
        `${CHANGE} REPLACE 'used' RETAIN CURRENT PASSWORD`,
      ]);
    });

    test("when refused, repeats nothing of what the server says about the statement", async () => {
      const { session: own } = await session([/RETAIN/, refusal(1819)]);
      const attempt = own.changeOwnPassword("n'ext\\", "used");
      await expect(attempt).rejects.toMatchObject({
        name: "DatabaseError",
        message:
          'db:3306, while changing the password of "app"@"%" (error 1819, SQLSTATE 42000). It does not satisfy the ' +
          "server's password policy: set PASSWORD_LENGTH and the EXCLUDE_ variables so that it does.",
      });
      await expect(attempt).rejects.not.toHaveProperty("sql");
      await expect(attempt).rejects.not.toHaveProperty("cause");
    });
  });
});

describe("the admin on MySQL 8 (statements only)", () => {
  const ACCOUNT = [
    /FROM mysql\.user/,
    [{ user: "o'b", host: "10.%", plugin: "caching_sha2_password" }],
  ] as const;

  test("creates a user with its mark and password in one statement, and lets it keep old passwords", async () => {
    const { session: own, sent } = await session();
    await own.admin.createUser("o'b", "n'ext\\", SECRET);
    expect(sent()).toEqual([
      `CREATE USER 'o''b'@'%' IDENTIFIED BY 'n''ext\\\\' ${MARK}`,
      "GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO 'o''b'@'%'",
    ]);
  });

  test("goes without that where it has no right to give it", async () => {
    const { session: own } = await session([/^GRANT/, refusal(1227)]);
    await own.admin.createUser("o'b", "n'ext\\", SECRET);
  });

  test("sets a password with the account's own plugin, and no second one stays", async () => {
    const { session: own, sent } = await session(ACCOUNT);
    await own.admin.setPassword("o'b", "n'ext\\");
    expect(sent()).toEqual([
      "ALTER USER 'o''b'@'10.%' DISCARD OLD PASSWORD",
      "ALTER USER 'o''b'@'10.%' IDENTIFIED WITH 'caching_sha2_password' BY 'n''ext\\\\'",
    ]);
  });

  test.each([
    [SECRET, "ours"],
    ["arn:other", "another secret's"],
    [null, "unmarked"],
  ])("reads the mark %s as %s", async (owner, ownership) => {
    const { session: own } = await session(ACCOUNT, [/USER_ATTRIBUTES/, [{ owner }]]);
    expect(await own.admin.ownership("o'b", SECRET)).toBe(ownership);
  });

  test("marks a user without touching its other attributes", async () => {
    const { session: own, sent } = await session(ACCOUNT);
    await own.admin.mark("o'b", SECRET);
    expect(sent()).toEqual([`ALTER USER 'o''b'@'10.%' ${MARK}`]);
  });

  test("does not take an owner's ALL PRIVILEGES for less or more than what is declared", async () => {
    const grants = [{ grants: "GRANT ALL PRIVILEGES ON `my\\_db`.* TO `o'b`@`10.%`" }];
    const { session: own, sent } = await session(ACCOUNT, [/SCHEMATA/, [{ 1: 1 }]], [/^SHOW GRANTS/, grants]);
    await own.admin.applyGrants("o'b", [{ privilege: "owner", schema: "my_db" }]);
    expect(sent()).toEqual([]);
    await own.admin.applyGrants("o'b", [{ privilege: "readonly", schema: "my_db" }]);
    expect(sent()).toEqual([
      expect.stringMatching(/^REVOKE INSERT, .*TRIGGER ON `my\\_db`\.\* FROM 'o''b'@'10\.%'$/),
    ]);
  });

  test("grants to a user with partial revokes, but makes no clone of it, which could do more", async () => {
    const shown = [
      { x: "GRANT SELECT ON *.* TO `o'b`@`10.%`" },
      { x: "REVOKE SELECT ON `mysql`.* FROM `o'b`@`10.%`" },
    ];
    const { session: own, sent } = await session(ACCOUNT, [/SCHEMATA/, [{ 1: 1 }]], [/^SHOW GRANTS/, shown]);
    await own.admin.applyGrants("o'b", [{ privilege: "readonly", schema: "my_db" }]);
    expect(sent()).toEqual(["GRANT SELECT, SHOW VIEW ON `my\\_db`.* TO 'o''b'@'10.%'"]);
    await own.admin.setPassword("o'b", "next");
    const pair = { base: "o'b", clone: "o'b_clone" };
    await expect(own.admin.ensureClone(pair, SECRET)).rejects.toThrow(
      'User "o\'b"@"10.%" has global privileges with partial revokes',
    );
  });

  test("makes a clone locked and marked, with its base's options, rights and default roles, and opens it last", async () => {
    const base = { user: "app", host: "%", plugin: "caching_sha2_password" };
    let made = false;
    const accounts = (name: string) =>
      name === "app" ? [base] : made ? [{ ...base, user: "app_clone" }] : [];
    const driver = new RecordingDriver([
      [
        /^SHOW CREATE USER 'app'@/,
        [
          {
            x: "CREATE USER `app`@`%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$x' DEFAULT ROLE `r`@`%` REQUIRE SSL PASSWORD EXPIRE NEVER ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT",
          },
        ],
      ],
      [
        /^SHOW CREATE USER/,
        [
          {
            x: "CREATE USER `app_clone`@`%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$y' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT LOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT",
          },
        ],
      ],
      [
        /^SHOW GRANTS FOR 'app'@/,
        [
          { x: "GRANT USAGE ON *.* TO `app`@`%`" },
          { x: "GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO `app`@`%`" },
          { x: "GRANT SELECT ON `o`.* TO `app`@`%` WITH GRANT OPTION" },
          { x: "GRANT `r`@`%` TO `app`@`%` WITH ADMIN OPTION" },
        ],
      ],
    ]);
    const execute = driver.execute.bind(driver);
    driver.execute = async (statement, values) => {
      const answer = await execute(statement, values);
      if (statement.sql.includes("FROM mysql.user")) return [accounts(String(values[0])), undefined];
      if (statement.sql.includes("mysql.default_roles"))
        return [values[0] === "app" ? [{ user: "r", host: "%" }] : [], undefined];
      return answer;
    };
    const login = { host: "db", port: 3306, username: "app", password: "used", dbname: "" };
    const own = await openSession(driver, login, OPTIONS);
    const pair = { base: "app", clone: "app_clone" };
    await own.admin.ensureClone(pair, SECRET);
    made = true;
    await own.admin.openClone(pair, "n'ext\\");

    const sent = driver.statements.filter((sql) => /^(CREATE|ALTER|GRANT|REVOKE|DROP|SET DEFAULT)/.test(sql));
    expect(sent).toEqual([
      expect.stringMatching(
        /^CREATE USER 'app_clone'@'%' IDENTIFIED WITH 'caching_sha2_password' BY '[^']+' ACCOUNT LOCK ATTRIBUTE /,
      ),
      "ALTER USER 'app_clone'@'%' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 " +
        "MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 0 PASSWORD EXPIRE NEVER PASSWORD HISTORY DEFAULT " +
        "PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT",
      "GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO 'app_clone'@'%'",
      "GRANT SELECT, GRANT OPTION ON `o`.* TO 'app_clone'@'%'",
      "GRANT `r`@`%` TO 'app_clone'@'%' WITH ADMIN OPTION",
      "SET DEFAULT ROLE `r`@`%` TO 'app_clone'@'%'",
      "ALTER USER 'app_clone'@'%' DISCARD OLD PASSWORD",
      "ALTER USER 'app_clone'@'%' IDENTIFIED WITH 'caching_sha2_password' BY 'n''ext\\\\' ACCOUNT UNLOCK",
    ]);
  });
});

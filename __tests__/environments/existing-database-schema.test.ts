import { orders, type Path, problemsOf, withValue } from "../support/configuration";
import { ownNetwork } from "../support/synth";

const secret = (name: string, region = "eu-west-1", account = "111122223333") =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
const key = (region: string) => `arn:aws:kms:${region}:111122223333:key/12345678-1234-1234-1234-123456789012`;
const APP = secret("app-AbCdEf");
const SECRET =
  "must be the ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>";
const HOST =
  "must be a host name in lower case, not an address: the server's certificate is checked against it";

const existing = withValue(
  orders(),
  {
    source: "existing",
    engine: "postgres",
    identifier: "orders",
    host: "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com",
    port: 5432,
    securityGroupId: "sg-0a1b2c3d",
    users: { app: { secretArn: APP } },
  },
  { ...ownNetwork(), accountId: "111122223333" },
);

test("a database, its secrets and no admin are enough", () => {
  expect(problemsOf({ dev: existing })).toEqual([]);
});

describe("a wrong value is refused with its path, what would be right, and what was given", () => {
  test.each<[Path, unknown, string]>([
    [["source"], "adopted", 'source must be "own", "existing" or left out, got "adopted"'],
    [
      ["engine"],
      "oracle",
      'engine must be "postgres" or "aurora-postgresql" or "mysql" or "aurora-mysql" or "mariadb", got "oracle"',
    ],
    [
      ["identifier"],
      "Orders_1",
      "identifier must be the identifier of an RDS instance or cluster: 1 to 63 lower-case letters, digits and " +
        'single hyphens, got "Orders_1"',
    ],
    [["host"], "10.20.0.5", `host ${HOST}, got "10.20.0.5"`],
    [["host"], "db.example.com:5432", `host ${HOST}, got "db.example.com:5432"`],
    [["host"], undefined, `host ${HOST}, got nothing`],
    [["port"], 0, "port must be a port from 1 to 65535, got 0"],
    [["port"], "5432", 'port must be a port from 1 to 65535, got "5432"'],
    [["securityGroupId"], "default", 'securityGroupId must be a security group id, sg-…, got "default"'],
    [["users"], {}, "users must be 1 to 20 users, got {}"],
    [["users", "app"], {}, `users.app.secretArn ${SECRET}, got nothing`],
    [["users", "app", "secretArn"], "app", `users.app.secretArn ${SECRET}, got "app"`],
    [["users", "app", "secretArn"], secret("app"), `users.app.secretArn ${SECRET}, got "${secret("app")}"`],
    [
      ["users", "app", "secretArn"],
      secret("app-??????"),
      `users.app.secretArn ${SECRET}, got "${secret("app-??????")}"`,
    ],
    [
      ["users", "app", "secretArn"],
      secret("rds!db-1-AbCdEf"),
      "users.app.secretArn must not be a secret that another service owns and rotates itself, " +
        `got "${secret("rds!db-1-AbCdEf")}"`,
    ],
    [
      ["users", "app", "secretArn"],
      secret("app-AbCdEf", "us-east-1"),
      `users.app.secretArn must be the ARN of a secret in eu-west-1, got "${secret("app-AbCdEf", "us-east-1")}"`,
    ],
    [
      ["users", "app", "secretArn"],
      secret("app-AbCdEf", "eu-west-1", "444455556666"),
      "users.app.secretArn must be the ARN of a secret of account 111122223333, " +
        `got "${secret("app-AbCdEf", "eu-west-1", "444455556666")}"`,
    ],
    [
      ["users", "app", "kmsKeyArn"],
      key("us-east-1"),
      `users.app.kmsKeyArn must be the ARN of a KMS key in eu-west-1, got "${key("us-east-1")}"`,
    ],
    [
      ["users", "other"],
      { secretArn: APP },
      `users.other.secretArn must not be user app's secret, got "${APP}"`,
    ],
    [
      ["users", "app", "rotation"],
      { window: "0h" },
      'users.app.rotation.window must be whole hours from "1h" to "24h", got "0h"',
    ],
    [["adminSecret"], { secretArn: "admin" }, `adminSecret.secretArn ${SECRET}, got "admin"`],
    [["adminSecret"], { secretArn: APP }, `users.app.secretArn must not be the admin's secret, got "${APP}"`],
    [
      ["adminSecret"],
      { secretArn: secret("admin-AbCdEf", "us-east-1") },
      "adminSecret.secretArn must be the ARN of a secret in eu-west-1, " +
        `got "${secret("admin-AbCdEf", "us-east-1")}"`,
    ],
    [
      ["strategy"],
      "alternating-users",
      "adminSecret must be given for alternating-users: the admin makes and grants the second user, got nothing",
    ],
    [
      ["passwords"],
      { length: 16, excludePunctuation: true, excludeUppercase: true, excludeLowercase: true },
      "passwords must make passwords of at least 80 bits: 16 of 10 different characters are 53, got " +
        '{"length":16,"excludePunctuation":true,"excludeUppercase":true,"excludeLowercase…',
    ],
  ])("%j: %j", (path, value, problem) => {
    expect(problemsOf({ dev: withValue(orders(...path), value, existing) })).toEqual([
      `environments/dev: databases.orders.${problem}`,
    ]);
  });
});

test("a secret is rotated by one database only", () => {
  const databases = (existing as { databases: { orders: object } }).databases;
  const environment = withValue(["databases"], { ...databases, invoices: databases.orders }, existing);
  expect(problemsOf({ dev: environment })).toEqual([
    "environments/dev: databases.invoices.users.app.secretArn must not be one that orders rotates too, " +
      `got "${APP}"`,
  ]);
});

test("secrets with long names are refused where they would not fit into the role", () => {
  const users = (length: number) => ({
    app: { secretArn: secret(`${"a".repeat(length)}-AbCdEf`), kmsKeyArn: key("eu-west-1") },
    other: { secretArn: secret(`${"b".repeat(512)}-AbCdEf`), kmsKeyArn: key("eu-west-1") },
    report: { secretArn: secret(`${"c".repeat(512)}-AbCdEf`), kmsKeyArn: key("eu-west-1") },
    sales: { secretArn: secret(`${"d".repeat(512)}-AbCdEf`), kmsKeyArn: key("eu-west-1") },
    stock: { secretArn: secret(`${"e".repeat(512)}-AbCdEf`), kmsKeyArn: key("eu-west-1") },
    web: { secretArn: secret(`${"f".repeat(100)}-AbCdEf`), kmsKeyArn: key("eu-west-1") },
  });
  const problems = (length: number) =>
    problemsOf({ dev: withValue(orders("users"), users(length), existing) });

  expect(problems(100)).toEqual([]);
  expect(problems(512)).toEqual([
    expect.stringContaining(
      "environments/dev: databases.orders.users must have secrets whose ARNs have at most 6000 characters " +
        "together, twice those with a kmsKeyArn: they all stand in the function's role, got ",
    ),
  ]);
});

describe("what is not adopted is refused with what may be said", () => {
  test.each<[Path, string]>([
    [
      ["instanceClass"],
      ' must not have "instanceClass"; it may have source, engine, identifier, host, port, securityGroupId, ' +
        "adminSecret, strategy, logRetentionDays, keyDeletionWindowDays, passwords, users",
    ],
    [
      ["users", "app", "grants"],
      '.users.app must not have "grants"; it may have secretArn, kmsKeyArn, rotation',
    ],
    [
      ["users", "app", "password"],
      '.users.app must not have "password"; it may have secretArn, kmsKeyArn, rotation',
    ],
    [["adminSecret"], '.adminSecret must be an object with secretArn, kmsKeyArn, got "x"'],
  ])("%j", (path, problem) => {
    const [found = "", ...more] = problemsOf({ dev: withValue(orders(...path), "x", existing) });
    expect(more).toEqual([]);
    expect(found).toBe(`environments/dev: databases.orders${problem}`);
  });
});

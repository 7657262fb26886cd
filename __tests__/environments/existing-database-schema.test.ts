import { orders, problemsOf, withValue } from "../support/configuration";
import {
  APP_SECRET as APP,
  existing,
  keyIn as key,
  secretNamed as secret,
} from "../support/existing-database";

test("a database, its secrets and no admin are enough", () => {
  expect(problemsOf({ dev: existing })).toEqual([]);
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

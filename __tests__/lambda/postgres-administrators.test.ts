import { classify } from "../../lambda/rotation/engines/postgres-errors";
import { PrivilegeError } from "../../lambda/rotation/errors";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
beforeAll(async () => {
  bench = await startRotationBench();
  await bench.sql("CREATE ROLE rds_superuser; CREATE ROLE team CREATEROLE");
}, 60_000);
afterAll(() => bench?.stop());

async function setPasswordAsAdmin(username: string): Promise<void> {
  const { adminUsername, adminPassword: password } = bench.server;
  const session = await bench.login({ username: adminUsername, password });
  try {
    await session.admin.setPassword(username, "taken-over");
  } finally {
    await session.close();
  }
}

test.each([
  ["a superuser", "SUPERUSER"],
  ["a user that may create users", "CREATEROLE"],
  ["a user that replicates", "REPLICATION"],
  ["a user above row security", "BYPASSRLS"],
  ["a member of rds_superuser, which has no attribute of its own", "IN ROLE rds_superuser"],
  ["a member of a role that may create users", "IN ROLE team"],
  ["a member of the admin", "IN ROLE dbadmin"],
])("%s is not given a password by the admin", async (what, clause) => {
  const username = `admin of ${what}`.slice(0, 60);
  await bench.sql(`CREATE ROLE "${username}" LOGIN PASSWORD 'its-own' ${clause}`);
  const attempt = setPasswordAsAdmin(username);
  await expect(attempt).rejects.toThrow(PrivilegeError);
  await expect(attempt).rejects.toThrow("has administrative attributes, or is a member of a role that has");
  expect(await bench.accepts({ username, password: "its-own" })).toBe(true);
});

test("a user that the admin did not make needs ADMIN OPTION since PostgreSQL 16, and the error says so", async () => {
  await bench.sql("CREATE ROLE elsewhere LOGIN PASSWORD 'its-own'");
  await expect(setPasswordAsAdmin("elsewhere")).rejects.toMatchObject({
    name: "PrivilegeError",
    message: expect.stringMatching(/\(42501\)\. .*ADMIN option on the role/),
  });
});

test("a user of RDS that logs in with IAM tokens only is said to have no password", () => {
  const answer = Object.assign(new Error('PAM authentication failed for user "app"'), { code: "28000" });
  expect(classify(answer, "db:5432", 'logging in as "app"')).toMatchObject({
    name: "AuthenticationError",
    message: expect.stringContaining("revoke rds_iam from it"),
  });
});

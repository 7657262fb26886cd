import pg from "pg";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

/**
 * As RDS does with rds.restrict_password_commands, which no other server has: only members of rds_password may
 * change passwords, their own included.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.RestrictPasswordMgmt.html
 */
const REFUSAL = Object.assign(new Error("must be a member of rds_password to alter passwords"), {
  code: "42501",
});

let bench: RotationBench;
beforeAll(async () => {
  bench = await startRotationBench();
  const query = pg.Client.prototype.query as (...query: unknown[]) => unknown;
  jest.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: pg.Client, ...parameters) {
    const { text = "" } = parameters[0] as unknown as { text?: string };
    const restricted = / PASSWORD /.test(text) && this.user !== bench.server.adminUsername;
    return restricted ? Promise.reject(REFUSAL) : query.apply(this, parameters);
  });
}, 60_000);
afterAll(async () => {
  jest.restoreAllMocks();
  await bench?.stop();
});

test("where users may not change their own password, the admin does", async () => {
  const { secretArn } = await bench.createUser();
  const { password } = await bench.value(secretArn);
  expect((await bench.rotate(secretArn)).error).toBeUndefined();
  const value = await bench.value(secretArn);
  expect(value.password).not.toBe(password);
  expect(await bench.accepts(value)).toBe(true);
});

test("and without an admin the error is the server's own", async () => {
  const { secretArn } = await bench.createUser();
  const { masterarn: _, ...value } = await bench.value(secretArn);
  await bench.put(secretArn, value);
  const { error } = await bench.rotate(secretArn);
  expect(error?.name).toBe("PrivilegeError");
  expect(error?.message).toContain("must be a member of rds_password to alter passwords");
  expect(await bench.accepts(value)).toBe(true);
});

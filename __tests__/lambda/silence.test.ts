import { ROTATION_STEPS, STRATEGIES } from "../../lambda/rotation/contract";
import type { EngineName } from "../support/backends";
import { describeEngines } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

/** The servers' most talkative settings. */
const TALKATIVE: Readonly<Record<EngineName, Readonly<Record<string, string>>>> = {
  postgres: {
    log_statement: "all",
    log_min_error_statement: "debug5",
    log_min_messages: "debug1",
    log_connections: "all",
    log_duration: "on",
    log_error_verbosity: "verbose",
    log_parameter_max_length: "-1",
    log_parameter_max_length_on_error: "-1",
  },
  mariadb: { general_log: "ON", log_warnings: "9", slow_query_log: "ON", long_query_time: "0" },
};

describeEngines((engine) => {
  let bench: RotationBench;
  const errors: string[] = [];
  beforeAll(async () => {
    bench = await startRotationBench({ engine, settings: TALKATIVE[engine] });
  }, 60_000);
  afterAll(() => bench?.stop());

  /** Each password that any version of any secret has or had. */
  function passwords(secretArns: readonly string[]): string[] {
    return secretArns.flatMap((arn) =>
      [...bench.secretsManager.store.find(arn).versions.values()].flatMap(({ value }) =>
        value?.SecretString ? [String(JSON.parse(value.SecretString).password)] : [],
      ),
    );
  }

  async function failing(run: () => Promise<unknown>, reason: RegExp): Promise<void> {
    const error = await run().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).toMatch(reason);
    // As Lambda prints it: name, message, stack, and every property that a driver hung on it.
    errors.push(
      JSON.stringify({
        ...error,
        name: error?.name,
        message: error?.message,
        stack: error?.stack,
        cause: error?.cause,
      }),
    );
  }

  test("neither the server's logs nor ours nor any error holds a password that ever was valid", async () => {
    const secretArns = [bench.adminSecretArn];
    for (const strategy of STRATEGIES) {
      const { secretArn, username } = await bench.createUser({ tags: { "rotation-strategy": strategy } });
      secretArns.push(secretArn);
      for (let round = 0; round < 3; round++) await bench.rotate(secretArn);
      await bench.invoke(bench.initializeEvent(secretArn, username));

      // A failing hook that quotes the password itself, and the compensation that follows.
      const token = await bench.beginRotation(secretArn);
      for (const step of ["createSecret", "setSecret"]) await bench.step(step, secretArn, token);
      const { password } = await bench.value(secretArn, "AWSPENDING");
      const hooks = {
        testConnection: () => {
          throw new Error(`could not log in with ${password}`);
        },
      };
      await failing(() => bench.step("testSecret", secretArn, token, { hooks }), /could not log in with/);
      for (const step of ROTATION_STEPS) await bench.step(step, secretArn, token);

      // Refused logins, with the admin and without one.
      const { masterarn: _, ...withoutAdmin } = await bench.value(secretArn);
      await bench.backend.setPassword(String(withoutAdmin.username), "changed-by-hand");
      await bench.put(secretArn, { ...withoutAdmin, password: "wrong-all-the-time" });
      await failing(async () => {
        const { error } = await bench.rotate(secretArn);
        throw error;
      }, /refuses user|masterarn/);
    }

    const written = {
      "the server's log": await bench.server.log(),
      "the function's log": bench.log.join(""),
      "its errors": errors.join("\n"),
    };
    const all = passwords(secretArns);
    expect(new Set(all).size).toBeGreaterThan(10);
    for (const [where, text] of Object.entries(written)) {
      expect(text.length).toBeGreaterThan(200);
      // Not toContain: Jest would print what must not be printed.
      const found = all.filter(
        (password) => text.includes(password) || text.includes(JSON.stringify(password).slice(1, -1)),
      );
      expect({ where, found: found.length }).toEqual({ where, found: 0 });
    }
  }, 60_000);

  test("a new password that a hook quotes does not come through, before it is stored either", async () => {
    const { secretArn } = await bench.createUser();
    let quoted = "";
    const validatePending = ({ password }: { password: string }) => {
      quoted = password;
      throw new Error(`${password} is too weak`);
    };
    const token = await bench.beginRotation(secretArn);
    const attempt = bench.step("createSecret", secretArn, token, { hooks: { validatePending } });
    await expect(attempt).rejects.toThrow(/^\[redacted\] is too weak$/);
    expect(bench.log.join("").includes(quoted)).toBe(false);
  });

  test("nor does the admin's", async () => {
    const { secretArn } = await bench.createUser({ tags: { "rotation-strategy": "alternating-users" } });
    const token = await bench.beginRotation(secretArn);
    await bench.step("createSecret", secretArn, token);
    const afterSetSecret = () => {
      throw new Error(`${bench.server.adminPassword} was used`);
    };
    const attempt = bench.step("setSecret", secretArn, token, { hooks: { afterSetSecret } });
    await expect(attempt).rejects.toThrow(/^\[redacted\] was used$/);
  });

  test("the search would find one", async () => {
    const value = await bench.value(bench.adminSecretArn);
    const session = await bench.login({ username: value.username ?? "", password: value.password ?? "" });
    await session.query("SELECT 'found-by-the-search'");
    await session.close();
    expect(await bench.server.log()).toContain("found-by-the-search");
  });
});

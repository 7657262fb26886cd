import { randomUUID } from "node:crypto";
import { STRATEGIES } from "../../lambda/rotation/contract";
import { describeEngines } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

/** Whoever can write one user's secret must not get at another user through the admin. */
describeEngines((engine) => {
  let bench: RotationBench;
  beforeAll(async () => {
    bench = await startRotationBench({ engine });
  }, 60_000);
  afterAll(() => bench?.stop());

  async function forge(strategy: string, changes: object): Promise<string> {
    const { secretArn } = await bench.createUser({ tags: { "rotation-strategy": strategy } });
    await bench.put(secretArn, { ...(await bench.value(secretArn)), ...changes });
    return secretArn;
  }

  async function userExists(username: string): Promise<boolean> {
    const session = await bench.login({
      username: bench.server.adminUsername,
      password: bench.server.adminPassword,
    });
    const ownership = await session.admin.ownership(username, "arn:none");
    await session.close();
    return ownership !== "absent";
  }

  describe.each(STRATEGIES)("%s: a forged user name", (strategy) => {
    test("of a user that nobody has marked does not change its password", async () => {
      const username = `victim-${randomUUID().slice(0, 8)}`;
      await bench.backend.createStranger(username, "the-victims-own");
      const { error } = await bench.rotate(await forge(strategy, { username, password: "forged" }));
      expect(error?.name).toBe("AuthenticationError");
      expect(error?.message).toContain("Put the right password under AWSCURRENT");
      expect(await bench.accepts({ username, password: "the-victims-own" })).toBe(true);
      expect(await userExists(`${username}_clone`)).toBe(false);
    });

    test("of another secret's user does not change its password", async () => {
      const victim = await bench.createUser();
      const secretArn = await forge(strategy, { username: victim.username, password: "forged" });
      const { error } = await bench.rotate(secretArn);
      expect(error?.name).toBe("AuthenticationError");
      expect(await bench.accepts(await bench.value(victim.secretArn))).toBe(true);
    });

    test("of the admin itself neither changes its password nor makes a clone of it", async () => {
      const { adminUsername: username, adminPassword: password } = bench.server;
      const { error } = await bench.rotate(await forge(strategy, { username, password: "forged" }));
      expect(error?.name).toBe("AuthenticationError");
      expect(await bench.accepts({ username, password })).toBe(true);
      expect(await userExists(`${username}_clone`)).toBe(false);
    });
  });

  test("an adopted user is marked by its first rotation, so that the admin can repair it later", async () => {
    const username = `adopted-${randomUUID().slice(0, 8)}`;
    await bench.backend.createStranger(username, "from-before");
    const secretArn = await forge("single-user", { username, password: "from-before", dbname: null });
    expect((await bench.rotate(secretArn)).error).toBeUndefined();
    await bench.backend.setPassword(username, "changed-by-hand-7");

    expect((await bench.rotate(secretArn)).error).toBeUndefined();

    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test("an admin that does not log in is said, and stops no rotation that needs none", async () => {
    const { secretArn } = await bench.createUser();
    const masterarn = await bench.declareSecret();
    await bench.put(masterarn, { username: bench.server.adminUsername, password: "lost-by-now" });
    await bench.put(secretArn, { ...(await bench.value(secretArn)), masterarn });
    bench.log.length = 0;

    expect((await bench.rotate(secretArn)).error).toBeUndefined();

    expect(bench.log.join("")).toContain("The admin could not repair this user if it had to");
    expect(bench.log.join("")).not.toContain("lost-by-now");
  });

  test("a dry run of alternating users says that the admin does not log in", async () => {
    const masterarn = await bench.declareSecret();
    await bench.put(masterarn, { username: bench.server.adminUsername, password: "lost-by-now" });
    const secretArn = await forge("alternating-users", { masterarn });
    const token = await bench.beginRotation(secretArn);
    await expect(bench.step("testSecret", secretArn, token)).rejects.toThrow(
      `refuses the admin "${bench.server.adminUsername}" of secret ${masterarn}`,
    );
  });

  test("an admin's secret for another host is not used", async () => {
    const masterarn = await bench.declareSecret();
    await bench.put(masterarn, { username: "dbadmin", password: "not used", host: "evil.example.com" });
    const secretArn = await forge("alternating-users", { masterarn });
    const { error } = await bench.rotate(secretArn);
    expect(error?.message).toContain('must be for host "localhost", got "evil.example.com"');
  });

  test("a proxy's host is refused before anything is changed or sent", async () => {
    const host = "orders.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com";
    const secretArn = await forge("single-user", { host });
    const { error } = await bench.rotate(secretArn);
    expect(error?.message).toContain(`field "host" must be the database's own endpoint, got "${host}"`);
  });
});

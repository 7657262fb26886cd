import { UpdateSecretVersionStageCommand } from "@aws-sdk/client-secrets-manager";
import { ROTATION_STEPS } from "../../lambda/rotation/contract";
import { SecretsManagerError } from "../../local/secret-store";
import type { Intercept } from "../../local/secrets-manager";
import { describeEngines } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

describeEngines((engine) => {
  let bench: RotationBench;
  let intercept: Intercept = () => "proceed";
  beforeAll(async () => {
    bench = await startRotationBench({ engine, intercept: (...request) => intercept(...request) });
  }, 60_000);
  beforeEach(() => {
    intercept = () => "proceed";
  });
  afterAll(() => bench?.stop());

  const alternating = { "rotation-strategy": "alternating-users" };
  const strategies = [["single-user"], ["alternating-users"]] as const;

  beforeEach(() => {
    bench.log.length = 0;
  });

  /** The kinds of repairs that the function has counted, and how often it counted something else. */
  const repairs = () => counted("Repairs").map(({ Kind }) => Kind);
  const counted = (metric: string): Record<string, unknown>[] =>
    bench.log.map((line) => JSON.parse(line)).filter((line) => metric in line);

  async function steps(
    secretArn: string,
    token: string,
    names: readonly string[] = ROTATION_STEPS,
  ): Promise<void> {
    for (const step of names) await bench.step(step, secretArn, token);
  }

  /** Takes the admin away: only what the versions hold can help now. */
  async function withoutAdmin(secretArn: string): Promise<void> {
    const { masterarn: _, ...rest } = await bench.value(secretArn);
    await bench.put(secretArn, rest);
  }

  describe("a rotation that was cancelled", () => {
    test("after setSecret, with its label removed, is healed by the next one without an admin", async () => {
      const { secretArn } = await bench.createUser();
      await withoutAdmin(secretArn);
      const abandoned = await bench.beginRotation(secretArn);
      await steps(secretArn, abandoned, ["createSecret", "setSecret"]);
      const inDatabase = await bench.value(secretArn, "AWSPENDING");
      await bench.client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretArn,
          VersionStage: "AWSPENDING",
          RemoveFromVersionId: abandoned,
        }),
      );

      await steps(secretArn, await bench.beginRotation(secretArn));

      const value = await bench.value(secretArn);
      expect(repairs()).toEqual(["carried-forward"]);
      expect(value.password).toBe(inDatabase.password);
      expect(await bench.accepts(value)).toBe(true);
    });

    test("does not change anything once another one has taken its place", async () => {
      const { secretArn } = await bench.createUser();
      const abandoned = await bench.beginRotation(secretArn);
      await bench.step("createSecret", secretArn, abandoned);
      await bench.beginRotation(secretArn);
      await expect(bench.step("setSecret", secretArn, abandoned)).rejects.toThrow(
        "has no label, or does not exist. The rotation was cancelled or replaced; start a new one.",
      );
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    }, 20_000);
  });

  test("a rotation whose version has another label than AWSPENDING does nothing, and says which", async () => {
    const { secretArn } = await bench.createUser();
    const earlier = await bench.beginRotation(secretArn);
    await steps(secretArn, earlier);
    await bench.rotate(secretArn);
    await expect(bench.step("setSecret", secretArn, earlier)).rejects.toThrow(
      "must be labelled AWSPENDING, got AWSPREVIOUS",
    );
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  describe("a password changed by hand", () => {
    test("is repaired by the admin", async () => {
      const { secretArn, username } = await bench.createUser();
      await bench.backend.setPassword(username, "changed-by-hand-1");
      expect((await bench.rotate(secretArn)).error).toBeUndefined();
      expect(repairs()).toEqual(["admin"]);
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    });

    test("back to the previous one needs no admin", async () => {
      const { secretArn, username } = await bench.createUser();
      await withoutAdmin(secretArn);
      await bench.rotate(secretArn);
      const previous = await bench.value(secretArn, "AWSPREVIOUS");
      await bench.backend.setPassword(username, String(previous.password));
      expect((await bench.rotate(secretArn)).error).toBeUndefined();
      expect(repairs()).toEqual(["previous"]);
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    });

    test("without an admin is said, with the logins that were refused", async () => {
      const { secretArn, username } = await bench.createUser();
      await withoutAdmin(secretArn);
      await bench.backend.setPassword(username, "changed-by-hand-2");
      const { error } = await bench.rotate(secretArn);
      expect(error?.name).toBe("AuthenticationError");
      expect(error?.message).toMatch(
        /refuses user ".*" with the passwords of AWSPENDING, AWSCURRENT, AWSPREVIOUS/,
      );
    });

    test("of the alternating user in use is no obstacle where its mark proves whose it is", async () => {
      const { secretArn, username } = await bench.createUser({ tags: alternating });
      await bench.backend.setPassword(username, "changed-by-hand-3");
      expect((await bench.rotate(secretArn)).error).toBeUndefined();
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    });
  });

  describe("testSecret", () => {
    test("that fails for good puts the password of AWSCURRENT back into the database", async () => {
      const { secretArn } = await bench.createUser();
      const token = await bench.beginRotation(secretArn);
      await steps(secretArn, token, ["createSecret", "setSecret"]);
      const hooks = {
        testConnection: () => {
          throw new Error("the application's view is gone");
        },
      };

      await expect(bench.step("testSecret", secretArn, token, { hooks })).rejects.toThrow(
        "the application's view is gone",
      );

      expect(repairs()).toEqual(["restored"]);
      expect(counted("Failures")).toHaveLength(1);
      expect(counted("Rotations")).toEqual([]);
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
      await steps(secretArn, token);
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    });

    if (engine === "mariadb") {
      // On PostgreSQL a clone has no privileges of its own.
      test("passes after a deployment has changed the grants: the clone has them at once", async () => {
        const { secretArn, username } = await bench.createUser({ tags: alternating });
        const token = await bench.beginRotation(secretArn);
        await steps(secretArn, token, ["createSecret", "setSecret"]);
        const grants = [{ privilege: "readonly", schema: bench.server.database }] as const;
        await bench.invoke(bench.initializeEvent(secretArn, username, grants));
        await steps(secretArn, token, ["testSecret", "finishSecret"]);
      });

      // On PostgreSQL the login itself needs the database.
      test("fails where the user cannot use the secret's database, and puts the password back", async () => {
        const { secretArn, username } = await bench.createUser();
        await bench.sql(`REVOKE ALL PRIVILEGES ON orders.* FROM ${bench.backend.account(username)}`);
        const token = await bench.beginRotation(secretArn);
        await steps(secretArn, token, ["createSecret", "setSecret"]);
        await expect(bench.step("testSecret", secretArn, token)).rejects.toMatchObject({
          name: "PrivilegeError",
          message: expect.stringContaining(`testing that "${username}" can use database "orders"`),
        });
        expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
      });
    }

    test.each(strategies)(
      "on a version without a value is a dry run (%s)",
      async (strategy) => {
        const { secretArn } = await bench.createUser({ tags: { "rotation-strategy": strategy } });
        const before = await bench.value(secretArn);
        const token = await bench.beginRotation(secretArn);

        await bench.step("testSecret", secretArn, token);

        expect(await bench.value(secretArn)).toEqual(before);
        await bench.backend.setPassword(String(before.username), "changed-by-hand-4");
        await expect(bench.step("testSecret", secretArn, token)).rejects.toThrow("refuses user");
      },
      30_000,
    );
  });

  describe("finishSecret", () => {
    test("that runs again after AWSCURRENT has moved does nothing", async () => {
      const { secretArn } = await bench.createUser();
      const token = await bench.beginRotation(secretArn);
      await steps(secretArn, token);
      const stages = await bench.stages(secretArn);
      await bench.step("finishSecret", secretArn, token);
      expect(counted("Rotations")).toHaveLength(1);
      expect(counted("Failures")).toEqual([]);
      expect(repairs()).toEqual([]);
      expect(await bench.stages(secretArn)).toEqual(stages);
    });

    test("and every other step, called again then, looks at the labels and does nothing", async () => {
      const { secretArn } = await bench.createUser();
      const token = await bench.beginRotation(secretArn);
      await steps(secretArn, token);
      const { store } = bench.secretsManager;
      store.dropLabel(store.find(secretArn), "AWSPENDING");
      const operations = new Set<string>();
      intercept = (operation) => {
        operations.add(operation);
        return "proceed";
      };
      await steps(secretArn, token);
      expect([...operations]).toEqual(["DescribeSecret"]);
    });
  });

  test("createSecret run twice at the same time stores one value", async () => {
    const { secretArn } = await bench.createUser();
    const token = await bench.beginRotation(secretArn);
    await Promise.all([1, 2, 3].map(() => bench.step("createSecret", secretArn, token)));
    await steps(secretArn, token, ["setSecret", "testSecret", "finishSecret"]);
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  describe("Secrets Manager", () => {
    test("that shows a new version late is waited for", async () => {
      const { secretArn } = await bench.createUser();
      const token = await bench.beginRotation(secretArn);
      await bench.step("createSecret", secretArn, token);
      let late = 3;
      intercept = (operation, input) =>
        operation === "GetSecretValue" && input.VersionId === token && late-- > 0
          ? new SecretsManagerError(
              "ResourceNotFoundException",
              "Secrets Manager can't find the specified secret value",
            )
          : "proceed";
      await steps(secretArn, token, ["setSecret", "testSecret", "finishSecret"]);
      expect(late).toBeLessThan(0);
    });

    test("that throttles is asked again", async () => {
      const { secretArn } = await bench.createUser();
      let throttled = 0;
      intercept = () => {
        if (++throttled % 2 === 0) return "proceed";
        return new SecretsManagerError("ThrottlingException", "Rate exceeded");
      };
      expect(
        (
          await bench.rotate(secretArn).finally(() => {
            intercept = () => "proceed";
          })
        ).error,
      ).toBeUndefined();
    }, 30_000);

    test("gets back the token of a rotation that runs for another account", async () => {
      const { secretArn } = await bench.createUser();
      const ClientRequestToken = await bench.beginRotation(secretArn);
      const RotationToken = "0f0c3d2e-1a5b-4c6d-9e7f-0123456789ab";
      const sent: unknown[] = [];
      intercept = (operation, input) => {
        if (operation === "PutSecretValue") sent.push(input.RotationToken);
        return "proceed";
      };
      await bench.invoke({ Step: "createSecret", SecretId: secretArn, ClientRequestToken, RotationToken });
      expect(sent).toEqual([RotationToken]);
    });

    test("is asked for nothing but what the role allows", async () => {
      const { secretArn } = await bench.createUser({ tags: alternating });
      const operations = new Set<string>();
      intercept = (operation, input) => {
        if (input.SecretId === secretArn) operations.add(operation);
        return "proceed";
      };
      await steps(secretArn, await bench.beginRotation(secretArn));
      expect([...operations].sort()).toEqual([
        "DescribeSecret",
        "GetSecretValue",
        "ListSecretVersionIds",
        "PutSecretValue",
        "UpdateSecretVersionStage",
      ]);
    });
  });

  describe("guards", () => {
    test("rotation must be enabled", async () => {
      const { secretArn } = await bench.createUser();
      const token = await bench.beginRotation(secretArn);
      const secret = bench.secretsManager.store.find(secretArn);
      secret.rotation = { enabled: false, functionArn: "", rules: {} };
      await expect(bench.step("createSecret", secretArn, token)).rejects.toThrow(
        "is not enabled for rotation",
      );
    });

    test("credentials are never sent to a host that a changed pending value names", async () => {
      const { secretArn } = await bench.createUser();
      const token = await bench.beginRotation(secretArn);
      const current = await bench.value(secretArn);
      const store = bench.secretsManager.store;
      const forged = JSON.stringify({ ...current, host: "192.0.2.1" });
      store.put(store.find(secretArn), token, { SecretString: forged }, ["AWSPENDING"]);

      const began = Date.now();
      for (const step of ["setSecret", "testSecret"]) {
        await expect(bench.step(step, secretArn, token)).rejects.toThrow(
          'field "host" under AWSPENDING must be "localhost" as AWSCURRENT has it, got "192.0.2.1"',
        );
      }
      expect(Date.now() - began).toBeLessThan(5_000);
    });

    test("an existing, unrelated clone keeps its password, and nothing is promoted", async () => {
      const { secretArn, username } = await bench.createUser({ tags: alternating });
      const stranger = { username: `${username}_clone`, password: "unrelated-and-unharmed" };
      await bench.backend.createStranger(stranger.username, stranger.password);

      const { error } = await bench.rotate(secretArn);

      expect(error?.message).toContain("exists and does not belong to this secret");
      expect(await bench.accepts(stranger)).toBe(true);
      expect((await bench.value(secretArn)).username).toBe(username);
    });

    test("a clone of AWS's own function is adopted: a version of the secret logs in as it", async () => {
      const { secretArn, username } = await bench.createUser({ tags: alternating });
      const base = await bench.value(secretArn);
      await bench.backend.createStranger(`${username}_clone`, "made-by-another-function");
      await bench.put(secretArn, {
        ...base,
        username: `${username}_clone`,
        password: "made-by-another-function",
      });
      await bench.put(secretArn, base);

      expect((await bench.rotate(secretArn)).error).toBeUndefined();
      expect((await bench.value(secretArn)).username).toBe(`${username}_clone`);
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    });
  });
});

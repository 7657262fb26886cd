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

  async function steps(secretArn: string, token: string, names: readonly string[] = ROTATION_STEPS) {
    for (const step of names) await bench.step(step, secretArn, token);
  }

  async function withoutAdmin(): Promise<string> {
    const { secretArn } = await bench.createUser();
    const { masterarn: _, ...rest } = await bench.value(secretArn);
    await bench.put(secretArn, rest);
    return secretArn;
  }

  /** A rotation that is cancelled after some of its steps. */
  async function abandon(secretArn: string, names: readonly string[]): Promise<string> {
    const token = await bench.beginRotation(secretArn);
    await steps(secretArn, token, names);
    const { password } = await bench.value(secretArn, "AWSPENDING");
    await unlabel(secretArn, token);
    return String(password);
  }

  async function unlabel(secretArn: string, versionId: string): Promise<void> {
    const move = { SecretId: secretArn, VersionStage: "AWSPENDING", RemoveFromVersionId: versionId };
    await bench.client.send(new UpdateSecretVersionStageCommand(move));
  }

  const metrics = (name: string) => bench.log.filter((line) => line.includes(`"${name}":`)).join("");

  test("a password that the database has is carried forward: whoever reads AWSPENDING logs in", async () => {
    const secretArn = await withoutAdmin();
    const password = await abandon(secretArn, ["createSecret", "setSecret"]);
    bench.log.length = 0;

    await steps(secretArn, await bench.beginRotation(secretArn), ["createSecret"]);

    expect((await bench.value(secretArn, "AWSPENDING")).password).toBe(password);
    expect(metrics("Repairs")).toContain("carried-forward");
  });

  test("a password that the database never took is not tried again: it may be why it was abandoned", async () => {
    const secretArn = await withoutAdmin();
    const password = await abandon(secretArn, ["createSecret"]);
    bench.log.length = 0;

    await steps(secretArn, await bench.beginRotation(secretArn));

    expect((await bench.value(secretArn)).password).not.toBe(password);
    expect(metrics("Repairs")).toBe("");
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test.each([
    ["that is no JSON", "not JSON, and hush-hush"],
    [
      "for another engine",
      JSON.stringify({ engine: "oracle", host: "h", username: "u", password: "hush-hush" }),
    ],
    ["without a password", JSON.stringify({ engine, host: "h", username: "u" })],
  ])("a version %s, once stored by mistake, stops no rotation", async (_what, text) => {
    const secretArn = await withoutAdmin();
    const token = await bench.beginRotation(secretArn);
    const { store } = bench.secretsManager;
    store.put(store.find(secretArn), token, { SecretString: text }, ["AWSPENDING"]);
    await unlabel(secretArn, token);
    bench.log.length = 0;

    await steps(secretArn, await bench.beginRotation(secretArn));

    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    expect(bench.log.join("")).toContain("A version is passed over");
    expect(bench.log.join("")).not.toContain("hush-hush");
  });

  test("a version whose key is gone stops no rotation", async () => {
    const secretArn = await withoutAdmin();
    const lost = await bench.beginRotation(secretArn);
    await steps(secretArn, lost, ["createSecret"]);
    await unlabel(secretArn, lost);
    intercept = (operation, input) =>
      operation === "GetSecretValue" && input.VersionId === lost
        ? new SecretsManagerError("AccessDeniedException", "Access to KMS is not allowed")
        : "proceed";

    await steps(secretArn, await bench.beginRotation(secretArn));

    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test.each([
    ["another host", { host: "192.0.2.1" }],
    ["another user", {}],
  ])("a version for %s is neither tried nor carried forward", async (_what, changes) => {
    const secretArn = await withoutAdmin();
    const other = await bench.createUser();
    const theirs: Record<string, string> = { ...(await bench.value(other.secretArn)), ...changes };
    const token = await bench.beginRotation(secretArn);
    const { store } = bench.secretsManager;
    store.put(store.find(secretArn), token, { SecretString: JSON.stringify(theirs) }, ["AWSPENDING"]);
    await unlabel(secretArn, token);

    await steps(secretArn, await bench.beginRotation(secretArn));

    expect((await bench.value(secretArn)).password).not.toBe(theirs.password);
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test("a version under a label of one's own helps too", async () => {
    const secretArn = await withoutAdmin();
    const token = await bench.beginRotation(secretArn);
    await steps(secretArn, token, ["createSecret", "setSecret"]);
    const { store } = bench.secretsManager;
    store.moveLabel(store.find(secretArn), { VersionStage: "kept-by-hand", MoveToVersionId: token });
    await unlabel(secretArn, token);

    await steps(secretArn, await bench.beginRotation(secretArn));

    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });
});

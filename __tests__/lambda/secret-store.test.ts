import { randomUUID } from "node:crypto";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Deadline } from "../../lambda/rotation/deadline";
import { SecretStore } from "../../lambda/rotation/secret-store";
import { SecretsManagerError } from "../../local/secret-store";
import { type Intercept, type SecretsManager, startSecretsManager } from "../../local/secrets-manager";

let secretsManager: SecretsManager;
let intercept: Intercept = () => "proceed";
beforeAll(async () => {
  secretsManager = await startSecretsManager({
    invoke: async () => {},
    intercept: (...request) => intercept(...request),
  });
});
beforeEach(() => {
  intercept = () => "proceed";
});
afterAll(() => secretsManager?.stop());

const clientOf = (endpoint: string) =>
  new SecretsManagerClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 2,
  });

const deadlineOf = (remainingMs: number) => {
  const end = Date.now() + remainingMs;
  return new Deadline({ getRemainingTimeInMillis: () => end - Date.now() });
};

async function newSecret(remainingMs = 60_000) {
  const client = clientOf(secretsManager.url);
  const { ARN = "" } = await client.send(new CreateSecretCommand({ Name: randomUUID(), SecretString: "{}" }));
  return { arn: ARN, store: new SecretStore(client, deadlineOf(remainingMs), ARN) };
}

test("versions are listed to the last page, newest first", async () => {
  const { arn, store } = await newSecret();
  const secret = secretsManager.store.find(arn);
  const ids = Array.from({ length: 205 }, () => randomUUID());
  for (const [index, id] of ids.entries()) {
    const created = new Date(Date.now() + 1_000 * (index + 1));
    secret.versions.set(id, { id, created, labels: new Set(), value: { SecretString: "{}" } });
  }
  const versions = await store.listVersions();
  expect(versions).toHaveLength(206);
  expect(versions[0]?.versionId).toBe(ids.at(-1));
});

describe("moving AWSCURRENT", () => {
  async function contested() {
    const { arn, store } = await newSecret();
    const secret = secretsManager.store.find(arn);
    const [from = ""] = secret.versions.keys();
    const [pending, other] = [randomUUID(), randomUUID()];
    for (const id of [pending, other]) secretsManager.store.put(secret, id, { SecretString: id }, []);
    const move = (to: string, leaving: string) =>
      secretsManager.store.moveLabel(secret, {
        VersionStage: "AWSCURRENT",
        MoveToVersionId: to,
        RemoveFromVersionId: leaving,
      });
    return { store, from, pending, other, move };
  }

  test("from where it is no longer fails, and says that nothing is lost", async () => {
    const { store, from, pending, other, move } = await contested();
    move(other, from);
    await expect(store.promote(pending, from)).rejects.toMatchObject({
      name: "SecretStateError",
      message: expect.stringContaining(`AWSCURRENT moved away from version ${from}`),
    });
  });

  test("where it has moved already succeeds", async () => {
    const { store, from, pending, move } = await contested();
    move(pending, from);
    await store.promote(pending, from);
  });

  test("that is refused for another reason says that one", async () => {
    const { store, from, pending } = await contested();
    intercept = (operation) =>
      operation === "UpdateSecretVersionStage"
        ? new SecretsManagerError("AccessDeniedException", "not authorized to perform that")
        : "proceed";
    await expect(store.promote(pending, from)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

describe("Secrets Manager", () => {
  const HINT =
    "Check the VPC endpoint of Secrets Manager and its private DNS names, or the route to a NAT gateway";

  test("that cannot be reached is a NetworkError with what to check", async () => {
    const store = new SecretStore(clientOf("http://127.0.0.1:1"), deadlineOf(60_000), "app");
    await expect(store.describe()).rejects.toMatchObject({
      name: "NetworkError",
      message: expect.stringContaining(HINT),
    });
  });

  test("that never answers is given up within the function's time", async () => {
    const { store } = await newSecret(3_500);
    intercept = () => new Promise(() => {});
    await expect(store.describe()).rejects.toMatchObject({ name: "NetworkError" });
  }, 10_000);

  test.each(["ThrottlingException", "InternalServiceError"] as const)(
    "that answers %s again and again may answer later",
    async (type) => {
      const { store } = await newSecret();
      intercept = () => new SecretsManagerError(type, "Rate exceeded");
      await expect(store.describe()).rejects.toMatchObject({
        name: "NetworkError",
        transient: true,
        message: expect.stringContaining(`takes no requests right now (${type}: Rate exceeded)`),
      });
    },
  );

  test("that refuses is quoted", async () => {
    const { store } = await newSecret();
    const message = "User: arn:aws:sts::111122223333:assumed-role/r is not authorized";
    intercept = () => new SecretsManagerError("AccessDeniedException", message);
    await expect(store.describe()).rejects.toMatchObject({ name: "AccessDeniedException", message });
  });
});

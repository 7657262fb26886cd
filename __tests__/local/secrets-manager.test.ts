import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { SecretsManagerError } from "../../local/secret-store";
import { Fixture, SECRET } from "./secrets-manager-fixture";

let aws: Fixture;

beforeEach(async () => {
  aws = await Fixture.start();
});

afterEach(() => aws.stop());

describe("an intercepted request", () => {
  it("is cut before it was handled", async () => {
    const { first } = await aws.create("one");
    aws.intercept = (operation) => (operation === "PutSecretValue" ? "drop-before" : "proceed");
    await expect(aws.put("two")).rejects.toThrow();
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"] });
  });

  it("is cut after it was handled", async () => {
    await aws.create("one");
    aws.intercept = (operation) => (operation === "PutSecretValue" ? "drop-after" : "proceed");
    await expect(aws.put("two")).rejects.toThrow();
    expect(await aws.read()).toBe("two");
  });

  it("is answered with an error, which the SDK's own retries absorb", async () => {
    await aws.create("one");
    let throttled = 0;
    aws.intercept = () =>
      throttled++ < 2 ? new SecretsManagerError("ThrottlingException", "Rate exceeded") : "proceed";
    await expect(aws.read()).rejects.toMatchObject({ name: "ThrottlingException" });
    const patient = aws.newClient(3);
    const answer = await patient.send(new GetSecretValueCommand({ SecretId: SECRET }));
    patient.destroy();
    expect(answer.SecretString).toBe("one");
    expect(throttled).toBe(3);
  });

  it("shows its operation and its input", async () => {
    await aws.create("one");
    const seen: unknown[] = [];
    aws.intercept = (operation, input) => {
      seen.push([operation, input]);
      return new SecretsManagerError("AccessDeniedException", "not authorized");
    };
    await expect(aws.read({ VersionStage: "AWSCURRENT" })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    expect(seen).toEqual([["GetSecretValue", { SecretId: SECRET, VersionStage: "AWSCURRENT" }]]);
  });
});

describe("the endpoint", () => {
  it("listens on 127.0.0.1 and refuses what is no request for Secrets Manager", async () => {
    expect(new URL(aws.endpoint.url).hostname).toBe("127.0.0.1");
    const answer = await fetch(aws.endpoint.url);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: "UnknownOperationException" });
  });

  it("does not quote a body that is not JSON", async () => {
    const answer = await fetch(aws.endpoint.url, {
      method: "POST",
      headers: { "X-Amz-Target": "secretsmanager.PutSecretValue" },
      body: '{"SecretString": hunter2',
    });
    const body = await answer.text();
    expect(answer.status).toBe(400);
    expect(body).toContain("ValidationException");
    expect(body).not.toContain("hunter2");
  });
});

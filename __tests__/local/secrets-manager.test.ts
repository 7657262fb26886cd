import { randomUUID } from "node:crypto";
import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { RotationEvent, StepReport } from "../../local/secret-rotation";
import { SecretsManagerError } from "../../local/secret-store";
import { type Intercept, type SecretsManager, startSecretsManager } from "../../local/secrets-manager";

const FUNCTION_ARN = "arn:aws:lambda:eu-central-1:000000000000:function:rotation";

let endpoint: SecretsManager;
let client: SecretsManagerClient;
let intercept: Intercept;
let invoke: (event: RotationEvent) => Promise<unknown>;
let invoked: RotationEvent[];
let stepReports: StepReport[];

beforeEach(async () => {
  intercept = () => "proceed";
  invoke = async () => undefined;
  invoked = [];
  stepReports = [];
  endpoint = await startSecretsManager({
    backoffMs: 1,
    intercept: (operation, input) => intercept(operation, input),
    invoke: (functionArn, event) => {
      expect(functionArn).toBe(FUNCTION_ARN);
      invoked.push(event);
      return invoke(event);
    },
    onStep: (_event, report) => {
      if (report !== undefined) stepReports.push(report);
    },
  });
  client = clientOf(endpoint, 1);
});

afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

function clientOf({ url }: SecretsManager, maxAttempts: number): SecretsManagerClient {
  return new SecretsManagerClient({
    endpoint: url,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts,
  });
}

async function create(value?: string): Promise<{ arn: string; first: string }> {
  const first = randomUUID();
  const created = await client.send(
    new CreateSecretCommand({ Name: "orders/app", SecretString: value, ClientRequestToken: first }),
  );
  return { arn: created.ARN ?? "", first };
}

async function put(value: string, labels?: string[], token: string = randomUUID()): Promise<string> {
  const input = { SecretId: "orders/app", SecretString: value, ClientRequestToken: token };
  await client.send(
    new PutSecretValueCommand(labels === undefined ? input : { ...input, VersionStages: labels }),
  );
  return token;
}

async function read(by: { VersionId?: string; VersionStage?: string } = {}): Promise<string | undefined> {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: "orders/app", ...by }));
  return answer.SecretString;
}

async function labels(): Promise<Record<string, string[]> | undefined> {
  const described = await client.send(new DescribeSecretCommand({ SecretId: "orders/app" }));
  return described.VersionIdsToStages;
}

const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: "orders/app",
      VersionStage,
      MoveToVersionId,
      RemoveFromVersionId,
    }),
  );

describe("a secret", () => {
  it("may be created without a value, and then has no version", async () => {
    const created = await client.send(
      new CreateSecretCommand({ Name: "orders/app", Tags: [{ Key: "team", Value: "orders" }] }),
    );
    expect(created.VersionId).toBeUndefined();
    const described = await client.send(new DescribeSecretCommand({ SecretId: "orders/app" }));
    expect(described).toMatchObject({ Name: "orders/app", Tags: [{ Key: "team", Value: "orders" }] });
    expect(described.VersionIdsToStages).toBeUndefined();
    await expect(read()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  it("created with a value has it under AWSCURRENT, its version named by the request's token", async () => {
    const { first } = await create("one");
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"] });
    expect(await read()).toBe("one");
  });

  it("is found by name, by ARN, and by the ARN without its suffix", async () => {
    const { arn } = await create("one");
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-central-1:000000000000:secret:orders\/app-\w{6}$/);
    for (const SecretId of ["orders/app", arn, arn.slice(0, -7)]) {
      expect((await client.send(new DescribeSecretCommand({ SecretId }))).ARN).toBe(arn);
    }
  });

  it("that does not exist is named an error of its own", async () => {
    await expect(read()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it("is not created twice, but the same request may be repeated", async () => {
    const { arn, first } = await create("one");
    const again = { Name: "orders/app", SecretString: "one", ClientRequestToken: first };
    expect((await client.send(new CreateSecretCommand(again))).ARN).toBe(arn);
    await expect(client.send(new CreateSecretCommand({ Name: "orders/app" }))).rejects.toMatchObject({
      name: "ResourceExistsException",
    });
  });

  it("holds bytes as well as text", async () => {
    const SecretBinary = Buffer.from([0, 255, 7]);
    await client.send(new CreateSecretCommand({ Name: "orders/app", SecretBinary }));
    const answer = await client.send(new GetSecretValueCommand({ SecretId: "orders/app" }));
    expect(Buffer.from(answer.SecretBinary ?? [])).toEqual(SecretBinary);
  });

  it("is tagged and untagged", async () => {
    await create();
    const Tags = [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ];
    await client.send(new TagResourceCommand({ SecretId: "orders/app", Tags }));
    await client.send(new UntagResourceCommand({ SecretId: "orders/app", TagKeys: ["a"] }));
    const described = await client.send(new DescribeSecretCommand({ SecretId: "orders/app" }));
    expect(described.Tags).toEqual([{ Key: "b", Value: "2" }]);
  });
});

describe("PutSecretValue", () => {
  it("moves AWSCURRENT by default, and AWSPREVIOUS behind it", async () => {
    const { first } = await create("one");
    const second = await put("two");
    const third = await put("three");
    expect(await labels()).toEqual({ [second]: ["AWSPREVIOUS"], [third]: ["AWSCURRENT"] });
    expect(await read({ VersionId: first })).toBe("one");
  });

  it("takes a label away from the version that had it", async () => {
    const { first } = await create("one");
    await put("two", ["AWSPENDING"]);
    const third = await put("three", ["AWSPENDING"]);
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"], [third]: ["AWSPENDING"] });
  });

  it("does nothing when the same value comes again under the same token", async () => {
    const { first } = await create("one");
    const second = await put("two");
    await put("one", undefined, first);
    expect(await labels()).toEqual({ [first]: ["AWSPREVIOUS"], [second]: ["AWSCURRENT"] });
  });

  it("refuses another value under the same token", async () => {
    const { first } = await create("one");
    await expect(put("other", undefined, first)).rejects.toMatchObject({ name: "ResourceExistsException" });
    expect(await read()).toBe("one");
  });

  it("makes the first value of an empty secret current", async () => {
    await create();
    const first = await put("one");
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"] });
  });

  it("needs a value, a token of 32 to 64 characters, and at most 20 labels", async () => {
    await create("one");
    await expect(client.send(new PutSecretValueCommand({ SecretId: "orders/app" }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(put("two", undefined, "short")).rejects.toMatchObject({ name: "ValidationException" });
    const many = Array.from({ length: 21 }, (_, index) => `label-${index}`);
    await expect(put("two", many)).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("GetSecretValue", () => {
  it("answers with a version's id and labels", async () => {
    const { arn, first } = await create("one");
    const answer = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    expect(answer).toMatchObject({
      ARN: arn,
      Name: "orders/app",
      VersionId: first,
      VersionStages: ["AWSCURRENT"],
      CreatedDate: expect.any(Date),
    });
  });

  it("names the label or the version it can't find", async () => {
    await create("one");
    await expect(read({ VersionStage: "AWSPENDING" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    });
    const unknown = randomUUID();
    await expect(read({ VersionId: unknown })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: `Secrets Manager can't find the specified secret value for VersionId: ${unknown}`,
    });
  });

  it("refuses a label that the named version does not have", async () => {
    const { first } = await create("one");
    await expect(read({ VersionId: first, VersionStage: "AWSPENDING" })).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    expect(await read({ VersionId: first, VersionStage: "AWSCURRENT" })).toBe("one");
  });
});

describe("UpdateSecretVersionStage", () => {
  it("moves AWSCURRENT from the version named, and AWSPREVIOUS to it", async () => {
    const { first } = await create("one");
    const second = await put("two", ["AWSPENDING"]);
    await move("AWSCURRENT", second, first);
    expect(await labels()).toEqual({ [first]: ["AWSPREVIOUS"], [second]: ["AWSPENDING", "AWSCURRENT"] });
  });

  it("moves AWSCURRENT back to the previous version", async () => {
    const { first } = await create("one");
    const second = await put("two");
    await move("AWSCURRENT", first, second);
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"], [second]: ["AWSPREVIOUS"] });
  });

  it("refuses to move a label away from a version that is not named", async () => {
    const { first } = await create("one");
    const second = await put("two", ["AWSPENDING"]);
    await expect(move("AWSCURRENT", second)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message:
        "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to " +
        `version ${first}, so you must explicitly reference that version in RemoveFromVersionId.`,
    });
  });

  it("refuses to move a label away from a version that does not have it", async () => {
    await create("one");
    const second = await put("two", ["AWSPENDING"]);
    await expect(move("AWSCURRENT", second, second)).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(move("AWSCURRENT", randomUUID(), second)).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("removes a label, but never AWSCURRENT", async () => {
    const { first } = await create("one");
    const second = await put("two", ["AWSPENDING"]);
    await move("AWSPENDING", undefined, second);
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"] });
    await expect(move("AWSCURRENT", undefined, first)).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("attaches at most 20 labels to a version", async () => {
    const { first } = await create("one");
    for (let label = 1; label < 20; label++) await move(`label-${label}`, first);
    await expect(move("label-20", first)).rejects.toMatchObject({ name: "LimitExceededException" });
  });
});

describe("ListSecretVersionIds", () => {
  it("lists versions without labels only when asked, and they stay readable", async () => {
    const { first } = await create("one");
    const second = await put("two");
    const third = await put("three");
    const list = async (IncludeDeprecated: boolean) => {
      const answer = await client.send(
        new ListSecretVersionIdsCommand({ SecretId: "orders/app", IncludeDeprecated }),
      );
      return answer.Versions?.map((version) => version.VersionId);
    };
    expect(await list(false)).toEqual([second, third]);
    expect(await list(true)).toEqual([first, second, third]);
    expect(await read({ VersionId: first })).toBe("one");
  });

  it("answers in pages", async () => {
    await create("one");
    await put("two");
    const first = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: "orders/app", MaxResults: 1 }),
    );
    const second = await client.send(
      new ListSecretVersionIdsCommand({
        SecretId: "orders/app",
        MaxResults: 1,
        NextToken: first.NextToken,
      }),
    );
    expect(first.Versions).toHaveLength(1);
    expect(second.Versions).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
  });
});

describe("RotateSecret", () => {
  const rotate = (more: Partial<ConstructorParameters<typeof RotateSecretCommand>[0]> = {}) =>
    client.send(
      new RotateSecretCommand({
        SecretId: "orders/app",
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { ScheduleExpression: "rate(30 days)", Duration: "3h" },
        ...more,
      }),
    );

  /** What a rotation function does, as far as Secrets Manager can see it. */
  const rotating = async ({ Step, ClientRequestToken }: RotationEvent) => {
    if (Step === "createSecret") await put("rotated", ["AWSPENDING"], ClientRequestToken);
    if (Step !== "finishSecret") return;
    const [current] = Object.entries((await labels()) ?? {}).find(([, stages]) =>
      stages.includes("AWSCURRENT"),
    ) ?? [""];
    await move("AWSCURRENT", ClientRequestToken, current);
  };

  it("answers at once, with AWSPENDING on a version that has no value yet", async () => {
    const { arn, first } = await create("one");
    let proceed = () => {};
    invoke = () => new Promise<void>((resolve) => (proceed = resolve));

    const { VersionId: pending = "" } = await rotate();

    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"], [pending]: ["AWSPENDING"] });
    expect(invoked).toEqual([{ Step: "createSecret", SecretId: arn, ClientRequestToken: pending }]);
    await expect(read({ VersionStage: "AWSPENDING" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(read({ VersionId: pending, VersionStage: "AWSPENDING" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });

    await put("two", ["AWSPENDING"], pending);
    expect(await read({ VersionStage: "AWSPENDING" })).toBe("two");
    proceed();
  });

  it("calls the four steps in order and is done when AWSCURRENT has moved", async () => {
    const { first } = await create("one");
    invoke = rotating;

    const { VersionId: pending = "" } = await rotate();
    const report = await endpoint.settled("orders/app");

    expect(report).toMatchObject({ succeeded: true, versionId: pending });
    expect(invoked.map((event) => event.Step)).toEqual([
      "createSecret",
      "setSecret",
      "testSecret",
      "finishSecret",
    ]);
    expect(stepReports).toEqual(report?.steps);
    // AWSPENDING stays on the version, as the functions that AWS publishes leave it.
    expect(await labels()).toEqual({ [first]: ["AWSPREVIOUS"], [pending]: ["AWSPENDING", "AWSCURRENT"] });
    const described = await client.send(new DescribeSecretCommand({ SecretId: "orders/app" }));
    expect(described).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { ScheduleExpression: "rate(30 days)", Duration: "3h" },
      LastRotatedDate: expect.any(Date),
    });
    const days = (Number(described.NextRotationDate) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThan(31);
  });

  it("rotates again, moving AWSPENDING off the version that AWSCURRENT is on", async () => {
    await create("one");
    let round = 0;
    invoke = async (event) => {
      if (event.Step === "createSecret") await put(`${++round}`, ["AWSPENDING"], event.ClientRequestToken);
      else await rotating(event);
    };
    const { VersionId: second = "" } = await rotate();
    await endpoint.settled("orders/app");
    const third = (await client.send(new RotateSecretCommand({ SecretId: "orders/app" }))).VersionId ?? "";
    await endpoint.settled("orders/app");
    expect(await labels()).toEqual({ [second]: ["AWSPREVIOUS"], [third]: ["AWSPENDING", "AWSCURRENT"] });
  });

  it("tries the whole rotation again, with the same version, when a step fails", async () => {
    await create("one");
    let failures = 0;
    invoke = async (event) => {
      if (event.Step === "setSecret" && failures++ === 0) throw new Error("no route");
      await rotating(event);
    };
    await rotate();
    const report = await endpoint.settled("orders/app");
    expect(report?.succeeded).toBe(true);
    expect(report?.steps.map(({ step, attempt }) => `${attempt} ${step}`)).toEqual([
      "1 createSecret",
      "1 setSecret",
      "2 createSecret",
      "2 setSecret",
      "2 testSecret",
      "2 finishSecret",
    ]);
    expect(new Set(invoked.map((event) => event.ClientRequestToken)).size).toBe(1);
  });

  it("gives up after its attempts, leaves AWSPENDING, and refuses another rotation", async () => {
    const { first } = await create("one");
    invoke = async () => {
      throw new Error("no route");
    };
    const { VersionId: pending = "" } = await rotate();
    const report = await endpoint.settled("orders/app");
    expect(report).toMatchObject({ succeeded: false, error: { message: "no route" } });
    expect(invoked).toHaveLength(3);
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"], [pending]: ["AWSPENDING"] });

    await expect(rotate()).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
  });

  it("reattempts the unfinished rotation when another one is asked for", async () => {
    await create("one");
    invoke = async () => {
      throw new Error("no route");
    };
    const { VersionId: pending } = await rotate();
    await endpoint.settled("orders/app");
    invoke = rotating;
    await expect(rotate()).rejects.toMatchObject({ name: "InvalidRequestException" });
    expect(await endpoint.settled("orders/app")).toMatchObject({ succeeded: true, versionId: pending });
  });

  it("is not finished by steps that succeed without moving AWSCURRENT", async () => {
    await create("one");
    await rotate();
    const report = await endpoint.settled("orders/app");
    expect(report).toMatchObject({ succeeded: false });
    expect(report?.error?.message).toContain("AWSCURRENT was not moved");
  });

  it("does nothing more when the same request comes again", async () => {
    await create("one");
    const ClientRequestToken = randomUUID();
    invoke = rotating;
    await rotate({ ClientRequestToken });
    await rotate({ ClientRequestToken });
    await endpoint.settled("orders/app");
    await rotate({ ClientRequestToken });
    expect(invoked).toHaveLength(4);
  });

  it("with RotateImmediately false only tests, on a version without a value that it removes", async () => {
    const { first } = await create("one");
    let during: unknown;
    invoke = async () => {
      during = await labels();
    };
    const { VersionId: pending = "" } = await rotate({ RotateImmediately: false });
    await endpoint.settled("orders/app");
    expect(invoked.map((event) => event.Step)).toEqual(["testSecret"]);
    expect(during).toEqual({ [first]: ["AWSCURRENT"], [pending]: ["AWSPENDING"] });
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"] });
    const described = await client.send(new DescribeSecretCommand({ SecretId: "orders/app" }));
    expect(described.RotationEnabled).toBe(true);
    expect(described.LastRotatedDate).toBeUndefined();
  });

  it("needs a function, and one kind of schedule", async () => {
    await create("one");
    await expect(client.send(new RotateSecretCommand({ SecretId: "orders/app" }))).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "No Lambda rotation function ARN is associated with this secret.",
    });
    const RotationRules = { AutomaticallyAfterDays: 3, ScheduleExpression: "rate(3 days)" };
    await expect(rotate({ RotationRules })).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("is cancelled: no further step is called, AWSPENDING stays, and rotation is off", async () => {
    const { first } = await create("one");
    let proceed = () => {};
    invoke = () => new Promise<void>((resolve) => (proceed = resolve));
    const { VersionId: pending = "" } = await rotate();

    const cancelled = await client.send(new CancelRotateSecretCommand({ SecretId: "orders/app" }));
    proceed();

    expect(cancelled.VersionId).toBe(pending);
    expect(await endpoint.settled("orders/app")).toMatchObject({ succeeded: false });
    expect(invoked).toHaveLength(1);
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"], [pending]: ["AWSPENDING"] });
    const described = await client.send(new DescribeSecretCommand({ SecretId: "orders/app" }));
    expect(described.RotationEnabled).toBe(false);
    expect(described.NextRotationDate).toBeUndefined();

    await move("AWSPENDING", undefined, pending);
    invoke = rotating;
    await rotate();
    expect(await endpoint.settled("orders/app")).toMatchObject({ succeeded: true });
  });
});

describe("an intercepted request", () => {
  it("is cut before it was handled", async () => {
    const { first } = await create("one");
    intercept = (operation) => (operation === "PutSecretValue" ? "drop-before" : "proceed");
    await expect(put("two")).rejects.toThrow();
    expect(await labels()).toEqual({ [first]: ["AWSCURRENT"] });
  });

  it("is cut after it was handled", async () => {
    await create("one");
    intercept = (operation) => (operation === "PutSecretValue" ? "drop-after" : "proceed");
    await expect(put("two")).rejects.toThrow();
    expect(await read()).toBe("two");
  });

  it("is answered with an error, which the SDK's own retries absorb", async () => {
    await create("one");
    let throttled = 0;
    intercept = () =>
      throttled++ < 2 ? new SecretsManagerError("ThrottlingException", "Rate exceeded") : "proceed";
    await expect(read()).rejects.toMatchObject({ name: "ThrottlingException" });
    const patient = clientOf(endpoint, 3);
    const answer = await patient.send(new GetSecretValueCommand({ SecretId: "orders/app" }));
    patient.destroy();
    expect(answer.SecretString).toBe("one");
    expect(throttled).toBe(3);
  });

  it("shows its operation and its input", async () => {
    await create("one");
    const seen: unknown[] = [];
    intercept = (operation, input) => {
      seen.push([operation, input]);
      return new SecretsManagerError("AccessDeniedException", "not authorized");
    };
    await expect(read({ VersionStage: "AWSCURRENT" })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    expect(seen).toEqual([["GetSecretValue", { SecretId: "orders/app", VersionStage: "AWSCURRENT" }]]);
  });
});

describe("the endpoint", () => {
  it("listens on 127.0.0.1 and refuses what is no request for Secrets Manager", async () => {
    expect(new URL(endpoint.url).hostname).toBe("127.0.0.1");
    const answer = await fetch(endpoint.url);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: "UnknownOperationException" });
  });

  it("does not quote a body that is not JSON", async () => {
    const answer = await fetch(endpoint.url, {
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

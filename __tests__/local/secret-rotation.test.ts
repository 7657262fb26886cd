import { randomUUID } from "node:crypto";
import { CancelRotateSecretCommand, RotateSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { RotationEvent } from "../../local/secret-rotation";
import { Fixture, FUNCTION_ARN, SECRET } from "./secrets-manager-fixture";

let aws: Fixture;

beforeEach(async () => {
  aws = await Fixture.start();
});

afterEach(() => aws.stop());

describe("RotateSecret", () => {
  const rotate = (more: Partial<ConstructorParameters<typeof RotateSecretCommand>[0]> = {}) =>
    aws.client.send(
      new RotateSecretCommand({
        SecretId: SECRET,
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { ScheduleExpression: "rate(30 days)", Duration: "3h" },
        ...more,
      }),
    );

  /** What a rotation function does, as far as Secrets Manager can see it. */
  const rotating = async ({ Step, ClientRequestToken }: RotationEvent) => {
    if (Step === "createSecret") await aws.put("rotated", ["AWSPENDING"], ClientRequestToken);
    if (Step !== "finishSecret") return;
    const [current] = Object.entries((await aws.labels()) ?? {}).find(([, stages]) =>
      stages.includes("AWSCURRENT"),
    ) ?? [""];
    await aws.move("AWSCURRENT", ClientRequestToken, current);
  };

  it("answers at once, with AWSPENDING on a version that has no value yet", async () => {
    const { arn, first } = await aws.create("one");
    let proceed = () => {};
    aws.invoke = () => new Promise<void>((resolve) => (proceed = resolve));

    const { VersionId: pending = "" } = await rotate();

    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"], [pending]: ["AWSPENDING"] });
    expect(aws.invoked).toEqual([{ Step: "createSecret", SecretId: arn, ClientRequestToken: pending }]);
    await expect(aws.read({ VersionStage: "AWSPENDING" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(aws.read({ VersionId: pending, VersionStage: "AWSPENDING" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });

    await aws.put("two", ["AWSPENDING"], pending);
    expect(await aws.read({ VersionStage: "AWSPENDING" })).toBe("two");
    proceed();
  });

  it("calls the four steps in order and is done when AWSCURRENT has moved", async () => {
    const { first } = await aws.create("one");
    aws.invoke = rotating;

    const { VersionId: pending = "" } = await rotate();
    const report = await aws.endpoint.settled(SECRET);

    expect(report).toMatchObject({ succeeded: true, versionId: pending });
    expect(aws.invoked.map((event) => event.Step)).toEqual([
      "createSecret",
      "setSecret",
      "testSecret",
      "finishSecret",
    ]);
    expect(aws.stepReports).toEqual(report?.steps);
    // AWSPENDING stays on the version, as the functions that AWS publishes leave it.
    expect(await aws.labels()).toEqual({ [first]: ["AWSPREVIOUS"], [pending]: ["AWSPENDING", "AWSCURRENT"] });
    const described = await aws.describe();
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
    await aws.create("one");
    let round = 0;
    aws.invoke = async (event) => {
      if (event.Step === "createSecret")
        await aws.put(`${++round}`, ["AWSPENDING"], event.ClientRequestToken);
      else await rotating(event);
    };
    const { VersionId: second = "" } = await rotate();
    await aws.endpoint.settled(SECRET);
    const third = (await aws.client.send(new RotateSecretCommand({ SecretId: SECRET }))).VersionId ?? "";
    await aws.endpoint.settled(SECRET);
    expect(await aws.labels()).toEqual({ [second]: ["AWSPREVIOUS"], [third]: ["AWSPENDING", "AWSCURRENT"] });
  });

  it("tries the whole rotation again, with the same version, when a step fails", async () => {
    await aws.create("one");
    let failures = 0;
    aws.invoke = async (event) => {
      if (event.Step === "setSecret" && failures++ === 0) throw new Error("no route");
      await rotating(event);
    };
    await rotate();
    const report = await aws.endpoint.settled(SECRET);
    expect(report?.succeeded).toBe(true);
    expect(report?.steps.map(({ step, attempt }) => `${attempt} ${step}`)).toEqual([
      "1 createSecret",
      "1 setSecret",
      "2 createSecret",
      "2 setSecret",
      "2 testSecret",
      "2 finishSecret",
    ]);
    expect(new Set(aws.invoked.map((event) => event.ClientRequestToken)).size).toBe(1);
  });

  it("gives up after its attempts, leaves AWSPENDING, and refuses another rotation", async () => {
    const { first } = await aws.create("one");
    aws.invoke = async () => {
      throw new Error("no route");
    };
    const { VersionId: pending = "" } = await rotate();
    const report = await aws.endpoint.settled(SECRET);
    expect(report).toMatchObject({ succeeded: false, error: { message: "no route" } });
    expect(aws.invoked).toHaveLength(3);
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"], [pending]: ["AWSPENDING"] });

    await expect(rotate()).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
  });

  it("reattempts the unfinished rotation when another one is asked for", async () => {
    await aws.create("one");
    aws.invoke = async () => {
      throw new Error("no route");
    };
    const { VersionId: pending } = await rotate();
    await aws.endpoint.settled(SECRET);
    aws.invoke = rotating;
    await expect(rotate()).rejects.toMatchObject({ name: "InvalidRequestException" });
    expect(await aws.endpoint.settled(SECRET)).toMatchObject({ succeeded: true, versionId: pending });
  });

  it("is not finished by steps that succeed without moving AWSCURRENT", async () => {
    await aws.create("one");
    await rotate();
    const report = await aws.endpoint.settled(SECRET);
    expect(report).toMatchObject({ succeeded: false });
    expect(report?.error?.message).toContain("AWSCURRENT was not moved");
  });

  it("does nothing more when the same request comes again", async () => {
    await aws.create("one");
    const ClientRequestToken = randomUUID();
    aws.invoke = rotating;
    await rotate({ ClientRequestToken });
    await rotate({ ClientRequestToken });
    await aws.endpoint.settled(SECRET);
    await rotate({ ClientRequestToken });
    expect(aws.invoked).toHaveLength(4);
  });

  it("with RotateImmediately false only tests, on a version without a value that it removes", async () => {
    const { first } = await aws.create("one");
    let during: unknown;
    aws.invoke = async () => {
      during = await aws.labels();
    };
    const { VersionId: pending = "" } = await rotate({ RotateImmediately: false });
    await aws.endpoint.settled(SECRET);
    expect(aws.invoked.map((event) => event.Step)).toEqual(["testSecret"]);
    expect(during).toEqual({ [first]: ["AWSCURRENT"], [pending]: ["AWSPENDING"] });
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"] });
    const described = await aws.describe();
    expect(described.RotationEnabled).toBe(true);
    expect(described.LastRotatedDate).toBeUndefined();
  });

  it("needs a function, and one kind of schedule", async () => {
    await aws.create("one");
    await expect(aws.client.send(new RotateSecretCommand({ SecretId: SECRET }))).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "No Lambda rotation function ARN is associated with this secret.",
    });
    const RotationRules = { AutomaticallyAfterDays: 3, ScheduleExpression: "rate(3 days)" };
    await expect(rotate({ RotationRules })).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("is cancelled: no further step is called, AWSPENDING stays, and rotation is off", async () => {
    const { first } = await aws.create("one");
    let proceed = () => {};
    aws.invoke = () => new Promise<void>((resolve) => (proceed = resolve));
    const { VersionId: pending = "" } = await rotate();

    const cancelled = await aws.client.send(new CancelRotateSecretCommand({ SecretId: SECRET }));
    proceed();

    expect(cancelled.VersionId).toBe(pending);
    expect(await aws.endpoint.settled(SECRET)).toMatchObject({ succeeded: false });
    expect(aws.invoked).toHaveLength(1);
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"], [pending]: ["AWSPENDING"] });
    const described = await aws.describe();
    expect(described.RotationEnabled).toBe(false);
    expect(described.NextRotationDate).toBeUndefined();

    await aws.move("AWSPENDING", undefined, pending);
    aws.invoke = rotating;
    await rotate();
    expect(await aws.endpoint.settled(SECRET)).toMatchObject({ succeeded: true });
  });
});

import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-secrets-manager";
import { Fixture, SECRET } from "./secrets-manager-fixture";

let aws: Fixture;

beforeEach(async () => {
  aws = await Fixture.start();
});

afterEach(() => aws.stop());

describe("a secret", () => {
  it("may be created without a value, and then has no version", async () => {
    const created = await aws.client.send(
      new CreateSecretCommand({ Name: SECRET, Tags: [{ Key: "team", Value: "orders" }] }),
    );
    expect(created.VersionId).toBeUndefined();
    const described = await aws.describe();
    expect(described).toMatchObject({ Name: SECRET, Tags: [{ Key: "team", Value: "orders" }] });
    expect(described.VersionIdsToStages).toBeUndefined();
    await expect(aws.read()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  it("created with a value has it under AWSCURRENT, its version named by the request's token", async () => {
    const { first } = await aws.create("one");
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"] });
    expect(await aws.read()).toBe("one");
  });

  it("is found by name, by ARN, and by the ARN without its suffix", async () => {
    const { arn } = await aws.create("one");
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-central-1:000000000000:secret:orders\/app-\w{6}$/);
    for (const SecretId of [SECRET, arn, arn.slice(0, -7)]) {
      expect((await aws.client.send(new DescribeSecretCommand({ SecretId }))).ARN).toBe(arn);
    }
  });

  it("that does not exist is named an error of its own", async () => {
    await expect(aws.read()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it("is not created twice, but the same request may be repeated", async () => {
    const { arn, first } = await aws.create("one");
    const again = { Name: SECRET, SecretString: "one", ClientRequestToken: first };
    expect((await aws.client.send(new CreateSecretCommand(again))).ARN).toBe(arn);
    await expect(aws.client.send(new CreateSecretCommand({ Name: SECRET }))).rejects.toMatchObject({
      name: "ResourceExistsException",
    });
  });

  it("holds bytes as well as text", async () => {
    const SecretBinary = Buffer.from([0, 255, 7]);
    await aws.client.send(new CreateSecretCommand({ Name: SECRET, SecretBinary }));
    const answer = await aws.client.send(new GetSecretValueCommand({ SecretId: SECRET }));
    expect(Buffer.from(answer.SecretBinary ?? [])).toEqual(SecretBinary);
  });

  it("is tagged and untagged", async () => {
    await aws.create();
    const Tags = [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ];
    await aws.client.send(new TagResourceCommand({ SecretId: SECRET, Tags }));
    await aws.client.send(new UntagResourceCommand({ SecretId: SECRET, TagKeys: ["a"] }));
    const described = await aws.describe();
    expect(described.Tags).toEqual([{ Key: "b", Value: "2" }]);
  });
});

describe("PutSecretValue", () => {
  it("moves AWSCURRENT by default, and AWSPREVIOUS behind it", async () => {
    const { first } = await aws.create("one");
    const second = await aws.put("two");
    const third = await aws.put("three");
    expect(await aws.labels()).toEqual({ [second]: ["AWSPREVIOUS"], [third]: ["AWSCURRENT"] });
    expect(await aws.read({ VersionId: first })).toBe("one");
  });

  it("takes a label away from the version that had it", async () => {
    const { first } = await aws.create("one");
    await aws.put("two", ["AWSPENDING"]);
    const third = await aws.put("three", ["AWSPENDING"]);
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"], [third]: ["AWSPENDING"] });
  });

  it("does nothing when the same value comes again under the same token", async () => {
    const { first } = await aws.create("one");
    const second = await aws.put("two");
    await aws.put("one", undefined, first);
    expect(await aws.labels()).toEqual({ [first]: ["AWSPREVIOUS"], [second]: ["AWSCURRENT"] });
  });

  it("refuses another value under the same token", async () => {
    const { first } = await aws.create("one");
    await expect(aws.put("other", undefined, first)).rejects.toMatchObject({
      name: "ResourceExistsException",
    });
    expect(await aws.read()).toBe("one");
  });

  it("makes the first value of an empty secret current", async () => {
    await aws.create();
    const first = await aws.put("one");
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"] });
  });

  it("needs a value, a token of 32 to 64 characters, and at most 20 labels", async () => {
    await aws.create("one");
    await expect(aws.client.send(new PutSecretValueCommand({ SecretId: SECRET }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(aws.put("two", undefined, "short")).rejects.toMatchObject({ name: "ValidationException" });
    const many = Array.from({ length: 21 }, (_, index) => `label-${index}`);
    await expect(aws.put("two", many)).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("GetSecretValue", () => {
  it("answers with a version's id and labels", async () => {
    const { arn, first } = await aws.create("one");
    const answer = await aws.client.send(new GetSecretValueCommand({ SecretId: arn }));
    expect(answer).toMatchObject({
      ARN: arn,
      Name: SECRET,
      VersionId: first,
      VersionStages: ["AWSCURRENT"],
      CreatedDate: expect.any(Date),
    });
  });

  it("names the label or the version it can't find", async () => {
    await aws.create("one");
    await expect(aws.read({ VersionStage: "AWSPENDING" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    });
    const unknown = randomUUID();
    await expect(aws.read({ VersionId: unknown })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: `Secrets Manager can't find the specified secret value for VersionId: ${unknown}`,
    });
  });

  it("refuses a label that the named version does not have", async () => {
    const { first } = await aws.create("one");
    await expect(aws.read({ VersionId: first, VersionStage: "AWSPENDING" })).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    expect(await aws.read({ VersionId: first, VersionStage: "AWSCURRENT" })).toBe("one");
  });
});

describe("UpdateSecretVersionStage", () => {
  it("moves AWSCURRENT from the version named, and AWSPREVIOUS to it", async () => {
    const { first } = await aws.create("one");
    const second = await aws.put("two", ["AWSPENDING"]);
    await aws.move("AWSCURRENT", second, first);
    expect(await aws.labels()).toEqual({ [first]: ["AWSPREVIOUS"], [second]: ["AWSPENDING", "AWSCURRENT"] });
  });

  it("moves AWSCURRENT back to the previous version", async () => {
    const { first } = await aws.create("one");
    const second = await aws.put("two");
    await aws.move("AWSCURRENT", first, second);
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"], [second]: ["AWSPREVIOUS"] });
  });

  it("refuses to move a label away from a version that is not named", async () => {
    const { first } = await aws.create("one");
    const second = await aws.put("two", ["AWSPENDING"]);
    await expect(aws.move("AWSCURRENT", second)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message:
        "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to " +
        `version ${first}, so you must explicitly reference that version in RemoveFromVersionId.`,
    });
  });

  it("refuses to move a label away from a version that does not have it", async () => {
    await aws.create("one");
    const second = await aws.put("two", ["AWSPENDING"]);
    await expect(aws.move("AWSCURRENT", second, second)).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(aws.move("AWSCURRENT", randomUUID(), second)).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("removes a label, but never AWSCURRENT", async () => {
    const { first } = await aws.create("one");
    const second = await aws.put("two", ["AWSPENDING"]);
    await aws.move("AWSPENDING", undefined, second);
    expect(await aws.labels()).toEqual({ [first]: ["AWSCURRENT"] });
    await expect(aws.move("AWSCURRENT", undefined, first)).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("attaches at most 20 labels to a version", async () => {
    const { first } = await aws.create("one");
    for (let label = 1; label < 20; label++) await aws.move(`label-${label}`, first);
    await expect(aws.move("label-20", first)).rejects.toMatchObject({ name: "LimitExceededException" });
  });
});

describe("ListSecretVersionIds", () => {
  it("lists versions without labels only when asked, and they stay readable", async () => {
    const { first } = await aws.create("one");
    const second = await aws.put("two");
    const third = await aws.put("three");
    const list = async (IncludeDeprecated: boolean) => {
      const answer = await aws.client.send(
        new ListSecretVersionIdsCommand({ SecretId: SECRET, IncludeDeprecated }),
      );
      return answer.Versions?.map((version) => version.VersionId);
    };
    expect(await list(false)).toEqual([second, third]);
    expect(await list(true)).toEqual([first, second, third]);
    expect(await aws.read({ VersionId: first })).toBe("one");
  });

  it("answers in pages", async () => {
    await aws.create("one");
    await aws.put("two");
    const first = await aws.client.send(new ListSecretVersionIdsCommand({ SecretId: SECRET, MaxResults: 1 }));
    const second = await aws.client.send(
      new ListSecretVersionIdsCommand({
        SecretId: SECRET,
        MaxResults: 1,
        NextToken: first.NextToken,
      }),
    );
    expect(first.Versions).toHaveLength(1);
    expect(second.Versions).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
  });
});

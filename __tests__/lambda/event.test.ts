import { parseEvent } from "../../lambda/rotation/event";

const rotation = {
  Step: "setSecret",
  SecretId: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dev/orders/app-AbCdEf",
  ClientRequestToken: "8f0c3d2e-1a5b-4c6d-9e7f-0123456789ab",
};
const initialization = {
  Step: "initializeSecret",
  SecretId: rotation.SecretId,
  Connection: {
    engine: "postgres",
    host: "db.example.com",
    port: 5432,
    username: "app",
    dbname: "orders",
    masterarn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1",
  },
  Grants: [{ privilege: "readwrite", schema: "public" }],
};

test("an event of Secrets Manager is taken as it is", () => {
  expect(parseEvent(rotation)).toEqual(rotation);
});

test("a RotationToken is passed on", () => {
  const RotationToken = "0f0c3d2e-1a5b-4c6d-9e7f-0123456789ab";
  expect(parseEvent({ ...rotation, RotationToken })).toEqual({ ...rotation, RotationToken });
});

test("an event of the deployment is taken as it is", () => {
  expect(parseEvent(initialization)).toEqual(initialization);
});

test.each([
  ["no object", null, "it must be an object"],
  [
    "an unknown step",
    { ...rotation, Step: "drop" },
    'Step must be one of createSecret, setSecret, testSecret, finishSecret, initializeSecret, got "drop"',
  ],
  [
    "a missing secret",
    { ...rotation, SecretId: undefined },
    "SecretId must be a secret's ARN or name, got nothing",
  ],
  [
    "a line break in the secret",
    { ...rotation, SecretId: 'x"\n{"level":"INFO"}' },
    String.raw`SecretId must be a secret's ARN or name, got "x\"\n{\"level\":\"INFO\"}"`,
  ],
  [
    "a short token",
    { ...rotation, ClientRequestToken: "short" },
    'ClientRequestToken must be 32 to 64 letters, digits and hyphens, got "short"',
  ],
  [
    "a token of another type",
    { ...rotation, ClientRequestToken: 7 },
    "ClientRequestToken must be 32 to 64 letters, digits and hyphens, got 7",
  ],
  [
    "a forged RotationToken",
    { ...rotation, RotationToken: "' OR 1=1" },
    "RotationToken must be 36 to 256 letters",
  ],
  [
    "a port out of range",
    { ...initialization, Connection: { ...initialization.Connection, port: 70_000 } },
    "Connection.port must be a number from 1 to 65535, or absent, got 70000",
  ],
  [
    "no admin secret",
    { ...initialization, Connection: { ...initialization.Connection, masterarn: undefined } },
    "Connection.masterarn must be the ARN of the admin's secret, got nothing",
  ],
  [
    "an unknown privilege",
    { ...initialization, Grants: [{ privilege: "root", schema: "public" }] },
    'Grants.0.privilege must be a list of { privilege: readonly | readwrite | owner, schema: a name }, got "root"',
  ],
])("%s is refused by field, value and what would be right", (_case, event, message) => {
  expect(() => parseEvent(event)).toThrow(
    expect.objectContaining({ name: "EventError", message: expect.stringContaining(message) }),
  );
});

test("a long forged value is cut short", () => {
  expect(() => parseEvent({ ...rotation, SecretId: " ".repeat(10_000) })).toThrow(/^.{1,200}$/);
});

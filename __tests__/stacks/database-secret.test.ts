import { MOST_READER_CHARACTERS, MOST_USERS } from "../../environments/user-schema";
import { ACCOUNT, arn, ordersStack, PARTITION, ref, synthesize, USER } from "../support/synth";

const OWN = "arn:aws:iam::111122223333:role/orders-service";
const FOREIGN = "arn:aws:iam::444455556666:role/team/reporting";
const REPLICA_KEY = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012";

describe("readers", () => {
  const orders = ordersStack({ users: { app: { ...USER, readers: [OWN, FOREIGN] }, report: USER } });

  test("may describe and read the secret, of whichever account they are, and nobody else through its policy", () => {
    expect(orders.policy("aws_secretsmanager_secret_policy.secret-app_policy")).toEqual([
      {
        Sid: "Readers",
        Effect: "Allow",
        Principal: { AWS: [OWN, FOREIGN] },
        Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        Resource: "*",
      },
    ]);
  });

  test("are refused by Secrets Manager where a policy would let the public in", () => {
    expect(orders.resource("aws_secretsmanager_secret_policy.secret-app_policy")).toEqual({
      block_public_policy: true,
      policy: expect.any(String),
      secret_arn: ref("aws_secretsmanager_secret.secret-app.arn"),
    });
  });

  test("may decrypt with the key, for that secret and through Secrets Manager", () => {
    const statements = orders.policy("aws_kms_key.key").filter(({ Sid }) => Sid.startsWith("Readers"));
    expect(statements).toEqual([
      {
        Sid: "Readers-app",
        Effect: "Allow",
        Principal: { AWS: [OWN, FOREIGN] },
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:SecretARN": arn("secretsmanager", "secret:test/orders/app-??????"),
          },
          StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" },
        },
      },
    ]);
  });

  test("are not there by default: a secret without any has no policy", () => {
    expect(Object.keys(orders.all("aws_secretsmanager_secret_policy"))).toEqual(["secret-app_policy"]);
    expect(Object.keys(ordersStack().all("aws_secretsmanager_secret_policy"))).toEqual([]);
  });

  test("change nothing for the rotation role", () => {
    const role = "aws_iam_role_policy.rotation_role_secrets";
    expect(orders.resource(role)).toEqual(ordersStack({ users: { app: USER, report: USER } }).resource(role));
  });

  test("fit into the key's policy, as many and as long as they can be", () => {
    // given
    const readers = Array.from({ length: 20 }, (_, index) =>
      `arn:aws:iam::111122223333:role/r${index}-`.padEnd(40, "r"),
    );
    const users = Object.fromEntries(
      Array.from({ length: MOST_USERS }, (_, user) => [`u${user}`.padEnd(40, "u"), { ...USER, readers }]),
    );

    // when
    const name = "d".repeat(40);
    const stack = synthesize({
      environment0: {
        region: "ap-southeast-1",
        network: { type: "own", cidr: "10.0.0.0/16" },
        databases: { [name]: { users } },
      },
    }).stack(`environment0-${name}`);

    // then https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html#key-policy-limit
    expect(readers.join("").length * MOST_USERS).toBe(MOST_READER_CHARACTERS);
    const policy = String(stack.resource("aws_kms_key.key").policy)
      .replaceAll(PARTITION, "aws-us-gov")
      .replaceAll(ACCOUNT, "123456789012");
    expect(policy.length).toBeLessThanOrEqual(32_768);
  });
});

describe("replicas", () => {
  test("are in the regions that are named, with AWS's key there or with the one that is named", () => {
    const replicaRegions = { "eu-central-1": {}, "us-east-1": { kmsKeyArn: REPLICA_KEY } };
    const orders = ordersStack({ users: { app: { ...USER, replicaRegions } } });
    expect(orders.resource("aws_secretsmanager_secret.secret-app").replica).toEqual([
      { region: "eu-central-1" },
      { kms_key_id: REPLICA_KEY, region: "us-east-1" },
    ]);
  });

  test("are not there by default", () => {
    expect(ordersStack().resource("aws_secretsmanager_secret.secret-app")).not.toHaveProperty("replica");
  });

  test("change nothing but the secret: not the key's policy, not the rotation role's", () => {
    const before = ordersStack();
    const after = ordersStack({ users: { app: { ...USER, replicaRegions: { "eu-central-1": {} } } } });
    const changed = after.addresses.filter(
      (address) => JSON.stringify(before.resource(address)) !== JSON.stringify(after.resource(address)),
    );
    expect(changed).toEqual(["aws_secretsmanager_secret.secret-app"]);
  });
});

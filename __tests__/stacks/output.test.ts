import { loadEnvironments } from "../../environments";
import { existingNetwork, ownNetwork, ref, SynthesizedStack, synthesize, USER } from "../support/synth";

/** Every setting that puts something into the output is used somewhere. */
const synthesis = synthesize({
  one: {
    ...ownNetwork({ users: { app: USER, report: { ...USER, strategy: "alternating-users" } } }),
    tags: { owner: "orders" },
  },
  two: { ...existingNetwork({ passwords: { length: 40 } }), accountId: "123456789012" },
  three: existingNetwork({ clientSecurityGroupIds: ["sg-0a1b2c3e"] }, "nat"),
});
const stacks = [...synthesis.files]
  .filter(([file]) => file.endsWith("cdk.tf.json"))
  .map(([file, bytes]) => [file.split("/")[1] ?? "", new SynthesizedStack(bytes.toString("utf8"))] as const);

function providers({ json }: SynthesizedStack): Record<string, unknown>[] {
  return (json.provider?.aws ?? []) as Record<string, unknown>[];
}

test("an environment has a stack for its own VPC, one for its monitoring and one a database", () => {
  expect(stacks.map(([id]) => id)).toEqual([
    "one-monitoring",
    "one-network",
    "one-orders",
    "three-monitoring",
    "three-orders",
    "two-monitoring",
    "two-orders",
  ]);
});

test("databases are deployed after their network", () => {
  const manifest = JSON.parse(synthesis.files.get("manifest.json")?.toString("utf8") ?? "");
  expect(manifest.stacks["one-orders"].dependencies).toEqual(["one-network"]);
  expect(manifest.stacks["two-orders"].dependencies).toEqual([]);
});

describe.each(stacks)("%s", (id, stack) => {
  test("has no reference that Terraform would take for text", () => {
    expect(stack.text).not.toContain("$${");
  });

  test("has no path of this machine", () => {
    const paths = stack.text.match(/"(\/[^/"][^"]*|[A-Za-z]:\\[^"]*)"/g) ?? [];
    // Log groups, and hashes in base64, of which one in 64 begins with a slash.
    const known = /^"(\/aws\/(lambda|rds\/instance)\/.*|[\w+/]{43}=)"$/;
    expect(paths.filter((path) => !known.test(path))).toEqual([]);
    expect(stack.text).not.toContain(process.cwd());
  });

  test("makes no password, stores none and reads none", () => {
    const types = [...stack.addresses, ...Object.keys(stack.json.data ?? {})].map(
      (address) => address.split(".")[0],
    );
    for (const type of types) {
      expect(type).not.toMatch(/secret_version|random_|password/);
    }
    expect(stack.json).not.toHaveProperty("ephemeral");
    expect(stack.json).not.toHaveProperty("variable");
  });

  test("names passwords in names of settings only", () => {
    const mentions = stack.text.match(/\w*password\w*/gi) ?? [];
    const settings = ["manage_master_user_password", "password_encryption", "PASSWORD_LENGTH"];
    expect(mentions.filter((mention) => !settings.includes(mention))).toEqual([]);
  });

  test("has no long random text but the archive's hash", () => {
    const strings: string[] = [];
    JSON.stringify(stack.json, (key, value) => {
      if (typeof value === "string" && key !== "source_code_hash") strings.push(value);
      return value;
    });
    const words = strings.flatMap((text) => text.match(/[^\s"{}[\],:.$/]{16,}/g) ?? []);
    expect(words.filter((word) => /\d/.test(word) && /[A-Z]/.test(word) && /[a-z]/.test(word))).toEqual([]);
  });

  test("tags everything with where it belongs", () => {
    const [environment = "", database] = id.split("-");
    const [provider, ...more] = providers(stack);
    expect(more).toEqual([]);
    expect(provider?.default_tags).toEqual([
      {
        tags: {
          project: "rds-secret-rotation",
          environment,
          "managed-by": "terraform",
          ...(database === "orders" && { database }),
          ...(environment === "one" && { owner: "orders" }),
        },
      },
    ]);
  });

  test("has no resource that takes those tags away", () => {
    const own = stack.addresses.flatMap((address) =>
      Object.keys((stack.resource(address).tags ?? {}) as object),
    );
    expect(new Set(own)).toEqual(
      new Set({ network: ["Name"], orders: ["Name", "rotation-strategy"] }[id.split("-")[1] ?? ""]),
    );
  });

  test("has addresses that can be read, without a hash", () => {
    expect(
      stack.addresses.filter((address) => !/^aws_[a-z_]+\.[a-z][a-z0-9-]*(_[a-z0-9-]+)*$/.test(address)),
    ).toEqual([]);
    expect(stack.addresses.filter((address) => /[0-9A-F]{8}$/.test(address))).toEqual([]);
  });

  test("asks for a Terraform that locks in S3", () => {
    expect(stack.json.terraform?.required_version).toBe(">= 1.11.0");
  });
});

test("outputs are ARNs, an endpoint and a log group", () => {
  expect(Object.keys(synthesis.stack("one-orders").json.output ?? {})).toEqual([
    "admin-secret-arn",
    "database-arn",
    "database-endpoint",
    "function-arn",
    "function-log-group",
    "key-arn",
    "secret-app-arn",
    "secret-report-arn",
  ]);
});

test("only the named account may be touched", () => {
  const [provider] = providers(synthesis.stack("two-orders"));
  expect(provider?.allowed_account_ids).toEqual(["123456789012"]);
});

test("adding a user leaves the others' resources as they are", () => {
  // given
  const before = synthesize({ test: ownNetwork({ users: { app: USER } }) }).stack("test-orders");

  // when
  const after = synthesize({ test: ownNetwork({ users: { another: USER, app: USER } }) }).stack(
    "test-orders",
  );

  // then
  const changed = before.addresses.filter(
    (address) => JSON.stringify(before.resource(address)) !== JSON.stringify(after.resource(address)),
  );
  expect(changed).toEqual(["aws_iam_role_policy.rotation_role_secrets"]);
});

describe("the state", () => {
  test("is a file a stack in the project's folder, which the database's stack reads too", () => {
    const orders = synthesis.stack("one-orders").json;
    expect(orders.terraform?.backend).toEqual({ local: { path: "../../../terraform.one-orders.tfstate" } });
    expect(orders.data?.terraform_remote_state).toEqual({
      "cross-stack-reference-input-one-network": {
        backend: "local",
        config: { path: "../../../terraform.one-network.tfstate" },
        workspace: ref("terraform.workspace"),
      },
    });
  });

  test("or an object a stack in a bucket, encrypted and locked by S3 itself", () => {
    // given
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012";
    const bucket = { bucket: "states", region: "eu-central-1" };

    // when
    const shared = synthesize({
      test: { ...ownNetwork(), stateBackend: { type: "s3", ...bucket, kmsKeyArn } },
    }).stack("test-orders").json;

    // then
    const object = (stack: string) => ({
      ...bucket,
      key: `rds-secret-rotation/${stack}.tfstate`,
      encrypt: true,
      kms_key_id: kmsKeyArn,
    });
    expect(shared.terraform?.backend).toEqual({ s3: { ...object("test-orders"), use_lockfile: true } });
    expect(shared.data?.terraform_remote_state).toEqual({
      "cross-stack-reference-input-test-network": {
        backend: "s3",
        config: object("test-network"),
        workspace: ref("terraform.workspace"),
      },
    });
  });
});

test("the shipped environments synthesize", () => {
  expect(loadEnvironments().map(({ name }) => name)).toEqual(["dev", "staging"]);
});

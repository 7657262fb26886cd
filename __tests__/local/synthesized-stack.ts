import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";

type Resources = Record<string, Record<string, Record<string, unknown>>>;

/** Rotates by the endpoint alone, without a database and without the SDK; reports what it was given. */
const HANDLER = `
const call = async (operation, input) => {
  const response = await fetch(process.env.SECRETS_MANAGER_ENDPOINT, {
    method: "POST", headers: { "X-Amz-Target": "secretsmanager." + operation }, body: JSON.stringify(input),
  });
  return response.json();
};
exports.handler = async (event) => {
  const { Step, SecretId, ClientRequestToken } = event;
  console.log(Step);
  if (Step === "initializeSecret") {
    const token = require("node:crypto").randomUUID();
    await call("PutSecretValue", { SecretId, ClientRequestToken: token, SecretString: JSON.stringify(event.Connection) });
    return { SecretId, VersionId: token, Outcome: "created", Username: event.Connection.username, event, environment: process.env };
  }
  if (Step === "createSecret") {
    await call("PutSecretValue", { SecretId, ClientRequestToken, SecretString: "new", VersionStages: ["AWSPENDING"] });
  }
  if (Step === "finishSecret") {
    const { VersionId } = await call("GetSecretValue", { SecretId });
    await call("UpdateSecretVersionStage", {
      SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: ClientRequestToken, RemoveFromVersionId: VersionId,
    });
  }
};
`;

/** Resources as cdktf writes them for a stack with one database and one user. */
export function resources(): Resources {
  return {
    aws_db_instance: {
      db: {
        identifier: "dev-orders",
        engine: "postgres",
        db_name: "orders",
        username: "rotation_admin",
        manage_master_user_password: true,
      },
    },
    aws_secretsmanager_secret: { app: { name: "dev/orders/app", tags: { owner: "orders" } } },
    aws_lambda_function: {
      rotation: {
        function_name: "dev-orders-rotation",
        filename: "assets/function.zip",
        handler: "index.handler",
        runtime: "nodejs24.x",
        timeout: 30,
        environment: { variables: { PASSWORD_LENGTH: "40" } },
      },
    },
    aws_lambda_invocation: {
      app: {
        function_name: ref("aws_lambda_function.rotation.function_name"),
        input: JSON.stringify({
          Step: "initializeSecret",
          SecretId: ref("aws_secretsmanager_secret.app.arn"),
          Connection: {
            engine: "postgres",
            host: ref("aws_db_instance.db.address"),
            port: 5432,
            username: "app",
            dbname: "orders",
            masterarn: ref("aws_db_instance.db.master_user_secret[0].secret_arn"),
          },
          Grants: [{ privilege: "readwrite", schema: "public" }],
        }),
      },
    },
    aws_secretsmanager_secret_rotation: {
      app: {
        secret_id: ref("aws_secretsmanager_secret.app.id"),
        rotation_lambda_arn: ref("aws_lambda_function.rotation.arn"),
        rotate_immediately: false,
        rotation_rules: { schedule_expression: "rate(30 days)", duration: "3h" },
      },
    },
  };
}

/** What Terraform resolves. */
export function ref(address: string): string {
  return `\${${address}}`;
}

/** Writes a folder as the app's synth leaves it. */
export async function writeSynthesis(folder: string, resource: Resources): Promise<void> {
  const stack = join(folder, "stacks", "dev-orders");
  await mkdir(join(stack, "assets"), { recursive: true });
  await writeFile(join(stack, "assets", "function.zip"), zipSync({ "index.js": strToU8(HANDLER) }));
  const manifest = {
    version: "0.21.0",
    stacks: {
      "dev-orders": { name: "dev-orders", synthesizedStackPath: "stacks/dev-orders/cdk.tf.json" },
    },
  };
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  const declared = {
    provider: {
      aws: [{ region: "eu-west-1", default_tags: [{ tags: { project: "rotation", owner: "nobody" } }] }],
    },
    resource,
  };
  await writeFile(join(stack, "cdk.tf.json"), JSON.stringify(declared));
}

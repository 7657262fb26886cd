import { postgres } from "../../lambda/rotation/engines/postgres";
import { createHandler } from "../../lambda/rotation/handler";
import { Metrics } from "../../lambda/rotation/metrics";
import { LOG_QUERIES } from "../../stacks/constructs/log-queries";
import { linesOf } from "../support/function-lines";
import { ownNetwork, synthesize } from "../support/synth";

const stack = synthesize({ test: ownNetwork() }).stack("test-monitoring");
const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:test/orders/app-AbCdEf";
const TOKEN = "12345678-1234-1234-1234-123456789012";

/** What the queries bring in themselves. */
const KEYWORDS = /^(fields|filter|sort|stats|as|by|asc|desc|sum|max|ispresent|like)$/;

test("they are saved in a folder of the environment's", () => {
  expect(stack.all("aws_cloudwatch_query_definition")).toEqual({
    query_failures: {
      name: "test-rotation/failures",
      query_string:
        'fields @timestamp, secret, step, error, message\n| filter level = "ERROR"\n| sort @timestamp desc',
    },
    "query_last-rotation-of-each-secret": {
      name: "test-rotation/last rotation of each secret",
      query_string:
        "filter ispresent(Rotations)\n" +
        "| stats max(@timestamp) as last, sum(Rotations) as rotations by FunctionName, Secret\n" +
        "| sort last asc",
    },
    query_repairs: {
      name: "test-rotation/repairs",
      query_string:
        "filter ispresent(Repairs)\n" +
        "| stats sum(Repairs) as repairs, max(@timestamp) as last by Secret, Kind\n" +
        "| sort last desc",
    },
    "query_steps-of-one-rotation": {
      name: "test-rotation/steps of one rotation",
      query_string:
        "fields @timestamp, step, level, message, durationMs\n" +
        '| filter token = "id of the version that the rotation makes"\n' +
        "| sort @timestamp asc",
    },
  });
});

test("they name what the function really writes, in a log line or a metric's", async () => {
  // given: a step that fails, since nobody is at Secrets Manager's endpoint
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "test",
    AWS_REGION: "eu-west-1",
    AWS_SECRET_ACCESS_KEY: "test",
    SECRETS_MANAGER_ENDPOINT: "http://127.0.0.1:1",
  });
  const handler = createHandler(postgres);
  const event = { Step: "createSecret", SecretId: SECRET, ClientRequestToken: TOKEN };
  const context = { awsRequestId: "request", getRemainingTimeInMillis: () => 5_000 };
  const metrics = new Metrics(SECRET, "test-orders-rotation");

  // when
  const lines = await linesOf(async () => {
    await handler(event, context).catch(() => undefined);
    metrics.rotation();
    metrics.repair("admin");
  });

  // then
  const written = new Set(lines.flatMap((line) => Object.keys(line)));
  for (const query of Object.values(LOG_QUERIES).map((lines) => lines.join("\n"))) {
    const made = [...query.matchAll(/ as (\w+)/g)].map(([, name]) => name);
    const words = query.replace(/"[^"]*"/g, "").match(/@?\b[a-zA-Z]\w*/g) ?? [];
    const fields = words.filter(
      (word) => !KEYWORDS.test(word) && !made.includes(word) && word !== "@timestamp",
    );
    expect(fields).not.toEqual([]);
    expect(fields.filter((field) => !written.has(field))).toEqual([]);
  }
  expect(lines).toContainEqual(expect.objectContaining({ level: "ERROR", secret: SECRET, token: TOKEN }));
});

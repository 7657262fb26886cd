import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROTATION_STEPS } from "../../lambda/rotation/contract";
import { type LocalFunction, loadFunction } from "../../local/function";
import { archiveOf } from "../../stacks/archive";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
let folder: string;
let lambda: LocalFunction;

beforeAll(async () => {
  bench = await startRotationBench();
  folder = await mkdtemp(join(tmpdir(), "rds-secret-rotation-archive-"));
  const archive = join(folder, "rotation.zip");
  await writeFile(archive, archiveOf("postgres").bytes);
  lambda = await loadFunction({
    archive,
    handler: "index.handler",
    functionName: "rotation",
    functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:rotation",
    timeoutSeconds: 60,
    // AWS's own variables, and Node's for the CA: nothing of ours.
    environment: { AWS_ENDPOINT_URL: bench.secretsManager.url, NODE_EXTRA_CA_CERTS: bench.server.caFile },
  });
}, 60_000);
afterAll(async () => {
  await lambda?.stop();
  await rm(folder, { recursive: true, force: true });
  await bench?.stop();
});

const invoke = (Step: string, SecretId: string, ClientRequestToken: string) =>
  lambda.invoke({ Step, SecretId, ClientRequestToken });

describe("the archive, in a process of its own", () => {
  test("rotates a secret in AWS's standard shape that it has never seen, with no setting of ours", async () => {
    await bench.backend.createStranger("legacy", "made-by-hand-1");
    const { host, port, database: dbname } = bench.server;
    const secretArn = await bench.declareSecret();
    await bench.put(secretArn, {
      engine: "postgres",
      host,
      port: String(port),
      dbname,
      username: "legacy",
      password: "made-by-hand-1",
    });
    const token = await bench.beginRotation(secretArn);

    for (const step of ROTATION_STEPS) await invoke(step, secretArn, token);

    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    expect(await bench.accepts({ username: "legacy", password: "made-by-hand-1" })).toBe(false);
  }, 30_000);

  test("killed between ALTER ROLE and its answer, and tried again, completes the rotation", async () => {
    const { secretArn, username } = await bench.createUser();
    const before = await bench.value(secretArn);
    const token = await bench.beginRotation(secretArn);
    await invoke("createSecret", secretArn, token);

    // While this lock is held, ALTER ROLE is at the server and has no answer.
    await bench.sql("BEGIN");
    await bench.sql("UPDATE pg_authid SET rolconnlimit = rolconnlimit WHERE rolname = $1", [username]);
    const killed = invoke("setSecret", secretArn, token).catch((error: Error) => error);
    await untilWaiting(username);
    await lambda.kill();
    await bench.sql("ROLLBACK");
    expect(await killed).toBeInstanceOf(Error);

    for (const step of ROTATION_STEPS) await invoke(step, secretArn, token);

    const after = await bench.value(secretArn);
    expect(after.password).not.toBe(before.password);
    expect(await bench.accepts(after)).toBe(true);
    expect(await bench.accepts(before)).toBe(false);
  }, 60_000);

  test("answers a failure with its kind and what to check", async () => {
    const { secretArn } = await bench.createUser();
    const token = await bench.beginRotation(secretArn);
    await bench.put(secretArn, { ...(await bench.value(secretArn)), engine: "oracle" });
    await expect(invoke("createSecret", secretArn, token)).rejects.toMatchObject({
      errorType: "SecretValueError",
      errorMessage: expect.stringContaining(
        'must be "postgres" or "aurora-postgresql" for this function, got "oracle"',
      ),
    });
  });
});

async function untilWaiting(username: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    // Within a transaction PostgreSQL shows the same activity over and over.
    await bench.sql("SELECT pg_stat_clear_snapshot()");
    const waiting = await bench.sql(
      "SELECT FROM pg_stat_activity WHERE usename = $1 AND query LIKE 'ALTER ROLE%' AND wait_event_type = 'Lock'",
      [username],
    );
    if (waiting.length > 0) return;
    await sleep(25);
  }
  throw new Error("ALTER ROLE never came to wait for the lock");
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROTATION_STEPS } from "../../lambda/rotation/contract";
import { type LocalFunction, loadFunction } from "../../local/function";
import { archiveOf } from "../../stacks/archive";
import { describeOnMariadb } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

describeOnMariadb("MariaDB's archive, in a process of its own", () => {
  let bench: RotationBench;
  let folder: string;
  let lambda: LocalFunction;

  beforeAll(async () => {
    bench = await startRotationBench({ engine: "mariadb" });
    folder = await mkdtemp(join(tmpdir(), "rds-secret-rotation-archive-"));
    const archive = join(folder, "rotation.zip");
    await writeFile(archive, archiveOf("mariadb").bytes);
    lambda = await loadFunction({
      archive,
      handler: "index.handler",
      functionName: "rotation",
      functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:rotation",
      timeoutSeconds: 60,
      environment: { AWS_ENDPOINT_URL: bench.secretsManager.url, NODE_EXTRA_CA_CERTS: bench.server.caFile },
    });
  }, 60_000);
  afterAll(async () => {
    await lambda?.stop();
    await rm(folder, { recursive: true, force: true });
    await bench?.stop();
  });

  const rotate = async (SecretId: string) => {
    const ClientRequestToken = await bench.beginRotation(SecretId);
    for (const Step of ROTATION_STEPS) await lambda.invoke({ Step, SecretId, ClientRequestToken });
  };

  test.each(["single-user", "alternating-users"])(
    "makes a user and rotates it: %s",
    async (strategy) => {
      const secretArn = await bench.declareSecret(undefined, { "rotation-strategy": strategy });
      await lambda.invoke({ ...bench.initializeEvent(secretArn, `app-${strategy}`) });
      const first = await bench.value(secretArn);

      await rotate(secretArn);

      const next = await bench.value(secretArn);
      expect(next.password).not.toBe(first.password);
      expect([await bench.accepts(first), await bench.accepts(next)]).toEqual([
        strategy === "alternating-users",
        true,
      ]);
    },
    30_000,
  );
});

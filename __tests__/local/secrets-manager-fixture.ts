import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { RotationEvent, StepReport } from "../../local/secret-rotation";
import { type Intercept, type SecretsManager, startSecretsManager } from "../../local/secrets-manager";

export const FUNCTION_ARN = "arn:aws:lambda:eu-central-1:000000000000:function:rotation";
export const SECRET = "orders/app";

/** An endpoint, the real client, and one secret to work on. */
export class Fixture {
  readonly client: SecretsManagerClient;
  intercept: Intercept = () => "proceed";
  /** What the rotation function does. */
  invoke: (event: RotationEvent) => Promise<unknown> = async () => undefined;
  readonly invoked: RotationEvent[] = [];
  readonly stepReports: StepReport[] = [];

  private constructor(readonly endpoint: SecretsManager) {
    this.client = this.newClient(1);
  }

  static async start(): Promise<Fixture> {
    const fixture: Fixture = new Fixture(
      await startSecretsManager({
        backoffMs: 1,
        intercept: (operation, input) => fixture.intercept(operation, input),
        invoke: (functionArn, event) => {
          expect(functionArn).toBe(FUNCTION_ARN);
          fixture.invoked.push(event);
          return fixture.invoke(event);
        },
        onStep: (_event, report) => {
          if (report !== undefined) fixture.stepReports.push(report);
        },
      }),
    );
    return fixture;
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.endpoint.stop();
  }

  newClient(maxAttempts: number): SecretsManagerClient {
    return new SecretsManagerClient({
      endpoint: this.endpoint.url,
      region: "eu-central-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts,
    });
  }

  async create(value?: string): Promise<{ arn: string; first: string }> {
    const first = randomUUID();
    const created = await this.client.send(
      new CreateSecretCommand({ Name: SECRET, SecretString: value, ClientRequestToken: first }),
    );
    return { arn: created.ARN ?? "", first };
  }

  async put(value: string, labels?: string[], token: string = randomUUID()): Promise<string> {
    await this.client.send(
      new PutSecretValueCommand({
        SecretId: SECRET,
        SecretString: value,
        ClientRequestToken: token,
        VersionStages: labels,
      }),
    );
    return token;
  }

  async read(by: { VersionId?: string; VersionStage?: string } = {}): Promise<string | undefined> {
    const answer = await this.client.send(new GetSecretValueCommand({ SecretId: SECRET, ...by }));
    return answer.SecretString;
  }

  describe() {
    return this.client.send(new DescribeSecretCommand({ SecretId: SECRET }));
  }

  async labels(): Promise<Record<string, string[]> | undefined> {
    return (await this.describe()).VersionIdsToStages;
  }

  move(VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) {
    return this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: SECRET,
        VersionStage,
        MoveToVersionId,
        RemoveFromVersionId,
      }),
    );
  }
}

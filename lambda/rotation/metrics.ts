import { METRICS, type RepairKind } from "./contract";

/**
 * Writes metrics into the log, where CloudWatch picks them up: no API call, no permission, no waiting.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class Metrics {
  readonly #dimensions: Readonly<Record<string, string>>;

  /** @param secretId the secret's ARN or name */
  constructor(secretId: string, functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "local") {
    this.#dimensions = { FunctionName: functionName, Secret: secretName(secretId) };
  }

  rotation(): void {
    this.#write(METRICS.rotations, "Count", 1);
  }

  failure(): void {
    this.#write(METRICS.failures, "Count", 1);
  }

  repair(Kind: RepairKind): void {
    this.#write(METRICS.repairs, "Count", 1, { Kind });
  }

  stepDuration(Step: string, milliseconds: number): void {
    this.#write(METRICS.stepDuration, "Milliseconds", milliseconds, { Step });
  }

  #write(name: string, unit: string, value: number, by: Readonly<Record<string, string>> = {}): void {
    const extra = Object.keys(by).map((key) => ["FunctionName", key]);
    const directive = {
      Namespace: METRICS.namespace,
      Dimensions: [["FunctionName"], ["FunctionName", "Secret"], ...extra],
      Metrics: [{ Name: name, Unit: unit }],
    };
    const line = {
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
      ...this.#dimensions,
      ...by,
      [name]: value,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

/** An ARN's name without the six characters that Secrets Manager appends; a name as it is. */
function secretName(secretId: string): string {
  return /^arn:[^:]+:secretsmanager:[^:]+:\d+:secret:(.+)-[A-Za-z0-9]{6}$/.exec(secretId)?.[1] ?? secretId;
}

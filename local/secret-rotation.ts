import { setTimeout as sleep } from "node:timers/promises";
import { ROTATION_STEPS, type RotationStep } from "../lambda/rotation/contract";
import {
  CURRENT,
  holder,
  PENDING,
  type RotationRules,
  type Secret,
  type SecretStore,
  SecretsManagerError,
} from "./secret-store";

/** What Secrets Manager sends to a rotation function. */
export interface RotationEvent {
  readonly Step: RotationStep;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** Runs a function and answers with its result; rejects where the function fails. */
export type Invoke = (functionArn: string, event: RotationEvent) => Promise<unknown>;

/** One call of the function. */
export interface StepReport {
  readonly step: RotationStep;
  /** Which attempt at the whole rotation this belongs to, from 1. */
  readonly attempt: number;
  readonly milliseconds: number;
  readonly error?: Error;
}

export interface RotationReport {
  readonly secretArn: string;
  readonly versionId: string;
  readonly succeeded: boolean;
  readonly steps: readonly StepReport[];
  /** Why the last attempt failed. */
  readonly error?: Error;
}

export interface RotationOptions {
  readonly invoke: Invoke;
  /** How often a rotation is tried as a whole, at least 1. @default 3 */
  readonly attempts?: number | undefined;
  /** Pause before another attempt, in milliseconds; doubled each time. @default 200 */
  readonly backoffMs?: number | undefined;
  /** Told of every step when it begins and when it has ended. */
  readonly onStep?: ((event: RotationEvent, report?: StepReport) => void) | undefined;
}

export interface RotationRequest {
  readonly ClientRequestToken: string;
  readonly RotationLambdaARN?: string | undefined;
  readonly RotationRules?: RotationRules | undefined;
  readonly RotateImmediately?: boolean | undefined;
}

/** Rotates secrets as Secrets Manager does: in the background, step by step, trying again when a step fails. */
export class SecretRotation {
  readonly #runs = new Map<string, Promise<RotationReport>>();
  readonly #active = new Set<string>();
  readonly #stopped = new AbortController();

  constructor(
    readonly store: SecretStore,
    readonly options: RotationOptions,
  ) {}

  /** Configures rotation and begins one. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html */
  rotate(secret: Secret, request: RotationRequest): void {
    const { ClientRequestToken: token, RotationRules: rules } = request;
    const functionArn = request.RotationLambdaARN ?? secret.rotation?.functionArn;
    if (functionArn === undefined) {
      throw refused("No Lambda rotation function ARN is associated with this secret.");
    }
    if (rules?.AutomaticallyAfterDays !== undefined && rules.ScheduleExpression !== undefined) {
      throw new SecretsManagerError(
        "InvalidParameterException",
        "You can't specify both AutomaticallyAfterDays and ScheduleExpression.",
      );
    }
    const known = secret.versions.get(token);
    if (known?.labels.has(CURRENT) || known?.labels.has(PENDING)) return; // The same request once more.
    if (known !== undefined) {
      throw new SecretsManagerError(
        "ResourceExistsException",
        `A version with the ID ${token} already exists.`,
      );
    }
    const pending = holder(secret, PENDING);
    if (pending !== undefined && !pending.labels.has(CURRENT)) {
      if (secret.rotation?.enabled && !this.#active.has(secret.arn)) this.#begin(secret, pending.id);
      throw refused("A previous rotation isn't complete. That rotation will be reattempted.");
    }

    secret.rotation = { enabled: true, functionArn, rules: rules ?? secret.rotation?.rules ?? {} };
    secret.changed = new Date();
    const version = this.store.addVersion(secret, token);
    pending?.labels.delete(PENDING);
    version.labels.add(PENDING);
    if (request.RotateImmediately === false) this.#beginTest(secret, token);
    else this.#begin(secret, token);
  }

  /**
   * Turns rotation off; a rotation in progress is not called any further. AWSPENDING stays where it is:
   * "You might need to remove the staging label AWSPENDING from the partially created version."
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
   * @returns the version of the rotation in progress, if there is one
   */
  cancel(secret: Secret): string | undefined {
    if (secret.rotation === undefined) {
      throw refused("You can't cancel rotation of a secret that isn't configured for rotation.");
    }
    secret.rotation.enabled = false;
    secret.changed = new Date();
    const pending = holder(secret, PENDING);
    return pending?.labels.has(CURRENT) ? undefined : pending?.id;
  }

  /** Resolves when the latest rotation of a secret has ended, well or badly; undefined if there was none. */
  async settled(secret: Secret): Promise<RotationReport | undefined> {
    return this.#runs.get(secret.arn);
  }

  /** Ends all rotations: no further step is called. */
  async stop(): Promise<void> {
    this.#stopped.abort();
  }

  #begin(secret: Secret, token: string): void {
    this.#track(secret, this.#run(secret, token));
  }

  #track(secret: Secret, run: Promise<RotationReport>): void {
    this.#active.add(secret.arn);
    this.#runs.set(
      secret.arn,
      run.finally(() => this.#active.delete(secret.arn)),
    );
  }

  /** "If any Lambda rotation step fails, Secrets Manager retries the entire rotation process multiple times."
   * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
  async #run(secret: Secret, token: string): Promise<RotationReport> {
    const { attempts = 3, backoffMs = 200 } = this.options;
    const steps: StepReport[] = [];
    let error: Error | undefined;
    for (let attempt = 1; attempt <= attempts && this.#mayGoOn(secret); attempt++) {
      if (attempt > 1) await this.#pause(backoffMs * 2 ** (attempt - 2));
      error = await this.#attempt(secret, token, ROTATION_STEPS, attempt, steps);
      error ??= incomplete(secret);
      if (error === undefined) {
        secret.lastRotated = new Date();
        return { secretArn: secret.arn, versionId: token, succeeded: true, steps };
      }
    }
    error ??= new Error("rotation was cancelled");
    return { secretArn: secret.arn, versionId: token, succeeded: false, steps, error };
  }

  /** "Secrets Manager tests the rotation configuration by running the testSecret step of the Lambda rotation
   * function. This test creates an AWSPENDING version of the secret and then removes it." API_RotateSecret */
  #beginTest(secret: Secret, token: string): void {
    const test = async (): Promise<RotationReport> => {
      const steps: StepReport[] = [];
      const error = await this.#attempt(secret, token, ["testSecret"], 1, steps);
      this.store.dropLabel(secret, PENDING);
      const report = { secretArn: secret.arn, versionId: token, succeeded: error === undefined, steps };
      return error === undefined ? report : { ...report, error };
    };
    this.#track(secret, test());
  }

  async #attempt(
    secret: Secret,
    token: string,
    names: readonly RotationStep[],
    attempt: number,
    reports: StepReport[],
  ): Promise<Error | undefined> {
    for (const step of names) {
      if (!this.#mayGoOn(secret)) return new Error("rotation was cancelled");
      const report = await this.#call(
        { Step: step, SecretId: secret.arn, ClientRequestToken: token },
        attempt,
      );
      reports.push(report);
      if (report.error !== undefined) return report.error;
    }
    return undefined;
  }

  async #call(event: RotationEvent, attempt: number): Promise<StepReport> {
    const functionArn = this.store.find(event.SecretId).rotation?.functionArn ?? "";
    this.options.onStep?.(event);
    const began = performance.now();
    let error: Error | undefined;
    try {
      await this.options.invoke(functionArn, event);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    const measured = { step: event.Step, attempt, milliseconds: performance.now() - began };
    const report = error === undefined ? measured : { ...measured, error };
    this.options.onStep?.(event, report);
    return report;
  }

  #mayGoOn(secret: Secret): boolean {
    return !this.#stopped.signal.aborted && secret.rotation?.enabled === true;
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}

/**
 * When the next rotation is due at the latest; undefined without a schedule, and for cron expressions, which
 * nothing here needs. Windows as in
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function nextRotation(secret: Secret): Date | undefined {
  const rotation = secret.rotation;
  if (!rotation?.enabled) return undefined;
  const rate = /^rate\((\d+) (hour|day)s?\)$/.exec(rotation.rules.ScheduleExpression ?? "");
  const days = rate?.[2] === "day" ? Number(rate[1]) : rotation.rules.AutomaticallyAfterDays;
  const windowHours = Number.parseInt(rotation.rules.Duration ?? "", 10);
  const next = new Date(secret.lastRotated ?? secret.changed);
  if (days !== undefined) {
    next.setUTCDate(next.getUTCDate() + days);
    next.setUTCHours(windowHours || 24, 0, 0, 0);
    return next;
  }
  if (rate === null) return undefined;
  next.setUTCHours(next.getUTCHours() + Number(rate[1]) + (windowHours || 1));
  return next;
}

/** The service takes a rotation for finished when AWSPENDING is on the version of AWSCURRENT, or on none. API_RotateSecret */
function incomplete(secret: Secret): Error | undefined {
  const pending = holder(secret, PENDING);
  if (pending === undefined || pending.labels.has(CURRENT)) return undefined;
  return new Error(`all steps succeeded, but ${CURRENT} was not moved to version ${pending.id}`);
}

function refused(message: string): SecretsManagerError {
  return new SecretsManagerError("InvalidRequestException", message);
}

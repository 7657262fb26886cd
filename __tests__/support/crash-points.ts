import { randomUUID } from "node:crypto";
import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { type InitializeSecretEvent, ROTATION_STEPS, type Strategy } from "../../lambda/rotation/contract";
import { pairOf } from "../../lambda/rotation/user-pair";
import { FAULTS, FaultyProcess, type Plan } from "./faults";
import type { RotationBench } from "./rotation-bench";

/** What happens after the death: the same rotation is retried, replaced, or cancelled and replaced. */
export const AFTERMATHS = ["same token again", "new token", "cancelled, then a new token"] as const;
export type Aftermath = (typeof AFTERMATHS)[number];

export interface CrashReport {
  readonly points: number;
  readonly violations: readonly string[];
}

export interface Scenario {
  readonly strategy: Strategy;
  /** Rotations before the one that is struck. */
  readonly rotationsBefore: number;
  /** Whether the secret names an admin who could repair the user. @default true */
  readonly admin?: boolean;
}

/** Strikes every outgoing call of initializeSecret on an empty secret, and runs it again. */
export async function crashInitialization(bench: RotationBench, strategy: Strategy): Promise<CrashReport> {
  const declare = async () => {
    const secretArn = await bench.declareSecret(undefined, { "rotation-strategy": strategy });
    const username = `app-${randomUUID().slice(0, 8)}`;
    const schema = bench.backend.engine.names.includes("mariadb")
      ? bench.server.database
      : `schema-${username}`;
    const grants = [{ privilege: "readwrite", schema }] as const;
    return { secretArn, event: bench.initializeEvent(secretArn, username, grants) };
  };
  const undisturbed = new FaultyProcess();
  const { event: undisturbedEvent } = await declare();
  await undisturbed.run(() => bench.invoke(undisturbedEvent));
  const points = undisturbed.calls.flatMap((name, call) => FAULTS.map((fault) => ({ name, call, fault })));
  return await tryAll(points, async ({ name, ...plan }) => {
    const { secretArn, event } = await declare();
    const problem = await strikeInitialization(bench, secretArn, event, plan);
    return problem && `${plan.fault} call ${plan.call} (${name}): ${problem}`;
  });
}

async function strikeInitialization(
  bench: RotationBench,
  secretArn: string,
  event: InitializeSecretEvent,
  plan: Plan,
): Promise<string | undefined> {
  const process = new FaultyProcess(plan);
  await process.run(() => bench.invoke(event)).catch(() => {});
  if (!process.struck) return "the fault never struck";
  const left = await bench.value(secretArn).catch(() => undefined);
  if (left && !(await bench.accepts(left))) return "AWSCURRENT does not log in after it";
  try {
    await bench.invoke(event);
    await steps(bench, secretArn, await bench.beginRotation(secretArn));
  } catch (error) {
    return `it did not recover: ${(error as Error).message}`;
  }
  if (!(await bench.accepts(await bench.value(secretArn)))) return "AWSCURRENT does not log in in the end";
  return undefined;
}

/** Strikes every outgoing call of a rotation with every fault, and sees what each aftermath makes of it. */
export async function crashEverywhere(bench: RotationBench, scenario: Scenario): Promise<CrashReport> {
  const users = new Users(bench, scenario);
  const calls = await undisturbedCalls(bench, await users.next());
  const points = calls.flatMap((name, call) =>
    FAULTS.flatMap((fault) => AFTERMATHS.map((aftermath) => ({ name, plan: { call, fault }, aftermath }))),
  );
  return await tryAll(points, async ({ name, plan, aftermath }) => {
    const secretArn = await users.next();
    const problem = await strike(bench, secretArn, scenario.strategy, plan, aftermath);
    if (problem) return `${plan.fault} call ${plan.call} (${name}), ${aftermath}: ${problem}`;
    await users.recovered(secretArn);
    return undefined;
  });
}

/** Points at once; they wait for servers more than they compute. */
const CONCURRENCY = 4;

async function tryAll<T>(
  points: readonly T[],
  attempt: (point: T) => Promise<string | undefined>,
): Promise<CrashReport> {
  const violations: string[] = [];
  const queue = points.values();
  const worker = async () => {
    for (const point of queue) {
      const problem = await attempt(point);
      if (problem) violations.push(problem);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return { points: points.length, violations };
}

async function undisturbedCalls(bench: RotationBench, secretArn: string): Promise<readonly string[]> {
  const process = new FaultyProcess();
  const token = await bench.beginRotation(secretArn);
  await process.run(() => steps(bench, secretArn, token));
  return process.calls;
}

/** Fewer versions than a secret keeps, so that none of a user's rotations is unlike the others. */
const ROTATIONS_A_USER = 20;

/** The secrets of users that have rotated as often as the scenario says, or more often where it says at all. */
class Users {
  readonly #bench: RotationBench;
  readonly #scenario: Scenario;
  readonly #recovered: string[] = [];
  readonly #rotations = new Map<string, number>();

  constructor(bench: RotationBench, scenario: Scenario) {
    this.#bench = bench;
    this.#scenario = scenario;
  }

  async next(): Promise<string> {
    const secretArn = this.#recovered.pop() ?? (await this.#create());
    this.#rotations.set(secretArn, (this.#rotations.get(secretArn) ?? 0) + 1);
    return secretArn;
  }

  /**
   * A user who has come through a death has rotated before: it can go through the next one, where the scenario lets it.
   * Else it is dropped: servers get slow with hundreds of users.
   */
  async recovered(secretArn: string): Promise<void> {
    const { rotationsBefore } = this.#scenario;
    const rotations = this.#rotations.get(secretArn) ?? 0;
    if (rotationsBefore > 0 && rotations < ROTATIONS_A_USER) {
      this.#recovered.push(secretArn);
      return;
    }
    const { username = "" } = await this.#bench.value(secretArn);
    const { base, clone } = pairOf(username);
    await this.#bench.backend.dropUsers([base, clone]);
  }

  async #create(): Promise<string> {
    const { strategy, admin, rotationsBefore } = this.#scenario;
    const bench = this.#bench;
    const { secretArn } = await bench.createUser({
      tags: { "rotation-strategy": strategy },
      ...bench.fewGrants,
    });
    if (admin === false) {
      const { masterarn: _, ...rest } = await bench.value(secretArn);
      await bench.put(secretArn, rest);
    }
    for (let round = 0; round < rotationsBefore; round++) {
      await steps(bench, secretArn, await bench.beginRotation(secretArn));
    }
    return secretArn;
  }
}

async function steps(bench: RotationBench, secretArn: string, token: string): Promise<void> {
  for (const step of ROTATION_STEPS) await bench.step(step, secretArn, token);
}

async function strike(
  bench: RotationBench,
  secretArn: string,
  strategy: Strategy,
  plan: Plan,
  aftermath: Aftermath,
): Promise<string | undefined> {
  const token = await bench.beginRotation(secretArn);
  const process = new FaultyProcess(plan);
  const outcome = await process
    .run(() => steps(bench, secretArn, token))
    .catch((error: Error) => error.message);
  if (!process.struck) return "the fault never struck";
  if (plan.fault.startsWith("dies") && outcome !== "died") return `it should have died, got ${outcome}`;
  if (!(await someLoginWorks(bench, secretArn, strategy))) return "nobody could log in after it";
  try {
    await recover(bench, secretArn, token, aftermath);
  } catch (error) {
    return `it did not recover: ${(error as Error).message}`;
  }
  if (!(await bench.accepts(await bench.value(secretArn)))) return "AWSCURRENT does not log in in the end";
  return undefined;
}

/** The contract: AWSCURRENT logs in; between set and finish of a single user AWSPENDING does. */
async function someLoginWorks(bench: RotationBench, secretArn: string, strategy: Strategy): Promise<boolean> {
  if (await bench.accepts(await bench.value(secretArn))) return true;
  return strategy === "single-user" && (await bench.accepts(await bench.value(secretArn, "AWSPENDING")));
}

async function recover(
  bench: RotationBench,
  secretArn: string,
  token: string,
  aftermath: Aftermath,
): Promise<void> {
  if (aftermath === "same token again") return await completed(bench, secretArn, token);
  if (aftermath === "cancelled, then a new token") await cancel(bench, secretArn);
  await completed(bench, secretArn, await bench.beginRotation(secretArn, randomUUID()));
}

async function completed(bench: RotationBench, secretArn: string, token: string): Promise<void> {
  await steps(bench, secretArn, token);
  const stages = await bench.stages(secretArn);
  if (!stages[token]?.includes("AWSCURRENT")) throw new Error("AWSCURRENT did not move");
}

/** What an operator does by the book. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html */
async function cancel(bench: RotationBench, secretArn: string): Promise<void> {
  const { VersionId } = await bench.client.send(new CancelRotateSecretCommand({ SecretId: secretArn }));
  const { VersionIdsToStages } = await bench.client.send(new DescribeSecretCommand({ SecretId: secretArn }));
  if (!VersionId || !VersionIdsToStages?.[VersionId]?.includes("AWSPENDING")) return;
  await bench.client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretArn,
      VersionStage: "AWSPENDING",
      RemoveFromVersionId: VersionId,
    }),
  );
}

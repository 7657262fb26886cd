import { setTimeout as sleep } from "node:timers/promises";
import { ROTATION_STEPS, STRATEGIES, type Strategy } from "../../lambda/rotation/contract";
import { CHEAP_LOGINS, describeEngines } from "../support/engines";
import { FaultyProcess, interposeFaults } from "../support/faults";
import { seededRandom } from "../support/random";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

const INTERLEAVINGS = 50;
/** Longest pause before an outgoing call, in milliseconds: as long as a call takes, so that all orders come up. */
const LONGEST_PAUSE = 4;
const AT_ONCE = 5;
/** Where most of the time is waiting. */
const MOST_AT_ONCE = 25;
/** Two strategies, two rotations of each, and two connections of a rotation. */
const MANY_CONNECTIONS = { max_connections: String(MOST_AT_ONCE * 2 * 2 * 2) };

describeEngines((engine) => {
  let bench: RotationBench;
  beforeAll(async () => {
    interposeFaults();
    bench = await startRotationBench({ engine, settings: { ...CHEAP_LOGINS[engine], ...MANY_CONNECTIONS } });
  }, 60_000);
  afterAll(() => bench?.stop());

  /** Runs a step in a process of its own, with seeded pauses. */
  async function paced(random: () => number, step: string, secretArn: string, token: string): Promise<void> {
    const process = new FaultyProcess();
    process.pace = () => sleep(random() * LONGEST_PAUSE);
    await process.run(() => bench.step(step, secretArn, token));
  }

  async function rotate(random: () => number, secretArn: string, token: string): Promise<void> {
    for (const step of ROTATION_STEPS) await paced(random, step, secretArn, token);
  }

  async function inEveryOrder(attempt: (seed: number) => Promise<void>, atOnce = AT_ONCE): Promise<void> {
    const failures: string[] = [];
    const seeds = Array.from({ length: INTERLEAVINGS }, (_, index) => index + 1).values();
    const worker = async () => {
      for (const seed of seeds) {
        await attempt(seed).catch((error: Error) => failures.push(`seed ${seed}: ${error.message}`));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    expect(failures).toEqual([]);
  }

  async function requireLogin(secretArn: string): Promise<void> {
    const value = await bench.value(secretArn);
    if (!(await bench.accepts(value))) throw new Error(`AWSCURRENT (${value.username}) does not log in`);
  }

  /** Between set and finish, a single user's password is that of AWSPENDING. */
  async function requireLoginOfEither(secretArn: string): Promise<void> {
    for (const stage of ["AWSCURRENT", "AWSPENDING"]) {
      const value = await bench.value(secretArn, stage).catch(() => undefined);
      if (value && (await bench.accepts(value))) return;
    }
    throw new Error("neither AWSCURRENT nor AWSPENDING logs in");
  }

  const prepared = async (strategy: Strategy) =>
    await bench.createUser({ tags: { "rotation-strategy": strategy }, ...bench.fewGrants });

  test.each(STRATEGIES)(
    "every step may run twice at the same time (%s)",
    async (strategy) => {
      await inEveryOrder(async (seed) => {
        const random = seededRandom(seed);
        const { secretArn } = await prepared(strategy);
        const token = await bench.beginRotation(secretArn);
        for (const step of ROTATION_STEPS) {
          await Promise.all([paced(random, step, secretArn, token), paced(random, step, secretArn, token)]);
        }
        if (!(await bench.stages(secretArn))[token]?.includes("AWSCURRENT"))
          throw new Error("AWSCURRENT did not move");
        await requireLogin(secretArn);
      });
    },
    180_000,
  );

  // Both strategies at once: an overtaken step gives its version 5 s to become visible, three times in a row.
  test("a rotation that overtakes another one ends well", async () => {
    const overtake = async (strategy: Strategy, seed: number) => {
      const random = seededRandom(seed);
      const { secretArn } = await prepared(strategy);
      const overtaken = rotate(random, secretArn, await bench.beginRotation(secretArn)).catch(() => {});
      await sleep(random() * 150);
      const token = await bench.beginRotation(secretArn);
      const overtaking = rotate(random, secretArn, token).catch(() => {});
      await Promise.all([overtaken, overtaking]);
      await requireLoginOfEither(secretArn);
      // The overtaken createSecret may have put AWSPENDING on its own version again: then only a new token passes.
      await rotate(random, secretArn, token).catch(async () => {
        await rotate(random, secretArn, await bench.beginRotation(secretArn));
      });
      await requireLogin(secretArn);
    };
    await Promise.all(
      STRATEGIES.map((strategy) => inEveryOrder((seed) => overtake(strategy, seed), MOST_AT_ONCE)),
    );
  }, 180_000);

  test("initializeSecret may run while a rotation does", async () => {
    await inEveryOrder(async (seed) => {
      const random = seededRandom(seed);
      const { secretArn, username } = await prepared("single-user");
      const token = await bench.beginRotation(secretArn);
      const event = bench.initializeEvent(secretArn, username, bench.fewGrants.grants);
      await Promise.all([
        rotate(random, secretArn, token).catch(() => {}),
        sleep(random() * 100).then(() => bench.invoke(event)),
      ]);
      await rotate(random, secretArn, token);
      await requireLogin(secretArn);
    });
  }, 180_000);
});

import { ROTATION_STEPS, STRATEGIES } from "../../lambda/rotation/contract";
import { AuthenticationError } from "../../lambda/rotation/errors";
import { CHEAP_LOGINS, describeEngines } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

const CLIENTS = 20;
const ROTATIONS = 30;

interface Tally {
  operations: number;
  /** Refusals of a value that had been replaced: it was read again, as AWS's caching clients do. */
  refreshed: number;
  /** Refusals of the value under AWSCURRENT: what an application sees as an outage. */
  refused: number;
  /** Longest time a client was without a login that worked, in milliseconds. */
  longestWindow: number;
}

describeEngines((engine) => {
  let bench: RotationBench;
  beforeAll(async () => {
    bench = await startRotationBench({ engine, settings: CHEAP_LOGINS[engine] });
  }, 60_000);
  afterAll(() => bench?.stop());

  async function operate(value: Record<string, string>): Promise<boolean> {
    try {
      const session = await bench.login(value);
      await session.query("SELECT 1");
      await session.close();
      return true;
    } catch (error) {
      if (error instanceof AuthenticationError) return false;
      throw error;
    }
  }

  /** Connects, queries and goes, without pause; reads the secret again only when refused. */
  async function client(secretArn: string, tally: Tally, done: () => boolean): Promise<void> {
    let value = await bench.value(secretArn);
    let refusedSince: number | undefined;
    while (!done()) {
      if (await operate(value)) {
        tally.operations++;
        if (refusedSince) tally.longestWindow = Math.max(tally.longestWindow, Date.now() - refusedSince);
        refusedSince = undefined;
        continue;
      }
      const fresh = await bench.value(secretArn);
      if (fresh.password === value.password) {
        tally.refused++;
        refusedSince ??= Date.now();
      } else tally.refreshed++;
      value = fresh;
    }
  }

  test.each(STRATEGIES)(
    `${CLIENTS} clients through ${ROTATIONS} rotations (%s)`,
    async (strategy) => {
      const { secretArn } = await bench.createUser({ tags: { "rotation-strategy": strategy } });
      const tally: Tally = { operations: 0, refreshed: 0, refused: 0, longestWindow: 0 };
      let over = false;
      const clients = Array.from({ length: CLIENTS }, () => client(secretArn, tally, () => over));
      for (let round = 0; round < ROTATIONS; round++) {
        const token = await bench.beginRotation(secretArn);
        for (const step of ROTATION_STEPS) await bench.step(step, secretArn, token);
      }
      over = true;
      await Promise.all(clients);

      process.stderr.write(
        `${engine}, ${strategy}: ${tally.operations} operations, ${tally.refreshed} old values read again, ` +
          `${tally.refused} current values refused, longest window ${tally.longestWindow} ms\n`,
      );
      expect(tally.operations).toBeGreaterThan(CLIENTS);
      if (strategy === "alternating-users") expect(tally.refused).toBe(0);
    },
    180_000,
  );
});

import { ROTATION_STEPS, STRATEGIES } from "../../lambda/rotation/contract";
import { AuthenticationError } from "../../lambda/rotation/errors";
import { describeEngines } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

const CLIENTS = 20;
const ROTATIONS = 30;

interface Tally {
  operations: number;
  /** Operations that worked once the secret had been read again, as AWS's caching clients do. */
  refreshed: number;
  /** Logins refused with a value that had just been read: what an application sees as an outage. */
  refused: number;
  /** Longest time a client was without a login that worked, in milliseconds. */
  longestWindow: number;
}

describeEngines((engine) => {
  let bench: RotationBench;
  beforeAll(async () => {
    bench = await startRotationBench({ engine });
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
      let works = await operate(value);
      if (!works) {
        value = await bench.value(secretArn);
        works = await operate(value);
        if (works) tally.refreshed++;
      }
      if (works) {
        tally.operations++;
        if (refusedSince) tally.longestWindow = Math.max(tally.longestWindow, Date.now() - refusedSince);
        refusedSince = undefined;
      } else {
        tally.refused++;
        refusedSince ??= Date.now();
      }
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
        `${engine}, ${strategy}: ${tally.operations} operations, ${tally.refreshed} after reading the secret ` +
          `again, ${tally.refused} refused, longest window ${tally.longestWindow} ms\n`,
      );
      expect(tally.operations).toBeGreaterThan(CLIENTS);
      if (strategy === "alternating-users") expect(tally.refused).toBe(0);
    },
    180_000,
  );
});

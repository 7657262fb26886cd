import { crashEverywhere } from "../support/crash-points";
import { interposeFaults } from "../support/faults";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
beforeAll(async () => {
  interposeFaults();
  bench = await startRotationBench({ settings: { scram_iterations: "1" } });
}, 60_000);
afterAll(() => bench?.stop());

test.each([0, 1])("single-user survives a death at every call, %i rotations before", async (rotationsBefore) => {
  const began = Date.now();
  const { points, violations } = await crashEverywhere(bench, { strategy: "single-user", rotationsBefore });
  process.stderr.write(`postgres single-user after ${rotationsBefore}: ${points} points, ${violations.length} violations ${Date.now()-began} ms\n`);
  expect(violations).toEqual([]);
}, 600_000);

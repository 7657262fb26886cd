import { crashEverywhere, crashInitialization } from "../support/crash-points";
import { interposeFaults } from "../support/faults";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
beforeAll(async () => {
  interposeFaults();
  bench = await startRotationBench({ settings: { scram_iterations: "1" } });
}, 60_000);
afterAll(() => bench?.stop());

test.each([0, 1])(
  "alternating-users survives a death at every call, %i rotations before",
  async (rotationsBefore) => {
    const { points, violations } = await crashEverywhere(bench, {
      strategy: "alternating-users",
      rotationsBefore,
    });
    process.stderr.write(
      `postgres alternating-users after ${rotationsBefore}: ${points} points, ${violations.length} violations\n`,
    );
    expect(violations).toEqual([]);
  },
  600_000,
);
test("initialization", async () => {
  const { points, violations } = await crashInitialization(bench, "alternating-users");
  process.stderr.write(`postgres init: ${points} points, ${violations.length} violations\n`);
  expect(violations).toEqual([]);
}, 600_000);

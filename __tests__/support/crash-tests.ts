import type { Strategy } from "../../lambda/rotation/contract";
import type { EngineName } from "./backends";
import { type CrashReport, crashEverywhere, crashInitialization } from "./crash-points";
import { readProjectFile } from "./documented-commands";
import { CHEAP_LOGINS } from "./engines";
import { interposeFaults } from "./faults";
import { type RotationBench, startRotationBench } from "./rotation-bench";

const MINUTES = 60_000;

const TITLES = { postgres: "PostgreSQL", mariadb: "MariaDB" } as const;
/** The columns of README.md's table. */
const SCENARIOS = ["first rotation", "later rotation", "without an admin", "initializeSecret"] as const;
type Scenario = (typeof SCENARIOS)[number];

/** What README.md says was tried. */
function documentedPoints(engine: EngineName, strategy: Strategy, scenario: Scenario): number {
  const row = `${TITLES[engine]}, ${strategy.replace("-", " ")}`;
  const [, ...cells] =
    readProjectFile("README.md")
      .split("\n")
      .map((line) =>
        line
          .split("|")
          .map((cell) => cell.trim())
          .slice(1),
      )
      .find(([first]) => first === row) ?? [];
  return Number(cells[SCENARIOS.indexOf(scenario)]);
}

/** The crash tests of one engine and strategy; a file each, so that they run side by side. */
export function crashTests(engine: EngineName, strategy: Strategy): void {
  let bench: RotationBench;
  const summary: string[] = [];
  beforeAll(async () => {
    interposeFaults();
    bench = await startRotationBench({ engine, settings: CHEAP_LOGINS[engine] });
  }, MINUTES);
  afterAll(async () => {
    process.stderr.write(`${summary.join("\n")}\n`);
    await bench?.stop();
  });

  function expectNoViolation(what: Scenario, { points, violations }: CrashReport): void {
    summary.push(
      `${engine}, ${strategy}, ${what}: ${points} crash points tried, ${violations.length} violations`,
    );
    expect(points).toBeGreaterThan(0);
    expect(violations).toEqual([]);
    // Elsewhere a server of another version may be asked more or less.
    if (process.env.CI) expect(points).toBe(documentedPoints(engine, strategy, what));
  }

  test.each([
    ["first rotation", 0],
    ["later rotation", 1],
  ] as const)(
    "the %s survives every death",
    async (what, rotationsBefore) => {
      expectNoViolation(what, await crashEverywhere(bench, { strategy, rotationsBefore }));
    },
    10 * MINUTES,
  );

  test(
    "initializeSecret survives every death",
    async () => {
      expectNoViolation("initializeSecret", await crashInitialization(bench, strategy));
    },
    10 * MINUTES,
  );

  if (strategy === "single-user") {
    test(
      "a rotation without an admin survives every death",
      async () => {
        const report = await crashEverywhere(bench, { strategy, rotationsBefore: 1, admin: false });
        expectNoViolation("without an admin", report);
      },
      10 * MINUTES,
    );
  }
}

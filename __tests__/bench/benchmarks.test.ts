import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { spread } from "../../bench/measure";
import { withFigures } from "../../bench/program";
import { kilobytes, reportMarkdown, reportText, seconds, target } from "../../bench/report";
import { readProjectFile } from "../support/documented-commands";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bench-test-"));
});
afterEach(() => {
  // tsx keeps a cache of its own in the temporary folder, node another.
  const ours = readdirSync(folder).filter((name) => name.startsWith("rds-secret-rotation"));
  rmSync(folder, { recursive: true });
  expect(ours).toEqual([]);
});

function npmRun(script: string, ...args: string[]): SpawnSyncReturns<string> {
  return spawnSync("npm", ["run", "--silent", script, "--", ...args], {
    cwd: resolve(__dirname, "../.."),
    env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: "" },
    encoding: "utf8",
  });
}

const positive = z.number().positive();
const ofSeveral = z.strictObject({ median: positive, least: positive, most: positive });
const machine = z.strictObject({
  cores: positive,
  processor: z.string(),
  memoryGib: positive,
  system: z.string(),
  node: z.literal(process.versions.node),
  load: z.number(),
});

test("npm run bench:synth measures the shipped environments, generated ones and the usual way", () => {
  // when
  const { stdout, stderr } = npmRun("bench:synth", "--json", "--runs", "1", "--databases", "1,3");

  // then
  const synthesis = (databases: number, stacks: number) =>
    z.strictObject({
      databases: z.literal(databases),
      stacks: z.literal(stacks),
      milliseconds: ofSeveral,
      processorMilliseconds: ofSeveral,
      bytes: positive,
      peakMemoryMib: positive,
    });
  const shape = z.strictObject({
    machine,
    runs: z.literal(1),
    // Two stacks an environment besides its databases', one where the VPC is not its own.
    shipped: synthesis(2, 5),
    generated: z.tuple([synthesis(1, 3), synthesis(3, 5)]),
    stock: synthesis(1, 1),
    stockToOurs: positive,
    growth: z.strictObject({
      from: z.literal(1),
      to: z.literal(3),
      times: positive,
      exponent: z.number(),
    }),
  });
  expect(stderr).toBe("");
  expect(shape.safeParse(JSON.parse(stdout)).error?.issues).toBeUndefined();
}, 300_000);

test("npm run bench:archive measures the archive of each engine", () => {
  // when
  const { stdout, stderr } = npmRun("bench:archive", "--json", "--runs", "1");

  // then
  const archive = (engine: string) =>
    z.strictObject({
      engine: z.literal(engine),
      zipBytes: positive,
      bundleBytes: positive,
      parts: z.array(z.strictObject({ name: z.string(), bytes: positive })).min(5),
      loadMilliseconds: ofSeveral,
      peakMemoryMib: positive,
    });
  const shape = z.strictObject({
    machine,
    runs: z.literal(1),
    archives: z.tuple([archive("postgres"), archive("mysql"), archive("mariadb")]),
  });
  expect(stderr).toBe("");
  const result = JSON.parse(stdout);
  expect(shape.safeParse(result).error?.issues).toBeUndefined();
  for (const { parts, bundleBytes } of result.archives) {
    const sizes: number[] = parts.map(({ bytes }: { bytes: number }) => bytes);
    expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
    // What no file has is esbuild's own, between them.
    const total = sizes.reduce((sum, bytes) => sum + bytes);
    expect(total).toBeLessThanOrEqual(bundleBytes);
    expect(total).toBeGreaterThan(bundleBytes * 0.9);
  }
}, 120_000);

test("what is piped is plain, shows what is done, and says where it was measured", () => {
  const { stdout, stderr } = npmRun("bench:archive", "--runs", "1");

  expect(stderr).toBe("");
  expect(stdout).not.toContain("\u001b[");
  expect(stdout).toContain("done    postgres: ");
  expect(stdout).toContain(`Node.js ${process.versions.node}`);
  expect(stdout).toMatch(/│ postgres +│/);
  expect(stdout).toMatch(/^Target: an archive of at most 250 KB for postgres: met, \d+ KB\.$/m);
}, 120_000);

test.each([
  [["bench:synth", "--databases", "0"], '--databases must be whole numbers from 1 to 1000, got "0"'],
  [["bench:synth", "--databases", "1,many"], '--databases must be whole numbers from 1 to 1000, got "many"'],
  [["bench:archive", "--runs", "1001"], '--runs must be a whole number from 1 to 100, got "1001"'],
  [["bench:archive", "--fast"], "Unknown option '--fast'"],
])(
  "%j is refused",
  ([script = "", ...args], problem) => {
    const { status, stdout, stderr } = npmRun(script, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.startsWith(`${problem}\n\n`)).toBe(true);
    expect(stderr).toContain(`Usage: npm run ${script}`);
  },
  30_000,
);

test.each([
  [[3, 1, 2], { median: 2, least: 1, most: 3 }],
  [[10, 9], { median: 9.5, least: 9, most: 10 }],
  [[7], { median: 7, least: 7, most: 7 }],
])("of %j", (values, expected) => {
  expect(spread(values)).toEqual(expected);
});

test("a report is the same for the terminal and for a page", () => {
  const report = [
    target("less", false, "more"),
    { head: ["What", "Size"], rows: [["archive", kilobytes(1_234_567)]] },
    `It took ${seconds({ median: 1200, least: 1000, most: 2345 })}.`,
  ];
  expect(reportText(report)).toBe(
    [
      "Target: less: missed, more.",
      "",
      "┌─────────┬──────────┐",
      "│ What    │ Size     │",
      "│ archive │ 1,235 KB │",
      "└─────────┴──────────┘",
      "",
      "It took 1.20 s (1.00 to 2.35).",
    ].join("\n"),
  );
  expect(reportMarkdown(report)).toBe(
    [
      "Target: less: missed, more.",
      "",
      "| What | Size |",
      "| --- | --- |",
      "| archive | 1,235 KB |",
      "",
      "It took 1.20 s (1.00 to 2.35).",
    ].join("\n"),
  );
});

describe("the page of figures", () => {
  const page = readProjectFile("docs/benchmarks.md");

  test.each(["bench:synth", "bench:archive"])(
    "has the part of %s, and nothing else changes with it",
    (script) => {
      const changed = withFigures(page, script, "new figures");
      expect(changed).not.toBe(page);
      const [before = "", after = ""] = changed.split("new figures");
      expect(page.startsWith(before) && page.endsWith(after)).toBe(true);
    },
  );

  test("a part that it has not is an error", () => {
    expect(() => withFigures(page, "bench:other", "")).toThrow(
      "docs/benchmarks.md has no <!-- bench:other --> with an <!-- end of bench:other -->",
    );
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Progress, progressFor } from "../local/progress";
import { ENDING_SIGNALS, exitCodeOf } from "../local/signals";
import { UsageError } from "../local/usage-error";
import { type Report, reportMarkdown, reportText } from "./report";

/** What all benchmarks can be asked for. */
export interface CommonOptions {
  /** How often each thing is measured, 1 to 100. */
  readonly runs: number;
  /** One JSON document on standard output and nothing else. */
  readonly json: boolean;
  /** Put the figures into docs/benchmarks.md. */
  readonly update: boolean;
  readonly help: boolean;
}

/** For parseArgs. */
export const COMMON_OPTIONS = {
  runs: { type: "string" },
  json: { type: "boolean" },
  update: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

export interface Surroundings {
  /** Removed at the end, however it ends. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface Benchmark<Options extends CommonOptions, Result> {
  /** As in `npm run <script>`, and of its part of docs/benchmarks.md. */
  readonly script: string;
  readonly usage: string;
  /** @throws UsageError */
  parse(args: readonly string[]): Options;
  measure(options: Options, surroundings: Surroundings): Promise<Result>;
  report(result: Result): Report;
}

export const PROJECT = resolve(__dirname, "..");
const PAGE = join(PROJECT, "docs/benchmarks.md");

/** Runs a benchmark with the arguments of the command line, and ends the process. */
export function runProgram<Options extends CommonOptions, Result>(
  benchmark: Benchmark<Options, Result>,
): void {
  main(benchmark, process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error) => {
      process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
      process.exit(1);
    },
  );
}

async function main<Options extends CommonOptions, Result>(
  benchmark: Benchmark<Options, Result>,
  args: readonly string[],
): Promise<number> {
  let options: Options;
  try {
    options = benchmark.parse(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${benchmark.usage}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(benchmark.usage);
    return 0;
  }
  const controller = new AbortController();
  let code = 0;
  for (const name of ENDING_SIGNALS) {
    process.once(name, () => {
      code = exitCodeOf(name);
      controller.abort();
    });
  }
  const folder = await mkdtemp(join(tmpdir(), "rds-secret-rotation-bench-"));
  try {
    const progress = await progressFor(options);
    const result = await benchmark.measure(options, { folder, progress, signal: controller.signal });
    show(benchmark, result, options);
  } catch (error) {
    if (code === 0) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  return code;
}

function show<Options extends CommonOptions, Result>(
  { script, report }: Benchmark<Options, Result>,
  result: Result,
  { json, update }: CommonOptions,
): void {
  process.stdout.write(
    json ? `${JSON.stringify(result, undefined, 2)}\n` : `\n${reportText(report(result))}\n`,
  );
  if (update)
    writeFileSync(PAGE, withFigures(readFileSync(PAGE, "utf8"), script, reportMarkdown(report(result))));
}

/**
 * A page with the part of a benchmark replaced.
 * @throws where the page has no such part
 */
export function withFigures(page: string, script: string, figures: string): string {
  const [begin, end] = [`<!-- ${script} -->`, `<!-- end of ${script} -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/benchmarks.md has no ${begin} with an ${end}`);
  return `${before}${begin}\n\n${figures}\n\n${end}${after}`;
}

const MOST_RUNS = 100;

/** @param values of {@link COMMON_OPTIONS} @throws UsageError */
export function commonOptions(
  values: { runs?: string; json?: boolean; update?: boolean; help?: boolean },
  defaultRuns: number,
): CommonOptions {
  const { runs = String(defaultRuns), json = false, update = false, help = false } = values;
  if (!/^\d+$/.test(runs) || Number(runs) < 1 || Number(runs) > MOST_RUNS) {
    throw new UsageError(`--runs must be a whole number from 1 to ${MOST_RUNS}, got "${runs}"`);
  }
  return { runs: Number(runs), json, update, help };
}

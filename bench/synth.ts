import { parseArgs } from "node:util";
import { ENVIRONMENTS } from "../environments";
import { UsageError } from "../local/usage-error";
import { type Machine, machine, machineText } from "./machine";
import { COMMON_OPTIONS, type CommonOptions, commonOptions, runProgram, type Surroundings } from "./program";
import { kilobytes, type Report, seconds, type Table, target } from "./report";
import { measureSynthesis, ours, type Subject, type Synthesis, stock } from "./synth/synthesis";

interface Options extends CommonOptions {
  /** How many databases to synthesize, the fewest first. */
  readonly databases: readonly number[];
  /** Whether the usual way is measured too. */
  readonly stock: boolean;
}

interface Result {
  readonly machine: Machine;
  readonly runs: number;
  /** The environments of environments/. */
  readonly shipped: Synthesis;
  /** Generated environments. */
  readonly generated: readonly Synthesis[];
  /** One database the usual way. */
  readonly stock?: Synthesis;
  /** How many times as long as ours the usual way takes, for one database. */
  readonly stockToOurs?: number;
  readonly growth?: Growth;
}

/** From the second largest size to the largest. */
interface Growth {
  readonly from: number;
  readonly to: number;
  /** How many times as long it takes. */
  readonly times: number;
  /** The time grows with this power of the number of databases: 1 is linear, 2 quadratic. */
  readonly exponent: number;
}

const DEFAULT_DATABASES = "1,10,100,500";
const MOST_DATABASES = 1000;
const DEFAULT_RUNS = 3;
const TARGET_SHIPPED_MS = 1000;
const TARGET = { databases: 100, milliseconds: 10_000 };
/** More is no longer linear. */
const TARGET_EXPONENT = 1.1;

const USAGE = `Measures how long the app takes to synthesize, how much it writes, and what it needs of memory.

Each measurement is a process of its own, without the cdktf CLI, into a temporary folder that is
removed: the shipped environments, generated ones, and one database the usual way (the provider
imported whole, ts-node, cdktf's own archive of the function's folder). Needs no AWS account and no
terraform. Five minutes on two cores.

Usage: npm run bench:synth -- [options]

  --databases <n,n>  sizes of the generated environments, 1 to ${MOST_DATABASES} (default ${DEFAULT_DATABASES})
  --runs <n>         how often each is synthesized (default ${DEFAULT_RUNS})
  --skip-stock       leave the usual way out
  --json             print one JSON document and nothing else
  --update           put the figures into docs/benchmarks.md
  --help             show this
`;

function parse(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { ...COMMON_OPTIONS, databases: { type: "string" }, "skip-stock": { type: "boolean" } },
  });
  const counts = (values.databases ?? DEFAULT_DATABASES).split(",");
  const wrong = counts.find(
    (text) => !/^\d+$/.test(text) || Number(text) < 1 || Number(text) > MOST_DATABASES,
  );
  if (wrong !== undefined) {
    throw new UsageError(`--databases must be whole numbers from 1 to ${MOST_DATABASES}, got "${wrong}"`);
  }
  return {
    ...commonOptions(values, DEFAULT_RUNS),
    databases: [...new Set(counts.map(Number))].sort((one, other) => one - other),
    stock: !values["skip-stock"],
  };
}

async function measure(options: Options, surroundings: Surroundings): Promise<Result> {
  const { runs } = options;
  const measured = (subject: Subject, times = runs) => measureSynthesis(subject, times, surroundings);
  const facts = machine();
  const databases = Object.values(ENVIRONMENTS).flatMap((environment) => Object.keys(environment.databases));
  const shipped = ours("The shipped environments", databases.length, "main.ts");
  // tsx keeps what it has made of a file: every synth but the first of all finds it there.
  await measured({ ...shipped, title: "Once before, not counted" }, 1);
  const result = { machine: facts, runs, shipped: await measured(shipped) };
  const generated: Synthesis[] = [];
  for (const count of options.databases) {
    const title = `${count} ${count === 1 ? "database" : "databases"}`;
    generated.push(await measured(ours(title, count, "bench/synth/app.ts", String(count))));
  }
  const growth = growthOf(generated);
  const single = generated.find((synthesis) => synthesis.databases === 1);
  const usual = options.stock ? await measured(await stock(surroundings)) : undefined;
  return {
    ...result,
    generated,
    ...(growth && { growth }),
    ...(usual && { stock: usual }),
    ...(usual && single && { stockToOurs: usual.milliseconds.median / single.milliseconds.median }),
  };
}

function growthOf(generated: readonly Synthesis[]): Growth | undefined {
  const [from, to] = generated.slice(-2);
  if (from === undefined || to === undefined) return undefined;
  const times = to.milliseconds.median / from.milliseconds.median;
  return {
    from: from.databases,
    to: to.databases,
    times,
    exponent: Math.log(times) / Math.log(to.databases / from.databases),
  };
}

function report(result: Result): Report {
  const { shipped, generated, stock, stockToOurs, growth } = result;
  const rows = [
    row("shipped environments", shipped),
    ...generated.map((synthesis) => row("generated", synthesis)),
    ...(stock ? [row("the usual way", stock)] : []),
  ];
  const table: Table = {
    head: ["", "Databases", "Stacks", "Time", "A database", "CPU time", "Size", "A database", "Peak memory"],
    rows,
  };
  return [
    `${machineText(result.machine)} Each in ${result.runs} ${result.runs === 1 ? "run" : "runs"}: the median, and the range.`,
    table,
    ...(stockToOurs === undefined
      ? []
      : [`One database the usual way takes ${stockToOurs.toFixed(1)} times as long.`]),
    ...(growth === undefined ? [] : [growthText(growth)]),
    ...targets(result),
  ];
}

function row(what: string, { databases, stacks, bytes, ...measured }: Synthesis): string[] {
  return [
    what,
    String(databases),
    String(stacks),
    seconds(measured.milliseconds),
    `${(measured.milliseconds.median / databases).toFixed(0)} ms`,
    seconds(measured.processorMilliseconds),
    kilobytes(bytes),
    kilobytes(bytes / databases),
    `${measured.peakMemoryMib.toFixed(0)} MiB`,
  ];
}

function growthText({ from, to, times, exponent }: Growth): string {
  return (
    `From ${from} to ${to} databases, ${(to / from).toFixed(1)} times as many, the time is ${times.toFixed(1)} times ` +
    `as long: it grows with the power ${exponent.toFixed(2)} of their number (1 is linear, 2 quadratic).`
  );
}

function targets({ shipped, generated, growth }: Result): string[] {
  const large = generated.find(({ databases }) => databases === TARGET.databases);
  return [
    target(
      "the shipped environments in less than 1 s",
      shipped.milliseconds.median < TARGET_SHIPPED_MS,
      seconds(shipped.milliseconds),
    ),
    ...(large === undefined
      ? []
      : [
          target(
            "100 databases in less than 10 s",
            large.milliseconds.median < TARGET.milliseconds,
            seconds(large.milliseconds),
          ),
        ]),
    ...(growth === undefined
      ? []
      : [
          target(
            `growth with a power of at most ${TARGET_EXPONENT}`,
            growth.exponent <= TARGET_EXPONENT,
            growth.exponent.toFixed(2),
          ),
        ]),
  ];
}

runProgram({ script: "bench:synth", usage: USAGE, parse, measure, report });

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageOf } from "../ci/sbom/archive";
import { ENGINE_NAMES } from "../environments/engines";
import { bundle, type Engine, zip } from "../stacks/archive";
import { type Machine, machine, machineText } from "./machine";
import { type Run, run, type Spread, spread } from "./measure";
import {
  COMMON_OPTIONS,
  type CommonOptions,
  commonOptions,
  PROJECT,
  runProgram,
  type Surroundings,
} from "./program";
import { kilobytes, milliseconds, type Report, target } from "./report";

/** An engine's rotation function as it is uploaded. */
interface Archive {
  readonly engine: Engine;
  readonly zipBytes: number;
  /** The one file in it. */
  readonly bundleBytes: number;
  /** Largest first; our own files together are one of them. */
  readonly parts: readonly Part[];
  /** From nothing to the handler, in a fresh process: what a cold start adds to Lambda's own. */
  readonly loadMilliseconds: Spread;
  /** Of that process, Node's own share included. */
  readonly peakMemoryMib: number;
}

/** How much of a bundle a package is. */
interface Part {
  readonly name: string;
  readonly bytes: number;
}

interface Result {
  readonly machine: Machine;
  readonly runs: number;
  readonly archives: readonly Archive[];
}

const DEFAULT_RUNS = 20;
const SHOWN_PARTS = 8;
const TARGET_BYTES = 250_000;
const OURS = "our own files";

const USAGE = `Measures each engine's rotation function: the archive that Terraform uploads, what in it is how
large, and how long a fresh Node process needs to load it. Half a minute on two cores.

Usage: npm run bench:archive -- [options]

  --runs <n>  how often each bundle is loaded (default ${DEFAULT_RUNS})
  --json      print one JSON document and nothing else
  --update    put the figures into docs/benchmarks.md
  --help      show this
`;

function parse(args: readonly string[]): CommonOptions {
  return commonOptions(parseArgs({ args: [...args], options: COMMON_OPTIONS }).values, DEFAULT_RUNS);
}

async function measure({ runs }: CommonOptions, surroundings: Surroundings): Promise<Result> {
  const facts = machine();
  const archives: Archive[] = [];
  for (const engine of ENGINE_NAMES) archives.push(await measureArchive(engine, runs, surroundings));
  return { machine: facts, runs, archives };
}

function measureArchive(
  engine: Engine,
  runs: number,
  { folder, progress, signal }: Surroundings,
): Promise<Archive> {
  return progress.step(
    engine,
    async (say) => {
      const { indexJs, inputs } = bundle(engine);
      const file = join(folder, engine, "index.js");
      await mkdir(join(folder, engine));
      await writeFile(file, indexJs);
      const measured: Run[] = [];
      for (let number = 1; number <= runs; number++) {
        say(`load ${number} of ${runs}`);
        const variables = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
        measured.push(await run(["bench/archive/load.cjs", file], { cwd: PROJECT, variables, signal }));
      }
      return {
        engine,
        zipBytes: zip(indexJs).length,
        bundleBytes: indexJs.length,
        parts: partsOf(inputs),
        loadMilliseconds: spread(measured.map(({ output }) => Number(output))),
        peakMemoryMib: Math.max(...measured.map((each) => each.peakMemoryMib)),
      };
    },
    ({ zipBytes, loadMilliseconds }) => `${kilobytes(zipBytes)}, loaded in ${milliseconds(loadMilliseconds)}`,
  );
}

function partsOf(inputs: ReadonlyMap<string, number>): Part[] {
  const sizes = new Map<string, number>();
  for (const [path, bytes] of inputs) {
    const name = packageOf(path)?.split("node_modules/").at(-1) ?? OURS;
    sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  }
  return [...sizes].map(([name, bytes]) => ({ name, bytes })).sort((one, other) => other.bytes - one.bytes);
}

function report({ machine, runs, archives }: Result): Report {
  return [
    `${machineText(machine)} Each bundle loaded ${runs} times: the median, and the range.`,
    {
      head: ["Function", "Archive", "Unpacked", "Load time", "Peak memory"],
      rows: archives.map(({ engine, zipBytes, bundleBytes, loadMilliseconds, peakMemoryMib }) => [
        engine,
        kilobytes(zipBytes),
        kilobytes(bundleBytes),
        milliseconds(loadMilliseconds),
        `${peakMemoryMib.toFixed(0)} MiB`,
      ]),
    },
    `The ${SHOWN_PARTS} largest parts of each, unpacked:`,
    {
      head: archives.map(({ engine }) => engine),
      rows: Array.from({ length: SHOWN_PARTS }, (_, index) =>
        archives.map(({ parts }) => partText(parts[index])),
      ),
    },
    ...archives
      .filter(({ engine }) => engine === "postgres")
      .map(({ zipBytes }) =>
        target(
          `an archive of at most ${kilobytes(TARGET_BYTES)} for postgres`,
          zipBytes <= TARGET_BYTES,
          kilobytes(zipBytes),
        ),
      ),
  ];
}

function partText(part: Part | undefined): string {
  return part === undefined ? "" : `${part.name} ${kilobytes(part.bytes)}`;
}

runProgram({ script: "bench:archive", usage: USAGE, parse, measure, report });

import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { app } from "../../cdktf.json";
import { bundle } from "../../stacks/archive";
import { type Run, run, type Spread, spread } from "../measure";
import { PROJECT, type Surroundings } from "../program";
import { seconds } from "../report";

/** What it took to synthesize an app, of several runs. */
export interface Synthesis {
  readonly databases: number;
  readonly stacks: number;
  readonly milliseconds: Spread;
  /** Of the app's own process. */
  readonly processorMilliseconds: Spread;
  /** Of cdktf.out. */
  readonly bytes: number;
  readonly peakMemoryMib: number;
}

/** What to synthesize. */
export interface Subject {
  readonly title: string;
  readonly databases: number;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

const manifest = z.object({ stacks: z.record(z.string(), z.unknown()) });

/** How cdktf.json runs the app: its command without node and main.ts. */
const RUNNER = app.split(" ").slice(1, -1);

/** @param program from the project's folder */
export function ours(title: string, databases: number, program: string, ...args: string[]): Subject {
  return { title, databases, args: [...RUNNER, program, ...args] };
}

/**
 * One database as `cdktf init` sets a project up: its template's ts-node and tsconfig.json. Without npx, which would
 * only add to it. The compiler is the one that comes with cdktf's own CLI, since ts-node knows none from 6 on.
 */
export async function stock({ folder }: Surroundings): Promise<Subject> {
  const lambda = join(folder, "lambda");
  await mkdir(lambda);
  await writeFile(join(lambda, "index.js"), bundle("postgres").indexJs);
  const resolve = createRequire(join(PROJECT, "package.json")).resolve;
  const template = join(resolve("@cdktf/cli-core/package.json"), "../templates/typescript/tsconfig.json");
  const compiler = createRequire(resolve("jsii/package.json")).resolve("typescript");
  return {
    title: "1 database the usual way",
    databases: 1,
    args: [
      resolve("ts-node/dist/bin"),
      ...["--project", template, "--compiler", compiler],
      "bench/synth/stock/main.ts",
    ],
    variables: { LAMBDA_FOLDER: lambda },
  };
}

/** Synthesizes into a folder that is empty at first, once a run. */
export async function measureSynthesis(
  { title, databases, args, variables }: Subject,
  runs: number,
  { folder, progress, signal }: Surroundings,
): Promise<Synthesis> {
  const out = join(folder, "cdktf.out");
  return progress.step(
    title,
    async (say) => {
      const measured: Run[] = [];
      for (let number = 1; number <= runs; number++) {
        say(`run ${number} of ${runs}`);
        await rm(out, { recursive: true, force: true });
        measured.push(
          await run(args, { cwd: PROJECT, variables: { ...variables, CDKTF_OUTDIR: out }, signal }),
        );
      }
      const { stacks } = manifest.parse(JSON.parse(await readFile(join(out, "manifest.json"), "utf8")));
      return {
        databases,
        stacks: Object.keys(stacks).length,
        milliseconds: spread(measured.map((each) => each.milliseconds)),
        processorMilliseconds: spread(measured.map((each) => each.processorMilliseconds)),
        bytes: await sizeOf(out),
        peakMemoryMib: Math.max(...measured.map((each) => each.peakMemoryMib)),
      };
    },
    ({ milliseconds }) => seconds(milliseconds),
  );
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ path, name }) => stat(join(path, name))));
  return sizes.reduce((total, { size }) => total + size, 0);
}

import { execFile as execFileWithCallback } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Progress } from "../../local/progress";
import { compareFolders, type Explanation, explain, type Verdict } from "./differences";
import { SWAPS, swapImports, swapManifest } from "./packages";

/** What came of a rehearsal. */
export interface Rehearsal extends Verdict {
  readonly packages: readonly InstalledSwap[];
  readonly milliseconds: number;
}

/** A swap, as it was installed. */
export interface InstalledSwap {
  readonly from: string;
  readonly to: string;
  /** Node.js versions that the new package supports. */
  readonly node: string | undefined;
}

export interface RehearsalOptions {
  /** Folder of the project. @default this project */
  readonly project?: string;
  /** Folder for the temporary one. @default the system's */
  readonly temporary?: string;
  readonly explanations: readonly Explanation[];
  readonly progress: Progress;
  /** Ends the program at hand; the temporary folder is removed all the same. */
  readonly signal?: AbortSignal;
}

const execFile = promisify(execFileWithCallback);
const PROJECT = resolve(__dirname, "../..");
/** main.ts has every environment; the other has one that uses every option. */
const APPS: Readonly<Record<string, string>> = { environments: "main.ts", fixture: "ci/fixture-app.ts" };
/** In bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;
const SOURCE = /\.[mc]?[jt]s$/;

/** Moves a copy of the project to CDK Terrain, and compares what both synthesize. Leaves nothing behind. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { project = PROJECT, temporary = tmpdir(), explanations, progress, signal } = options;
  const began = performance.now();
  const folder = await mkdtemp(join(temporary, "rehearse-cdktn-"));
  const copy = join(folder, "project");
  const [before, after] = [join(folder, "before"), join(folder, "after")];
  try {
    await progress.step(
      "Copy the project, with packages and imports swapped",
      () => copySwapped(project, copy, signal),
      (count) => `${count} files changed`,
    );
    const packages = await progress.step("Install", async () => {
      // The lockfile is in the copy: everything that is not swapped stays at its version. No package of the new
      // family needs its install script to type-check or synthesize.
      await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: copy, signal });
      return Promise.all(SWAPS.map((swap) => installedSwap(project, copy, swap)));
    });
    await progress.step("Type-check", () => run("npm", ["run", "typecheck"], { cwd: copy, signal }));
    await progress.step("Synthesize with CDKTF", () => synthesize(project, before, signal));
    await progress.step("Synthesize with CDK Terrain", () => synthesize(copy, after, signal));
    const verdict = await progress.step(
      "Compare",
      async () => explain(await compareFolders(before, after), explanations),
      ({ explained, unexplained }) =>
        `${explained.flatMap(({ differences }) => differences).length} differences explained, ` +
        `${unexplained.length} not`,
    );
    return { ...verdict, packages, milliseconds: performance.now() - began };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Copies what git knows or would take, and answers with the number of files that changed. */
async function copySwapped(project: string, copy: string, signal: AbortSignal | undefined): Promise<number> {
  const listed = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: project,
    signal,
  });
  let changed = 0;
  for (const file of new Set(listed.split("\0").filter(Boolean))) {
    const [from, to] = [join(project, file), join(copy, file)];
    await mkdir(dirname(to), { recursive: true });
    // A file that git knows may have been removed.
    await cp(from, to).catch(ignoreMissing);
    const swap = file === "package.json" ? swapManifestText : SOURCE.test(file) ? swapImports : undefined;
    if (swap === undefined) continue;
    const text = await readFile(to, "utf8").catch(ignoreMissing);
    if (text === undefined || swap(text) === text) continue;
    await writeFile(to, swap(text));
    changed++;
  }
  return changed;
}

function swapManifestText(text: string): string {
  return `${JSON.stringify(swapManifest(JSON.parse(text)), undefined, 2)}\n`;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

async function installedSwap(
  project: string,
  copy: string,
  { from, to }: (typeof SWAPS)[number],
): Promise<InstalledSwap> {
  const [old, current] = await Promise.all([installed(project, from), installed(copy, to)]);
  return {
    from: `${from}@${old.version}`,
    to: `${to}@${current.version}`,
    node: current.engines?.node,
  };
}

async function installed(
  project: string,
  name: string,
): Promise<{ readonly version: string; readonly engines?: { readonly node?: string } }> {
  return JSON.parse(await readFile(join(project, "node_modules", name, "package.json"), "utf8"));
}

/** Runs every app as `cdktf synth` would. */
async function synthesize(project: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(folder);
  for (const [name, app] of Object.entries(APPS)) {
    const env = { ...process.env, CDKTF_OUTDIR: join(folder, name) };
    await run(process.execPath, ["--require", "tsx/cjs", app], { cwd: project, env, signal });
  }
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
}

/** @throws with everything that the program has said, when it fails */
async function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  try {
    const { stdout } = await execFile(program, args, { ...options, maxBuffer: MAX_OUTPUT });
    return stdout;
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trim() || message;
    throw new Error(`${[program, ...args].join(" ")} failed:\n${said}`, { cause: error });
  }
}

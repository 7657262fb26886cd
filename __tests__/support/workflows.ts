import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { readProjectFile } from "./documented-commands";

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly name?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly "runs-on"?: string;
  readonly environment?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly concurrency?: object;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: object;
  readonly concurrency?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = ".github/workflows";

/** An expression as a workflow has it. @param text e.g. "github.sha" */
export const expression = (text: string) => `\${{ ${text} }}`;

/** The files, by name. */
export const WORKFLOW_FILES = readdirSync(join(resolve(__dirname, "../.."), FOLDER)).sort();

export function workflowText(file: string): string {
  return readProjectFile(join(FOLDER, file));
}

export function workflow(file: string): Workflow {
  return parse(workflowText(file));
}

/** Every job of every workflow, as "<workflow>/<job>". */
export function allJobs(): [string, Job][] {
  return WORKFLOW_FILES.flatMap((file) =>
    Object.entries(workflow(file).jobs).map(([name, job]): [string, Job] => [
      `${file.replace(/\.yml$/, "")}/${name}`,
      job,
    ]),
  );
}

export function job(path: string): Job {
  const found = new Map(allJobs()).get(path);
  if (found === undefined) throw new Error(`no workflow has the job ${path}`);
  return found;
}

/** @param step its name or id */
export function stepOf(path: string, step: string): Step {
  const found = job(path).steps.find(({ id, name }) => id === step || name === step);
  if (found === undefined) throw new Error(`${path} has no step ${step}`);
  return found;
}

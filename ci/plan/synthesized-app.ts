import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/** A synthesized folder, such as cdktf.out. */
export interface SynthesizedApp {
  /** Absolute. */
  readonly folder: string;
  /** In the order of their dependencies. */
  readonly stacks: readonly Stack[];
}

export interface Stack {
  readonly name: string;
  /** Stacks whose outputs it reads. */
  readonly dependencies: readonly string[];
  /** Its cdk.tf.json. It holds the hash of the archive of its function. */
  readonly text: string;
  /** Where Terraform runs, absolute. */
  readonly folder: string;
}

/** What a change does to the stacks. */
export interface Touched {
  /** New or different, in the order of their dependencies. */
  readonly stacks: readonly Stack[];
  /** In the base only. */
  readonly gone: readonly string[];
}

// Written by cdktf: https://github.com/hashicorp/terraform-cdk/blob/v0.21.0/packages/cdktf/lib/manifest.ts
const manifest = z.object({
  stacks: z.record(
    // It becomes a path and an argument.
    z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    z.object({
      dependencies: z.array(z.string()),
      synthesizedStackPath: z.string(),
      workingDirectory: z.string(),
    }),
  ),
});

/** @throws where the folder has no app */
export function readApp(folder: string): SynthesizedApp {
  const absolute = resolve(folder);
  let text: string;
  try {
    text = readFileSync(join(absolute, "manifest.json"), "utf8");
  } catch (error) {
    throw new Error(`${folder} has no manifest.json: synthesize into it first`, { cause: error });
  }
  const { stacks } = manifest.parse(JSON.parse(text));
  const ordered = new Map<string, Stack>();
  const visit = (name: string) => {
    const stack = stacks[name];
    if (stack === undefined || ordered.has(name)) return;
    stack.dependencies.forEach(visit);
    ordered.set(name, {
      name,
      dependencies: stack.dependencies,
      text: readFileSync(join(absolute, stack.synthesizedStackPath), "utf8"),
      folder: join(absolute, stack.workingDirectory),
    });
  };
  Object.keys(stacks).sort().forEach(visit);
  return { folder: absolute, stacks: [...ordered.values()] };
}

export function touchedStacks(base: SynthesizedApp, head: SynthesizedApp): Touched {
  const before = new Map(base.stacks.map(({ name, text }) => [name, text]));
  const names = new Set(head.stacks.map(({ name }) => name));
  return {
    stacks: head.stacks.filter(({ name, text }) => before.get(name) !== text),
    gone: [...before.keys()].filter((name) => !names.has(name)),
  };
}

/** No environment's name has a hyphen: "<environment>-<rest>" is read one way only. */
export function environmentOf({ name }: Pick<Stack, "name">): string {
  return name.split("-", 1)[0] ?? name;
}

/**
 * The stacks of an environment, in the order of their dependencies.
 * @throws where there are none
 */
export function stacksOf({ stacks }: SynthesizedApp, environment: string): Stack[] {
  const own = stacks.filter((stack) => environmentOf(stack) === environment);
  if (own.length > 0) return own;
  const known = [...new Set(stacks.map(environmentOf))].join(", ");
  throw new Error(`--environment must be one that has stacks (${known}), got "${environment}"`);
}

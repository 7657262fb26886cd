import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { Interruption, type Run, run } from "./child-process";
import { type Plan, readPlan } from "./schema";
import { partsOf } from "./stack-report";
import type { Stack, SynthesizedApp } from "./synthesized-app";

/** What came of planning a stack. */
export type Outcome =
  | { readonly kind: "planned"; readonly plan: Plan }
  /** It reads outputs of stacks that do not have them yet. */
  | { readonly kind: "waiting"; readonly for: readonly string[] }
  | { readonly kind: "failed"; readonly message: string };

export type Planner = (stack: Stack) => Promise<Outcome>;

export interface PlannerOptions {
  /**
   * Locks the state, and leaves the plan's file for {@link applyPlan}. A role that only reads cannot lock, and nobody
   * needs its plans, which hold values of the state. @default false
   */
  readonly toApply?: boolean;
}

const PROJECT = resolve(__dirname, "../..");
const CDKTF = join(PROJECT, "node_modules/.bin/cdktf");
/** As the CLI reads it. */
const terraform = () => process.env.TERRAFORM_BINARY_NAME || "terraform";
/** Where the CLI has Terraform write the plan, in the stack's folder. */
const PLAN_FILE = "plan";

/** Plans as a user does, with `cdktf diff <stack>`. */
export function planner(app: SynthesizedApp, { toApply = false }: PlannerOptions = {}): Planner {
  return async (stack) => {
    try {
      return await planStack(app, stack, toApply);
    } catch (error) {
      if (error instanceof Interruption) throw error;
      return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  };
}

async function planStack(app: SynthesizedApp, stack: Stack, toApply: boolean): Promise<Outcome> {
  await removePlan(stack);
  const args = ["diff", stack.name, "--output", app.folder, "--skip-synth", "--no-color"];
  // The lock file is this folder's and goes with it: nobody needs the checksums of other platforms.
  const diff = await run(CDKTF, [...args, "--skip-provider-lock"], {
    cwd: PROJECT,
    env: {
      ...process.env,
      // No spinner, no telemetry.
      CI: "true",
      CHECKPOINT_DISABLE: "1",
      TF_CLI_ARGS_plan: [process.env.TF_CLI_ARGS_plan, `-lock=${toApply}`].filter(Boolean).join(" "),
    },
  });
  if (diff.code !== 0) {
    await removePlan(stack);
    return explain(stack, diff);
  }
  const show = await run(terraform(), ["show", "-json", PLAN_FILE], { cwd: stack.folder });
  if (!toApply) await removePlan(stack);
  if (show.code !== 0) return { kind: "failed", message: said(show) };
  const outcome: Outcome = { kind: "planned", plan: readPlan(show.stdout) };
  // What nobody may see, nobody can have reviewed: it throws here, before anything is applied.
  partsOf({ stack: stack.name, outcome });
  return outcome;
}

/**
 * Applies the plan that was made last of a stack, and no other: Terraform refuses it once the state has moved on.
 * @param show called with what Terraform writes
 * @returns what went wrong, if anything did
 */
export async function applyPlan(stack: Stack, show: (text: string) => void): Promise<string | undefined> {
  const args = ["apply", "-input=false", "-no-color", PLAN_FILE];
  try {
    const applied = await run(terraform(), args, { cwd: stack.folder, show });
    return applied.code === 0 ? undefined : applied.stderr.trim() || said(applied);
  } catch (error) {
    // Then what was applied before is told all the same.
    return error instanceof Error ? error.message : String(error);
  } finally {
    await removePlan(stack);
  }
}

function removePlan(stack: Stack): Promise<void> {
  return rm(join(stack.folder, PLAN_FILE), { force: true });
}

/** A line of `terraform plan -json`: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
const message = z.object({
  diagnostic: z
    .object({
      severity: z.string(),
      summary: z.string(),
      detail: z.string().default(""),
      address: z.string().optional(),
      snippet: z
        .object({
          context: z.string().nullish(),
          values: z.array(z.object({ traversal: z.string() })).default([]),
        })
        .nullish(),
    })
    .optional(),
});
type Diagnostic = NonNullable<z.output<typeof message>["diagnostic"]>;

/** The CLI breaks Terraform's messages over lines and columns, so Terraform is asked again, for JSON. */
async function explain(stack: Stack, diff: Run): Promise<Outcome> {
  const { stdout } = await run(terraform(), ["plan", "-input=false", "-lock=false", "-json"], {
    cwd: stack.folder,
  });
  const errors = diagnosticsOf(stdout).filter(({ severity }) => severity === "error");
  if (errors.length === 0) return { kind: "failed", message: said(diff) };
  const missing = errors.map((error) => stack.dependencies.find((name) => isWithout(error, name)));
  const waiting = missing.filter((name) => name !== undefined);
  if (waiting.length === errors.length) return { kind: "waiting", for: [...new Set(waiting)] };
  return { kind: "failed", message: errors.map(diagnosticText).join("\n\n") };
}

/** Lines of another kind, from a Terraform that cannot start, are no diagnostics. */
export function diagnosticsOf(output: string): Diagnostic[] {
  return output.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    const read = message.safeParse(JSON.parse(line));
    return read.data?.diagnostic === undefined ? [] : [read.data.diagnostic];
  });
}

/** Whether a stack has no state, or one without the output. Terraform 1.11 says it with no code, but in fixed words. */
function isWithout({ summary, address, snippet }: Diagnostic, stack: string): boolean {
  const source = `data.terraform_remote_state.cross-stack-reference-input-${stack}`;
  if (summary === "Unable to find remote state") return address === source;
  return (
    summary === "Unsupported attribute" &&
    (snippet?.values ?? []).some(({ traversal }) => traversal === `${source}.outputs`)
  );
}

function diagnosticText({ summary, detail, address, snippet }: Diagnostic): string {
  const place = address ?? snippet?.context ?? undefined;
  return [`Error: ${summary}`, ...(place === undefined ? [] : [`in ${place}`]), detail].join("\n").trim();
}

function said({ stdout, stderr }: Run): string {
  const text = stripVTControlCharacters(`${stdout}\n${stderr}`);
  // Without what is left of the CLI's spinner, which turns in Braille.
  return text.replaceAll(/^\p{Script=Braille}.*\n/gmu, "").trim();
}

import { z } from "zod";

// What is read of `terraform show -json <plan>`: https://developer.hashicorp.com/terraform/internals/json-format

/** Shaped as a value, `true` for what is masked, at any level. Required: without it nothing may be shown. */
const mask = z.union([z.boolean(), z.array(z.unknown()), z.record(z.string(), z.unknown())]);

/** An action that is not known here must not pass for no action. */
const actions = z.array(z.enum(["no-op", "create", "read", "update", "delete", "forget"])).min(1);

const change = z.object({
  actions,
  before: z.unknown().default(null),
  /** Left out where all of it is unknown. */
  after: z.unknown().default(null),
  after_unknown: mask,
  before_sensitive: mask,
  after_sensitive: mask,
});

const resourceChange = z.object({
  address: z.string(),
  /** Where it moves from. */
  previous_address: z.string().optional(),
  type: z.string(),
  mode: z.enum(["managed", "data"]),
  change: change.extend({
    /** Keys and indices to what forces a replacement. */
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).default([]),
    importing: z.object({}).optional(),
  }),
  /** Such as "replace_because_tainted". */
  action_reason: z.string().optional(),
});

const plan = z.object({
  format_version: z.string().regex(/^1\./, "is not 1.x"),
  errored: z.literal(false).default(false),
  resource_changes: z.array(resourceChange).default([]),
  /** What Terraform found changed, against the state it had. */
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z.record(z.string(), change).default({}),
});

export type Change = z.output<typeof change>;
export type ResourceChange = z.output<typeof resourceChange>;
/** What Terraform would do in a stack. */
export type Plan = z.output<typeof plan>;

/** @throws with what is not as expected, and where; never with a value */
export function readPlan(json: string): Plan {
  const read = plan.safeParse(JSON.parse(json));
  if (!read.success) {
    throw new Error(`terraform show -json wrote a plan that cannot be read:\n${z.prettifyError(read.error)}`);
  }
  return read.data;
}

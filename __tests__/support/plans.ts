import { type Plan, readPlan } from "../../ci/plan/schema";

type Action = Plan["resource_changes"][number]["change"]["actions"][number];

/** A resource of `terraform show -json`, in short; masks are those of nothing sensitive and nothing unknown. */
export interface ResourceInput {
  readonly address: string;
  readonly actions: readonly Action[];
  readonly mode?: "managed" | "data";
  readonly before?: unknown;
  readonly after?: unknown;
  readonly unknown?: unknown;
  readonly sensitiveBefore?: unknown;
  readonly sensitiveAfter?: unknown;
  readonly movedFrom?: string;
  readonly importing?: object;
  readonly replacePaths?: readonly (readonly (string | number)[])[];
  readonly reason?: string;
}

/** As Terraform writes it. */
export function planJson(
  resources: readonly ResourceInput[],
  rest: { drift?: readonly ResourceInput[]; outputs?: object } = {},
): string {
  return JSON.stringify({
    format_version: "1.2",
    resource_changes: resources.map(resourceJson),
    resource_drift: (rest.drift ?? []).map(resourceJson),
    output_changes: rest.outputs ?? {},
  });
}

export function planOf(...input: Parameters<typeof planJson>): Plan {
  return readPlan(planJson(...input));
}

function resourceJson(input: ResourceInput) {
  const { address, actions, mode = "managed", before = null, after = null } = input;
  return {
    address,
    ...(input.movedFrom !== undefined && { previous_address: input.movedFrom }),
    type: address.split(".")[0],
    mode,
    change: {
      actions,
      before,
      after,
      after_unknown: input.unknown ?? {},
      before_sensitive: input.sensitiveBefore ?? {},
      after_sensitive: input.sensitiveAfter ?? {},
      ...(input.replacePaths && { replace_paths: input.replacePaths }),
      ...(input.importing && { importing: input.importing }),
    },
    ...(input.reason !== undefined && { action_reason: input.reason }),
  };
}

export const SCHEDULE: ResourceInput = {
  address: "aws_secretsmanager_secret_rotation.schedule-app",
  actions: ["update"],
  before: { rotation_rules: [{ duration: "3h", schedule_expression: "rate(30 days)" }] },
  after: { rotation_rules: [{ duration: "3h", schedule_expression: "rate(7 days)" }] },
};

export const LOST_DATABASE: ResourceInput = {
  address: "aws_db_instance.database",
  actions: ["delete", "create"],
  before: { identifier: "shop-orders", engine: "postgres" },
  after: { identifier: "shop-sales", engine: "postgres" },
  replacePaths: [["identifier"]],
};

export const UNCHANGED: ResourceInput = {
  address: "aws_kms_key.key",
  actions: ["no-op"],
  before: { description: "key" },
  after: { description: "key" },
};

import type { Plan, ResourceChange } from "./schema";
import { STATEFUL_TYPES } from "./stateful-types";

export type Kind = "add" | "change" | "replace" | "destroy" | "forget" | "read" | "none";

/** How many resources of each kind a plan has. A resource that moves or is imported may be changed as well. */
export type Counts = Readonly<Record<Kind | "move" | "import" | "output", number>>;

/** A stateful resource that a plan takes away. */
export interface Loss {
  readonly address: string;
  readonly kind: "replace" | "destroy" | "forget";
  /** What goes with it. */
  readonly what: string;
}

/** Whatever the order of the actions: a replacement may create first. */
export function kindOf({ actions }: { readonly actions: ResourceChange["change"]["actions"] }): Kind {
  const has = (action: (typeof actions)[number]) => actions.includes(action);
  if (has("create") && (has("delete") || has("forget"))) return "replace";
  if (has("delete")) return "destroy";
  if (has("forget")) return "forget";
  if (has("create")) return "add";
  if (has("update")) return "change";
  return has("read") ? "read" : "none";
}

export function countsOf({ resource_changes: resources, output_changes: outputs }: Plan): Counts {
  const count = (is: (resource: ResourceChange) => boolean) => resources.filter(is).length;
  const ofKind = (kind: Kind) => count(({ change }) => kindOf(change) === kind);
  return {
    add: ofKind("add"),
    change: ofKind("change"),
    replace: ofKind("replace"),
    destroy: ofKind("destroy"),
    forget: ofKind("forget"),
    read: ofKind("read"),
    none: ofKind("none"),
    move: count(moves),
    import: count(({ change }) => change.importing !== undefined),
    output: Object.values(outputs).filter((change) => kindOf(change) !== "none").length,
  };
}

export function moves({ address, previous_address: previous }: ResourceChange): boolean {
  return previous !== undefined && previous !== address;
}

/** Whether there is anything to apply. What is read is read by every plan. */
export function hasChanges(plan: Plan): boolean {
  const { none, read, ...changes } = countsOf(plan);
  return Object.values(changes).some((count) => count > 0);
}

/** The destroys and replacements that a deploy refuses. */
export function lossesOf({ resource_changes: resources }: Plan): Loss[] {
  return resources.flatMap(({ address, type, mode, change }) => {
    const kind = kindOf(change);
    const what = STATEFUL_TYPES[type];
    if (mode === "data" || what === undefined) return [];
    return kind === "replace" || kind === "destroy" || kind === "forget" ? [{ address, kind, what }] : [];
  });
}

/** Whether its state has anything. A stack that has none can only be created, and nothing of it can have drifted. */
export function isDeployed({ resource_changes: resources, resource_drift: drift }: Plan): boolean {
  const managed = resources.filter(({ mode }) => mode === "managed");
  return drift.length > 0 || managed.some(({ change }) => kindOf(change) !== "add");
}

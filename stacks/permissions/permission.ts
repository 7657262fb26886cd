import type { Location } from "../location";
import type { PolicyStatement } from "../policy-document";

export type Condition = NonNullable<PolicyStatement["Condition"]>;

/**
 * What is asked of a service, and of which of its resources. In the texts <env>, <partition>, <region> and <account>
 * stand for an environment's own.
 */
export interface Permission {
  readonly service: string;
  /** Last parts of ARNs. @default "*": the actions take no resource */
  readonly resource?: string | readonly string[];
  readonly actions: readonly string[];
  /** Names the condition too. @default none */
  readonly when?: readonly [name: string, condition: Condition];
}

export const on = (
  service: string,
  resource: string | readonly string[],
  ...actions: string[]
): Permission => ({ service, resource, actions });
/** The service authorization reference lists no resource type for these: all or nothing. */
export const all = (service: string, ...actions: string[]): Permission => ({ service, actions });
/** @param name lower-case words; part of the statement's Sid */
export const when = (name: string, condition: Condition, permission: Permission): Permission => ({
  ...permission,
  when: [name, condition],
});

/** A statement of a policy, but for the environment. */
export interface ScopedStatement {
  readonly sid: string;
  readonly service: string;
  /** Last parts of ARNs, or "*" alone. */
  readonly resources: readonly string[];
  readonly actions: readonly string[];
  readonly condition?: Condition | undefined;
}

/** A statement for each kind of resource and condition, with all that is asked of it. @param verb what Sids begin with */
export function scopedStatements(verb: string, permissions: readonly Permission[]): ScopedStatement[] {
  const kinds = permissions.map(({ actions: _, ...kind }) => JSON.stringify(kind));
  return [...new Set(kinds)].map((kind) => {
    const {
      service,
      resource = "*",
      when: [name, condition] = ["", undefined],
    } = JSON.parse(kind) as Permission;
    return {
      sid: [verb, ...new Set([service, resource === "*" ? "all" : resource, name].flat().flatMap(words))]
        .map(capitalized)
        .join(""),
      service,
      resources: [resource].flat(),
      actions: names(permissions.filter((_, index) => kinds[index] === kind)),
      condition,
    };
  });
}

/** IAM names of the actions, each once. */
export function names(permissions: readonly Permission[]): string[] {
  const found = permissions.flatMap(({ service, actions }) =>
    actions.map((action) => `${service}:${action}`),
  );
  return [...new Set(found)].sort();
}

/** @param environment the name and region for <env> and <region> */
export function statementIn(
  { partition, accountId }: Location,
  { name, region }: { readonly name: string; readonly region: string },
  { sid, service, resources, actions, condition }: ScopedStatement,
): PolicyStatement {
  const filled = (text: string) =>
    text
      .replaceAll("<env>", name)
      .replaceAll("<region>", region)
      .replaceAll("<partition>", partition)
      .replaceAll("<account>", accountId);
  const arns = resources.map((resource) => {
    if (resource === "*") return resource;
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    const place = service === "iam" || resource.startsWith("dashboard/") ? "" : region;
    return filled(`arn:<partition>:${service}:${place}:<account>:${resource}`);
  });
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: arns.length === 1 && arns[0] !== undefined ? arns[0] : arns,
    ...(condition && { Condition: JSON.parse(filled(JSON.stringify(condition))) }),
  };
}

function words(text: string): string[] {
  return text.match(/[A-Za-z0-9]+/g) ?? [];
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

import { type ScopedStatement, scopedStatements } from "./permission";
import { access } from "./writes/access";
import type { Writes } from "./writes/conditions";
import { database } from "./writes/database";
import { functions } from "./writes/functions";
import { monitoring } from "./writes/monitoring";
import { network } from "./writes/network";
import { secrets } from "./writes/secrets";

/**
 * What the provider calls to make, change, tag and destroy each type of resource: by policy, which has a limit, and by
 * type. Data sources write nothing. Per service, with what an action can be limited to:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const WRITE_ACTIONS: Readonly<Record<string, Writes>> = {
  access,
  database,
  functions,
  monitoring,
  network,
  secrets,
};

/** The statements of each policy. */
export function scopedWrites(): (readonly [policy: string, statements: readonly ScopedStatement[]])[] {
  return Object.entries(WRITE_ACTIONS).map(([policy, types]) => [
    policy,
    scopedStatements("Write", Object.values(types).flat()),
  ]);
}

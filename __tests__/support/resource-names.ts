import type { Permission } from "../../stacks/permissions/permission";
import type { SynthesizedStack } from "./synth";

/** What a type's resources are called, and what stands before it in their ARNs. */
export const NAMES: Readonly<Record<string, readonly [attribute: string, prefix: string]>> = {
  aws_cloudwatch_dashboard: ["dashboard_name", "dashboard/"],
  aws_cloudwatch_event_rule: ["name_prefix", "rule/"],
  aws_cloudwatch_log_group: ["name", "log-group:"],
  aws_cloudwatch_metric_alarm: ["alarm_name", "alarm:"],
  aws_db_instance: ["identifier", "db:"],
  aws_db_parameter_group: ["name", "pg:"],
  aws_db_subnet_group: ["name", "subgrp:"],
  aws_iam_role: ["name", "role/"],
  aws_kms_alias: ["name", ""],
  aws_lambda_function: ["function_name", "function:"],
  aws_secretsmanager_secret: ["name", "secret:"],
  aws_sns_topic: ["name", ""],
};

/**
 * @param permissions of the type
 * @returns names of a type's resources that none of the patterns with an environment's name fits, and all names
 */
export function unmatchedNames(
  stacks: Iterable<readonly [id: string, stack: SynthesizedStack]>,
  type: string,
  permissions: readonly Permission[],
): { readonly named: string[]; readonly unmatched: string[] } {
  const [attribute, prefix] = NAMES[type] ?? ["", ""];
  const patterns = permissions
    .flatMap(({ resource = [] }) => resource)
    .filter((resource) => resource.includes("<env>"));
  const named = [...stacks].flatMap(([id, stack]) =>
    Object.values(stack.all(type)).map(
      (each) => [id.split("-")[0] ?? "", `${prefix}${each[attribute]}`] as const,
    ),
  );
  const fits = (pattern: string, environment: string, name: string) =>
    new RegExp(
      `^${pattern.replace("<env>", environment).replaceAll(/[/.$]/g, "\\$&").replaceAll("*", ".*")}$`,
    ).test(name);
  return {
    named: named.map(([, name]) => name),
    unmatched: named
      .filter(([environment, name]) => !patterns.some((pattern) => fits(pattern, environment, name)))
      .map(([, name]) => name),
  };
}

import { type Declaration, must, ofType, type Rule } from "./rule";

/** What writes a log, by the group it writes to: a group that is not declared is made without a key, and never expires. */
const declaredLogs: Rule = {
  name: "log groups declared for all that log",
  applies: ofType("aws_db_instance", "aws_lambda_function"),
  *check(declaration, stack) {
    const declared = stack.filter(ofType("aws_cloudwatch_log_group")).map(({ attributes: { name } }) => name);
    for (const group of logGroupsOf(declaration)) {
      if (!declared.includes(group)) {
        yield `must have its log group ${group} declared in the stack, which it is not`;
      }
    }
  },
};

function logGroupsOf({ type, attributes }: Declaration): string[] {
  if (type === "aws_lambda_function") return [`/aws/lambda/${attributes.function_name}`];
  const exported = (attributes.enabled_cloudwatch_logs_exports ?? []) as readonly string[];
  return exported.map((log) => `/aws/rds/instance/${attributes.identifier}/${log}`);
}

const exportedLogs: Rule = {
  name: "databases' logs kept",
  applies: ofType("aws_db_instance"),
  *check({ attributes: { enabled_cloudwatch_logs_exports: exported } }) {
    if (!Array.isArray(exported) || exported.length === 0) {
      yield must("enabled_cloudwatch_logs_exports", "at least one log", exported);
    }
  },
};

const limitedLogs: Rule = {
  name: "logs kept for a stated time",
  applies: ofType("aws_cloudwatch_log_group"),
  *check({ attributes: { retention_in_days } }) {
    // 0 is for ever.
    if (typeof retention_in_days !== "number" || retention_in_days < 1) {
      yield must("retention_in_days", "at least 1", retention_in_days);
    }
  },
};

/** Flow logs are not asked for: they cost by traffic, and an environment says whether it wants them. */
export const logging: readonly Rule[] = [declaredLogs, exportedLogs, limitedLogs];

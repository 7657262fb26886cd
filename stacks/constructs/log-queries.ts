import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { Construct } from "constructs";
import { METRICS } from "../../lambda/rotation/contract";
import { logGroupName } from "./rotation-function";

/**
 * In the language of Logs Insights, over what the functions write: lines of their log in lower case, metrics in upper.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const LOG_QUERIES = {
  failures: [
    "fields @timestamp, secret, step, error, message",
    'filter level = "ERROR"',
    "sort @timestamp desc",
  ],
  "steps of one rotation": [
    "fields @timestamp, step, level, message, durationMs",
    'filter token = "id of the version that the rotation makes"',
    "sort @timestamp asc",
  ],
  repairs: [
    `filter ispresent(${METRICS.repairs})`,
    `stats sum(${METRICS.repairs}) as repairs, max(@timestamp) as last by Secret, Kind`,
    "sort last desc",
  ],
  "last rotation of each secret": [
    `filter ispresent(${METRICS.rotations})`,
    `stats max(@timestamp) as last, sum(${METRICS.rotations}) as rotations by FunctionName, Secret`,
    "sort last asc",
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A query over the logs of all functions of an environment, however many there are. */
export function overAllFunctions(environment: string, query: readonly string[]): string {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Source.html
  const source = `SOURCE logGroups(namePrefix: ["${logGroupName(`${environment}-`)}"])`;
  return [source, ...query].join("\n| ");
}

/** The queries, saved under the environment's name. Whoever runs one says over which functions' logs. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    for (const [name, query] of Object.entries(LOG_QUERIES)) {
      new CloudwatchQueryDefinition(this, name.replaceAll(" ", "-"), {
        // Logs Insights shows what stands before a slash as a folder.
        name: `${environment}-rotation/${name}`,
        queryString: query.join("\n| "),
      });
    }
  }
}

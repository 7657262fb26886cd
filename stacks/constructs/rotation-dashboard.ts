import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { METRICS } from "../../lambda/rotation/contract";
import { MAIN } from "../environment-stack";
import { LOG_QUERIES, overAllFunctions } from "./log-queries";

export interface RotationDashboardProps {
  /** Name of the environment. */
  readonly environment: string;
  readonly region: string;
}

/** Columns that a row of widgets has. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const COLUMNS = 24;
const HEIGHT = 7;
const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * All databases of an environment on one page. It searches for their metrics and logs by name, so that it stays the
 * same when one is added. Searches find metrics of the last two weeks only, and rotations may be further apart: when
 * each secret was rotated last stands in the logs.
 */
export class RotationDashboard extends Construct {
  constructor(scope: Construct, id: string, { environment, region }: RotationDashboardProps) {
    super(scope, id);
    const table = (title: string, query: readonly string[]) => ({
      type: "log",
      properties: { region, title, query: overAllFunctions(environment, query), view: "table" },
    });
    const graph = (title: string, ...expressions: string[]) => ({
      type: "metric",
      properties: {
        region,
        title,
        view: "timeSeries",
        metrics: expressions.map((expression) => [{ expression }]),
      },
    });
    const own = (metric: string, by: "Secret" | "Step" | "Kind", statistic: string, period: number) =>
      search(
        `{${METRICS.namespace},FunctionName,${by}} MetricName="${metric}" FunctionName=${environment}`,
        statistic,
        period,
      );
    // Other functions of the account may have the environment's name in theirs.
    const lambda = (metric: string, statistic: string) =>
      search(
        `{AWS/Lambda,FunctionName} MetricName="${metric}" FunctionName=${environment} rotation`,
        statistic,
        HOUR,
      );
    const rows = [
      [
        table("Last rotation of each secret, longest ago first", LOG_QUERIES["last rotation of each secret"]),
        table("Failures", LOG_QUERIES.failures),
      ],
      [
        graph("Rotations a day, by secret", own(METRICS.rotations, "Secret", "Sum", DAY)),
        graph("Failed steps an hour, by secret", own(METRICS.failures, "Secret", "Sum", HOUR)),
        graph("Repairs a day, by kind", own(METRICS.repairs, "Kind", "Sum", DAY)),
      ],
      [
        graph("Longest step in ms, by step", own(METRICS.stepDuration, "Step", "Maximum", HOUR)),
        graph("Functions: errors and throttles", lambda("Errors", "Sum"), lambda("Throttles", "Sum")),
        graph("Functions: longest run in ms", lambda("Duration", "Maximum")),
      ],
    ];
    new CloudwatchDashboard(this, MAIN, {
      dashboardName: `${environment}-rotation`,
      dashboardBody: JSON.stringify({
        // Secrets rotate every 30 days by default.
        start: "-P35D",
        widgets: rows.flatMap((row, y) =>
          row.map((widget, x) => {
            const width = COLUMNS / row.length;
            return { ...widget, x: x * width, y: y * HEIGHT, width, height: HEIGHT };
          }),
        ),
      }),
    });
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html */
function search(term: string, statistic: string, period: number): string {
  return `SEARCH('${term}', '${statistic}', ${period})`;
}

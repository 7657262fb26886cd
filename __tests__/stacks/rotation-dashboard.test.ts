import { loadEnvironments } from "../../environments";
import { REPAIR_KINDS } from "../../lambda/rotation/contract";
import { Metrics } from "../../lambda/rotation/metrics";
import { declaredMetrics, linesOf } from "../support/function-lines";
import { ownNetwork, synthesize } from "../support/synth";

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly query?: string;
    readonly metrics?: readonly (readonly [{ readonly expression: string }])[];
  };
}

const stack = synthesize({ test: ownNetwork() }).stack("test-monitoring");
const dashboard = stack.resource("aws_cloudwatch_dashboard.dashboard");
const body: { readonly start: string; readonly widgets: readonly Widget[] } = JSON.parse(
  String(dashboard.dashboard_body),
);
const expressions = body.widgets.flatMap(({ properties: { metrics = [] } }) =>
  metrics.map(([{ expression }]) => expression),
);

test("an environment has one dashboard, of its name", () => {
  expect(dashboard.dashboard_name).toBe("test-rotation");
  expect(Object.keys(stack.all("aws_cloudwatch_dashboard"))).toHaveLength(1);
});

test("or none", () => {
  const { addresses } = synthesize({ test: { ...ownNetwork(), monitoring: { dashboard: false } } }).stack(
    "test-monitoring",
  );
  expect(addresses.filter((address) => address.includes("dashboard"))).toEqual([]);
});

test("it shows rotations, the last of each, failures, repairs, durations, errors and throttles", () => {
  expect(body.widgets.map(({ type, properties: { title } }) => `${type}: ${title}`)).toEqual([
    "log: Last rotation of each secret, longest ago first",
    "log: Failures",
    "metric: Rotations a day, by secret",
    "metric: Failed steps an hour, by secret",
    "metric: Repairs a day, by kind",
    "metric: Longest step in ms, by step",
    "metric: Functions: errors and throttles",
    "metric: Functions: longest run in ms",
  ]);
});

test("its searches are these", () => {
  const own = "SEARCH('{SecretRotation,FunctionName,";
  const lambda = "SEARCH('{AWS/Lambda,FunctionName} MetricName=";
  expect(expressions).toEqual([
    `${own}Secret} MetricName="Rotations" FunctionName=test', 'Sum', 86400)`,
    `${own}Secret} MetricName="Failures" FunctionName=test', 'Sum', 3600)`,
    `${own}Kind} MetricName="Repairs" FunctionName=test', 'Sum', 86400)`,
    `${own}Step} MetricName="StepDuration" FunctionName=test', 'Maximum', 3600)`,
    `${lambda}"Errors" FunctionName=test rotation', 'Sum', 3600)`,
    `${lambda}"Throttles" FunctionName=test rotation', 'Sum', 3600)`,
    `${lambda}"Duration" FunctionName=test rotation', 'Maximum', 3600)`,
  ]);
});

test("it searches for metrics and dimensions that the function writes", async () => {
  // given
  const metrics = new Metrics("test/orders/app", "test-orders-rotation");
  const lines = await linesOf(() => {
    metrics.rotation();
    metrics.failure();
    metrics.repair(REPAIR_KINDS[0]);
    metrics.stepDuration("createSecret", 1);
  });
  const written = declaredMetrics(lines).flatMap(({ Namespace, Dimensions, Metrics: [metric] }) =>
    Dimensions.map((dimensions) => `{${[Namespace, ...dimensions].join(",")}} MetricName="${metric?.Name}"`),
  );

  // then
  const searched = expressions.flatMap(
    (expression) => /\{SecretRotation.*?MetricName="\w+"/.exec(expression) ?? [],
  );
  expect(searched).toHaveLength(4);
  expect(searched.filter((schema) => !written.includes(schema))).toEqual([]);
});

test("its tables are of all functions' logs", () => {
  const queries = body.widgets.flatMap(({ properties: { query } }) => query ?? []);
  expect(queries.map((query) => query.split("\n")[0])).toEqual(
    Array(2).fill('SOURCE logGroups(namePrefix: ["/aws/lambda/test-"])'),
  );
});

test("it begins further back than secrets rotate by default", () => {
  const [environment] = loadEnvironments({ test: ownNetwork() }, {});
  const { schedule } = environment?.databases.orders?.users.app?.rotation ?? {};
  expect([schedule, body.start]).toEqual(["rate(30 days)", "-P35D"]);
});

test("its widgets fill the rows and lie on nothing", () => {
  const rows = new Map<number, number>();
  for (const { x, y, width } of body.widgets) {
    expect(x).toBe(rows.get(y) ?? 0);
    rows.set(y, x + width);
  }
  expect([...rows]).toEqual([
    [0, 24],
    [7, 24],
    [14, 24],
  ]);
});

import { driftReport, driftStateOf } from "../../../ci/plan/drift-report";
import { type ResourceInput, SCHEDULE, UNCHANGED } from "../../support/plans";
import { failed, planned, waiting } from "../../support/reports";

const CREATED: ResourceInput = { ...SCHEDULE, actions: ["create"] };
/** AWS has another schedule than the state. */
const DRIFT: ResourceInput = {
  ...SCHEDULE,
  before: SCHEDULE.after,
  after: SCHEDULE.before,
};
/** What AWS counts by itself. */
const RESTORABLE: ResourceInput = {
  address: "aws_db_instance.database",
  actions: ["update"],
  before: { latest_restorable_time: "02:00" },
  after: { latest_restorable_time: "02:05" },
};

test.each([
  ["a plan that is empty", planned("a", [UNCHANGED]), "in step"],
  ["a time that AWS keeps", planned("a", [UNCHANGED], { drift: [RESTORABLE] }), "in step"],
  ["a change", planned("a", [SCHEDULE]), "differs"],
  ["a part that is not there", planned("a", [UNCHANGED, CREATED]), "differs"],
  ["nothing in the state", planned("a", [CREATED]), "not deployed"],
  ["a stack that waits", waiting("a", "b"), "not deployed"],
  ["a failure", failed("a", "Error"), "failed"],
])("%s: %#", (_, report, state) => {
  expect(driftStateOf(report)).toBe(state);
});

test("the report tells drift in AWS from what was not deployed", () => {
  const reports = [
    planned("shop-orders", [SCHEDULE, UNCHANGED], { drift: [DRIFT, RESTORABLE] }),
    planned("shop-stock", [SCHEDULE]),
    planned("shop-network", [UNCHANGED]),
  ];

  const [head, table, orders] = [/^### .*/m, /\| `shop[\s\S]*?\n\n/, /#### shop-orders[\s\S]*?<details>/].map(
    (part) => part.exec(driftReport(reports))?.[0],
  );

  expect(head).toBe("### AWS is not as configured in 2 of 3 stacks");
  expect(table).toBe(`| \`shop-orders\` |  | 1 |  |  | ⚠️ changed in AWS |
| \`shop-stock\` |  | 1 |  |  | ⚠️ not deployed as configured |
| \`shop-network\` |  |  |  |  | in step |

`);
  expect(orders).toBe(`#### shop-orders

Changed in AWS since the last deploy:

\`\`\`diff
@@ aws_secretsmanager_secret_rotation.schedule-app was changed in AWS @@
  rotation_rules = [
    {
      duration = "3h"
-     schedule_expression = "rate(7 days)"
+     schedule_expression = "rate(30 days)"
    }
  ]
\`\`\`

<details>`);
});

test("a resource that is gone from AWS", () => {
  const drift: ResourceInput = { ...SCHEDULE, actions: ["delete"], after: null };

  expect(driftReport([planned("shop-orders", [UNCHANGED, CREATED], { drift: [drift] })])).toContain(
    "@@ aws_secretsmanager_secret_rotation.schedule-app is gone from AWS @@",
  );
});

test("a sensitive value of AWS is not told either", () => {
  const drift: ResourceInput = { ...DRIFT, after: { a: "correct horse" }, sensitiveAfter: { a: true } };

  expect(driftReport([planned("shop-orders", [SCHEDULE], { drift: [drift] })])).toContain(
    "(sensitive value)",
  );
});

import { type DeploymentOptions, deploy, succeeded } from "../../../ci/plan/deployment";
import { deploymentSummary } from "../../../ci/plan/deployment-summary";
import type { Outcome } from "../../../ci/plan/planner";
import { silentProgress } from "../../../local/progress";
import { LOST_DATABASE, SCHEDULE, UNCHANGED } from "../../support/plans";
import { failed, planned, plannerOf, stackOf, waiting } from "../../support/reports";

const CHANGED = planned("", [SCHEDULE]).outcome;
const SAME = planned("", [UNCHANGED]).outcome;
const LOSS = planned("", [LOST_DATABASE]).outcome;
const FAILED = failed("", "Error: no credentials").outcome;
const WAITING = waiting("", "shop-network").outcome;

const STACKS = [
  stackOf("shop-network"),
  stackOf("shop-orders", "shop-network"),
  stackOf("shop-stock", "shop-network"),
];

/** Deploys stacks that answer with these plans, and tells what was done. */
async function deployed(
  outcomes: Readonly<Record<string, readonly Outcome[]>>,
  options: Partial<DeploymentOptions> = {},
) {
  const calls: string[] = [];
  const result = await deploy({
    stacks: STACKS.filter(({ name }) => outcomes[name] !== undefined),
    plan: plannerOf(outcomes, calls),
    apply: async ({ name }) => {
      calls.push(`apply ${name}`);
      return undefined;
    },
    allowStatefulChanges: false,
    dryRun: false,
    progress: silentProgress,
    ...options,
  });
  return {
    calls,
    results: Object.fromEntries(result.map(({ stack, result: each }) => [stack, each])),
    succeeded: succeeded(result),
    summary: deploymentSummary("shop", result),
  };
}

test("all are planned before any is applied, and each is planned again after what it reads from was", async () => {
  expect(
    await deployed({
      "shop-network": [CHANGED],
      "shop-orders": [WAITING, CHANGED],
      "shop-stock": [SAME, SAME],
    }),
  ).toMatchObject({
    calls: [
      "plan shop-network",
      "plan shop-orders",
      "plan shop-stock",
      "apply shop-network",
      "plan shop-orders",
      "apply shop-orders",
      "plan shop-stock",
    ],
    results: { "shop-network": "applied", "shop-orders": "applied", "shop-stock": "no changes" },
    succeeded: true,
    summary: expect.stringMatching(
      /^### Deployed shop\n\n\| Stack .*\n.*\n\| `shop-network` \| {2}\| 1 \| {2}\| {2}\| ✅ applied \|/,
    ),
  });
});

test("a plan holds where nothing that it reads from was applied", async () => {
  const { calls } = await deployed({ "shop-network": [SAME], "shop-orders": [CHANGED] });

  expect(calls).toEqual(["plan shop-network", "plan shop-orders", "apply shop-orders"]);
});

describe("a loss", () => {
  test("in any stack is refused before anything is applied", async () => {
    expect(await deployed({ "shop-network": [CHANGED], "shop-orders": [LOSS] })).toMatchObject({
      calls: ["plan shop-network", "plan shop-orders"],
      results: { "shop-network": "planned", "shop-orders": "refused" },
      succeeded: false,
      summary: expect.stringContaining("- **replace `aws_db_instance.database`** in `shop-orders`: loses"),
    });
  });

  test("that only a later plan shows is refused then, and what comes after is not reached", async () => {
    expect(
      await deployed({ "shop-network": [CHANGED], "shop-orders": [SAME, LOSS], "shop-stock": [CHANGED] }),
    ).toMatchObject({
      calls: expect.not.arrayContaining(["apply shop-orders", "apply shop-stock"]),
      results: { "shop-network": "applied", "shop-orders": "refused", "shop-stock": "not reached" },
      succeeded: false,
      summary: expect.stringMatching(/^### Deploy of shop refused, 1 of 3 stacks applied/),
    });
  });

  test("is applied where it is allowed", async () => {
    expect(await deployed({ "shop-orders": [LOSS] }, { allowStatefulChanges: true })).toMatchObject({
      calls: ["plan shop-orders", "apply shop-orders"],
      succeeded: true,
    });
  });
});

test("nothing is applied where a stack cannot be planned", async () => {
  expect(await deployed({ "shop-network": [CHANGED], "shop-orders": [FAILED] })).toMatchObject({
    calls: ["plan shop-network", "plan shop-orders"],
    succeeded: false,
    summary: expect.stringContaining("Error: no credentials"),
  });
});

test("a failed apply ends it, with Terraform's message", async () => {
  const apply = async () => "Error: quota";

  expect(await deployed({ "shop-network": [CHANGED], "shop-orders": [CHANGED] }, { apply })).toMatchObject({
    results: { "shop-network": "failed", "shop-orders": "not reached" },
    succeeded: false,
    summary: expect.stringMatching(
      /^### Deploy of shop failed at shop-network, 0 of 2 stacks applied[\s\S]*```text\nError: quota\n```/,
    ),
  });
});

test("a stack that still lacks outputs has failed, and is not passed over", async () => {
  expect(await deployed({ "shop-network": [SAME], "shop-orders": [WAITING, WAITING] })).toMatchObject({
    results: { "shop-network": "no changes", "shop-orders": "failed" },
    succeeded: false,
    summary: expect.stringContaining("There are no outputs of shop-network to read."),
  });
});

test("a dry run plans and refuses, and applies nothing", async () => {
  expect(
    await deployed({ "shop-network": [CHANGED], "shop-orders": [WAITING] }, { dryRun: true }),
  ).toMatchObject({
    calls: ["plan shop-network", "plan shop-orders"],
    succeeded: true,
    summary: expect.stringMatching(/^### Deploy of shop, tried only/),
  });
  expect(await deployed({ "shop-orders": [LOSS] }, { dryRun: true })).toMatchObject({ succeeded: false });
});

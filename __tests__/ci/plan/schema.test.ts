import { readPlan } from "../../../ci/plan/schema";
import { planJson, SCHEDULE } from "../../support/plans";

/** The JSON of a plan with a part of its first resource's change replaced; undefined leaves it out. */
function edited(part: Readonly<Record<string, unknown>>): string {
  const plan = JSON.parse(planJson([{ ...SCHEDULE, after: { password: "correct horse" } }]));
  plan.resource_changes[0].change = { ...plan.resource_changes[0].change, ...part };
  return JSON.stringify(plan);
}

function problemOf(json: string): string {
  try {
    readPlan(json);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was read");
}

test.each(["before_sensitive", "after_sensitive", "after_unknown"])(
  "a plan without the mask %s is refused, and no value shown",
  (mask) => {
    const problem = problemOf(edited({ [mask]: undefined }));

    expect(problem).toContain(`resource_changes[0].change.${mask}`);
    expect(problem).not.toContain("correct horse");
  },
);

test("an action that is not known is refused: it could be anything", () => {
  expect(problemOf(edited({ actions: ["evaporate"] }))).toContain("resource_changes[0].change.actions[0]");
});

test("a plan that Terraform could not finish is refused", () => {
  expect(problemOf(JSON.stringify({ ...JSON.parse(planJson([])), errored: true }))).toContain("at errored");
});

test("a format to come is refused", () => {
  expect(problemOf(JSON.stringify({ ...JSON.parse(planJson([])), format_version: "2.0" }))).toContain(
    "is not 1.x",
  );
});

test("an output that is not known at all has no value", () => {
  const outputs = {
    arn: {
      actions: ["create"],
      before: null,
      after_unknown: true,
      before_sensitive: false,
      after_sensitive: false,
    },
  };

  expect(readPlan(planJson([], { outputs })).output_changes.arn?.after).toBeNull();
});

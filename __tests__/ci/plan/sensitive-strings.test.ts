import { refuseSensitiveStrings } from "../../../ci/plan/sensitive-strings";
import { partsOf } from "../../../ci/plan/stack-report";
import { planOf, type ResourceInput, SCHEDULE } from "../../support/plans";

const SECRET = 'correct "horse"';
const LEAK: ResourceInput = {
  address: "aws_a.leak",
  actions: ["create"],
  // The same value in a place that the provider does not mark.
  after: { password: SECRET, description: `uses ${SECRET}` },
  sensitiveAfter: { password: true },
};

test("a plan that tells a sensitive value elsewhere is not shown, and the error does not tell it", () => {
  const report = { stack: "shop-orders", outcome: { kind: "planned", plan: planOf([LEAK]) } } as const;

  expect(() => partsOf(report)).toThrow(
    new Error("shop-orders: the text holds a value that is sensitive in aws_a.leak, so it is not shown"),
  );
});

test.each<[string, ResourceInput]>([
  [
    "before",
    { ...LEAK, before: LEAK.after, after: {}, sensitiveBefore: { password: true }, sensitiveAfter: {} },
  ],
  ["in a whole object", { ...LEAK, after: { a: { b: [SECRET] } }, sensitiveAfter: { a: true } }],
  ["in a list", { ...LEAK, after: { a: ["x", SECRET] }, sensitiveAfter: { a: [false, true] } }],
  ["in a line of several", { ...LEAK, after: { a: `one\n${SECRET}` }, sensitiveAfter: { a: true } }],
  ["in a resource that is sensitive as a whole", { ...LEAK, sensitiveAfter: true }],
])("one that is marked %s is found, as it is and quoted", (_, resource) => {
  const plan = planOf([resource]);

  expect(() => refuseSensitiveStrings(`+ a = ${SECRET}`, plan, "x")).toThrow("sensitive in aws_a.leak");
  expect(() => refuseSensitiveStrings(`+ a = ${JSON.stringify(SECRET)}`, plan, "x")).toThrow();
  expect(() => refuseSensitiveStrings("+ a = (sensitive value)", plan, "x")).not.toThrow();
});

test("drift and outputs count, but not the ids that cdktf hands from stack to stack", () => {
  const output = {
    actions: ["create"],
    before: null,
    after: "vpc-0a1b2c3d",
    after_unknown: false,
    before_sensitive: true,
    after_sensitive: true,
  };
  const text = '+ vpc_id = "vpc-0a1b2c3d"';

  expect(() => refuseSensitiveStrings(SECRET, planOf([SCHEDULE], { drift: [LEAK] }), "x")).toThrow(
    "aws_a.leak",
  );
  expect(() => refuseSensitiveStrings(text, planOf([], { outputs: { token: output } }), "x")).toThrow(
    "in token",
  );
  expect(() =>
    refuseSensitiveStrings(
      text,
      planOf([], { outputs: { "cross-stack-output-aws_vpc_vpc_id": output } }),
      "x",
    ),
  ).not.toThrow();
});

test("a short one is masked where it is marked, and looked for nowhere else", () => {
  const plan = planOf([{ ...LEAK, after: { port: "5432" }, sensitiveAfter: { port: true } }]);

  expect(() => refuseSensitiveStrings('+ port = "5432"', plan, "x")).not.toThrow();
});

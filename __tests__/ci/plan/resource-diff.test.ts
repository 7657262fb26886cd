import { planDiffs } from "../../../ci/plan/resource-diff";
import { LOST_DATABASE, planOf, type ResourceInput, SCHEDULE, UNCHANGED } from "../../support/plans";

function diffOf(resource: Partial<ResourceInput>): string {
  return planDiffs(planOf([{ address: "aws_x.y", actions: ["update"], ...resource }])).join("\n\n");
}

function policy(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

test("a changed attribute stands between its siblings, in the brackets around it", () => {
  const rules = (schedule: string) => ({
    arn: "arn:a",
    name: "b",
    rotation_rules: [{ a: 1, b: 2, c: 3, duration: "3h", schedule_expression: schedule, z: 26 }],
    secret_id: "s",
    tags: { a: "b" },
  });

  expect(diffOf({ before: rules("rate(30 days)"), after: rules("rate(7 days)") })).toBe(`@@ change aws_x.y @@
  # 2 unchanged lines
  rotation_rules = [
    {
      # 2 unchanged lines
      c = 3
      duration = "3h"
-     schedule_expression = "rate(30 days)"
+     schedule_expression = "rate(7 days)"
      z = 26
    }
  ]
  # 4 unchanged lines`);
});

test("of a policy it is shown which statement changes, and no layout", () => {
  const read = { Sid: "Read", Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"], Resource: "*" };
  const write = (actions: readonly string[]) => ({
    Resource: "*",
    Action: actions,
    Effect: "Allow",
    Sid: "Write",
  });

  expect(
    diffOf({
      before: { policy: policy([read, write(["s3:PutObject"])]) },
      after: { policy: `\n ${policy([read, write(["s3:DeleteObject", "s3:PutObject"])])}` },
    }),
  ).toBe(`@@ change aws_x.y @@
  policy = jsonencode({
    Statement = [
      # 9 unchanged lines
      { # "Write"
        Action = [
+         "s3:DeleteObject"
          "s3:PutObject"
        ]
        # 3 unchanged lines
      }
    ]
    Version = "2012-10-17"
  })`);
});

test("what only the layout of a document changes is said to be that", () => {
  const before = { policy: '{"b":1,"a":2}' };

  expect(diffOf({ before, after: { policy: '{ "a": 2, "b": 1 }' } })).toBe(`@@ change aws_x.y @@
  # nothing that is shown changes: an empty value, or the layout of a document`);
});

test("an empty value in a document is shown: there it means something", () => {
  expect(
    diffOf({ before: { policy: '{"Condition":{"a":1}}' }, after: { policy: '{"Condition":{}}' } }),
  ).toBe(`@@ change aws_x.y @@
  policy = jsonencode({
-   Condition = {
-     a = 1
-   }
+   Condition = {}
  })`);
});

test("a document that is not known any more is not gone", () => {
  expect(
    diffOf({ before: { policy: policy([{ Sid: "A" }]) }, after: {}, unknown: { policy: true } }),
  ).toBe(`@@ change aws_x.y @@
- policy = jsonencode(…)
+ policy = (known after apply)`);
});

test("a value that is known after the apply only", () => {
  expect(
    diffOf({
      before: { arn: "arn:a", list: ["a", "b"], block: [{ id: "x" }] },
      after: { list: ["a", null], block: [{}] },
      unknown: { arn: true, list: [false, true], block: [{ id: true }] },
    }),
  ).toBe(`@@ change aws_x.y @@
- arn = "arn:a"
+ arn = (known after apply)
  block = [
    {
-     id = "x"
+     id = (known after apply)
    }
  ]
  list = [
    "a"
-   "b"
+   (known after apply)
  ]`);
});

test("a replacement says what forces it, at any depth", () => {
  expect(diffOf(LOST_DATABASE)).toBe(`@@ replace aws_db_instance.database @@
  engine = "postgres"
- identifier = "shop-orders" # forces replacement
+ identifier = "shop-sales" # forces replacement`);
  expect(
    diffOf({
      actions: ["create", "delete"],
      before: { vpc: [{ subnets: ["a"] }] },
      after: { vpc: [{ subnets: ["b"] }] },
      replacePaths: [["vpc", 0, "subnets"]],
    }),
  ).toContain(`
      subnets = [ # forces replacement
-       "a"
+       "b"
      ]`);
});

test("of a replacement, ids and addresses to come are named in one line", () => {
  const { before, after } = LOST_DATABASE as { before: object; after: object };

  expect(
    diffOf({
      ...LOST_DATABASE,
      before: { ...before, arn: "arn:a", host: "b" },
      after,
      unknown: { arn: true, host: true, tags_all: true },
    }),
  ).toBe(`@@ replace aws_db_instance.database @@
  engine = "postgres"
- identifier = "shop-orders" # forces replacement
+ identifier = "shop-sales" # forces replacement
  # known after apply: arn, host`);
});

test("a replacement that no attribute forces has Terraform's reason", () => {
  const tainted = { ...LOST_DATABASE, replacePaths: [], reason: "replace_because_tainted" };

  expect(diffOf(tainted)).toContain("@@ replace aws_db_instance.database @@\n  # replace because tainted\n");
});

describe("sensitive values", () => {
  const SECRET = "correct horse battery";
  const OTHER = "staple staple staple";

  test.each<[string, Partial<ResourceInput>, string]>([
    [
      "an attribute",
      {
        before: { a: SECRET, b: 1 },
        after: { a: OTHER, b: 2 },
        sensitiveBefore: { a: true },
        sensitiveAfter: { a: true },
      },
      "- a = (sensitive value)\n- b = 1\n+ a = (sensitive value, changed)\n+ b = 2",
    ],
    [
      "an attribute that stays",
      {
        before: { a: SECRET, b: 1 },
        after: { a: SECRET, b: 2 },
        sensitiveBefore: { a: true },
        sensitiveAfter: { a: true },
      },
      "  a = (sensitive value)\n- b = 1\n+ b = 2",
    ],
    [
      "an attribute to be known later",
      {
        before: { a: SECRET },
        after: {},
        unknown: { a: true },
        sensitiveBefore: { a: true },
        sensitiveAfter: { a: true },
      },
      "- a = (sensitive value)\n+ a = (sensitive value, known after apply)",
    ],
    [
      "a whole object",
      {
        before: { a: { x: { y: SECRET } } },
        after: { a: { x: { y: OTHER } } },
        sensitiveBefore: { a: true },
        sensitiveAfter: { a: true },
      },
      "- a = (sensitive value)\n+ a = (sensitive value, changed)",
    ],
    [
      "something in a list of blocks",
      {
        before: { a: [{ n: 1 }, { n: 2, p: SECRET }] },
        after: { a: [{ n: 1 }, { n: 2, p: OTHER }] },
        sensitiveBefore: { a: [{}, { p: true }] },
        sensitiveAfter: { a: [{}, { p: true }] },
      },
      "      n = 2\n-     p = (sensitive value)\n+     p = (sensitive value, changed)",
    ],
    [
      "one item of a list",
      {
        before: { a: ["x", SECRET] },
        after: { a: ["y", SECRET] },
        sensitiveBefore: { a: [false, true] },
        sensitiveAfter: { a: [false, true] },
      },
      '-   "x"\n+   "y"\n    (sensitive value)',
    ],
    [
      "a JSON document",
      {
        before: { a: JSON.stringify({ p: SECRET }) },
        after: { a: JSON.stringify({ p: OTHER }) },
        sensitiveBefore: { a: true },
        sensitiveAfter: { a: true },
      },
      "- a = (sensitive value)\n+ a = (sensitive value, changed)",
    ],
    [
      "what becomes sensitive",
      { before: { a: "plain" }, after: { a: SECRET }, sensitiveAfter: { a: true } },
      '- a = "plain"\n+ a = (sensitive value, changed)',
    ],
    [
      "a resource that is all of it",
      { before: { a: SECRET }, after: { a: OTHER }, sensitiveBefore: true, sensitiveAfter: true },
      "- a = (sensitive value)\n+ a = (sensitive value, changed)",
    ],
    [
      "a new resource",
      { actions: ["create"], after: { a: SECRET, b: "shown" }, sensitiveAfter: { a: true } },
      '+ a = (sensitive value)\n+ b = "shown"',
    ],
    [
      "a resource that goes",
      { actions: ["delete"], before: { a: { b: SECRET } }, sensitiveBefore: { a: { b: true } } },
      "- a = {\n-   b = (sensitive value)\n- }",
    ],
  ])("%s is masked", (_, resource, expected) => {
    const diff = diffOf(resource);

    expect(diff).toContain(expected);
    expect(diff).not.toMatch(/horse|staple/);
  });
});

test("a string of several lines is compared line by line", () => {
  expect(diffOf({ before: { a: "one\ntwo\n```" }, after: { a: "one\n2\n```" } })).toBe(`@@ change aws_x.y @@
  a = lines(
    "one"
-   "two"
+   "2"
    "\`\`\`"
  )`);
});

test("characters that hide or turn others are written out", () => {
  expect(diffOf({ before: { a: "user" }, after: { a: "us\u202eer\u0000\u2028" } })).toContain(
    String.raw`+ a = "us\u{202e}er\u0000\u{2028}"`,
  );
});

test("a new resource names what is known later in one line, and leaves out tags of the environment", () => {
  expect(
    diffOf({
      actions: ["create"],
      after: { name: "n", port: 0, none: null, empty: [], tags: { a: "b" }, tags_all: { a: "b", c: "d" } },
      unknown: { id: true, arn: true, tags_all: { e: true } },
    }),
  ).toBe(`@@ add aws_x.y @@
+ name = "n"
+ port = 0
+ tags = {
+   a = "b"
+ }
+ # known after apply: arn, id`);
});

test("moves, imports and outputs have their texts, what changes nothing has none, the worst comes first", () => {
  const outputs = {
    host: {
      actions: ["update"],
      before: "a",
      after: "b",
      after_unknown: false,
      before_sensitive: false,
      after_sensitive: false,
    },
    token: {
      actions: ["create"],
      before: null,
      after: "secret",
      after_unknown: false,
      before_sensitive: false,
      after_sensitive: true,
    },
    same: {
      actions: ["no-op"],
      before: "a",
      after: "a",
      after_unknown: false,
      before_sensitive: false,
      after_sensitive: false,
    },
  };
  const plan = planOf(
    [
      UNCHANGED,
      { address: "data.aws_region.x", mode: "data", actions: ["read"] },
      { ...UNCHANGED, address: "aws_kms_key.new", movedFrom: "aws_kms_key.old" },
      { ...SCHEDULE, importing: { id: "x" }, before: {}, after: {} },
      { ...UNCHANGED, actions: ["delete"] },
    ],
    { outputs },
  );

  expect(planDiffs(plan)).toEqual([
    '@@ destroy aws_kms_key.key @@\n- description = "key"',
    expect.stringContaining("@@ import, change aws_secretsmanager_secret_rotation.schedule-app @@"),
    "@@ move aws_kms_key.old to aws_kms_key.new @@",
    '@@ outputs @@\n- host = "a"\n+ host = "b"\n+ token = (sensitive value)',
  ]);
});

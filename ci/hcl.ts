/**
 * Makes an app write HCL beside its JSON, in cdktf.out/hcl/<stack>/cdk.tf:
 *   node --require tsx/cjs --require ./ci/hcl.ts main.ts
 *
 * `cdktf synth --hcl` of 0.21 writes files that Terraform refuses: it leaves the quotes in a string with an
 * expression (a policy, say) unescaped, and of a stack's override of the terraform block it writes the position and
 * the name, without the value. The renderer is the same here; its input is escaped, and the override mended.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  App,
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformStack,
  Tokenization,
} from "cdktf";

const FOLDER = "hcl";

const synth = App.prototype.synth;
App.prototype.synth = function (this: App): void {
  synth.call(this);
  for (const stack of this.node.findAll().filter(TerraformStack.isStack)) {
    // As deep as the JSON's folder, so that paths to archives and states are the same.
    const folder = join(this.outdir, FOLDER, stack.node.id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cdk.tf"), hclOf(stack));
  }
};

function hclOf(stack: TerraformStack): string {
  for (const element of stack.node.findAll().filter(TerraformElement.isTerraformElement)) {
    const render = element.toHclTerraform.bind(element);
    element.toHclTerraform = () => mapStrings(resolve(stack, render()), escapeTemplate);
  }
  const { terraform } = stack.toTerraform() as { terraform: Readonly<Record<string, unknown>> };
  const { hcl } = stack.toHclTerraform() as { hcl: string };
  return hcl.replace(
    /^ {2}\d+ = "(\w+)"$/gm,
    (_, name: string) => `  ${name} = ${JSON.stringify(terraform[name])}`,
  );
}

function resolve(stack: TerraformStack, value: unknown): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope: stack, resolver, preparing: false });
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((each) => mapStrings(each, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapStrings(inner, map)]));
}

/** A template's text as it stands between the quotes of HCL; what is inside "${...}" stays as it is. */
export function escapeTemplate(text: string): string {
  let depth = 0;
  return text.replace(/\$\$\{|\$\{|[{}]|[\\"\n\r\t]/g, (found) => {
    if (depth > 0) depth += { "${": 1, "{": 1, "}": -1 }[found] ?? 0;
    else if (found === "${") depth = 1;
    else return ESCAPES[found] ?? found;
    return found;
  });
}

/** https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

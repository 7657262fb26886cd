import type { PolicyStatement } from "../../stacks/policy-document";
import type { SynthesizedStack } from "./synth";

/** What somebody asks for. */
export interface IamRequest {
  readonly action: string;
  /** ARN, or "*" where the action takes none. */
  readonly resource: string;
  /** Condition keys that the request has. @default none */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * Whether identity policies allow it: some statement does and none denies it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function isAllowed(statements: readonly PolicyStatement[], request: IamRequest): boolean {
  const effects = statements.filter((each) => applies(each, request)).map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

function applies({ Action, Resource, Condition = {} }: PolicyStatement, request: IamRequest): boolean {
  return (
    [Action].flat().includes(request.action) &&
    [Resource ?? []].flat().some((resource) => matches(resource, request.resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) =>
        holds(operator, [wanted].flat(), request.context?.[key] ?? []),
      ),
    )
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function holds(operator: string, wanted: readonly string[], given: string | readonly string[]): boolean {
  const values = [given].flat();
  if (operator === "Null") return wanted.includes(String(values.length === 0));
  if (values.length === 0) return operator.endsWith("IfExists") || operator === "StringNotEquals";
  switch (operator.replace("IfExists", "")) {
    case "Bool":
    case "StringEquals":
      return values.some((value) => wanted.includes(value));
    case "StringNotEquals":
      return !values.some((value) => wanted.includes(value));
    case "ArnEquals":
    case "ArnLike":
    case "StringLike":
      return values.some((value) => wanted.some((pattern) => matches(pattern, value)));
    default:
      throw new Error(`the operator ${operator} is not known here`);
  }
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[\\^$.+()[\]{}|]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);
}

export const ACCOUNT_ID = "111122223333";
const RESOLVED: readonly (readonly [reference: RegExp, value: string])[] = [
  [/\$\{data\.aws_partition\.partition\.partition\}/g, "aws"],
  [/\$\{data\.aws_caller_identity\.account\.account_id\}/g, ACCOUNT_ID],
  [/\$\{aws_s3_bucket\.state\.arn\}/g, "arn:aws:s3:::example-terraform-state"],
  [/\$\{aws_kms_key\.[^}]*\}/g, `arn:aws:kms:eu-west-1:${ACCOUNT_ID}:key/1234`],
];

/** A policy as it is once Terraform has filled in account, partition, bucket and keys. */
export function resolved(policy: string): PolicyStatement[] {
  const text = RESOLVED.reduce((all, [reference, value]) => all.replaceAll(reference, value), policy);
  return JSON.parse(text).Statement;
}

/** Addresses of the managed policies that a role has. */
export function policiesOf(stack: SynthesizedStack, role: string): string[] {
  return Object.values(stack.all("aws_iam_role_policy_attachment"))
    .filter((each) => each.role === `\${${role}.name}`)
    .map((each) => /\{(.*)\.arn\}/.exec(String(each.policy_arn))?.[1] ?? "");
}

/** All that those say. */
export function statementsOf(stack: SynthesizedStack, role: string): PolicyStatement[] {
  return policiesOf(stack, role).flatMap((address) => resolved(String(stack.resource(address).policy)));
}

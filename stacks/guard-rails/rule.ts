import { quote } from "../../environments/problems";

/** Something that a stack declares, as Terraform will read it. */
export interface Declaration {
  /** As Terraform names it: "aws_db_instance.database", "data.aws_partition.partition"; "provider.aws" for a provider. */
  readonly address: string;
  /** The address without the name: "aws_db_instance", "data.aws_partition", "provider.aws". */
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What no stack may be without. */
export interface Rule {
  /** In a few words, what it asks for. */
  readonly name: string;
  /** Whether it is about this declaration. */
  applies(declaration: Declaration): boolean;
  /**
   * @param stack all that the stack declares, this one among it
   * @returns what is wrong and what would be right, each to follow an address: "storage_encrypted must be true, got false"
   */
  check(declaration: Declaration, stack: readonly Declaration[]): Iterable<string>;
}

/** Says what an attribute has to be, and what it is. */
export function must(attribute: string, be: string, got: unknown): string {
  return `${attribute} must be ${be}, got ${quote(got)}`;
}

/** Whether it is one of these types. */
export function ofType(...types: readonly string[]): Rule["applies"] {
  return ({ type }) => types.includes(type);
}

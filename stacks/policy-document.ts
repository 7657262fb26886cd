/** A statement of an IAM, key or endpoint policy. */
export interface PolicyStatement {
  /** Says what the statement is for. Letters and digits; in a key policy hyphens too. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The JSON of a policy. References to other resources may stand in it: JSON leaves them as they are. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

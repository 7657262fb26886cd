import type { Declaration } from "./rule";

/** A statement as anybody may have written it, not only with policyDocument(). */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly NotAction?: unknown;
  readonly NotPrincipal?: unknown;
  readonly NotResource?: unknown;
}

/** Text of an attribute, however deep, by its path: "policy", "inline_policy.0.policy". */
export function* texts(
  value: unknown,
  path: readonly string[] = [],
): Generator<[path: string, text: string]> {
  if (typeof value === "string") yield [path.join("."), value];
  else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* texts(inner, [...path, name]);
  }
}

/** @returns the statements of every policy in a declaration, whatever the attribute, by "<attribute>.<Sid>" */
export function* statements({ attributes }: Declaration): Generator<[path: string, statement: Statement]> {
  for (const [path, text] of texts(attributes)) {
    const { Statement: found = [] } = (parsed(text) ?? {}) as {
      Statement?: Statement | readonly Statement[];
    };
    for (const [index, statement] of [found].flat().entries()) {
      yield [`${path}.${statement.Sid ?? index}`, statement];
    }
  }
}

/** @returns the object that a text is the JSON of, if it is */
export function parsed(text: string): object | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

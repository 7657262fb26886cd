/** Attributes that Terraform would know after apply, by address: "aws_db_instance.db.address" to "localhost". */
export type Attributes = ReadonlyMap<string, string>;

const REFERENCE = /\$\{([^}]*)\}/g;

/** A reference that the local run has no value for. */
export class UnknownReferenceError extends Error {
  override readonly name = "UnknownReferenceError";

  constructor(reference: string, where: string, known: Iterable<string>) {
    super(
      `${where} refers to \${${reference}}, which the local run does not know; it knows ${[...known].sort().join(", ")}`,
    );
  }
}

/** Replaces the references in a text. @param where named in errors */
export function resolveText(text: string, attributes: Attributes, where: string): string {
  return text.replace(REFERENCE, (_match, reference: string) => lookUp(reference, attributes, where));
}

/** Parses a text that is JSON with references in it, as `jsonencode` would have left it. @param where named in errors */
export function resolveJson(text: string, attributes: Attributes, where: string): unknown {
  // Inside a JSON string the value has to be escaped as JSON, without the quotes.
  const resolved = text.replace(REFERENCE, (_match, reference: string) =>
    JSON.stringify(lookUp(reference, attributes, where)).slice(1, -1),
  );
  try {
    return JSON.parse(resolved);
  } catch (cause) {
    throw new Error(`${where} is not JSON: ${resolved}`, { cause });
  }
}

function lookUp(reference: string, attributes: Attributes, where: string): string {
  const value = attributes.get(reference.trim());
  if (value === undefined) throw new UnknownReferenceError(reference, where, attributes.keys());
  return value;
}

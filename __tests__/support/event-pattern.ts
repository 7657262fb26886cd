import { isDeepStrictEqual } from "node:util";

export type Pattern = {
  readonly [field: string]: Pattern | readonly (string | { readonly prefix: string })[];
};

/**
 * Whether an event matches, as far as our patterns go: every field must be there with one of the texts, or one that
 * begins with a prefix; of a list one element must. Another operator is refused, not guessed at.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, allowed]) => {
    const value = (event as Readonly<Record<string, unknown>> | undefined)?.[field];
    if (!Array.isArray(allowed)) return matches(allowed as Pattern, value);
    return [value].flat().some((text) => allowed.some((each) => allows(each, text)));
  });
}

function allows(allowed: string | { readonly prefix: string }, text: unknown): boolean {
  if (typeof allowed === "string") return allowed === text;
  if (!isDeepStrictEqual(Object.keys(allowed), ["prefix"]))
    throw new Error(`not known: ${JSON.stringify(allowed)}`);
  return typeof text === "string" && text.startsWith(allowed.prefix);
}

/** What the target is told: the template with each <name> replaced by what is at its path. */
export function sentenceOf(transformer: unknown, event: unknown): string {
  const [{ input_paths = {}, input_template = "" } = {}] = [transformer].flat() as {
    input_paths?: Readonly<Record<string, string>>;
    input_template?: string;
  }[];
  return JSON.parse(input_template).replaceAll(/<([\w-]+)>/g, (_: string, name: string) => {
    const path = (input_paths[name] ?? "").replace(/^\$\./, "").split(".");
    const value = path.reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], event);
    if (typeof value !== "string") throw new Error(`nothing at the path of <${name}>`);
    return value;
  });
}

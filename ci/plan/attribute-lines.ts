import { isDeepStrictEqual } from "node:util";

/** A line of a resource's text. */
export interface Line {
  /** How many brackets it stands in. */
  readonly depth: number;
  readonly text: string;
}

/** A resource before or after a change, or a part of it. */
export interface Side {
  readonly value: unknown;
  /** Shaped as the value, `true` for what must not be shown. */
  readonly sensitive: unknown;
  /** Shaped as the value, `true` for what only an apply tells. */
  readonly unknown: unknown;
  /** What it was, to say of a sensitive value that it changes. */
  readonly before?: unknown;
  /** Shaped as the value, `true` for what only an apply tells afterwards: there is nothing to compare it with. */
  readonly unknownAfter?: unknown;
  /** Keys and indices to what forces a replacement. */
  readonly replacePaths?: readonly (readonly (string | number)[])[];
  /** In a JSON document, where what is empty means something. */
  readonly inDocument?: boolean;
}

const PLAIN_KEY = /^[\w-]+$/;

/** The attributes of a side, in the style of Terraform, without those that have no value. */
export function attributeLines(side: Side): Line[] {
  return keysOf(side).flatMap((key) => valueLines(labelOf(key), inner(side, key), 0));
}

/** The attributes of which nothing is known but their names. */
export function unknownAttributes({ unknown }: Side): string[] {
  return isContainer(unknown) ? Object.keys(unknown).filter((key) => unknown[key] === true) : [];
}

function valueLines(label: string, side: Side, depth: number): Line[] {
  const { value, sensitive, unknown, unknownAfter, replacePaths = [] } = side;
  const mark = replacePaths.some((path) => path.length === 0) ? " # forces replacement" : "";
  const word = maskedWord(side);
  if (word !== undefined) return [{ depth, text: `${label}${word}${mark}` }];
  const document = jsonDocument(value);
  if (document !== undefined) {
    if (unknownAfter === true) return [{ depth, text: `${label}jsonencode(…)${mark}` }];
    const content = { value: document, sensitive, unknown, inDocument: true };
    return bracketLines(`${label}jsonencode(`, content, ")", depth, mark);
  }
  if (typeof value === "string" && value.includes("\n")) {
    const lines = value.split("\n").map((line) => ({ depth: depth + 1, text: quoted(line) }));
    return [{ depth, text: `${label}lines(${mark}` }, ...lines, { depth, text: ")" }];
  }
  // Where nothing of a list or block is known yet, it may have no value at all.
  if (isContainer(value) || isContainer(unknown)) return bracketLines(label, side, "", depth, mark);
  return [{ depth, text: `${label}${quoted(value)}${mark}` }];
}

function bracketLines(label: string, side: Side, end: string, depth: number, mark: string): Line[] {
  const list = isList(side);
  const [open, close] = list ? ["[", "]"] : ["{", "}"];
  const lines = keysOf(side).flatMap((key) =>
    valueLines(list ? "" : labelOf(key), inner(side, key), depth + 1),
  );
  if (lines.length === 0) return [{ depth, text: `${label}${open}${close}${end}${mark}` }];
  // A statement is known by its Sid, which may be far from the line that changes.
  const sid = side.inDocument ? at(side.value, "Sid") : undefined;
  const name = typeof sid === "string" ? ` # ${quoted(sid)}` : mark;
  return [{ depth, text: `${label}${open}${name}` }, ...lines, { depth, text: `${close}${end}` }];
}

function maskedWord({ value, sensitive, unknown, before }: Side): string | undefined {
  if (sensitive !== true) return unknown === true ? "(known after apply)" : undefined;
  if (unknown === true) return "(sensitive value, known after apply)";
  const changes = !isEmpty(before) && !isDeepStrictEqual(value, before);
  return changes ? "(sensitive value, changed)" : "(sensitive value)";
}

function inner(side: Side, key: string): Side {
  const { replacePaths = [], inDocument = false } = side;
  return {
    value: at(side.value, key),
    // The mask of a whole resource is true as well.
    sensitive: side.sensitive === true || at(side.sensitive, key),
    unknown: at(side.unknown, key),
    before: at(side.before, key),
    unknownAfter: at(side.unknownAfter, key),
    replacePaths: replacePaths.flatMap(([first, ...rest]) => (String(first) === key ? [rest] : [])),
    inDocument,
  };
}

/** Those of the value, and those that it lacks because they are not known yet. */
function keysOf(side: Side): string[] {
  const { value, unknown, inDocument } = side;
  const keys = new Set([value, unknown].flatMap((each) => (isContainer(each) ? Object.keys(each) : [])));
  if (isList(side)) return [...keys];
  // Sorted, since AWS gives documents back in another order than ours.
  return [...keys]
    .filter((key) => inDocument || !isEmpty(at(value, key)) || someUnknown(at(unknown, key)))
    .sort();
}

/** A string that is a JSON object or list, such as a policy. */
function jsonDocument(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

export function quoted(value: unknown): string {
  return visible(JSON.stringify(value ?? null));
}

/** With every character written out that ends a line, controls others or hides: https://trojansource.codes */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

function labelOf(key: string): string {
  return `${PLAIN_KEY.test(key) ? key : quoted(key)} = `;
}

function at(value: unknown, key: string): unknown {
  return isContainer(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isList({ value, unknown }: Side): boolean {
  return Array.isArray(isContainer(value) ? value : unknown);
}

function isEmpty(value: unknown): boolean {
  // Providers do not tell an empty string from none.
  if (value === null || value === undefined || value === "") return true;
  return isContainer(value) && Object.keys(value).length === 0;
}

function someUnknown(unknown: unknown): boolean {
  return unknown === true || (isContainer(unknown) && Object.values(unknown).some(someUnknown));
}

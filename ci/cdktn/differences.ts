import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** A value that is not the same in two synthesized folders. */
export interface Difference {
  /** From the folder. */
  readonly file: string;
  /** Keys to the value, joined by "."; empty for a whole file. */
  readonly path: string;
  /** As JSON; undefined where there was nothing. */
  readonly before: string | undefined;
  /** As JSON; undefined where there is nothing any more. */
  readonly after: string | undefined;
}

/** Why a difference is harmless. */
export interface Explanation {
  readonly file: RegExp;
  readonly path: RegExp;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly why: string;
}

/** Differences, and what is known of them. */
export interface Verdict {
  /** The explanations in their order, each with its differences. */
  readonly explained: readonly { readonly why: string; readonly differences: readonly Difference[] }[];
  readonly unexplained: readonly Difference[];
  /** Explanations of nothing: they would let a later difference pass unseen. */
  readonly unused: readonly string[];
}

/** Compares JSON by its values, since only its layout may change, and every other file by its bytes. */
export async function compareFolders(before: string, after: string): Promise<Difference[]> {
  const [left, right] = await Promise.all([contentOf(before), contentOf(after)]);
  const files = [...new Set([...left.keys(), ...right.keys()])].sort();
  return files.flatMap((file) => compareFile(file, left.get(file), right.get(file)));
}

/** Each difference belongs to the first explanation that fits it. */
export function explain(differences: readonly Difference[], explanations: readonly Explanation[]): Verdict {
  const found = new Map<Explanation | undefined, Difference[]>();
  for (const difference of differences) {
    const explanation = explanations.find((each) => fits(each, difference));
    found.set(explanation, [...(found.get(explanation) ?? []), difference]);
  }
  return {
    explained: explanations.flatMap((each) => {
      const own = found.get(each);
      return own === undefined ? [] : [{ why: each.why, differences: own }];
    }),
    unexplained: found.get(undefined) ?? [],
    unused: explanations.filter((each) => !found.has(each)).map(({ why }) => why),
  };
}

function fits(explanation: Explanation, { file, path, before, after }: Difference): boolean {
  return (
    explanation.file.test(file) &&
    explanation.path.test(path) &&
    explanation.before === before &&
    explanation.after === after
  );
}

/** Values as JSON, by path. */
type Content = ReadonlyMap<string, string>;

async function contentOf(folder: string): Promise<Map<string, Content>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, Content]> => {
        const bytes = await readFile(file);
        return [
          relative(folder, file),
          new Map(file.endsWith(".json") ? leaves(parse(bytes)) : digest(bytes)),
        ];
      }),
    ),
  );
}

function parse(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString("utf8"));
}

function digest(bytes: Buffer): [string, string][] {
  return [["", `${bytes.length} bytes, SHA-256 ${createHash("sha256").update(bytes).digest("hex")}`]];
}

function compareFile(file: string, before: Content | undefined, after: Content | undefined): Difference[] {
  if (before === undefined || after === undefined) {
    const presence = (content: Content | undefined) => content && "a file";
    return [{ file, path: "", before: presence(before), after: presence(after) }];
  }
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ file, path, before: before.get(path), after: after.get(path) }));
}

/** Every value that holds no other, by the keys that lead to it. */
function leaves(value: unknown, keys: readonly string[] = []): [string, string][] {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) return [[keys.join("."), JSON.stringify(value)]];
  return entries.flatMap(([key, inner]) => leaves(inner, [...keys, key]));
}

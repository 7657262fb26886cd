import type * as z from "zod";

/** A setting of a schema, and what some configuration says of it. */
export interface Setting {
  /** Names of records and places in lists are *: "databases.*.users.*.grants.*.schema". */
  readonly path: string;
  readonly values: readonly unknown[];
}

/** What has no settings in it. */
const SIMPLE: readonly string[] = [
  "string",
  "number",
  "boolean",
  "enum",
  "literal",
  "undefined",
  "transform",
];

/**
 * Every setting that a schema has, of all alternatives.
 * @throws for a kind of schema that is not known here: its settings would be missing, and nobody would notice
 */
export function settingsOf(
  schema: z.core.$ZodType,
  values: readonly unknown[],
  path: string[] = [],
): Setting[] {
  const { def } = schema._zod as z.core.$ZodTypes["_zod"];
  const given = values.filter((value) => value !== undefined);
  switch (def.type) {
    case "object":
      return Object.entries(def.shape).flatMap(([key, inner]) => {
        const own = given.map((value) => (value as Record<string, unknown>)[key]);
        const setting = {
          path: [...path, key].join("."),
          values: own.filter((value) => value !== undefined),
        };
        return [setting, ...settingsOf(inner, own, [...path, key])];
      });
    case "record":
      return settingsOf(
        def.valueType,
        given.flatMap((value) => Object.values(value as object)),
        [...path, "*"],
      );
    case "array":
      return settingsOf(
        def.element,
        given.flatMap((value) => value as unknown[]),
        [...path, "*"],
      );
    case "union":
      return def.options.flatMap((option) => {
        const chosen = given.filter((value) => (option as z.ZodType).safeParse(value).success);
        return settingsOf(option, chosen, path);
      });
    case "pipe":
      return settingsOf(def.in, given, path);
    case "optional":
    case "default":
    case "prefault":
      return settingsOf(def.innerType, given, path);
    default:
      if (!SIMPLE.includes(def.type))
        throw new Error(`${path.join(".")} is of the kind ${def.type}, not known here`);
      return [];
  }
}

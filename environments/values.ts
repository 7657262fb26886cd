import * as z from "zod";

/** An object that refuses keys it does not know, and names those it does. */
export function strict<T extends z.core.$ZodLooseShape>(shape: T) {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `must not have ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}; it may have ${known}`
        : `must be an object with ${known}`,
  });
}

/** @param must what the text has to be, e.g. "must be an AWS region such as eu-west-1" */
export function text(pattern: RegExp, must: string) {
  return z.string({ error: must }).regex(pattern, { error: must });
}

/** An id that AWS gives a resource. @param prefix e.g. "sg" @param what e.g. "a security group id" */
export function resourceId(prefix: string, what: string) {
  return text(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`), `must be ${what}, ${prefix}-…`);
}

/** @param what the unit in the plural, e.g. "days" */
export function integer(what: string, least: number, most: number) {
  const error = `must be a whole number of ${what} from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function flag() {
  return z.boolean({ error: "must be true or false" });
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `must be ${values.map((value) => `"${value}"`).join(" or ")}` });
}

/**
 * One of several objects, told apart by a key.
 * @param names the key's values as a message lists them, e.g. '"own" or "existing"'
 */
export function alternatives<
  const Key extends string,
  const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(key: Key, options: Options, names: string) {
  return z.discriminatedUnion(key, options, {
    error: ({ input }) =>
      typeof input === "object" && input !== null
        ? `must be ${names}`
        : `must be an object whose ${key} is ${names}`,
  });
}

/** A list of different texts. @param must said of the list, e.g. "must be 2 to 6 subnet ids" */
export function distinct<T extends z.ZodType<string>>(item: T, least: number, most: number, must: string) {
  const error = `${must}, each once`;
  return z
    .array(item, { error })
    .min(least, { error })
    .max(most, { error })
    .refine((items) => new Set(items).size === items.length, { error });
}

/** A number out of a set, e.g. the retentions CloudWatch Logs has. */
export function oneNumberOf(what: string, values: readonly number[]) {
  const error = `must be one of these numbers of ${what}: ${values.join(", ")}`;
  return z.number({ error }).refine((value) => values.includes(value), { error });
}

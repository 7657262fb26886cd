import { must, ofType, type Rule } from "./rule";

/** What a bill, an inventory or a policy looks for. */
const TAGS = ["project", "environment", "managed-by"] as const;

const defaultTags: Rule = {
  name: "everything tagged",
  applies: ofType("provider.aws"),
  *check({ attributes: { default_tags } }) {
    const [{ tags = {} } = {}] = (default_tags ?? []) as readonly {
      tags?: Readonly<Record<string, unknown>>;
    }[];
    for (const tag of TAGS) {
      if (!tags[tag]) yield must(`default_tags.${tag}`, "set", tags[tag]);
    }
  },
};

const keptTags: Rule = {
  name: "no default tag taken away",
  applies: ({ attributes: { tags } }) => typeof tags === "object",
  *check({ attributes: { tags } }) {
    for (const tag of TAGS) {
      const own = (tags as Readonly<Record<string, unknown>>)[tag];
      if (own !== undefined) yield must(`tags.${tag}`, "left to the provider's default tags", own);
    }
  },
};

export const tagging: readonly Rule[] = [defaultTags, keptTags];

import type * as z from "zod";
import type { EngineFacts } from "./engines";
import { flag, integer, strict, text } from "./values";

const DEFAULT_LENGTH = 32;

/** At a trillion guesses a second, 38,000 years. */
const FEWEST_BITS = 80;

/** What generated passwords look like. The master user's are RDS's own, and not under these rules. */
export const passwords = strict({
  /** Characters of a password, 16 to 128. @default 32 */
  length: integer("characters", 16, 128).optional(),
  /** Characters that never occur in a password. No server needs any left out. @default /@"'\ and on PostgreSQL : */
  excludeCharacters: text(
    /^(?!.*[$%]\{)[!-~]{0,64}$/,
    "must be at most 64 printable ASCII characters without spaces, { not right after $ or % (Terraform's templates)",
  ).optional(),
  /** Leaves digits out. @default false */
  excludeNumbers: flag().optional(),
  /** Leaves punctuation out. @default false */
  excludePunctuation: flag().optional(),
  /** Leaves upper-case letters out. @default false */
  excludeUppercase: flag().optional(),
  /** Leaves lower-case letters out. @default false */
  excludeLowercase: flag().optional(),
  /** Puts at least one character of each class into every password. @default true */
  requireEachIncludedType: flag().optional(),
});

type PasswordSettings = z.output<typeof passwords>;

/** @returns what is wrong with a policy as a whole, on this engine */
export function passwordProblem(settings: PasswordSettings, engine: EngineFacts): string | undefined {
  const length = settings.length ?? DEFAULT_LENGTH;
  if (length > engine.longestPassword) {
    return `must have a length of at most ${engine.longestPassword} characters on ${engine.title}`;
  }
  const characters = alphabet(settings, engine).length;
  const bits = Math.floor(length * Math.log2(Math.max(characters, 1)));
  if (bits >= FEWEST_BITS) return undefined;
  return (
    `must make passwords of at least ${FEWEST_BITS} bits: ` +
    `${length} of ${characters} different characters are ${bits}`
  );
}

/** The function's own alphabet: see lambda/rotation/password.ts. */
function alphabet(settings: PasswordSettings, engine: EngineFacts): string[] {
  const excluded = settings.excludeCharacters ?? engine.excludedFromPasswords;
  return Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).filter(
    (character) =>
      !excluded.includes(character) &&
      !(settings.excludeNumbers && /\d/.test(character)) &&
      !(settings.excludeUppercase && /[A-Z]/.test(character)) &&
      !(settings.excludeLowercase && /[a-z]/.test(character)) &&
      !(settings.excludePunctuation && /[^A-Za-z0-9]/.test(character)),
  );
}

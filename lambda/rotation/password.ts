import { randomInt } from "node:crypto";
import { SettingError } from "./errors";

/** Which characters a password is made of. Character classes are those of GetRandomPassword. */
export interface PasswordPolicy {
  /** In characters. */
  readonly length: number;
  readonly excludeCharacters: string;
  readonly excludeNumbers: boolean;
  readonly excludePunctuation: boolean;
  readonly excludeUppercase: boolean;
  readonly excludeLowercase: boolean;
  /** At least one character of each class that is left. */
  readonly requireEachIncludedType: boolean;
}

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/**
 * Makes a password from the operating system's randomness.
 * @throws SettingError when the policy leaves no characters, or more classes than the length has room for
 */
export function generatePassword(policy: PasswordPolicy): string {
  const classes = [
    policy.excludeLowercase ? "" : LOWERCASE,
    policy.excludeUppercase ? "" : UPPERCASE,
    policy.excludeNumbers ? "" : NUMBERS,
    policy.excludePunctuation ? "" : PUNCTUATION,
  ]
    .map((characters) => [...characters].filter((one) => !policy.excludeCharacters.includes(one)))
    .filter((characters) => characters.length > 0);
  const alphabet = classes.flat();
  if (alphabet.length < 2) {
    throw new SettingError("The password settings must leave at least two characters, got fewer");
  }
  const required = policy.requireEachIncludedType ? classes.map(pick) : [];
  const rest = Array.from({ length: policy.length - required.length }, () => pick(alphabet));
  return shuffle([...required, ...rest]).join("");
}

function pick(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] as string;
}

/** Fisher and Yates: every order is equally likely, so a required class has no fixed place. */
function shuffle(characters: readonly string[]): string[] {
  const shuffled: string[] = [];
  for (const [index, character] of characters.entries()) {
    const place = randomInt(index + 1);
    shuffled.push(shuffled[place] ?? character);
    shuffled[place] = character;
  }
  return shuffled;
}

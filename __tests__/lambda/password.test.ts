import { generatePassword, type PasswordPolicy } from "../../lambda/rotation/password";
import { passwordPolicy } from "../../lambda/rotation/settings";

const limits = { defaultLength: 32, maxLength: 128, excludeCharacters: "/@\"'\\:" };
const policy = (environment: Record<string, string> = {}): PasswordPolicy =>
  passwordPolicy(limits, environment);
const many = (count: number, from: PasswordPolicy) =>
  Array.from({ length: count }, () => generatePassword(from));

test("by default: 32 characters, every class, none of the engine's excluded characters", () => {
  for (const password of many(500, policy())) {
    expect(password).toHaveLength(32);
    expect(password).toMatch(/[a-z]/);
    expect(password).toMatch(/[A-Z]/);
    expect(password).toMatch(/[0-9]/);
    expect(password).toMatch(/[^a-zA-Z0-9]/);
    expect(password).not.toMatch(/[/@"'\\:]/);
    expect(password).toMatch(/^[\x21-\x7e]+$/);
  }
});

test("every allowed character turns up, and no place is fixed for a class", () => {
  const passwords = many(2_000, policy());
  expect(new Set(passwords.join("")).size).toBe(94 - 6);
  expect(passwords.filter((password) => /[a-z]/.test(password.charAt(0))).length).toBeLessThan(1_000);
});

test.each([
  ["EXCLUDE_NUMBERS", /[0-9]/],
  ["EXCLUDE_PUNCTUATION", /[^a-zA-Z0-9]/],
  ["EXCLUDE_UPPERCASE", /[A-Z]/],
  ["EXCLUDE_LOWERCASE", /[a-z]/],
])("%s leaves the class out", (variable, characters) => {
  for (const password of many(200, policy({ [variable]: "true" }))) expect(password).not.toMatch(characters);
});

test("EXCLUDE_CHARACTERS replaces the engine's list, also by an empty one", () => {
  for (const password of many(200, policy({ EXCLUDE_CHARACTERS: "abc%" })))
    expect(password).not.toMatch(/[abc%]/);
  expect(many(2_000, policy({ EXCLUDE_CHARACTERS: "" })).join("")).toContain("@");
});

test("classes need not be present where REQUIRE_EACH_INCLUDED_TYPE is false", () => {
  const short = policy({ PASSWORD_LENGTH: "8", REQUIRE_EACH_INCLUDED_TYPE: "False" });
  expect(many(2_000, short).some((password) => !/[0-9]/.test(password))).toBe(true);
});

test.each([
  [{ PASSWORD_LENGTH: "abc" }, 'PASSWORD_LENGTH must be a number from 8 to 128, got "abc"'],
  [{ PASSWORD_LENGTH: "7" }, 'PASSWORD_LENGTH must be a number from 8 to 128, got "7"'],
  [{ PASSWORD_LENGTH: "129" }, 'PASSWORD_LENGTH must be a number from 8 to 128, got "129"'],
  [{ EXCLUDE_NUMBERS: "yes" }, 'EXCLUDE_NUMBERS must be "true" or "false", got "yes"'],
])("%j is refused", (environment, message) => {
  expect(() => policy(environment)).toThrow(message);
});

test("a policy that leaves no characters is refused", () => {
  const nothing = policy({
    EXCLUDE_NUMBERS: "true",
    EXCLUDE_PUNCTUATION: "true",
    EXCLUDE_UPPERCASE: "true",
    EXCLUDE_LOWERCASE: "true",
  });
  expect(() => generatePassword(nothing)).toThrow("must leave at least two characters");
});

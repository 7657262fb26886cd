import * as z from "zod";
import { CLONE_SUFFIX } from "../lambda/rotation/contract";
import { ENGINE_NAMES, ENGINES, type EngineFacts } from "./engines";
import { instance, instanceProblems, withInstanceDefaults } from "./instance-schema";
import { passwordProblem, passwords } from "./password-schema";
import { retention } from "./retention-schema";
import { type UserSettings, users } from "./user-schema";
import { distinct, oneOf, resourceId, strict } from "./values";

export const database = strict({
  /** Makes the database; see existing-database-schema.ts for one that exists. @default own */
  source: z.literal("own").optional(),
  /** Database engine. @default postgres */
  engine: oneOf(ENGINE_NAMES).default("postgres"),
  ...instance,
  ...retention,
  /** Ids of up to 20 security groups whose members may connect to the database. @default none */
  clientSecurityGroupIds: distinct(
    resourceId("sg", "a security group id"),
    0,
    20,
    "must be at most 20 security group ids",
  ).default([]),
  /** What generated passwords look like. */
  passwords: passwords.prefault({}),
  /** Users with a secret each, 1 to 20, by name. The name is in the secret's: renaming is replacing. */
  users,
})
  .transform((settings) => withInstanceDefaults(settings, ENGINES[settings.engine]))
  .superRefine((settings, context) => {
    const engine = ENGINES[settings.engine];
    const report = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    for (const [path, problem] of instanceProblems(settings, engine)) report([path].flat(), problem);
    const problem = passwordProblem(settings.passwords, engine);
    if (problem !== undefined) report(["passwords"], problem);
    if (settings.adminUsername.endsWith(CLONE_SUFFIX)) report(["adminUsername"], NOT_A_CLONE);
    const owners = new Map([[settings.adminUsername, "the master user"]]);
    for (const [name, user] of Object.entries(settings.users)) {
      const username = user.username ?? name;
      const owner = owners.get(username);
      for (const [path, message] of userProblems(username, user, engine, owner)) {
        const ofKey = path[0] === "username" && user.username === undefined;
        report(
          ["users", name, ...path],
          ofKey ? `has to be set, since it may not be as the user's key: it ${message}` : message,
        );
      }
      owners.set(username, `user ${name}`);
      const other = name.replace(/-arn$/, "");
      if (other !== name && Object.hasOwn(settings.users, other)) {
        report(["users", name], `must have another key beside ${other}, whose output is secret-${name}`);
      }
    }
  });

/** Whoever had such a name would be taken for a user's second self, and given another password. */
const NOT_A_CLONE = `must not end in ${CLONE_SUFFIX}, which names the second of two alternating users`;

/** @param owner whose name it is already @returns what is wrong with a user, by where it is */
function* userProblems(
  username: string,
  { strategy, grants }: UserSettings,
  engine: EngineFacts,
  owner: string | undefined,
): Generator<readonly [path: (string | number)[], problem: string]> {
  const longest = engine.longestUsername - CLONE_SUFFIX.length;
  if (!engine.username.pattern.test(username)) {
    yield [["username"], engine.username.must];
  } else if (strategy === "alternating-users" && username.length > longest) {
    yield [["username"], `must be at most ${longest} characters, to leave room for ${CLONE_SUFFIX}`];
  }
  if (username.endsWith(CLONE_SUFFIX)) {
    yield [["username"], NOT_A_CLONE];
  }
  if (owner !== undefined) yield [["username"], `must not be "${username}", which is ${owner}`];
  for (const [index, { schema }] of grants.entries()) {
    if (!engine.schema.pattern.test(schema)) yield [["grants", index, "schema"], engine.schema.must];
  }
}

/** A database as its environment states it. */
export type DatabaseInput = z.input<typeof database>;
/** A database with its defaults. */
export type DatabaseSettings = z.output<typeof database>;

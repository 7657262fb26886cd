import { CLONE_SUFFIX } from "../lambda/rotation/contract";
import { ENGINE_NAMES, ENGINES, type EngineFacts } from "./engines";
import { instance, instanceProblems, withInstanceDefaults } from "./instance-schema";
import { passwordProblem, passwords } from "./password-schema";
import { type UserSettings, users } from "./user-schema";
import { distinct, integer, oneNumberOf, oneOf, strict, text } from "./values";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export const database = strict({
  /** Database engine. @default postgres */
  engine: oneOf(ENGINE_NAMES).default("postgres"),
  ...instance,
  /** Days that the logs of the database and of its function are kept. @default 90 */
  logRetentionDays: oneNumberOf("days", LOG_RETENTION_DAYS).default(90),
  /** Days a deleted key can be restored, 7 to 30; without the key neither data nor backups can be read. @default 30 */
  keyDeletionWindowDays: integer("days", 7, 30).default(30),
  /** Ids of up to 20 security groups whose members may connect to the database. @default none */
  clientSecurityGroupIds: distinct(
    text(/^sg-[0-9a-f]{8,17}$/, "must be a security group id, sg-…"),
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
    const owners = new Map([[settings.adminUsername, "the master user"]]);
    for (const [name, user] of Object.entries(settings.users)) {
      const username = user.username ?? name;
      for (const [path, message] of userProblems(username, user, engine))
        report(["users", name, ...path], message);
      const owner = owners.get(username);
      if (owner !== undefined)
        report(["users", name, "username"], `must not be "${username}", which is ${owner}`);
      owners.set(username, `user ${name}`);
    }
  });

/** @returns what the engine refuses of a user, by where it is */
function* userProblems(
  username: string,
  { strategy, grants }: UserSettings,
  engine: EngineFacts,
): Generator<readonly [path: (string | number)[], problem: string]> {
  const longest = engine.longestUsername - CLONE_SUFFIX.length;
  if (!engine.username.pattern.test(username)) {
    yield [["username"], engine.username.must];
  } else if (strategy === "alternating-users" && username.length > longest) {
    yield [["username"], `must be at most ${longest} characters, to leave room for ${CLONE_SUFFIX}`];
  }
  if (username.endsWith(CLONE_SUFFIX)) {
    yield [["username"], `must not end in ${CLONE_SUFFIX}, which names the second of two alternating users`];
  }
  for (const [index, { schema }] of grants.entries()) {
    if (!engine.schema.pattern.test(schema)) yield [["grants", index, "schema"], engine.schema.must];
  }
}

import * as z from "zod";
import { PRIVILEGES, STRATEGIES } from "../lambda/rotation/contract";
import { parseSchedule, SCHEDULE_MUST_BE } from "./schedule";
import { flag, oneOf, strict, text } from "./values";

const rotation = strict({
  /** When to rotate, in UTC: a rate or a cron expression of Secrets Manager. @default rate(30 days) */
  schedule: z
    .string({ error: SCHEDULE_MUST_BE })
    .refine((value) => parseSchedule(value) !== undefined, { error: SCHEDULE_MUST_BE })
    .default("rate(30 days)"),
  /** How long after its start a rotation may still begin: "1h" to "24h", within the same UTC day. @default 3h */
  window: text(/^([1-9]|1\d|2[0-4])h$/, 'must be whole hours from "1h" to "24h"').default("3h"),
  /**
   * Whether a new or edited schedule also rotates at once. The deployment has just made or verified the
   * password, so an edit need not change it outside its window. @default false
   */
  immediately: flag().default(false),
}).superRefine(({ schedule, window }, context) => {
  const longest = parseSchedule(schedule)?.longestWindow;
  const hours = Number.parseInt(window, 10);
  // Windows beyond a day are refused already.
  if (longest === undefined || hours <= longest || hours > 24) return;
  context.addIssue({
    code: "custom",
    path: ["window"],
    message: `must end before the next rotation and before the end of the UTC day, at most "${longest}h" for ${schedule}`,
  });
});

const RECOVERY_WINDOW_MUST_BE = "must be 0, or a whole number of days from 7 to 30";

/** A database user with a secret of its own. */
export const user = strict({
  /**
   * Name of the database's user, within the engine's rules (engines.ts); 6 characters less where users alternate.
   * @default the user's key
   */
  username: z.string({ error: "must be a user's name" }).optional(),
  /** How its credentials change: see the contract. @default single-user */
  strategy: oneOf(STRATEGIES).default("single-user"),
  /** All it may do on schemas of the database, a schema once; none lets it log in only. Others are revoked. */
  grants: z
    .array(
      strict({
        /** readonly, readwrite or owner: see the contract. */
        privilege: oneOf(PRIVILEGES),
        /** Name of the schema, on MySQL and MariaDB of the database; created where it does not exist. */
        schema: z.string({ error: "must be a schema's name" }),
      }),
      { error: "must be a list of grants, { privilege, schema }" },
    )
    .refine((grants) => new Set(grants.map(({ schema }) => schema)).size === grants.length, {
      error: "must name each schema once",
    }),
  /** When the credentials rotate. */
  rotation: rotation.prefault({}),
  /** Days a deleted secret can be restored: 7 to 30, or 0 for none. @default 30 */
  recoveryWindowDays: z
    .int({ error: RECOVERY_WINDOW_MUST_BE })
    .refine((days) => days === 0 || (days >= 7 && days <= 30), { error: RECOVERY_WINDOW_MUST_BE })
    .default(30),
});

export type UserSettings = z.output<typeof user>;

import * as z from "zod";
import { parseSchedule, SCHEDULE_MUST_BE } from "./schedule";
import { flag, strict, text } from "./values";

/** When one secret is rotated. */
export const rotation = strict({
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

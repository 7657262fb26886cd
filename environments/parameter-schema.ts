import * as z from "zod";
import { oneOf, strict, text } from "./values";

/** Parameters of an instance by name: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html */
export const parameters = z.record(
  z.string().regex(/^[a-z][a-z0-9_.-]{0,254}$/, {
    error: "must be a parameter's name in lower-case letters, digits, _, . and -",
  }),
  strict({
    /** The value as text; a formula such as "{DBInstanceClassMemory/4}" too. */
    value: text(
      /^(?!.*[$%]\{)[ -~]{1,1024}$/,
      'must be text such as "200", { not right after $ or % (Terraform\'s templates)',
    ),
    /** When a change takes effect. Static parameters know "pending-reboot" only. @default pending-reboot */
    apply: oneOf(["pending-reboot", "immediate"]).default("pending-reboot"),
  }),
  { error: "must be parameters by name" },
);

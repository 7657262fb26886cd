import { integer, oneNumberOf } from "./values";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** How long what a database leaves behind is kept. */
export const retention = {
  /** Days that the logs of the database and of its function are kept. @default 90 */
  logRetentionDays: oneNumberOf("days", LOG_RETENTION_DAYS).default(90),
  /** Days a deleted key can be restored, 7 to 30; without the key neither data nor backups nor logs can be read. @default 30 */
  keyDeletionWindowDays: integer("days", 7, 30).default(30),
};

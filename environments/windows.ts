/** Weekly and daily windows of RDS, in UTC. */
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const DAY = 24 * 60;
const WEEK = DAYS.length * DAY;
/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const SHORTEST = 30;

/** Minutes since Sunday 00:00, and how many from there. */
interface Window {
  readonly start: number;
  readonly length: number;
}

const TIME = "([01]\\d|2[0-3]):([0-5]\\d)";
const DAILY = new RegExp(`^${TIME}-${TIME}$`);
const WEEKLY = new RegExp(`^(${DAYS.join("|")}):${TIME}-(${DAYS.join("|")}):${TIME}$`);

export const BACKUP_WINDOW_MUST_BE =
  'must be a daily time in UTC of at least 30 minutes, such as "02:00-03:00"';
export const MAINTENANCE_WINDOW_MUST_BE =
  'must be a weekly time in UTC of 30 minutes to 24 hours, such as "sun:03:30-sun:04:30"';

/** @returns nothing where the text is no backup window */
export function parseBackupWindow(text: string): Window | undefined {
  const [, ...times] = DAILY.exec(text) ?? [];
  const [fromHour = Number.NaN, fromMinute = Number.NaN, toHour = Number.NaN, toMinute = Number.NaN] =
    times.map(Number);
  return between(fromHour * 60 + fromMinute, toHour * 60 + toMinute, DAY);
}

/** @returns nothing where the text is no maintenance window */
export function parseMaintenanceWindow(text: string): Window | undefined {
  const [, fromDay, fromHour, fromMinute, toDay, toHour, toMinute] = WEEKLY.exec(text) ?? [];
  const minutes = (day?: string, hour?: string, minute?: string) =>
    DAYS.indexOf(day ?? "") * DAY + Number(hour) * 60 + Number(minute);
  return between(minutes(fromDay, fromHour, fromMinute), minutes(toDay, toHour, toMinute), WEEK);
}

/** Both go round: a window may begin before midnight and end after it. */
function between(start: number, end: number, circle: number): Window | undefined {
  const length = (end - start + circle) % circle;
  return length >= SHORTEST && length <= DAY ? { start, length } : undefined;
}

/** Whether a backup on any day of the week meets the maintenance. */
export function overlap(backup: Window, maintenance: Window): boolean {
  return DAYS.some((_, day) => {
    const start = day * DAY + backup.start;
    const after = (from: number, to: number) => (to - from + WEEK) % WEEK;
    return (
      after(start, maintenance.start) < backup.length || after(maintenance.start, start) < maintenance.length
    );
  });
}

/**
 * Schedule expressions of Secrets Manager: their limits are its own.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export interface Schedule {
  /** Longest window that ends before the next one begins, and on the same day in UTC; in hours. */
  readonly longestWindow: number;
}

export const SCHEDULE_MUST_BE =
  "must be rate(N hours), rate(1 day) or rate(N days) of at least 4 hours and at most 999 days, or a six-field " +
  "cron(...) that starts on the hour, at most every 4 hours: cron(0 hours day-of-month month day-of-week *), one of " +
  "the days being ?";

/** Hours between two rotations, at least; and hours in a day. */
const SHORTEST_INTERVAL = 4;
const DAY = 24;
const LONGEST_INTERVAL = 999 * DAY;

/** @returns nothing where the expression is not one that Secrets Manager takes */
export function parseSchedule(expression: string): Schedule | undefined {
  return parseRate(expression) ?? parseCron(expression);
}

function parseRate(expression: string): Schedule | undefined {
  const [, amount, unit] = /^rate\(([1-9]\d{0,4}) (hours?|days?)\)$/.exec(expression) ?? [];
  if (amount === undefined || unit === undefined || unit.endsWith("s") === (amount === "1")) return undefined;
  const hours = Number(amount) * (unit.startsWith("day") ? DAY : 1);
  if (hours < SHORTEST_INTERVAL || hours > LONGEST_INTERVAL) return undefined;
  return { longestWindow: Math.min(hours, DAY) };
}

const DAY_OF_MONTH = field("[1-9]|[12]\\d|3[01]", "\\?|L|LW|([1-9]|[12]\\d|3[01])W");
const MONTH = field("[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC");
const WEEKDAY = "[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT";
const DAY_OF_WEEK = field(WEEKDAY, `\\?|L|(${WEEKDAY})(L|#[1-5])`);

/**
 * A field of a cron expression: a list of values, ranges, *, and those with a step; or one of its special forms.
 * @param value, special patterns. @default no special forms
 */
function field(value: string, special = "(?!)"): RegExp {
  const item = `(\\*|(${value})(-(${value}))?)?(/[1-9]\\d?)?`;
  return new RegExp(`^(?=.)(${special}|(?!,)${item}(,(?!,|$)${item})*)$`);
}

function parseCron(expression: string): Schedule | undefined {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(" ") ?? [];
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || minutes !== "0" || year !== "*") return undefined;
  if (!dayOfMonth || !month || !dayOfWeek || !hours) return undefined;
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return undefined;
  if (!DAY_OF_MONTH.test(dayOfMonth) || !MONTH.test(month) || !DAY_OF_WEEK.test(dayOfWeek)) return undefined;
  const starts = startingHours(hours);
  if (starts === undefined) return undefined;
  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  const [first = 0] = starts;
  const last = starts.at(-1) ?? first;
  // The pattern begins anew every day, so the last window is followed by the next day's first.
  if (starts.length > 1) gaps.push(DAY - last + first);
  if (gaps.some((gap) => gap < SHORTEST_INTERVAL)) return undefined;
  return { longestWindow: Math.min(...gaps, DAY - last) };
}

// "8", "0,12" and increments: "*/6", "4/12", "/8".
function startingHours(field: string): number[] | undefined {
  const [, from, every] = /^(\*|\d{1,2})?\/(\d{1,2})$/.exec(field) ?? [];
  if (every !== undefined) {
    const step = Number(every);
    const first = from === undefined || from === "*" ? 0 : Number(from);
    if (step < 1 || first >= DAY) return undefined;
    return Array.from({ length: Math.ceil((DAY - first) / step) }, (_, index) => first + index * step);
  }
  if (!/^\d{1,2}(,\d{1,2})*$/.test(field)) return undefined;
  const hours = [...new Set(field.split(",").map(Number))].sort((a, b) => a - b);
  return hours.every((hour) => hour < DAY) ? hours : undefined;
}

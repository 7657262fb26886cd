import { parseSchedule } from "../../environments/schedule";

test.each([
  // expression, longest window in hours
  ["rate(4 hours)", 4],
  ["rate(12 hours)", 12],
  ["rate(48 hours)", 24],
  ["rate(1 day)", 24],
  ["rate(999 days)", 24],
  ["cron(0 8 * * ? *)", 16],
  ["cron(0 0 1 * ? *)", 24],
  ["cron(0 8 ? * SUN *)", 16],
  ["cron(0 22 ? 1/3 SUN#1 *)", 2],
  ["cron(0 0 L * ? *)", 24],
  ["cron(0 16 15W JAN-JUN ? *)", 8],
  ["cron(0 /4 * * ? *)", 4],
  ["cron(0 */6 * * ? *)", 6],
  ["cron(0 4/12 * * ? *)", 8],
  ["cron(0 8,14 * * ? *)", 6],
  ["cron(0 14,8 * * ? *)", 6],
])("%s is a schedule, its window at most %i hours", (expression, longestWindow) => {
  expect(parseSchedule(expression)).toEqual({ longestWindow });
});

test.each([
  ["more often than every 4 hours", "rate(3 hours)"],
  ["a longer interval than Secrets Manager has", "rate(1000 days)"],
  ["no interval", "rate(0 days)"],
  ["minutes", "rate(300 minutes)"],
  ["a fraction", "rate(4.5 hours)"],
  ["two spaces", "rate(30  days)"],
  ["no unit", "rate(30)"],
  ["something after it", "rate(30 days) "],
  ["five fields", "cron(0 8 * * ?)"],
  ["seven fields", "cron(0 0 8 * * ? *)"],
  ["a start within the hour", "cron(30 8 * * ? *)"],
  ["a year", "cron(0 8 * * ? 2030)"],
  ["no day left open", "cron(0 8 1 * SUN *)"],
  ["both days left open", "cron(0 8 ? * ? *)"],
  ["every hour", "cron(0 * * * ? *)"],
  ["every 3 hours", "cron(0 /3 * * ? *)"],
  ["a step of nothing", "cron(0 /0 * * ? *)"],
  ["hours less than 4 apart", "cron(0 8,11 * * ? *)"],
  ["hours less than 4 apart over midnight", "cron(0 1,22 * * ? *)"],
  ["a step that comes less than 4 hours before the next day's first", "cron(0 /7 * * ? *)"],
  ["no such hour", "cron(0 24 * * ? *)"],
  ["a range of hours", "cron(0 8-17 * * ? *)"],
  ["something else", "daily"],
  ["nothing", ""],
])("%s is no schedule", (_what, expression) => {
  expect(parseSchedule(expression)).toBeUndefined();
});

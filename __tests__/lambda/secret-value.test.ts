import { postgres } from "../../lambda/rotation/engines/postgres";
import {
  factsOf,
  loginOf,
  parseAdminSecretValue,
  parseSecretValue,
  requireEngine,
  requireSameButPassword,
} from "../../lambda/rotation/secret-value";

const standard = {
  engine: "postgres",
  host: "db.example.com",
  port: 5432,
  username: "app",
  password: "hush-hush",
  dbname: "orders",
};
const read = (value: unknown) => parseSecretValue(JSON.stringify(value), "secret app, version v1");

test("AWS's standard shape is read, and unknown keys are kept", () => {
  expect(read({ ...standard, replica: "r1" })).toEqual({ ...standard, replica: "r1" });
});

test.each([
  ["a port as text", { ...standard, port: "5433" }, 5433],
  ["no port", { ...standard, port: undefined }, 5432],
  ["an empty port", { ...standard, port: "" }, 5432],
  ["a null port", { ...standard, port: null }, 5432],
])("%s is understood", (_case, value, port) => {
  expect(loginOf(read(value), "", postgres).port).toBe(port);
});

test("without dbname the engine's default database is used", () => {
  expect(loginOf(read({ ...standard, dbname: "" }), "", postgres).dbname).toBe("postgres");
});

test.each([
  [{ ...standard, host: undefined }, 'field "host" must be text that is not empty, got nothing'],
  [{ ...standard, username: "" }, 'field "username" must be text that is not empty, got empty text'],
  [{ ...standard, password: 12345678 }, 'field "password" must be text that is not empty, got a number'],
  [
    { ...standard, port: "54x2" },
    'field "port" must be a port from 1 to 65535, as a number or text, got other text',
  ],
  [
    { ...standard, port: 0 },
    'field "port" must be a port from 1 to 65535, as a number or text, got a number',
  ],
  [{ ...standard, dbname: ["orders"] }, 'field "dbname" must be text, or absent, got a list'],
  [["a"], "the value must be a JSON object, got a list"],
  ["hush-hush", "the value must be a JSON object, got other text"],
])("%j is refused by field, without its value", (value, message) => {
  expect(() => read(value)).toThrow(message);
  expect(() => read(value)).not.toThrow("hush-hush");
  expect(() => read(value)).not.toThrow("12345678");
});

test("text that is not JSON is refused without quoting it", () => {
  const attempt = () => parseSecretValue("hush-hush", "secret app, version v1");
  expect(attempt).toThrow(
    "secret app, version v1: the value must be a JSON object, got text that is not JSON",
  );
  expect(attempt).not.toThrow("hush-hush");
});

test("an admin's secret needs no more than RDS writes: a user name and a password", () => {
  const admin = { username: "dbadmin", password: "hush" };
  expect(parseAdminSecretValue(JSON.stringify(admin), "admin")).toEqual(admin);
});

test("a secret of another engine is refused", () => {
  expect(() => requireEngine({ engine: "mysql" }, postgres)).toThrow(
    'field "engine" must be "postgres" or "aurora-postgresql" for this function, got "mysql"',
  );
});

test.each(["host", "port", "dbname", "username"])("AWSPENDING with another %s is refused", (field) => {
  const pending = read({ ...standard, [field]: field === "port" ? 1 : "elsewhere" });
  expect(() => requireSameButPassword(pending, read(standard), postgres)).toThrow(
    `field "${field}" under AWSPENDING`,
  );
});

test("the shown facts hold no password", () => {
  expect(JSON.stringify(factsOf(read(standard)))).not.toContain("hush");
});

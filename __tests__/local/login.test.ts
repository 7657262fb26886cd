import { logIn } from "../../local/login";

describe("logging in with a secret's value", () => {
  it.each([
    ["no JSON", "hunter2 is not JSON"],
    ["JSON without a host", '{"username":"app","password":"hunter2"}'],
  ])("that is %s fails without quoting it", async (_what, value) => {
    const failure = await logIn(value, "/nowhere").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain("hunter2");
  });

  it("tells a server that is not there from a refused password", async () => {
    const value = {
      engine: "postgres",
      host: "localhost",
      port: 1,
      username: "app",
      password: "x",
      dbname: "orders",
    };
    await expect(logIn(JSON.stringify(value), __filename)).rejects.toThrow("ECONNREFUSED");
  });
});

import { parseOptions } from "../../local/options";

describe("the command line", () => {
  it("has a default for everything", () => {
    expect(parseOptions([])).toEqual({
      stack: "dev-orders",
      app: undefined,
      engine: undefined,
      rotations: 2,
      json: false,
      logs: false,
      stay: false,
      help: false,
    });
  });

  it("takes 1 to 1000 rotations", () => {
    expect(parseOptions(["--rotations", "1000"]).rotations).toBe(1000);
    for (const wrong of ["0", "1001", "-1", "1.5", "five", ""]) {
      expect(() => parseOptions([`--rotations=${wrong}`])).toThrow(
        `--rotations must be a whole number from 1 to 1000, got "${wrong}"`,
      );
    }
  });

  it("takes an engine, for the app of the project only", () => {
    expect(parseOptions(["--engine", "mariadb"]).app).toBe("node --require tsx/cjs local/app.ts mariadb");
    expect(() => parseOptions(["--engine", "mysql"])).toThrow(
      '--engine must be postgres or mariadb, got "mysql"',
    );
    expect(() => parseOptions(["--engine", "mariadb", "--app", "x"])).toThrow("leave out --app");
  });

  it("refuses what it does not know", () => {
    expect(() => parseOptions(["--rotation", "5"])).toThrow("Unknown option '--rotation'");
    expect(() => parseOptions(["five"])).toThrow("five");
    expect(() => parseOptions(["--rotations"])).toThrow("rotations");
  });
});

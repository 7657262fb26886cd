import { parseOptions } from "../../local/options";

describe("the command line", () => {
  it("has a default for everything", () => {
    expect(parseOptions([])).toEqual({
      stack: "dev-orders",
      app: undefined,
      rotations: 1,
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

  it("refuses what it does not know", () => {
    expect(() => parseOptions(["--rotation", "5"])).toThrow("Unknown option '--rotation'");
    expect(() => parseOptions(["five"])).toThrow("five");
    expect(() => parseOptions(["--rotations"])).toThrow("rotations");
  });
});

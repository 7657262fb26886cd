import { readFileSync } from "node:fs";
import { join } from "node:path";

const NAMED = /`([\w/-]+\.test\.ts)`: (.+?)(?=; `|$)/g;

const rows = readFileSync(join(__dirname, "../docs/defects.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (---|In AWS)/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("all 22 known defects are listed", () => {
  expect(rows).toHaveLength(22);
});

test.each(rows.map(([, defect = "", , tests = ""]) => [defect, tests]))("%s", (_defect, tests) => {
  const named = [...tests.matchAll(NAMED)];
  expect(named.length).toBeGreaterThan(0);
  for (const [, file = "", name = ""] of named) {
    expect(readFileSync(join(__dirname, file), "utf8")).toContain(`"${name}"`);
  }
});

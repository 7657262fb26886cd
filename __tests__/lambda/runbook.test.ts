import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as errors from "../../lambda/rotation/errors";
import { LOG_QUERIES } from "../../stacks/constructs/log-queries";
import { readProjectFile } from "../support/documented-commands";

const page = readProjectFile("docs/runbook.md");
const FUNCTION = join(__dirname, "../../lambda/rotation");

/** The function's texts as they come out, each part that differs as "…". */
const source = readdirSync(FUNCTION, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => withoutExpressions(readFileSync(join(FUNCTION, file), "utf8")))
  .join("\n");

function withoutExpressions(code: string): string {
  return code
    .replace(/\$\{(?:[^{}`]|`[^`]*`)*\}/g, "…")
    .replace(/["`] \+\s*["`]/g, "")
    .replaceAll('\\"', '"');
}

/** Error and message of each row of the table. */
const rows = [...page.matchAll(/^\| `(\w+)` \| `([^|]+)` \|/gm)].map(([, error = "", message = ""]) => [
  error,
  message,
]);

test("every error class has a row", () => {
  const classes = Object.keys(errors).filter((name) => name.endsWith("Error") && name !== "RotationError");
  const documented = new Set(rows.map(([error]) => error));
  expect(classes.filter((name) => !documented.has(name))).toEqual([]);
});

test.each(rows)("%s: %s is what the function says", (error, message) => {
  expect(Object.keys(errors)).toContain(error);
  // What begins or ends with something that differs is found without it.
  expect(source.includes(message?.replace(/^… ?|…$/g, "") ?? "")).toBe(true);
});

test.each([
  "The database has the pending password now",
  "A login was refused",
  "The admin could not repair this user if it had to",
])("the log has %s", (line) => {
  expect(page).toContain(`\`${line}\``);
  expect(source.includes(`"${line}"`)).toBe(true);
});

test("its marks are those of the engines", () => {
  for (const mark of ["Rotated by secret ", "rotatedBySecret", "rotated-by-secret-"]) {
    expect(page).toContain(mark);
    expect(source.includes(`"${mark}"`)).toBe(true);
  }
});

test("the saved queries that it names exist", () => {
  const named = [...page.matchAll(/saved query \*([\w ]+)\*/g)].map(([, name = ""]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !(name in LOG_QUERIES))).toEqual([]);
});

test("its links lead to a heading or an anchor of this page or of monitoring", () => {
  const anchors = (text: string) => [
    ...[...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, "")
        .replaceAll(" ", "-"),
    ),
    ...[...text.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id),
  ];
  const here = anchors(page);
  const there = anchors(readProjectFile("docs/monitoring.md"));
  const links = [...page.matchAll(/\]\((monitoring\.md)?#([\w-]+)\)/g)];
  expect(links.length).toBeGreaterThan(10);
  for (const [link, file, anchor] of links) {
    expect({ link, found: (file ? there : here).includes(anchor) }).toEqual({ link, found: true });
  }
});

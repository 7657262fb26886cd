import { MARKER } from "../../ci/plan/comment";
import { CHANGES } from "../../ci/prepared-changes/changes";
import { PAGE, pageDifference, pageText } from "../../ci/prepared-changes/page";
import { readProjectFile } from "../support/documented-commands";

// That the programs still make this page is checked by ci/offline-terraform.sh, where there is a Terraform.
const STORED = readProjectFile(PAGE);

/** The stored comment of a change. */
function commentOf(what: string): string {
  const [, section = ""] = STORED.split(`\n## ${what}\n`);
  const [, comment = ""] = section.split("\n---\n");
  return comment.trim();
}

test("the page has a comment of each prepared change and nothing else", () => {
  expect(pageText(new Map(CHANGES.map(({ what }) => [what, commentOf(what)])))).toBe(STORED);
  for (const { what } of CHANGES) expect(commentOf(what).startsWith(MARKER)).toBe(true);
});

test.each(CHANGES)("the edit for $what finds what it edits", ({ file, edit }) => {
  const source = readProjectFile(file);

  expect(edit(source)).not.toBe(source);
});

test("a comment in the function and nothing else changes nothing", () => {
  expect(commentOf("Nothing")).toContain("### No changes");
});

test("a schedule changes the schedule alone", () => {
  const comment = commentOf("A schedule");

  expect(comment.match(/^@@ .*/gm)).toEqual(["@@ change aws_secretsmanager_secret_rotation.schedule-app @@"]);
  expect(comment).toContain('+     schedule_expression = "rate(7 days)"');
});

test("a new database adds a stack, and changes nothing that is there", () => {
  const comment = commentOf("A new database");

  expect(comment).toMatch(/^### Plan: \d+ to add$/m);
  expect(comment.match(/^\| `.*/gm)).toEqual([expect.stringContaining("| `shop-stock` |")]);
});

test("a renamed instance is warned of before anything else", () => {
  const comment = commentOf("A renamed instance");

  expect(comment.indexOf("destroy `aws_db_instance.database`")).toBeGreaterThan(0);
  expect(comment.indexOf("destroy `aws_db_instance.database`")).toBeLessThan(comment.indexOf("| Stack |"));
});

test("the function's code changes the function alone", () => {
  expect(commentOf("The function's code").match(/^@@ .*/gm)).toEqual([
    "@@ change aws_lambda_function.rotation @@",
  ]);
});

test("what differs is shown as a diff", () => {
  expect(pageDifference("a\n", "a\n")).toBe("");
  expect(pageDifference("a\nb\n", "a\nc\n")).toContain("-b\n+c");
});

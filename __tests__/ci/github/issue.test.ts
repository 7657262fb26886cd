import { githubFixture } from "../../support/github-fixture";
import { BOT, type Post } from "../../support/github-server";

const LINK = "https://github.com/example/databases/actions/runs/1";
const REPORT = "| stack | resource |\n| dev-orders | aws_db_instance.main |\n";
const ISSUE = "/repos/example/databases/issues/1";

const github = githubFixture("ci/github/issue.ts");

function drifted(report = REPORT, link = LINK) {
  return github.run(["--report", github.file("drift.md", report), "--link", link]);
}

function nothingDrifted() {
  return github.run(["--none", "--link", LINK]);
}

function issue(values: Partial<Post>): Post {
  const body = "<!-- rds-secret-rotation: drift 0 -->\nold";
  return { id: 1, number: 1, user: BOT, state: "open", labels: [{ name: "drift" }], body, ...values };
}

test("opens an issue when something differs", async () => {
  expect(await drifted()).toMatchObject({ code: 0, stderr: "" });

  const [opened] = github.server.issues;
  expect(opened).toMatchObject({
    title: "What is deployed differs from the code",
    labels: [{ name: "drift" }],
    state: "open",
  });
  expect(opened?.body).toContain(REPORT);
  expect(opened?.body).toContain(LINK);
});

test("only brings the issue up to date while the same differs", async () => {
  await drifted();

  expect(await drifted(REPORT, `${LINK}/later`)).toMatchObject({ code: 0 });
  expect(github.server.writes).toEqual(["POST /repos/example/databases/issues", `PATCH ${ISSUE}`]);
  expect(github.server.issues).toEqual([
    expect.objectContaining({ body: expect.stringContaining(`${LINK}/later`) }),
  ]);
});

test("says so in a comment when something else differs", async () => {
  await drifted();

  await drifted(`${REPORT}| dev-orders | aws_kms_key.main |\n`, `${LINK}/later`);

  expect(github.server.issues[0]?.body).toContain("aws_kms_key.main");
  expect(github.server.comments).toEqual([
    expect.objectContaining({ number: 1, body: expect.stringContaining(`${LINK}/later`) }),
  ]);
  expect(github.server.writes.slice(1)).toEqual([`POST ${ISSUE}/comments`, `PATCH ${ISSUE}`]);
});

test("closes the issue, with a sentence, when nothing differs any more", async () => {
  await drifted();

  expect(await nothingDrifted()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Closed issue #1/),
  });
  expect(github.server.issues[0]).toMatchObject({ state: "closed", state_reason: "completed" });
  expect(github.server.comments).toEqual([
    expect.objectContaining({ number: 1, body: expect.stringContaining("nothing differs") }),
  ]);
});

test("writes nothing when nothing differs and no issue is open", async () => {
  expect(await nothingDrifted()).toMatchObject({
    code: 0,
    stdout: "Nothing differs, and no issue is open\n",
  });
  expect(github.server.writes).toEqual([]);
});

test("opens a new issue when something differs once more", async () => {
  await drifted();
  await nothingDrifted();
  await drifted();

  expect(github.server.issues.map(({ state }) => state)).toEqual(["closed", "open"]);
});

test("leaves every other issue alone", async () => {
  github.server.issues = [
    issue({ user: { login: "octocat", type: "User" } }),
    issue({ labels: [] }),
    issue({ body: "the label was used by hand" }),
  ];

  await nothingDrifted();

  expect(github.server.writes).toEqual([]);
});

test("finds the issue on a later page", async () => {
  const others = Array.from({ length: 150 }, (_, id) =>
    issue({ id: id + 2, number: id + 2, body: "another" }),
  );
  github.server.issues = [...others, issue({})];

  await nothingDrifted();

  expect(github.server.writes).toEqual([`POST ${ISSUE}/comments`, `PATCH ${ISSUE}`]);
});

test("cuts a report that no issue takes, at a line's end, and says so", async () => {
  await drifted(`${"a line of the report\n".repeat(5000)}`);

  const body = github.server.issues[0]?.body ?? "";
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body.length).toBeGreaterThan(65_000);
  expect(body).toContain("here its end is cut off");
  expect(body).toMatch(/a line of the report\n$/);
});

test("opens no second issue when it cannot know whether it opened the first", async () => {
  github.server.refusals = [{ method: "POST", status: 502, message: "Server Error" }];

  expect(await drifted()).toMatchObject({ code: 1 });
  expect(github.server.writes).toHaveLength(1);
});

test.each([
  [["--link", LINK], "give --report <file> or --none, one of them"],
  [["--none", "--report", "package.json", "--link", LINK], "give --report <file> or --none, one of them"],
  [["--none"], "--link is needed\n"],
  [["--report", "no-such-file", "--link", LINK], "no-such-file"],
  [["--report", "/dev/null", "--link", LINK], "/dev/null must say what differs; it is empty"],
])("refuses %j", async (args, problem) => {
  expect(await github.run(args)).toMatchObject({ code: 1, stderr: expect.stringContaining(problem) });
  expect(github.server.requests).toEqual([]);
});

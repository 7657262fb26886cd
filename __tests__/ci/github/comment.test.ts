import { githubFixture } from "../../support/github-fixture";
import { BOT, type Post, TOKEN } from "../../support/github-server";

const MARKER = "<!-- rds-secret-rotation: plan -->";
const BODY = `${MARKER}\n2 to add, 1 to destroy\n`;
const PERSON = { login: "octocat", type: "User" };
const THREAD = "/repos/example/databases/issues/7/comments";

const github = githubFixture("ci/github/comment.ts");

/** Runs the program for pull request 7. */
function comment(body = BODY, variables: Readonly<Record<string, string | undefined>> = {}) {
  const event = github.file("event.json", JSON.stringify({ pull_request: { number: 7 } }));
  const file = github.file("comment.md", body);
  return github.run(["--body", file], { GITHUB_EVENT_PATH: event, ...variables });
}

function said(id: number, user: Post["user"], body: string): Post {
  return { id, number: 7, user, body };
}

test("makes the comment where there is none", async () => {
  expect(await comment()).toMatchObject({ code: 0, stderr: "" });
  expect(github.server.comments).toEqual([expect.objectContaining({ number: 7, user: BOT, body: BODY })]);
});

test("changes its own comment the next time, and makes no other", async () => {
  await comment();

  expect(await comment(`${MARKER}\nnothing to do\n`)).toMatchObject({ code: 0 });
  expect(github.server.comments.map(({ body }) => body)).toEqual([`${MARKER}\nnothing to do\n`]);
});

test("finds its own comment on a later page", async () => {
  const others = Array.from({ length: 250 }, (_, id) => said(id + 1, PERSON, "a remark"));
  github.server.comments = [...others, said(999, BOT, `${MARKER}\nold`)];

  await comment();

  expect(github.server.writes).toEqual(["PATCH /repos/example/databases/issues/comments/999"]);
  expect(github.server.requests).toHaveLength(4);
});

test("leaves everybody else's comments alone, whatever they say, and its own about something else", async () => {
  const others = [
    said(1, PERSON, `${MARKER}\nquoted`),
    said(2, { ...BOT, type: "User" }, `${MARKER}\nquoted`),
    said(3, { login: "dependabot[bot]", type: "Bot" }, `${MARKER}\nquoted`),
    said(4, null, `${MARKER}\nof a deleted user`),
    said(5, BOT, "<!-- rds-secret-rotation: planned -->\nanother marker"),
    said(6, BOT, `> ${MARKER}\na quotation`),
  ];
  github.server.comments = structuredClone(others);

  expect(await comment()).toMatchObject({ code: 0 });
  expect(github.server.writes).toEqual([`POST ${THREAD}`]);
  expect(github.server.comments.slice(0, -1)).toEqual(others);
});

test("waits and tries again where GitHub asks for it", async () => {
  const soon = String(Math.ceil(Date.now() / 1000) + 1);
  github.server.refusals = [
    {
      method: "GET",
      status: 429,
      message: "You have exceeded a secondary rate limit.",
      headers: { "retry-after": "1" },
    },
    {
      method: "POST",
      status: 403,
      message: "API rate limit exceeded",
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": soon },
    },
  ];

  expect(await comment()).toMatchObject({ code: 0 });
  expect(github.server.comments).toHaveLength(1);
});

test("does not wait for longer than a job has", async () => {
  const message = "You have exceeded a secondary rate limit.";
  github.server.refusals = [{ method: "GET", status: 403, message, headers: { "retry-after": "3600" } }];

  expect(await comment()).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
});

test("reads again after a failure of GitHub", async () => {
  github.server.refusals = [{ method: "GET", status: 502, message: "Server Error" }];

  expect(await comment()).toMatchObject({ code: 0 });
  expect(github.server.comments).toHaveLength(1);
});

test.each([
  [502, "was answered 502: Server Error"],
  [0, "got no answer: "],
])("makes no second comment when it cannot know whether it made the first: %d", async (status, said) => {
  github.server.refusals = [{ method: "POST", status, message: "Server Error" }];

  const { code, stderr } = await comment();

  expect(code).toBe(1);
  expect(stderr).toContain(`POST ${github.server.url}${THREAD} ${said}`);
  expect(github.server.writes).toEqual([`POST ${THREAD}`]);
});

test.each([
  [
    "a permission that is missing",
    { status: 403, message: "Resource not accessible by integration" },
    { "x-accepted-github-permissions": "issues=write; pull_requests=write" },
    "403: Resource not accessible by integration - https://docs.github.com/rest; the job needs the permission issues=write; pull_requests=write",
  ],
  ["a pull request that is not there", { status: 404, message: "Not Found" }, {}, "404: Not Found"],
])("names %s", async (_, refusal, headers, said) => {
  github.server.refusals = [{ method: "POST", ...refusal, headers }];

  const { code, stderr } = await comment();

  expect(code).toBe(1);
  expect(stderr).toContain(`POST ${github.server.url}${THREAD} was answered ${said}`);
});

test("names a token that GitHub does not take, without showing it", async () => {
  const { code, stderr } = await comment(BODY, { GITHUB_TOKEN: "ghs_wrong" });

  expect(code).toBe(1);
  expect(stderr).toContain("was answered 401: Bad credentials");
});

test("does not show the token where an answer repeats it", async () => {
  github.server.refusals = [{ method: "GET", status: 400, message: `What is ${TOKEN}?` }];

  expect(await comment()).toMatchObject({ code: 1, stderr: expect.stringContaining("What is ***?") });
});

test.each([
  ["without a marker", "2 to add\n", "must begin with a line <!-- a name -->"],
  ["that is too long", `${MARKER}\n${"x".repeat(65_536)}`, "must have at most 65536 characters, got 65571"],
])("refuses a comment %s", async (_, body, problem) => {
  expect(await comment(body)).toMatchObject({ code: 1, stderr: expect.stringContaining(problem) });
  expect(github.server.requests).toEqual([]);
});

test.each([
  [{ GITHUB_TOKEN: "" }, ["GITHUB_TOKEN must be the workflow's token, got nothing"]],
  [
    { GITHUB_REPOSITORY: "databases", GITHUB_API_URL: "github" },
    [
      'GITHUB_REPOSITORY must be "owner/repository", got "databases"',
      'GITHUB_API_URL must be a URL, got "github"',
    ],
  ],
  [{ GITHUB_EVENT_PATH: undefined }, ["GITHUB_EVENT_PATH must be the path of the event's file, got nothing"]],
  [
    { GITHUB_EVENT_PATH: "package.json" },
    ["GITHUB_EVENT_PATH must be the event of a pull request, with its number"],
  ],
])("refuses %j", async (variables, problems) => {
  const { code, stderr } = await comment(BODY, variables);

  expect(code).toBe(1);
  for (const problem of problems) expect(stderr).toContain(`the variable ${problem}`);
  expect(github.server.requests).toEqual([]);
});

test.each([
  [["--help"], 0],
  [["--delete"], 1],
  [[], 1],
])("%j ends with %d", async (args, code) => {
  expect(await github.run(args)).toMatchObject({ code });
});

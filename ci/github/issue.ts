import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { UsageError } from "../../local/usage-error";
import { required } from "../program";
import { runGithubProgram } from "./program";
import { isOwn, MOST_CHARACTERS, NOT_TWICE, openRepository } from "./repository";

const USAGE = `Keeps one open issue while what is deployed differs from the code: opens it, brings it up to date, says
in a comment when the difference is another, and closes it when there is none.

Usage: npm run github:issue -- (--report <file> | --none) --link <URL>

  --report <file>   what differs, in Markdown
  --none            nothing differs
  --link <URL>      the run that looked
  --help            show this

Reads the variables GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL.
`;

const LABEL = "drift";
const TITLE = "What is deployed differs from the code";
/** Begins the body of the issue; then follows what the report was, to see whether it is another. */
const MARKER = "<!-- rds-secret-rotation: drift";

type Repository = ReturnType<typeof openRepository>;

const OPTIONS = {
  report: { type: "string" },
  none: { type: "boolean" },
  link: { type: "string" },
} as const;

runGithubProgram(USAGE, OPTIONS, async ({ report, none, ...values }) => {
  if ((report === undefined) === (none === undefined))
    throw new UsageError("give --report <file> or --none, one of them");
  const link = required("link", values.link);
  const text = report === undefined ? undefined : readFileSync(report, "utf8");
  if (text?.trim() === "") throw new Error(`${report} must say what differs; it is empty`);
  const repository = openRepository();
  return text === undefined ? close(repository, link) : tell(repository, text, link);
});

async function tell(repository: Repository, report: string, link: string): Promise<string> {
  const { client, at } = repository;
  const { issues } = client.rest;
  const marker = `${MARKER} ${createHash("sha256").update(report).digest("hex")} -->`;
  const body = bodyOf(marker, report, link);
  const open = await openIssue(repository);
  if (open === undefined) {
    const { data } = await issues.create({ ...at, title: TITLE, labels: [LABEL], body, ...NOT_TWICE });
    return `Opened issue #${data.number}: ${data.html_url}`;
  }
  const issue = { ...at, issue_number: open.number };
  const same = open.body?.startsWith(marker);
  // Said first: if it were said last, a failure between would leave it unsaid for good.
  if (!same) {
    const news = `Something else differs now than before. The issue's text is up to date; [the run](${link}) that found it.`;
    await issues.createComment({ ...issue, body: news, ...NOT_TWICE });
  }
  await issues.update({ ...issue, body });
  return `Updated issue #${open.number}, with ${same ? "the same" : "other"} differences: ${open.html_url}`;
}

async function close(repository: Repository, link: string): Promise<string> {
  const open = await openIssue(repository);
  if (open === undefined) return "Nothing differs, and no issue is open";
  const { client, at } = repository;
  const issue = { ...at, issue_number: open.number };
  const body = `What is deployed is what the code says again: nothing differs in [this run](${link}).`;
  await client.rest.issues.createComment({ ...issue, body, ...NOT_TWICE });
  await client.rest.issues.update({ ...issue, state: "closed", state_reason: "completed" });
  return `Closed issue #${open.number}: ${open.html_url}`;
}

async function openIssue({ client, at }: Repository) {
  const open = await client.paginate(client.rest.issues.listForRepo, {
    ...at,
    labels: LABEL,
    state: "open",
    direction: "asc",
    per_page: 100,
  });
  return open.find(({ user, body }) => isOwn(user) && body?.startsWith(MARKER));
}

function bodyOf(marker: string, report: string, link: string): string {
  const whole = `${marker}\nLast seen by [this run](${link}).\n\n${report}`;
  if (whole.length <= MOST_CHARACTERS) return whole;
  // The notice stands before the cut, where no open block can swallow it.
  const head = `${marker}\nLast seen by [this run](${link}), which has the whole report; here its end is cut off.\n\n`;
  return head + report.slice(0, report.lastIndexOf("\n", MOST_CHARACTERS - head.length) + 1);
}

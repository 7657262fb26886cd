import { readFileSync } from "node:fs";
import * as z from "zod";
import { required } from "../program";
import { runGithubProgram } from "./program";
import { isOwn, MOST_CHARACTERS, NOT_TWICE, openRepository } from "./repository";
import { filled, readVariables, VariableError } from "./variables";

const USAGE = `Keeps one comment on the pull request that the workflow runs for: changes the one that it wrote before,
or else makes it. Deletes nothing, and changes nobody else's.

Usage: npm run github:comment -- --body <file>

  --body <file>   the comment in Markdown; it is known again by its first line, <!-- a name -->
  --help          show this

Reads the variables GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_EVENT_PATH and GITHUB_API_URL.
`;

const EVENT_PATH = z.object({ GITHUB_EVENT_PATH: filled("must be the path of the event's file") });
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
const EVENT = z.object({ pull_request: z.object({ number: z.int().positive() }) });

const OPTIONS = { body: { type: "string" } } as const;

runGithubProgram(USAGE, OPTIONS, async (values) => {
  const file = required("body", values.body);
  const body = readFileSync(file, "utf8");
  const marker = /^<!-- .+ -->(?=\r?\n)/.exec(body)?.[0];
  if (marker === undefined) throw new Error(`${file} must begin with a line <!-- a name -->`);
  if (body.length > MOST_CHARACTERS) {
    throw new Error(`${file} must have at most ${MOST_CHARACTERS} characters, got ${body.length}`);
  }
  const number = pullRequestNumber();
  const { client, at } = openRepository();
  const { issues } = client.rest;
  const thread = { ...at, issue_number: number };
  const comments = await client.paginate(issues.listComments, { ...thread, per_page: 100 });
  const own = comments.find(({ user, body: text = "" }) => isOwn(user) && text.startsWith(marker));
  if (own === undefined) {
    const { data } = await issues.createComment({ ...thread, body, ...NOT_TWICE });
    return `Commented on pull request #${number}: ${data.html_url}`;
  }
  const { data } = await issues.updateComment({ ...at, comment_id: own.id, body });
  return `Updated the comment on pull request #${number}: ${data.html_url}`;
});

function pullRequestNumber(): number {
  const { GITHUB_EVENT_PATH: path } = readVariables(EVENT_PATH);
  const event = EVENT.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!event.success) {
    throw new VariableError(
      "the variable GITHUB_EVENT_PATH must be the event of a pull request, with its number",
    );
  }
  return event.data.pull_request.number;
}

import { appendFileSync } from "node:fs";
import * as z from "zod";
import { text } from "../../environments/values";
import { LABEL } from "../plan/stateful-types";
import { runGithubProgram } from "./program";
import { openRepository } from "./repository";
import { filled, readVariables } from "./variables";

const USAGE = `Finds the merged pull requests that the commit came from, and whether one has the label
${LABEL}. Writes the outputs allow (true or false) and pull-request (its number, or nothing).

Usage: npm run github:reviewed

Reads the variables GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_REF_NAME, GITHUB_OUTPUT and GITHUB_API_URL.
`;

const VARIABLES = z.object({
  GITHUB_SHA: text(/^[0-9a-f]{40}$/, "must be the 40 hexadecimal digits of a commit"),
  GITHUB_REF_NAME: filled("must be the branch that is deployed"),
  GITHUB_OUTPUT: filled("must be the path of the file for outputs"),
});

runGithubProgram(USAGE, {}, async () => {
  const { GITHUB_SHA: sha, GITHUB_REF_NAME: branch, GITHUB_OUTPUT: output } = readVariables(VARIABLES);
  const { client, at } = openRepository();
  const all = await client.paginate(client.rest.repos.listPullRequestsAssociatedWithCommit, {
    ...at,
    commit_sha: sha,
    per_page: 100,
  });
  // A label on what was merged elsewhere, or not at all, was not given for this branch.
  const merged = all.filter(({ merged_at, base }) => merged_at && base.ref === branch);
  const allowing = merged.find(({ labels }) => labels.some(({ name }) => name === LABEL));
  const number = (allowing ?? merged[0])?.number;
  appendFileSync(output, `allow=${allowing !== undefined}\npull-request=${number ?? ""}\n`);
  if (number === undefined) return `No pull request was merged into ${branch} as ${sha}: nothing is allowed`;
  return `Pull request #${number} ${allowing ? "has" : "has not"} the label ${LABEL}`;
});

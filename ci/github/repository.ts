import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import * as z from "zod";
import { text } from "../../environments/values";
import { readVariables, VariableError } from "./variables";

/** A wait that GitHub asks for is granted up to here, in seconds: a job has minutes. */
const LONGEST_WAIT = 90;
const MOST_WAITS = 3;

/** Whom a workflow's own token acts as. https://docs.github.com/en/actions/concepts/security/github_token */
const BOT = { login: "github-actions[bot]", type: "Bot" };

const REPOSITORY = z.object({
  GITHUB_REPOSITORY: text(/^[\w.-]+\/[\w.-]+$/, 'must be "owner/repository"'),
  GITHUB_API_URL: z.url({ error: "must be a URL" }).default("https://api.github.com"),
});

/** For a request that makes something: sent again after an answer was lost, it would make a second one. */
export const NOT_TWICE = { request: { retries: 0 } };

/** The most that a body has. https://github.com/orgs/community/discussions/27190 */
export const MOST_CHARACTERS = 65_536;

/**
 * The repository whose workflow runs, and a client that waits and tries again as GitHub asks.
 * @throws VariableError
 */
export function openRepository() {
  const { GITHUB_REPOSITORY: name, GITHUB_API_URL: baseUrl } = readVariables(REPOSITORY);
  const [owner = "", repo = ""] = name.split("/");
  const auth = process.env.GITHUB_TOKEN;
  if (!auth) throw new VariableError("the variable GITHUB_TOKEN must be the workflow's token, got nothing");
  const granted = (seconds: number, _request: unknown, _octokit: unknown, waits: number) =>
    seconds <= LONGEST_WAIT && waits < MOST_WAITS;
  const client = new (Octokit.plugin(retry, throttling))({
    auth,
    baseUrl,
    throttle: { onRateLimit: granted, onSecondaryRateLimit: granted },
  });
  return { client, at: { owner, repo } };
}

/** Whether the workflow's token wrote it: nobody else's text is ever changed, whatever it says. */
export function isOwn(user: { readonly login: string; readonly type: string } | null | undefined): boolean {
  return user?.login === BOT.login && user.type === BOT.type;
}

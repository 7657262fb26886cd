import { UsageError } from "../../local/usage-error";
import { type Options, runProgram, type Values } from "../program";

/** What Octokit throws when GitHub refused a request, or gave no answer. */
interface RefusedRequest extends Error {
  readonly status: number;
  readonly request: { readonly method: string; readonly url: string };
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> };
}

/** As {@link runProgram}, for a program that answers in words. The workflow's token is in none that it writes. */
export function runGithubProgram<T extends Options>(
  usage: string,
  options: T,
  main: (values: Values<T>) => Promise<string>,
): void {
  runProgram(usage, options, async (values) => {
    try {
      process.stdout.write(`${withoutToken(await main(values))}\n`);
      return 0;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new Error(withoutToken(messageOf(error)));
    }
  });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!isRefused(error)) return error.message;
  const { request, response, status, message } = error;
  const said = response === undefined ? "got no answer" : `was answered ${status}`;
  // GitHub names the permission that would have been enough.
  const needed = response?.headers["x-accepted-github-permissions"];
  const hint = status === 403 && needed !== undefined ? `; the job needs the permission ${needed}` : "";
  return `${request.method} ${request.url} ${said}: ${message}${hint}`;
}

function isRefused(error: Error): error is RefusedRequest {
  return "status" in error && "request" in error;
}

function withoutToken(text: string): string {
  const token = process.env.GITHUB_TOKEN;
  return token ? text.replaceAll(token, "***") : text;
}

/** What Octokit throws when GitHub refused a request, or gave no answer. */
interface RefusedRequest extends Error {
  readonly status: number;
  readonly request: { readonly method: string; readonly url: string };
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> };
}

/** Writes what a program answers to standard output, or what went wrong to standard error, which ends it with 1. */
export function run(main: () => Promise<string>): void {
  main().then(
    (answer) => {
      process.stdout.write(`${withoutToken(answer.trimEnd())}\n`);
    },
    (error: unknown) => {
      process.stderr.write(`${withoutToken(messageOf(error))}\n`);
      process.exitCode = 1;
    },
  );
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

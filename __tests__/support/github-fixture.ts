import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GithubServer, TOKEN } from "./github-server";
import { type Outcome, runProgram } from "./run-program";

/** The client leaves seconds between what it writes. */
const TIMEOUT = 60_000;

/** A server and a folder for the tests of a file, new for each test. */
export function githubFixture(program: string) {
  const fixture = {
    server: new GithubServer(),
    folder: "",
    /** Writes a file. @returns its path */
    file(name: string, text: string): string {
      const path = join(fixture.folder, name);
      writeFileSync(path, text);
      return path;
    },
    /** Runs the program as a workflow does. The token is in nothing that it writes, or this fails. */
    async run(
      args: readonly string[],
      variables: Readonly<Record<string, string | undefined>> = {},
    ): Promise<Outcome> {
      const outcome = await runProgram(program, args, {
        GITHUB_API_URL: fixture.server.url,
        GITHUB_REPOSITORY: "example/databases",
        GITHUB_TOKEN: TOKEN,
        ...variables,
      });
      expect(outcome.stdout + outcome.stderr).not.toContain(variables.GITHUB_TOKEN || TOKEN);
      return outcome;
    },
  };
  jest.setTimeout(TIMEOUT);
  beforeEach(async () => {
    fixture.server = new GithubServer();
    fixture.folder = mkdtempSync(join(tmpdir(), "github-test-"));
    await fixture.server.listen();
  });
  afterEach(async () => {
    await fixture.server.close();
    rmSync(fixture.folder, { recursive: true });
  });
  return fixture;
}

import { execFile as execFileWithCallback } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

/** A published weakness of a package that we have. */
export interface Advisory {
  /** Its GitHub advisory, GHSA-xxxx-xxxx-xxxx. */
  readonly id: string;
  readonly package: string;
  readonly title: string;
  readonly severity: string;
  /** Versions that are affected. */
  readonly range: string;
  /** The packages' places, from the project's folder. */
  readonly nodes: readonly string[];
}

/** The registry gave no answer; the message says which. */
export class AuditUnavailableError extends Error {
  override readonly name = "AuditUnavailableError";
}

const execFile = promisify(execFileWithCallback);
/** In bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;

// Written by npm's AuditReport and Vuln: https://github.com/npm/cli/tree/latest/workspaces/arborist/lib
const vulnerability = z.object({
  // A package that only depends on a weak one names that one; its own entry has the advisory.
  via: z.array(
    z.union([
      z.string(),
      z.object({
        name: z.string(),
        title: z.string(),
        url: z.string(),
        severity: z.string(),
        range: z.string(),
      }),
    ]),
  ),
  nodes: z.array(z.string()),
});
const report = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(z.string(), vulnerability),
});
/** What npm writes instead when the registry refuses, or cannot be reached. */
const failure = z.object({ message: z.string() });

/**
 * Asks the registry for the advisories of everything in the lockfile.
 * @param project folder with package-lock.json
 * @param registry its URL. @default npm's
 * @throws AuditUnavailableError
 */
export async function npmAudit(project: string, registry?: string): Promise<Advisory[]> {
  // npm ends with 1 when there is anything to report; what counts is what it writes.
  const { stdout, stderr } = await execFile(
    "npm",
    ["audit", "--json", "--package-lock-only", ...(registry === undefined ? [] : ["--registry", registry])],
    {
      cwd: project,
      maxBuffer: MAX_OUTPUT,
    },
  ).catch((error: { stdout?: string; stderr?: string; message: string }) => ({
    stdout: error.stdout ?? "",
    stderr: error.stderr || error.message,
  }));
  return advisoriesOf(stdout, stderr);
}

/**
 * Reads what `npm audit --json` writes.
 * @param stderr said where the output is not JSON
 * @throws AuditUnavailableError
 */
export function advisoriesOf(stdout: string, stderr = ""): Advisory[] {
  const output = parse(stdout);
  const refused = failure.safeParse(output);
  if (refused.success) throw new AuditUnavailableError(refused.data.message);
  const read = report.safeParse(output);
  if (!read.success) {
    throw new AuditUnavailableError(`npm audit wrote no report: ${stderr.trim() || stdout.slice(0, 200)}`);
  }
  const advisories = Object.values(read.data.vulnerabilities).flatMap(({ via, nodes }) =>
    via.flatMap((each) =>
      typeof each === "string"
        ? []
        : [
            {
              id: each.url.split("/").at(-1) ?? each.url,
              package: each.name,
              title: each.title,
              severity: each.severity,
              range: each.range,
              nodes,
            },
          ],
    ),
  );
  return advisories.sort((a, b) => `${a.package} ${a.id}`.localeCompare(`${b.package} ${b.id}`));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

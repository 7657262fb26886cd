import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ALLOW_LIST } from "./audit/allow-list";
import { AuditUnavailableError, npmAudit } from "./audit/npm-audit";
import { judge, passed, verdictText } from "./audit/verdict";

const USAGE = `Asks the npm registry for advisories of everything in package-lock.json, and fails for each that is not in
ci/audit/allow-list.ts, for each entry there that has expired, and for each that is needed no more.

Usage: npm run audit -- [options]

  --required   fail when the registry answers no audits (some mirrors do not), instead of skipping
  --help       show this
`;

async function main(): Promise<number> {
  const { required = false, help = false } = parseArgs({
    options: { required: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  }).values;
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
    const verdict = judge(await npmAudit(resolve(__dirname, "..")), ALLOW_LIST, today);
    process.stdout.write(`${verdictText(verdict)}\n`);
    return passed(verdict) ? 0 : 1;
  } catch (error) {
    if (required || !(error instanceof AuditUnavailableError)) throw error;
    process.stdout.write(`SKIPPED: the registry answers no audits: ${error.message}\n`);
    return 0;
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  },
);

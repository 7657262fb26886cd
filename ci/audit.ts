import { resolve } from "node:path";
import { ALLOW_LIST } from "./audit/allow-list";
import { AuditUnavailableError, npmAudit } from "./audit/npm-audit";
import { judge, passed, verdictText } from "./audit/verdict";
import { runProgram } from "./program";

const USAGE = `Asks the npm registry for advisories of everything in package-lock.json, and fails for each that is not in
ci/audit/allow-list.ts, for each entry there that has expired, and for each that is needed no more.

Usage: npm run audit -- [options]

  --required   fail when the registry answers no audits (some mirrors do not), instead of skipping
  --help       show this
`;

runProgram(USAGE, { required: { type: "boolean" } } as const, async ({ required = false }) => {
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
});

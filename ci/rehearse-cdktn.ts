import { progressFor } from "../local/progress";
import { ENDING_SIGNALS } from "../local/signals";
import { EXPLANATIONS } from "./cdktn/explanations";
import { rehearse } from "./cdktn/rehearsal";
import { passed, rehearsalText } from "./cdktn/report";
import { runProgram } from "./program";

const USAGE = `Rehearses the move from CDKTF to CDK Terrain, in a temporary folder that is removed.

Copies the project, swaps packages and imports, installs, type-checks, synthesizes every environment, and compares
with what CDKTF synthesizes. A difference that nobody has explained fails. Needs the npm registry; no AWS account
and no terraform.

Usage: npm run rehearse:cdktn -- [options]

  --json   print one JSON document and nothing else
  --help   show this
`;

runProgram(USAGE, { json: { type: "boolean" } } as const, async ({ json = false }) => {
  const controller = new AbortController();
  for (const signal of ENDING_SIGNALS) {
    process.once(signal, () => controller.abort(new Error(`ended by ${signal}`)));
  }
  const rehearsal = await rehearse({
    explanations: EXPLANATIONS,
    progress: await progressFor({ json }),
    signal: controller.signal,
  });
  process.stdout.write(
    json ? `${JSON.stringify(rehearsal, undefined, 2)}\n` : `\n${rehearsalText(rehearsal)}\n`,
  );
  return passed(rehearsal) ? 0 : 1;
});

import { styleText } from "node:util";
import {
  type Demonstration,
  type RotationDemonstration,
  short,
  type UserDemonstration,
} from "./demonstration";
import { plainTable } from "./table";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** The result for people. @param colours whether they look at it in a terminal that has any */
export function resultText(result: Demonstration, colours: boolean): string {
  const { database, archive, users } = result;
  const paint: Paint = (style, text) => (colours ? styleText(style, text) : text);
  return [
    ...users.map((user) => userText(user, paint)),
    `${result.stack}: ${database.version} at ${database.host}:${database.port}, database ${database.database}. ` +
      `Function: ${(archive.bytes / 1024).toFixed(0)} KiB, source_code_hash ${archive.sha256}.`,
    ["Not as in AWS:", ...result.differences.map((difference) => `  - ${difference}`)].join("\n"),
    FURTHER,
    `All of it took ${(result.milliseconds / 1000).toFixed(1)} s.`,
  ].join("\n\n");
}

const FURTHER = [
  "To look further:",
  "  npm start -- --logs           what the function wrote",
  "  npm start -- --stay           keep it running; connect with the database's client and the aws command",
  "  npm start -- --engine mariadb the same on MariaDB, where it is installed",
  "  npm start -- --rotations 5    more rotations, each proven by logging in",
  "  npm start -- --json           all of this, with every version and time, for programs",
].join("\n");

function userText(user: UserDemonstration, paint: Paint): string {
  const last = user.rotations.at(-1);
  if (last === undefined) return "";
  const count = user.rotations.length;
  const which = count === 1 ? "Rotated once" : `Rotated ${count} times, of which the last`;
  return [
    `User ${paint("bold", user.username)}, ${user.strategy}, secret ${user.secretArn}`,
    `${which}:`,
    versionTable(last, paint),
    count === 1
      ? "The proof, tried over verified TLS:"
      : "The proof, tried over verified TLS after each rotation:",
    proofTable(user.rotations, paint),
    "Time per step:",
    timeTable(user.rotations),
  ].join("\n");
}

function versionTable(rotation: RotationDemonstration, paint: Paint): string {
  const table = plainTable(["Version", "Labels before", "Labels after"]);
  const ids = new Set([...Object.keys(rotation.labelsBefore), ...Object.keys(rotation.labelsAfter)]);
  for (const id of ids) {
    const [before, after] = [labelText(rotation.labelsBefore[id]), labelText(rotation.labelsAfter[id])];
    const row = [short(id), before, after];
    table.push(after.includes("AWSCURRENT") ? row.map((cell) => paint("bold", cell)) : row);
  }
  return table.toString();
}

function labelText(labels: readonly string[] | undefined): string {
  return labels === undefined ? "-" : [...labels].sort().join(", ");
}

function proofTable(rotations: readonly RotationDemonstration[], paint: Paint): string {
  const table = plainTable(["Tried", "Answer", "After rotations"]);
  const logins = rotations.flatMap((rotation) => rotation.logins);
  for (const what of new Set(logins.map((login) => login.what))) {
    const tried = logins.filter((login) => login.what === what);
    // Refused or accepted: as it should be, or the run would have failed.
    table.push([what, paint("green", tried[0]?.login ?? ""), `${tried.length} of ${rotations.length}`]);
  }
  return table.toString();
}

function timeTable(rotations: readonly RotationDemonstration[]): string {
  const times = new Map<string, number[]>();
  for (const { step, milliseconds } of rotations.flatMap((rotation) => rotation.steps)) {
    times.set(step, [...(times.get(step) ?? []), milliseconds]);
  }
  const several = rotations.length > 1;
  const table = plainTable(several ? ["Step", "Median", "Longest"] : ["Step", "Time"]);
  for (const [step, all] of times) {
    all.sort((one, other) => one - other);
    const median = `${all[Math.floor(all.length / 2)]} ms`;
    table.push(several ? [step, median, `${all.at(-1)} ms`] : [step, median]);
  }
  return table.toString();
}

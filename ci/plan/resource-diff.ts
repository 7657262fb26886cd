import { diffArrays } from "diff";
import { attributeLines, type Line, type Side, unknownAttributes, visible } from "./attribute-lines";
import { type Kind, kindOf, moves } from "./classification";
import type { Change, Plan, ResourceChange } from "./schema";

interface DiffLine extends Line {
  readonly sign: "+" | "-" | " ";
}

/** Unchanged lines that are shown on each side of a change. */
const CONTEXT = 2;
/** Worst first: whatever is cut from the end of a long comment matters least. */
const ORDER: readonly Kind[] = ["destroy", "forget", "replace", "change", "add", "none", "read"];

/** Each resource that a plan changes or moves, and its outputs, as a text of lines that begin with "+", "-" or " ". */
export function planDiffs(plan: Plan): string[] {
  const changed = plan.resource_changes.filter(
    (resource) =>
      !["none", "read"].includes(kindOf(resource.change)) ||
      moves(resource) ||
      resource.change.importing !== undefined,
  );
  const rank = ({ change }: ResourceChange) => ORDER.indexOf(kindOf(change));
  const outputs = Object.entries(plan.output_changes).filter(([, change]) => kindOf(change) !== "none");
  return [
    ...changed.sort((one, other) => rank(one) - rank(other)).map((resource) => resourceDiff(resource)),
    ...(outputs.length > 0 ? [outputDiff(outputs)] : []),
  ];
}

/** @param title what happens to it. @default what the plan does with it */
export function resourceDiff(resource: ResourceChange, title = titleOf(resource)): string {
  const { change, action_reason: reason } = resource;
  return [
    `@@ ${visible(title)} @@`,
    // Where no attribute forces it, Terraform's reason says why.
    ...(reason !== undefined && change.replace_paths.length === 0
      ? [`  # ${visible(reason.replaceAll("_", " "))}`]
      : []),
    ...resourceLines(change),
  ].join("\n");
}

function resourceLines(change: ResourceChange["change"]): string[] {
  const kind = kindOf(change);
  if (kind === "add") {
    return wholeLines("+", {
      value: change.after,
      sensitive: change.after_sensitive,
      unknown: change.after_unknown,
    });
  }
  if (kind === "destroy" || kind === "forget") {
    return wholeLines("-", { value: change.before, sensitive: change.before_sensitive, unknown: {} });
  }
  return changeLines(change, change.replace_paths);
}

function titleOf(resource: ResourceChange): string {
  const { address, previous_address: previous, change } = resource;
  const kind = kindOf(change);
  const verbs = [
    ...(moves(resource) ? [`move ${previous} to`] : []),
    ...(change.importing === undefined ? [] : ["import"]),
    ...(kind === "none" ? [] : [kind]),
  ];
  return `${verbs.join(", ")} ${address}`;
}

function outputDiff(outputs: readonly (readonly [string, Change])[]): string {
  const lines = outputs.flatMap(([name, change]) => {
    // As an object with one attribute each, so that masks of whole values are found.
    const wrap = (value: unknown) => ({ [name]: value });
    return changeLines({
      ...change,
      before: wrap(change.before),
      after: wrap(change.after),
      after_unknown: wrap(change.after_unknown),
      before_sensitive: wrap(change.before_sensitive),
      after_sensitive: wrap(change.after_sensitive),
    });
  });
  return ["@@ outputs @@", ...lines].join("\n");
}

function changeLines(change: Change, replacePaths: ResourceChange["change"]["replace_paths"] = []): string[] {
  const before: Side = {
    value: change.before,
    sensitive: change.before_sensitive,
    unknown: false,
    unknownAfter: change.after_unknown,
    replacePaths,
  };
  const after: Side = {
    value: change.after,
    sensitive: change.after_sensitive,
    unknown: change.after_unknown,
    before: change.before,
    replacePaths,
  };
  // A new resource has new ids and addresses; of one that stays, each is worth a line.
  const forced = new Set(replacePaths.map(([first]) => first));
  const later =
    kindOf(change) === "replace" ? unknownAttributes(after).filter((name) => !forced.has(name)) : [];
  const [old, current] = [before, after].map((side) => attributeLines(without(later, side)));
  const lines = excerpt(diffLines(old ?? [], current ?? []));
  if (lines.length > 0) return [...lines, ...laterLine(" ", later)];
  const equal = kindOf(change) !== "none";
  return equal ? ["  # nothing that is shown changes: an empty value, or the layout of a document"] : [];
}

/** All of what comes or goes, but for the tags of the whole environment, which nobody reads again. */
function wholeLines(sign: "+" | "-", side: Side): string[] {
  const later = unknownAttributes(side);
  const lines = attributeLines(without([...later, "tags_all"], side));
  return [...lines.map((line) => lineText({ ...line, sign })), ...laterLine(sign, later)];
}

function without(names: readonly string[], side: Side): Side {
  const rest = (value: unknown) =>
    Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => !names.includes(name)));
  return { ...side, value: rest(side.value), unknown: rest(side.unknown) };
}

/** What only an apply tells, in one line. */
function laterLine(sign: DiffLine["sign"], names: readonly string[]): string[] {
  const later = names
    .filter((name) => name !== "tags_all")
    .map(visible)
    .sort();
  return later.length === 0 ? [] : [`${sign} # known after apply: ${later.join(", ")}`];
}

function diffLines(before: readonly Line[], after: readonly Line[]): DiffLine[] {
  const key = ({ depth, text }: Line) => `${"  ".repeat(depth)}${text}`;
  const parts = diffArrays<Line>([...before], [...after], {
    comparator: (one, other) => key(one) === key(other),
  });
  return parts.flatMap(({ value, added, removed }) =>
    value.map((line): DiffLine => ({ ...line, sign: added ? "+" : removed ? "-" : " " })),
  );
}

/** The changed lines, with their nearest siblings and the brackets that they stand in. */
function excerpt(lines: readonly DiffLine[]): string[] {
  const shown = new Set<number>();
  for (const [index, { sign }] of lines.entries()) {
    if (sign === " ") continue;
    shown.add(index);
    for (const direction of [-1, 1]) showAround(lines, index, direction, shown);
  }
  if (shown.size === 0) return [];
  const text: string[] = [];
  let hidden: DiffLine[] = [];
  for (const [index, line] of lines.entries()) {
    if (!shown.has(index)) {
      hidden.push(line);
      continue;
    }
    text.push(...hiddenText(hidden), lineText(line));
    hidden = [];
  }
  return [...text, ...hiddenText(hidden)];
}

function showAround(lines: readonly DiffLine[], from: number, direction: number, shown: Set<number>): void {
  const depthAt = (index: number) => lines[index]?.depth ?? 0;
  for (let near = from + direction, count = 0; count < CONTEXT; near += direction, count++) {
    const isBracket = depthAt(near + 1) > depthAt(near) || depthAt(near - 1) > depthAt(near);
    if (depthAt(near) !== depthAt(from) || isBracket) break;
    shown.add(near);
  }
  let depth = depthAt(from);
  for (let index = from; depth > 0 && index >= 0 && index < lines.length; index += direction) {
    if (depthAt(index) >= depth) continue;
    shown.add(index);
    depth = depthAt(index);
  }
}

function hiddenText(hidden: readonly DiffLine[]): string[] {
  const [first] = hidden;
  if (first === undefined || hidden.length === 1) return hidden.map(lineText);
  const depth = Math.min(...hidden.map((line) => line.depth));
  return [lineText({ sign: " ", depth, text: `# ${hidden.length} unchanged lines` })];
}

function lineText({ sign, depth, text }: DiffLine): string {
  return `${sign} ${"  ".repeat(depth)}${text}`;
}

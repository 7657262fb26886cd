import type { Advisory } from "./npm-audit";

/** An advisory that may stay for a while. */
export interface Allowance {
  /** GHSA-xxxx-xxxx-xxxx. */
  readonly id: string;
  readonly package: string;
  /** Why it does no harm here, or why there is no better version yet. */
  readonly reason: string;
  /** Last day on which it holds, YYYY-MM-DD, UTC. */
  readonly expires: string;
}

/** Advisories, held against the allow-list. */
export interface Verdict {
  readonly allowed: readonly Allowance[];
  /** Not in the list. */
  readonly unlisted: readonly Advisory[];
  /** In the list, but no longer. */
  readonly expired: readonly Allowance[];
  /** Entries for what is not there any more: they would let it come back unseen. */
  readonly stale: readonly Allowance[];
}

/** @param today YYYY-MM-DD, UTC */
export function judge(
  advisories: readonly Advisory[],
  allowList: readonly Allowance[],
  today: string,
): Verdict {
  const present = (entry: Allowance) => advisories.some((advisory) => sameAs(entry, advisory));
  const inForce = (entry: Allowance) => today <= entry.expires;
  return {
    allowed: allowList.filter((entry) => present(entry) && inForce(entry)),
    unlisted: advisories.filter((advisory) => !allowList.some((entry) => sameAs(entry, advisory))),
    expired: allowList.filter((entry) => present(entry) && !inForce(entry)),
    stale: allowList.filter((entry) => !present(entry)),
  };
}

function sameAs(entry: Allowance, advisory: Advisory): boolean {
  return entry.id === advisory.id && entry.package === advisory.package;
}

/** Nothing is unlisted, expired or stale. */
export function passed({ unlisted, expired, stale }: Verdict): boolean {
  return unlisted.length + expired.length + stale.length === 0;
}

/** The result for people. */
export function verdictText(verdict: Verdict): string {
  const { allowed, unlisted, expired, stale } = verdict;
  const sections = [
    list("Allowed:", allowed.map(entryText)),
    list(
      "Not in ci/audit/allow-list.ts; update the package, or list the advisory with a reason and a date:",
      unlisted.map(
        ({ id, package: name, severity, title, range, nodes }) =>
          `${id} ${name} ${range}, ${severity}: ${title} (${nodes.join(", ")})`,
      ),
    ),
    list("Expired in ci/audit/allow-list.ts; look at them again:", expired.map(entryText)),
    list("Not found any more; remove them from ci/audit/allow-list.ts:", stale.map(entryText)),
    passed(verdict) ? "No advisory that is not allowed." : "FAILED",
  ];
  return sections.filter((section) => section !== "").join("\n");
}

function entryText({ id, package: name, reason, expires }: Allowance): string {
  return `${id} ${name}, until ${expires}: ${reason}`;
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  - ${line}`)].join("\n");
}

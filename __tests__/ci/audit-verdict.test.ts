import { ALLOW_LIST } from "../../ci/audit/allow-list";
import type { Advisory } from "../../ci/audit/npm-audit";
import { type Allowance, judge, passed, verdictText } from "../../ci/audit/verdict";

const ADVISORY: Advisory = {
  id: "GHSA-29mw-wpgm-hmr9",
  package: "weak",
  title: "Regular Expression Denial of Service",
  severity: "moderate",
  range: "<2.0.0",
  nodes: ["node_modules/weak"],
};
const ENTRY: Allowance = {
  id: ADVISORY.id,
  package: "weak",
  reason: "reads our own files only",
  expires: "2026-12-31",
};

describe("judge", () => {
  test("allows a listed advisory through its last day", () => {
    const verdict = judge([ADVISORY], [ENTRY], "2026-12-31");

    expect(verdict).toEqual({ allowed: [ENTRY], unlisted: [], expired: [], stale: [] });
    expect(passed(verdict)).toBe(true);
  });

  test("refuses an advisory that is not listed", () => {
    const verdict = judge([ADVISORY], [], "2026-12-31");

    expect(verdict.unlisted).toEqual([ADVISORY]);
    expect(passed(verdict)).toBe(false);
  });

  test.each([
    ["another package", { package: "other" }],
    ["another advisory", { id: "GHSA-0000-0000-0000" }],
  ])("does not take an entry for %s", (_, change) => {
    const other = { ...ENTRY, ...change };

    expect(judge([ADVISORY], [other], "2026-12-31")).toMatchObject({ unlisted: [ADVISORY], stale: [other] });
  });

  test("refuses an entry the day after its last", () => {
    const verdict = judge([ADVISORY], [ENTRY], "2027-01-01");

    expect(verdict).toEqual({ allowed: [], unlisted: [], expired: [ENTRY], stale: [] });
    expect(passed(verdict)).toBe(false);
  });

  test("refuses an entry for what is not there any more", () => {
    const verdict = judge([], [ENTRY], "2026-12-31");

    expect(verdict.stale).toEqual([ENTRY]);
    expect(passed(verdict)).toBe(false);
  });
});

test("the text says what to do about each", () => {
  const other: Allowance = { ...ENTRY, id: "GHSA-0000-0000-0000", reason: "no better version" };

  expect(verdictText(judge([ADVISORY], [other], "2026-12-31"))).toBe(
    `Not in ci/audit/allow-list.ts; update the package, or list the advisory with a reason and a date:
  - GHSA-29mw-wpgm-hmr9 weak <2.0.0, moderate: Regular Expression Denial of Service (node_modules/weak)
Not found any more; remove them from ci/audit/allow-list.ts:
  - GHSA-0000-0000-0000 weak, until 2026-12-31: no better version
FAILED`,
  );
});

test("every entry of the list has an advisory, a reason and a real date", () => {
  const wrong = ALLOW_LIST.filter(
    ({ id, reason, expires }) =>
      !/^GHSA(-[0-9a-z]{4}){3}$/.test(id) ||
      reason.trim() === "" ||
      new Date(`${expires}T00:00:00Z`).toISOString().slice(0, 10) !== expires,
  );
  expect(wrong).toEqual([]);
});

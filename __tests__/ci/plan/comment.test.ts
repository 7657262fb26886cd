import fc from "fast-check";
import { COMMENT_LIMIT, comment, MARKER } from "../../../ci/plan/comment";
import { LOST_DATABASE, type ResourceInput, SCHEDULE, UNCHANGED } from "../../support/plans";
import { failed, planned, waiting } from "../../support/reports";

const HEAD = "| Stack | Add | Change | Replace | Destroy |  |\n| --- | --- | --- | --- | --- | --- |";

test("a change that touches nothing", () => {
  expect(comment({ reports: [], gone: [] })).toBe(`${MARKER}

### No changes

Every stack of the configuration reads as it does in the base.`);
});

test("a stack that reads otherwise, and plans nothing", () => {
  expect(comment({ reports: [planned("shop-orders", [UNCHANGED])], gone: [] })).toBe(`${MARKER}

### No changes

${HEAD}
| \`shop-orders\` |  |  |  |  | no changes |`);
});

test("each kind of outcome has its row, and its text below", () => {
  const reports = [
    planned("shop-network", [{ ...UNCHANGED, movedFrom: "aws_kms_key.old" }]),
    planned("shop-orders", [SCHEDULE]),
    waiting("shop-stock", "shop-network", "shop-new"),
    failed("shop-invoices", "Error: no credentials"),
  ];

  expect(comment({ reports, gone: [] }, { link: "https://ci.example.com/runs/1" })).toBe(`${MARKER}

### Plan: 1 to change, 1 to move, 1 failed, 1 cannot be planned yet

${HEAD}
| \`shop-network\` |  |  |  |  | 1 moved |
| \`shop-orders\` |  | 1 |  |  |  |
| \`shop-stock\` |  |  |  |  | ⏳ cannot be planned yet: deploy \`shop-network\`, \`shop-new\` first |
| \`shop-invoices\` |  |  |  |  | ❌ **failed** |

<details>
<summary>shop-network: 1 to move</summary>

\`\`\`diff
@@ move aws_kms_key.old to aws_kms_key.key @@
\`\`\`

</details>

<details>
<summary>shop-orders: 1 to change</summary>

\`\`\`diff
@@ change aws_secretsmanager_secret_rotation.schedule-app @@
  rotation_rules = [
    {
      duration = "3h"
-     schedule_expression = "rate(30 days)"
+     schedule_expression = "rate(7 days)"
    }
  ]
\`\`\`

</details>

<details>
<summary>shop-invoices: failed</summary>

\`\`\`text
Error: no credentials
\`\`\`

</details>

Planned in [this run](<https://ci.example.com/runs/1>).`);
});

test("what would be lost stands on top, before the table", () => {
  const key: ResourceInput = { ...UNCHANGED, actions: ["forget"] };
  const text = comment({ reports: [planned("shop-orders", [LOST_DATABASE, key])], gone: [] });

  expect(text.slice(0, text.indexOf(HEAD))).toBe(`${MARKER}

### Plan: 1 to replace, 1 to forget

> [!CAUTION]
> **⚠️ This takes away what cannot be made again:**
> - **replace \`aws_db_instance.database\`** in \`shop-orders\`: loses the database with all its data, but for snapshots
> - **forget \`aws_kms_key.key\`** in \`shop-orders\`: it stays in AWS, and nobody manages it
>
> A deploy refuses it without the label \`allow-stateful-changes\`. What is only renamed can be moved: \`docs/upgrading.md\`.

`);
});

test("a stack that is gone is told with what to do about it, even where no other changes", () => {
  expect(comment({ reports: [], gone: ["shop-stock"] })).toContain(`### No changes

> [!WARNING]
> **⚠️ Gone from the configuration, but not from AWS:**
> - \`shop-stock\`: before this is merged, \`cdktf destroy shop-stock\` on the base branch
`);
});

describe("a long comment", () => {
  const large = (name: string, length: number): ResourceInput => ({
    address: `aws_x.${name}`,
    actions: ["create"],
    after: { text: "x".repeat(length) },
  });
  const reports = [
    planned("shop-orders", [SCHEDULE]),
    planned("shop-stock", [
      ...Array.from({ length: 20 }, (_, index) => large(`large-${index}`, 5_000)),
      { ...LOST_DATABASE, actions: ["delete"] },
    ]),
  ];

  test("is cut by whole resources, from the longest diff, its end first; it says how many, and where all is", () => {
    const text = comment(
      { reports, gone: [] },
      { limit: COMMENT_LIMIT, link: "https://ci.example.com/runs/1" },
    );
    const shown = [...text.matchAll(/^@@ .* @@$/gm)].map(([line]) => line);

    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text.length).toBeGreaterThan(COMMENT_LIMIT - 6_000);
    expect(shown.slice(0, 3)).toEqual([
      "@@ change aws_secretsmanager_secret_rotation.schedule-app @@",
      "@@ destroy aws_db_instance.database @@",
      "@@ add aws_x.large-0 @@",
    ]);
    const cut = 22 - shown.length;
    expect(cut).toBeGreaterThan(5);
    expect(text).toContain(
      `**${cut} resources are left out below, for the length of a comment.** All of it is in [the run](<https://ci.example.com/runs/1>).`,
    );
    expect(text).toContain(`\n\n${cut} more left out here, for their length.\n\n</details>`);
    expect(text).toContain("| `shop-stock` | 20 |");
  });

  test("is whole where there is no limit", () => {
    const text = comment({ reports, gone: [] });

    expect(text.match(/^@@ .* @@$/gm)).toHaveLength(22);
    expect(text).not.toContain("left out");
  });

  test.each([
    ["one resource is too long", [planned("shop-orders", [large("a", 100_000)])]],
    ["a message is too long", [failed("shop-orders", "x".repeat(100_000))]],
    [
      "hundreds of stacks lose something",
      Array.from({ length: 500 }, (_, i) => planned(`shop-n${i}`, [LOST_DATABASE])),
    ],
  ])("fits where %s", (_, all) => {
    const text = comment({ reports: all, gone: [] }, { limit: COMMENT_LIMIT });

    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text).toContain(HEAD);
  });
});

describe("nothing in a plan is read as Markdown or HTML", () => {
  /** What is left of a comment without its fenced blocks, where nothing is read. */
  function outsideOfFences(text: string): string {
    return text.replaceAll(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, "");
  }

  test("a value cannot end its fence", () => {
    const value = "```\n</details>\n<img src=x onerror=alert(1)>\n````\n@everyone";
    const text = comment({
      reports: [
        planned("shop-orders", [
          { address: "aws_x.y", actions: ["create"], after: { value, [value]: value } },
        ]),
        failed("shop-stock", value),
      ],
      gone: [],
    });

    expect(outsideOfFences(text)).not.toMatch(/img|everyone/);
    expect(text.match(/<\/details>$/gm)?.length).toBe(3); // One is in the fence of the message.
  });

  test("nor can an address end its code span or its line", () => {
    const address = 'aws_kms_key.key["`</code>\n# x | <b>"]';
    const text = comment({
      reports: [planned("shop-orders", [{ ...UNCHANGED, address, actions: ["delete"] }])],
      gone: [],
    });

    expect(outsideOfFences(text)).toContain(
      '> - **destroy `` aws_kms_key.key["`</code>\\u{a}# x | <b>"] ``** in `shop-orders`: loses',
    );
  });

  test("whatever they are", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("`", "\n", "\r", "<", "|", "x", "~", "\u2028", '"'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(hostile, hostile, (value, name) => {
        const resource: ResourceInput = {
          address: `aws_kms_key.${name}`,
          actions: ["delete"],
          before: { [`k${name}`]: value },
        };
        const text = comment({
          reports: [planned("shop-orders", [resource]), failed("shop-stock", value)],
          gone: [],
        });
        const lines = text.split("\n");
        const details = lines.filter((line) => line === "</details>").length;
        const outside = outsideOfFences(text)
          .split("\n")
          .filter((line) => line !== "");
        expect(details).toBe(2);
        // Marker, headline, 5 lines of the alert, 4 of the table, 3 of each stack's frame.
        expect(outside).toHaveLength(17);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

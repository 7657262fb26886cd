import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { compareFolders, type Difference, explain } from "../../ci/cdktn/differences";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "differences-test-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(folder, name);
  mkdirSync(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

function compare(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  return compareFolders(write("before", before), write("after", after));
}

describe("compareFolders", () => {
  test("sees no difference in the layout of JSON", async () => {
    expect(await compare({ "a.json": '{"x": [\n]}' }, { "a.json": '{"x":[]}' })).toEqual([]);
  });

  test("sees no difference in the order of keys", async () => {
    expect(await compare({ "a.json": '{"x":1,"y":2}' }, { "a.json": '{"y":2,"x":1}' })).toEqual([]);
  });

  test("names a changed value, in a folder below too", async () => {
    expect(
      await compare({ "stacks/a.json": '{"x":[{"y":1}]}' }, { "stacks/a.json": '{"x":[{"y":"1"}]}' }),
    ).toEqual([{ file: "stacks/a.json", path: "x.0.y", before: "1", after: '"1"' }]);
  });

  test("names what is new and what is gone", async () => {
    expect(await compare({ "a.json": '{"old":true}' }, { "a.json": '{"new":{}}' })).toEqual([
      { file: "a.json", path: "old", before: "true", after: undefined },
      { file: "a.json", path: "new", before: undefined, after: "{}" },
    ]);
  });

  test("names a file that is on one side only", async () => {
    expect(await compare({ "a.json": "{}" }, { "b.json": "{}" })).toEqual([
      { file: "a.json", path: "", before: "a file", after: undefined },
      { file: "b.json", path: "", before: undefined, after: "a file" },
    ]);
  });

  test("compares other files by their bytes", async () => {
    const [difference] = await compare({ "a.zip": "same size 1" }, { "a.zip": "same size 2" });

    expect(difference).toMatchObject({ file: "a.zip", path: "" });
    expect(difference?.before).toMatch(/^11 bytes, SHA-256 [0-9a-f]{64}$/);
  });
});

const DIFFERENCE: Difference = { file: "manifest.json", path: "version", before: '"1"', after: '"2"' };
const EXPLANATION = { ...DIFFERENCE, file: /^manifest\.json$/, path: /^version$/, why: "its own version" };

describe("explain", () => {
  test("gives each difference to its explanation", () => {
    expect(explain([DIFFERENCE], [EXPLANATION])).toEqual({
      explained: [{ why: "its own version", differences: [DIFFERENCE] }],
      unexplained: [],
      unused: [],
    });
  });

  test.each<Partial<Difference>>([
    { file: "other.json" },
    { path: "versions" },
    { before: '"0"' },
    { after: '"3"' },
    { after: undefined },
  ])("does not explain one with %p", (change) => {
    const other = { ...DIFFERENCE, ...change };

    expect(explain([DIFFERENCE, other], [EXPLANATION]).unexplained).toEqual([other]);
  });

  test("names an explanation that explains nothing", () => {
    expect(explain([], [EXPLANATION]).unused).toEqual(["its own version"]);
  });
});

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as esbuild from "esbuild";
import { strFromU8, unzipSync } from "fflate";
import { loadEnvironments } from "../../environments";
import { ENGINE_NAMES } from "../../environments/engines";
import { archiveOf, bundle, type Engine, zip } from "../../stacks/archive";
import { ownNetwork, readSynthesis, synthesize, USER } from "../support/synth";

jest.mock("esbuild", () => {
  const actual = jest.requireActual("esbuild");
  return { ...actual, buildSync: jest.fn(actual.buildSync) };
});

const PROJECT = resolve(__dirname, "../..");
/** Runs a bundle as Node would. */
function load(code: Uint8Array = new Uint8Array()) {
  const module = { exports: {} as { handler: (event: unknown, context: unknown) => Promise<never> } };
  new Function("module", "exports", "require", strFromU8(code))(module, module.exports, require);
  return module.exports;
}

const ARCHIVE = join("assets", "rotation-postgres.zip");

test.each([
  ["postgres", 250_000],
  ["mysql", 320_000],
  ["mariadb", 320_000],
] as const)("the archive of %s is small enough to start fast: %i bytes", (engine, budget) => {
  expect(archiveOf(engine).bytes.length).toBeLessThanOrEqual(budget);
});

test.each(ENGINE_NAMES)("the archive of %s holds one file that exports the handler", (engine) => {
  // when
  const files = unzipSync(archiveOf(engine).bytes);

  // then
  expect(Object.keys(files)).toEqual(["index.js"]);
  expect(typeof load(files["index.js"]).handler).toBe("function");
});

test.each(ENGINE_NAMES)("the bundle of %s names no folder", (engine) => {
  const code = Buffer.from(bundle(engine).indexJs).toString("utf8");
  expect(code.includes(PROJECT) || code.includes("node_modules/")).toBe(false);
});

test("the SDK's credential chain is left out: Lambda has credentials in its environment", () => {
  const code = Buffer.from(bundle("postgres").indexJs).toString("utf8");
  expect(code.includes("AWS_ACCESS_KEY_ID")).toBe(true);
  expect(/AssumeRoleWithWebIdentity|GetRoleCredentials|credential_process/.test(code)).toBe(false);
});

test("a stack trace names our functions", async () => {
  // given
  const { handler } = load(bundle("postgres").indexJs);
  const log = jest.spyOn(process.stdout, "write").mockReturnValue(true);

  // when
  const failure: Error = await handler({ Step: "unknown" }, {}).catch((error: Error) => error);

  // then
  log.mockRestore();
  expect(failure.stack).toContain("at parseEvent");
});

test("the hash in the stack is that of the archive beside it", () => {
  // given
  const synthesis = synthesize({ test: ownNetwork() });

  // when
  const archive = synthesis.files.get(ARCHIVE) ?? Buffer.alloc(0);

  // then
  expect(synthesis.stack("test-orders").resource("aws_lambda_function.rotation").source_code_hash).toBe(
    createHash("sha256").update(archive).digest("base64"),
  );
});

test("one build serves all databases of all environments", () => {
  // given
  archiveOf("postgres");
  jest.mocked(esbuild.buildSync).mockClear();

  // when
  const more = { orders: { users: { app: USER } }, invoices: { users: { app: USER } } };
  const synthesis = synthesize({
    one: { ...ownNetwork(), databases: more },
    two: { ...ownNetwork(), databases: more },
  });

  // then
  expect(esbuild.buildSync).not.toHaveBeenCalled();
  expect([...synthesis.files.keys()].filter((file) => file.endsWith(".zip"))).toEqual([ARCHIVE]);
});

test("what is bundled ahead is at hand, and the same", async () => {
  await jest.isolateModulesAsync(async () => {
    // given
    const fresh: typeof import("../../stacks/archive") = require("../../stacks/archive");
    const { buildSync }: typeof esbuild = require("esbuild");

    // when
    await fresh.bundleAhead(loadEnvironments({ test: ownNetwork() }, {}));
    const ahead = fresh.archiveOf("postgres");

    // then
    expect(buildSync).not.toHaveBeenCalled();
    expect(ahead.sha256).toBe(archiveOf("postgres").sha256);
  });
});

test("a bundle that fails says what esbuild says", () => {
  expect(() => bundle("no-such-engine" as Engine)).toThrow(
    /Could not resolve "lambda\/rotation\/no-such-engine\.ts"/,
  );
});

describe("the same sources give the same bytes", () => {
  const folders: string[] = [];
  const temporaryFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), "synth-test-"));
    folders.push(folder);
    return folder;
  };
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  /** As the app runs: a process of its own. */
  function synthesizeIn(project: string, timeZone: string): ReadonlyMap<string, Buffer> {
    const outdir = temporaryFolder();
    execFileSync(process.execPath, ["--require", "tsx/cjs", "main.ts"], {
      cwd: project,
      env: { ...process.env, CDKTF_OUTDIR: outdir, TZ: timeZone },
    });
    return readSynthesis(outdir).files;
  }

  /** The project somewhere else, with its packages somewhere else again. */
  function copyOfProject(): string {
    const copy = temporaryFolder();
    for (const part of ["main.ts", "package.json", "tsconfig.json", "environments", "stacks", "lambda"]) {
      cpSync(join(PROJECT, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(PROJECT, "node_modules"), join(copy, "node_modules"));
    return copy;
  }

  test("in two folders, at two times, in two time zones", () => {
    // when
    const one = synthesizeIn(PROJECT, "Pacific/Kiritimati");
    const other = synthesizeIn(copyOfProject(), "America/Los_Angeles");

    // then
    expect([...one.keys()]).toEqual([...other.keys()]);
    for (const [file, bytes] of one)
      expect([file, bytes.equals(other.get(file) ?? Buffer.alloc(0))]).toEqual([file, true]);
  });

  test("whenever it is zipped", () => {
    // given
    const file = Buffer.from("exports.handler = () => 1;");
    const first = zip(file);

    // when
    jest.useFakeTimers({ now: new Date("2040-06-01T00:00:00Z") });
    const second = zip(file);
    jest.useRealTimers();

    // then: fflate's bytes, pinned
    expect(second).toEqual(first);
    expect(createHash("sha256").update(first).digest("hex")).toMatchInlineSnapshot(
      `"c133f8df27612938feb67ec5d158c5ad9d2aa871ee4e18cfe1b58224995c13b5"`,
    );
  });
});

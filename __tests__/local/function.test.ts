import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { type FunctionOptions, type LocalFunction, loadFunction } from "../../local/function";

const HANDLER = `
let invocations = 0;
class Refused extends Error { name = "Refused"; }
exports.handler = async (event, context) => {
  invocations++;
  if (event.log) { console.log(event.log); console.error("and " + event.log); }
  if (event.fail) throw new Refused(event.fail);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
  return {
    pid: process.pid, invocations, environment: process.env,
    context: { ...context, remaining: context.getRemainingTimeInMillis() },
  };
};
`;

interface Result {
  readonly pid: number;
  readonly invocations: number;
  readonly environment: Record<string, string>;
  readonly context: Record<string, unknown>;
}

let folder: string;
let loaded: LocalFunction[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "function-test-"));
  loaded = [];
});

afterEach(async () => {
  await Promise.all(loaded.map((each) => each.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function load(options: Partial<FunctionOptions> = {}, source = HANDLER): Promise<LocalFunction> {
  const archive = join(folder, "function.zip");
  await writeFile(archive, zipSync({ "index.js": strToU8(source) }));
  const each = await loadFunction({
    archive,
    handler: "index.handler",
    functionName: "rotation",
    functionArn: "arn:aws:lambda:eu-central-1:000000000000:function:rotation",
    timeoutSeconds: 10,
    ...options,
  });
  loaded.push(each);
  return each;
}

const invoke = async (each: LocalFunction, event: object = {}) => (await each.invoke(event)) as Result;

describe("a local function", () => {
  it("sees its own environment and Lambda's, and nothing else of ours", async () => {
    process.env.SOMETHING_OF_OURS = "private";
    const each = await load({ environment: { PASSWORD_LENGTH: "20" }, region: "eu-west-1" });
    const { environment } = await invoke(each);
    delete process.env.SOMETHING_OF_OURS;
    expect(environment).toMatchObject({
      PASSWORD_LENGTH: "20",
      AWS_REGION: "eu-west-1",
      AWS_LAMBDA_FUNCTION_NAME: "rotation",
      _HANDLER: "index.handler",
    });
    expect(environment).not.toHaveProperty("SOMETHING_OF_OURS");
    expect(environment).not.toHaveProperty("HOME");
  });

  it("gets Lambda's context", async () => {
    const { context } = await invoke(await load({ timeoutSeconds: 20 }));
    expect(context).toMatchObject({
      functionName: "rotation",
      invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:rotation",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context.remaining).toBeGreaterThan(15_000);
    expect(context.remaining).toBeLessThanOrEqual(20_000);
  });

  it("stays warm from one invocation to the next", async () => {
    const each = await load();
    const first = await invoke(each);
    const second = await invoke(each);
    expect(second).toMatchObject({ pid: first.pid, invocations: 2 });
  });

  it("has a process for each of the events that run at the same time", async () => {
    const each = await load();
    const [first, second] = await Promise.all([invoke(each, { sleep: 200 }), invoke(each, { sleep: 200 })]);
    expect(first.pid).not.toBe(second.pid);
    expect([first.invocations, second.invocations]).toEqual([1, 1]);
  });

  it("reports an error as Lambda does, and stays usable", async () => {
    const each = await load();
    await expect(invoke(each, { fail: "no route" })).rejects.toMatchObject({
      errorType: "Refused",
      errorMessage: "no route",
      trace: expect.arrayContaining([expect.stringContaining("index.js")]),
    });
    expect((await invoke(each)).invocations).toBe(2);
  });

  it("is killed when its time is up", async () => {
    const each = await load({ timeoutSeconds: 1 });
    const { pid } = await invoke(each);
    await expect(invoke(each, { sleep: 60_000 })).rejects.toMatchObject({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringContaining("Task timed out after 1.00 seconds"),
    });
    expect((await invoke(each)).pid).not.toBe(pid);
  });

  it("reports a process that exits", async () => {
    await expect(invoke(await load(), { exit: 7 })).rejects.toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("exit status 7"),
    });
  });

  it("can be killed at any moment; the next invocation gets a new process", async () => {
    const each = await load();
    const { pid } = await invoke(each);
    const running = expect(invoke(each, { sleep: 60_000 })).rejects.toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("SIGKILL"),
    });
    await each.kill();
    await running;
    const next = await invoke(each);
    expect(next.pid).not.toBe(pid);
    expect(next.invocations).toBe(1);
  });

  it("keeps what is written to both streams", async () => {
    const lines: string[] = [];
    const each = await load({ onLog: (line) => lines.push(line) });
    await invoke(each, { log: "a line" });
    await each.stop();
    expect([...each.log].sort()).toEqual(["a line", "and a line"]);
    expect(lines).toEqual(each.log);
  });

  it("says what is wrong with a handler it can't load", async () => {
    await expect(invoke(await load({ handler: "other.handler" }))).rejects.toMatchObject({
      errorType: "Runtime.ImportModuleError",
    });
    await expect(invoke(await load({ handler: "index.other" }))).rejects.toMatchObject({
      errorType: "Runtime.HandlerNotFound",
    });
    await expect(invoke(await load({}, "throw new TypeError('at load')"))).rejects.toMatchObject({
      errorType: "TypeError",
      errorMessage: "at load",
    });
  });

  it("leaves no process and no folder after it was stopped, also in the middle of an event", async () => {
    const each = await load();
    const { environment, pid } = await invoke(each);
    const running = expect(invoke(each, { sleep: 60_000 })).rejects.toThrow();
    const root = environment.LAMBDA_TASK_ROOT ?? "";
    expect(existsSync(root)).toBe(true);

    await each.stop();
    await running;

    expect(existsSync(root)).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

describe("an archive", () => {
  it("that can't be read is named", async () => {
    const options = { handler: "index.handler", functionName: "f", functionArn: "arn" };
    const archive = join(folder, "missing.zip");
    await expect(loadFunction({ ...options, archive })).rejects.toThrow(archive);
    await writeFile(archive, "no zip");
    await expect(loadFunction({ ...options, archive })).rejects.toThrow(archive);
  });

  it("is not unpacked outside its folder", async () => {
    const archive = join(folder, "function.zip");
    await writeFile(archive, zipSync({ "../../outside.js": strToU8("") }));
    const options = { archive, handler: "index.handler", functionName: "f", functionArn: "arn" };
    await expect(loadFunction(options)).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining("outside the archive") }),
    });
  });
});

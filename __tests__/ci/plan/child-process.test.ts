import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { run } from "../../../ci/plan/child-process";

const PROJECT = resolve(__dirname, "../../..");

test("the exit code, and what a program writes, are told", async () => {
  const shown: string[] = [];
  const script = 'process.stdout.write("out"); process.stderr.write("err"); process.exitCode = 3;';

  expect(
    await run(process.execPath, ["-e", script], { cwd: PROJECT, show: (text) => shown.push(text) }),
  ).toEqual({ code: 3, stdout: "out", stderr: "err" });
  expect(shown.sort()).toEqual(["err", "out"]);
});

test("a program that is not there is an error", async () => {
  await expect(run("no-such-program", [], { cwd: PROJECT })).rejects.toThrow("no-such-program");
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "after %s the program ends what it is at, hears it once, and is waited for",
  async (signal) => {
    const program = `
      let heard = 0;
      process.on("SIGINT", () => { heard++; setTimeout(() => { console.log("heard", heard); process.exit(); }, 300); });
      setInterval(() => undefined, 1000);
      console.log("ready");`;
    const outer = `
      const { run } = require(${JSON.stringify(join(PROJECT, "ci/plan/child-process.ts"))});
      run(process.execPath, ["-e", ${JSON.stringify(program)}], { cwd: ".", show: (text) => process.stdout.write(text) })
        .catch((error) => console.log(error.name, error.message));`;
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", outer], { cwd: PROJECT });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (text.includes("ready")) child.kill(signal);
    });

    await once(child, "close");

    expect(output).toBe(`ready\nheard 1\nInterruption ended by ${signal}\n`);
  },
  60_000,
);

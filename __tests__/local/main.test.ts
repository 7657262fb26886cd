import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { describeOnMariadb } from "../support/engines";
import { runningProcesses } from "./running-processes";

const PROJECT = join(__dirname, "..", "..");
const ANSI = "\u001b[";

let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "main-test-"));
  // PostgreSQL's user has to reach its own folder in it.
  chmodSync(folder, 0o755);
  children = [];
});

afterEach(() => {
  for (const { pid, exitCode } of children) if (pid !== undefined && exitCode === null) kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type OnOutput = (text: string, pid: number) => void;

const npmStart = (args: readonly string[], onOutput?: OnOutput) =>
  run("npm", ["start", "--silent", "--", ...args], onOutput);

/** What `npm start` runs; its exit code is its own, where npm ends itself by the signal it got. */
const start = (args: readonly string[], onOutput?: OnOutput) =>
  run("node", ["--import", "tsx", "local/main.ts", ...args], onOutput);

/** Runs a command as a terminal does: in a process group, to which Ctrl-C goes as a whole. */
function run(command: string, args: readonly string[], onOutput?: OnOutput): Promise<Run> {
  const child = spawn(command, args, {
    cwd: PROJECT,
    detached: true,
    env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: "" },
  });
  children.push(child);
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
      onOutput?.(text.stdout + text.stderr, child.pid ?? 0);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...text }));
  });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Acts once, as soon as a text has been seen. */
function once(seen: string, act: (text: string, pid: number) => void): OnOutput {
  let done = false;
  return (text, pid) => {
    if (done || !text.includes(seen)) return;
    done = true;
    act(text, pid);
  };
}

const interruptAt = (seen: string, signal: NodeJS.Signals = "SIGINT") =>
  once(seen, (_text, pid) => kill(pid, signal));

async function allPasswords(endpoint: string, SecretId: string): Promise<string[]> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new SecretsManagerClient({ endpoint, region: "eu-west-1", credentials });
  const { Versions = [] } = await client.send(
    new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }),
  );
  const values = await Promise.all(
    Versions.map(({ VersionId }) => client.send(new GetSecretValueCommand({ SecretId, VersionId }))),
  );
  client.destroy();
  return values.map(({ SecretString = "{}" }) => JSON.parse(SecretString).password);
}

function expectNothingLeft(): void {
  // tsx keeps a cache of its own in the temporary folder, node another.
  const ours = readdirSync(folder).filter((name) => name.startsWith("rds-secret-rotation"));
  expect(ours).toEqual([]);
  expect(runningProcesses(folder)).toEqual([]);
}

describe("npm start", () => {
  it("rotates with both strategies and proves it, in text without control sequences when piped", async () => {
    const { code, stdout, stderr } = await npmStart([]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout.match(/the new password +│ accepted │ 2 of 2/g)).toHaveLength(2);
    expect(stdout).toMatch(/the password that it replaced +│ refused +│ 2 of 2/);
    expect(stdout).toMatch(/the other user's, which clients still hold +│ accepted │ 2 of 2/);
    expect(stdout).toContain("Rotate reports, 1 of 2: reports_clone");
    expect(stdout).toContain("Rotate reports, 2 of 2: reports,");
    for (const step of ["createSecret", "setSecret", "testSecret", "finishSecret"]) {
      expect(stdout).toMatch(new RegExp(`${step} +│ \\d+ ms`));
    }
    expect(stdout).not.toContain(ANSI);
    expectNothingLeft();
  }, 60_000);

  it("prints one JSON document with --json, and no password that ever was valid", async () => {
    const passwords: string[] = [];
    const readThenInterrupt = once("Running until Ctrl-C", async (text, pid) => {
      const endpoint = /AWS_ENDPOINT_URL=(\S+)/.exec(text)?.[1] ?? "";
      passwords.push(...(await allPasswords(endpoint, /--secret-id '([^']+)'/.exec(text)?.[1] ?? "")));
      kill(pid, "SIGINT");
    });
    const { code, stdout, stderr } = await start(["--json", "--logs", "--stay"], readThenInterrupt);

    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ succeeded: true, stack: "dev-orders" });
    const [{ rotations, initialization }] = result.users;
    expect(initialization).toMatchObject({ Outcome: "created", Username: "app" });
    const [rotation] = rotations;
    expect(rotation.logins).toEqual([
      { what: "the new password", login: "accepted" },
      { what: "the password that it replaced", login: "refused" },
    ]);
    expect(rotation.labelsBefore).toEqual({ [initialization.VersionId]: ["AWSCURRENT"] });
    expect(rotation.labelsAfter).toMatchObject({ [initialization.VersionId]: ["AWSPREVIOUS"] });
    expect(rotation.labelsAfter[rotation.versionId]).toContain("AWSCURRENT");

    expect(passwords).toHaveLength(3);
    for (const password of passwords) expect(stdout + stderr).not.toContain(password);
    expectNothingLeft();
  }, 60_000);

  it("explains itself with --help", async () => {
    const { code, stdout } = await start(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--rotations <n>");
  }, 30_000);

  it("refuses an unknown option with exit code 2", async () => {
    const { code, stdout, stderr } = await start(["--rotation", "2"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Unknown option '--rotation'");
    expect(stdout).toBe("");
  }, 30_000);
});

describeOnMariadb("npm start -- --engine mariadb", () => {
  it("shows the same on MariaDB", async () => {
    const { code, stdout, stderr } = await npmStart(["--engine", "mariadb"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout.match(/the new password +│ accepted │ 2 of 2/g)).toHaveLength(2);
    expect(stdout).toMatch(/dev-orders: MariaDB [\d.]+ at localhost/);
    expectNothingLeft();
  }, 60_000);
});

describe("npm start that fails", () => {
  it("says why the app did not synthesize, exits with 1, and leaves nothing", async () => {
    const app = `node -e "console.error('bad value at databases.orders'); process.exit(3)"`;
    const { code, stderr } = await start(["--app", app]);
    expect(code).toBe(1);
    expect(stderr).toContain("bad value at databases.orders");
    expectNothingLeft();
  }, 30_000);

  it("says so in JSON too", async () => {
    const { code, stdout } = await start(["--stack", "dev-nothing", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      succeeded: false,
      error: expect.stringContaining('there is no stack "dev-nothing"'),
    });
    expectNothingLeft();
  }, 30_000);
});

describe("Ctrl-C during npm start", () => {
  it("while the app synthesizes ends that too", async () => {
    const app = `echo ready >&2; node -e "setInterval(() => {}, 1000)" ${folder}`;
    const running = start(["--app", app]);
    const isApp = (line: string) => line.includes("setInterval") && !line.includes("--app");
    while (!runningProcesses(folder).some(isApp)) await new Promise((resolve) => setTimeout(resolve, 50));
    for (const { pid } of children) if (pid !== undefined) kill(pid, "SIGINT");
    expect((await running).code).toBe(130);
    expectNothingLeft();
  }, 30_000);

  it.each([
    ["while PostgreSQL starts", "Synthesize the app", "SIGINT", 130],
    ["while the stack is deployed", "Start PostgreSQL", "SIGHUP", 129],
    ["while the function runs", "Deploy dev-orders", "SIGTERM", 143],
  ] as const)(
    "%s leaves no process and no folder",
    async (_when, seen, signal, exitCode) => {
      const { code, stderr } = await start(["--rotations", "1000"], interruptAt(seen, signal));
      expect(code).toBe(exitCode);
      expect(stderr).toContain(`ended by ${signal}`);
      expectNothingLeft();
    },
    60_000,
  );

  it("while passwords rotate, by way of npm, leaves nothing either", async () => {
    await npmStart(["--rotations", "1000"], interruptAt("Rotate app, 1 of 1000"));
    expectNothingLeft();
  }, 60_000);
});

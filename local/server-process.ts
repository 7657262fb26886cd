import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseServer } from "./database-server";
import { end, hasEnded } from "./processes";
import { type ServerUser, serverUser } from "./server-user";

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
const PORT_ATTEMPTS = 5;

/** A kind of database server that runs here. */
export interface ServerKind<Server extends DatabaseServer> {
  /** "PostgreSQL"; in lower case it is in its folder's name too. */
  readonly title: string;
  /** What ends it, the gentlest first. */
  readonly signals: readonly NodeJS.Signals[];
  /** What its log says where another program has the port. */
  readonly portTaken: string;
  /** Makes all that it needs in an empty folder. */
  prepare(folder: string, user: ServerUser | undefined): Promise<PreparedServer<Server>>;
}

/** A server that has all it needs but a port. */
export interface PreparedServer<Server extends DatabaseServer> {
  readonly program: string;
  args(port: number): readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes what the process prints. */
  readonly logFile: string;
  describe(port: number, stop: () => Promise<void>): Server;
  /** Connects once and leaves. @throws while the server is not up */
  connect(server: Server): Promise<void>;
}

/**
 * Starts a server in a temporary folder, on a free port of the loopback interface.
 * @returns it once it answers; stop() ends the process and removes the folder
 * @throws with the end of its log where it does not start; nothing is left behind then
 */
export async function startServer<Server extends DatabaseServer>(kind: ServerKind<Server>): Promise<Server> {
  const { title, signals, portTaken } = kind;
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), `rds-secret-rotation-${title.toLowerCase()}-`));
  let process: ChildProcess | undefined;
  const stop = async () => {
    if (process !== undefined) await end(process, signals, STOP_TIMEOUT_MS);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const prepared = await kind.prepare(folder, user);
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      process = await spawnServer(prepared, user, port);
      const server = prepared.describe(port, stop);
      if (await isUp(process, () => prepared.connect(server))) return server;
      const log = await server.log();
      // Another program may have taken the port between our look and the server's.
      if (attempt < PORT_ATTEMPTS && log.includes(portTaken)) continue;
      throw new Error(`${title} did not start; the end of its log:\n${log.slice(-2_000)}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

async function spawnServer<Server extends DatabaseServer>(
  { program, args, cwd, env, logFile }: PreparedServer<Server>,
  user: ServerUser | undefined,
  port: number,
): Promise<ChildProcess> {
  const log = await open(logFile, "w");
  try {
    // A process group of its own: Ctrl-C in the terminal shall reach it through stop(), not before the function.
    return spawn(program, args(port), {
      ...user,
      cwd,
      detached: true,
      env,
      stdio: ["ignore", log.fd, log.fd],
    });
  } finally {
    await log.close();
  }
}

async function isUp(process: ChildProcess, connect: () => Promise<void>): Promise<boolean> {
  const failed = new Promise<Error>((resolve) => process.once("error", resolve));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !hasEnded(process)) {
    try {
      await connect();
      return true;
    } catch {
      await Promise.race([sleep(30), failed]);
    }
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}

/** Writes a file that the server's own user, and nobody else, can read. */
export async function writeOwned(file: string, text: string, user: ServerUser | undefined): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  if (user !== undefined) await chown(file, user.uid, user.gid);
}

export function newPassword(): string {
  return randomBytes(24).toString("base64url");
}

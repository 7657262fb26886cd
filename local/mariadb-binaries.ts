import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where MariaDB's server and its installer are. */
export interface MariadbBinaries {
  readonly server: string;
  readonly installer: string;
}

/** No MariaDB server on this machine. The message says how to get one; tests list themselves as skipped. */
export class MariadbMissing extends Error {
  override readonly name = "MariadbMissing";
}

// Debian keeps servers out of users' PATH, and Homebrew does not link what is "keg-only".
const FOLDERS = [
  "/usr/sbin",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/libexec",
  "/opt/homebrew/bin",
  "/opt/homebrew/opt/mariadb/bin",
  "/usr/local/opt/mariadb/bin",
  "/usr/local/mysql/bin",
];

/**
 * Finds an installed MariaDB; npm has none.
 * @param folders looked in after those of PATH
 * @throws MariadbMissing where there is none
 */
export function mariadbBinaries(folders: readonly string[] = FOLDERS): MariadbBinaries {
  const [server, installer] = [find("mariadbd", folders), find("mariadb-install-db", folders)];
  if (server !== undefined && installer !== undefined) return { server, installer };
  throw new MariadbMissing(
    "no MariaDB server (mariadbd and mariadb-install-db) on this machine. " +
      "Debian and Ubuntu: apt-get install mariadb-server. macOS: brew install mariadb",
  );
}

/** The server's version, e.g. "10.11.6". */
export async function mariadbVersion({ server }: MariadbBinaries): Promise<string> {
  const { stdout } = await run(server, ["--no-defaults", "--version"]);
  return /Ver ([\d.]+)/.exec(stdout)?.[1] ?? stdout.trim();
}

function find(name: string, folders: readonly string[]): string | undefined {
  for (const folder of [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...folders]) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

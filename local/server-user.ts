import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** OS user that a database server runs as; undefined for the current one. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Servers refuse to run as root; then they run as the first of these that exists. */
const UNPRIVILEGED_USERS = ["postgres", "nobody"];

/** User to run servers as: one with an entry in the OS's user database. */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of UNPRIVILEGED_USERS) {
    try {
      const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // No such user: try the next one.
    }
  }
  throw new Error(
    `Database servers do not run as root, and this machine has none of the users ${UNPRIVILEGED_USERS.join(", ")}: ` +
      "start this as another user, or add one (useradd --system postgres)",
  );
}

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Command lines of the running processes that mention a text. */
export function runningProcesses(mention: string): string[] {
  const all = existsSync("/proc/self/cmdline") ? fromProc() : fromPs();
  return all.filter((line) => line.includes(mention));
}

// Slim container images have no ps.
function fromProc(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`;
      } catch {
        return ""; // It has ended meanwhile.
      }
    });
}

function fromPs(): string[] {
  return execFileSync("ps", ["-axo", "pid,command"], { encoding: "utf8" }).split("\n");
}

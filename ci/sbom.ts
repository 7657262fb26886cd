import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { name } from "../package.json";
import type { Engine } from "../stacks/archive";
import { archiveBill } from "./sbom/archive";

// Writes bills of materials into sbom/: one of all that is in package-lock.json, and one of each function's archive.

const PROJECT = resolve(__dirname, "..");
const FOLDER = join(PROJECT, "sbom");
/** An object, so that the compiler asks for each engine. */
const ENGINES: Readonly<Record<Engine, true>> = { postgres: true, mysql: true, mariadb: true };
/** In bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;

mkdirSync(FOLDER, { recursive: true });
write("project", npmBill());
for (const engine of Object.keys(ENGINES) as Engine[]) write(`rotation-${engine}`, archiveBill(engine));

function npmBill() {
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  const bill = JSON.parse(
    execFileSync("npm", args, { cwd: PROJECT, encoding: "utf8", maxBuffer: MAX_OUTPUT }),
  );
  // npm takes the name of the folder, which differs from clone to clone.
  bill.metadata.component.name = name;
  return bill;
}

function write(title: string, bill: { components: readonly unknown[] }): void {
  const file = `${title}.cdx.json`;
  writeFileSync(join(FOLDER, file), `${JSON.stringify(bill, undefined, 2)}\n`);
  process.stdout.write(`sbom/${file}: ${bill.components.length} packages\n`);
}

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "../stacks/addresses");

/** Addresses by stack. */
export type Addresses = ReadonlyMap<string, readonly string[]>;

/** What was last written down, a file a stack and a line an address. @param folder only for tests another */
export function readAddresses(folder = FOLDER): Addresses {
  return new Map(
    readdirSync(folder).map((file) => [
      file.replace(/\.txt$/, ""),
      readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean),
    ]),
  );
}

/** Writes them down, and forgets stacks that are no more. */
export function writeAddresses(addresses: Addresses, folder = FOLDER): void {
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  for (const [stack, lines] of addresses) {
    writeFileSync(join(folder, `${stack}.txt`), `${[...lines].sort().join("\n")}\n`);
  }
}

/** @returns what is different, by stack: "- " what is no more, "+ " what is new */
export function differences(stored: Addresses, found: Addresses): string[] {
  return [...new Set([...stored.keys(), ...found.keys()])].sort().flatMap((stack) => {
    const [before, after] = [stored, found].map((addresses) => addresses.get(stack) ?? []) as [
      readonly string[],
      readonly string[],
    ];
    return [
      ...before.filter((address) => !after.includes(address)).map((address) => `- ${stack}: ${address}`),
      ...after.filter((address) => !before.includes(address)).map((address) => `+ ${stack}: ${address}`),
    ];
  });
}

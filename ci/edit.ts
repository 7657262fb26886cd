import { readFileSync, writeFileSync } from "node:fs";

/** A change of a source file, to see what comes of it. */
export interface Edit {
  readonly what: string;
  /** From the project's folder. */
  readonly file: string;
  readonly edit: (source: string) => string;
}

/**
 * Does some work with the edit made, and takes it back.
 * @throws where the edit finds nothing to edit
 */
export function withEdit<T>({ what, file, edit }: Edit, work: () => T): T {
  const source = readFileSync(file, "utf8");
  const edited = edit(source);
  if (edited === source) throw new Error(`${what}: the edit of ${file} finds nothing to edit`);
  writeFileSync(file, edited);
  try {
    return work();
  } finally {
    writeFileSync(file, source);
  }
}

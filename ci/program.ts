import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "../local/usage-error";

export type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>["values"];

/**
 * Runs a program with its options, and ends the process with its exit code; 1 for whatever is thrown, wrong options
 * included, since 2 says that there is drift.
 * @param usage shown for --help, and where the options are wrong
 */
export function runProgram<T extends Options>(
  usage: string,
  options: T,
  main: (values: Values<T>) => Promise<number>,
): void {
  start(usage, options, main).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      const shown =
        error instanceof UsageError ? `${error.message}\n\n${usage}` : `${error?.message ?? error}\n`;
      process.stderr.write(shown);
      process.exitCode = 1;
    },
  );
}

async function start<T extends Options>(
  usage: string,
  options: T,
  main: (values: Values<T>) => Promise<number>,
): Promise<number> {
  const { help, ...values } = parsed({ ...options, help: { type: "boolean", short: "h" } });
  if (help !== true) return main(values as Values<T>);
  process.stdout.write(usage);
  return 0;
}

function parsed(options: Options): Readonly<Record<string, unknown>> {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError where an option is left out or empty */
export function required(name: string, value: string | undefined): string {
  if (value === undefined || value === "") throw new UsageError(`--${name} is needed`);
  return value;
}

/** Writes a file of a folder, which is made where it is not there. */
export async function writeOutput(folder: string, file: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), `${text}\n`);
}

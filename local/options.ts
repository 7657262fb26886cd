import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Options {
  /** Stack to play. */
  readonly stack: string;
  /** Command that synthesizes. @default "app" of cdktf.json */
  readonly app: string | undefined;
  /** How often every user is rotated, 1 to 1000. */
  readonly rotations: number;
  /** One JSON document on standard output and nothing else. */
  readonly json: boolean;
  /** Show what the function has written. */
  readonly logs: boolean;
  /** Keep everything running until Ctrl-C. */
  readonly stay: boolean;
  readonly help: boolean;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const DEFAULT_STACK = "dev-orders";
const MAX_ROTATIONS = 1000;

export const USAGE = `Rotates a real password in a real PostgreSQL, on this machine only.

Synthesizes the app, starts PostgreSQL and an endpoint of Secrets Manager on free ports of
the loopback interface, plays the deployment of one database's stack from the synthesized
JSON with the very archive that Terraform would upload, rotates, and proves it by logging in.
Needs no AWS account and no terraform. Leaves nothing behind.

Usage: npm start -- [options]

  --rotations <n>   rotate n times, 1 to ${MAX_ROTATIONS} (default 1)
  --stack <name>    database stack to play (default ${DEFAULT_STACK})
  --app <command>   command that synthesizes (default: app of cdktf.json)
  --json            print one JSON document and nothing else
  --logs            show what the function wrote
  --stay            keep everything running until Ctrl-C, and say how to connect
  --help            show this
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parsed(args);
  const rotations = values.rotations ?? "1";
  if (!/^\d+$/.test(rotations) || Number(rotations) < 1 || Number(rotations) > MAX_ROTATIONS) {
    throw new UsageError(`--rotations must be a whole number from 1 to ${MAX_ROTATIONS}, got "${rotations}"`);
  }
  return {
    stack: values.stack ?? DEFAULT_STACK,
    app: values.app,
    rotations: Number(rotations),
    json: values.json ?? false,
    logs: values.logs ?? false,
    stay: values.stay ?? false,
    help: values.help ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stack: { type: "string" },
        app: { type: "string" },
        rotations: { type: "string" },
        json: { type: "boolean" },
        logs: { type: "boolean" },
        stay: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

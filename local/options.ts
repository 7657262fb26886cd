import { parseArgs } from "node:util";
import { LOCAL_ENGINES } from "./servers";
import { UsageError } from "./usage-error";

/** What the command line asks for. */
export interface Options {
  /** Stack to play. */
  readonly stack: string;
  /** Engine that the environment dev is played on. @default the environment's own */
  readonly engine: string | undefined;
  /** Command that synthesizes. @default "app" of cdktf.json */
  readonly app: string | undefined;
  /** How often every user is rotated, 1 to 1000. @default 2 */
  readonly rotations: number;
  /** One JSON document on standard output and nothing else. */
  readonly json: boolean;
  /** Show what the function has written. */
  readonly logs: boolean;
  /** Keep everything running until Ctrl-C. */
  readonly stay: boolean;
  readonly help: boolean;
}

const DEFAULT_STACK = "dev-orders";
const MAX_ROTATIONS = 1000;
/** Users that alternate have both been set after two, and the first password is refused. */
const DEFAULT_ROTATIONS = 2;

export const USAGE = `Rotates real passwords in a real database, on this machine only.

Synthesizes the app, starts a database and an endpoint of Secrets Manager on free ports of
the loopback interface, plays the deployment of one database's stack from the synthesized
JSON with the very archive that Terraform would upload, rotates, and proves it by logging in.
Needs no AWS account and no terraform. Leaves nothing behind.

Usage: npm start -- [options]

  --rotations <n>   rotate n times, 1 to ${MAX_ROTATIONS} (default ${DEFAULT_ROTATIONS})
  --engine <name>   ${LOCAL_ENGINES.join(" or ")} (default postgres); mariadb needs a MariaDB server installed
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
  const rotations = values.rotations ?? String(DEFAULT_ROTATIONS);
  if (!/^\d+$/.test(rotations) || Number(rotations) < 1 || Number(rotations) > MAX_ROTATIONS) {
    throw new UsageError(`--rotations must be a whole number from 1 to ${MAX_ROTATIONS}, got "${rotations}"`);
  }
  const { engine, app } = values;
  if (engine !== undefined && !LOCAL_ENGINES.includes(engine)) {
    throw new UsageError(`--engine must be ${LOCAL_ENGINES.join(" or ")}, got "${engine}"`);
  }
  if (engine !== undefined && app !== undefined) {
    throw new UsageError("--engine is for the app of cdktf.json: leave it out, or leave out --app");
  }
  return {
    engine,
    stack: values.stack ?? DEFAULT_STACK,
    app: engine === undefined ? app : `node --require tsx/cjs local/app.ts ${engine}`,
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
        engine: { type: "string" },
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

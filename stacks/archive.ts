import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { type BuildOptions, type BuildResult, build, buildSync } from "esbuild";
import { zipSync } from "fflate";
import type { DatabaseSettings, Environment } from "../environments";
import { EXISTING_ENGINES } from "../environments/existing-database-schema";

export type Engine = DatabaseSettings["engine"];

const PROJECT = resolve(__dirname, "..");

interface Archive {
  readonly bytes: Uint8Array;
  /** SHA-256 in base64, as Lambda states it. */
  readonly sha256: string;
}

const archives = new Map<Engine, Archive>();

/** Bundled once an engine, however many stacks and apps a process has. */
export function archiveOf(engine: Engine): Archive {
  return archives.get(engine) ?? keep(engine, bundle(engine).indexJs);
}

/**
 * Bundles what environments need in esbuild's own process, so that this one can load what else a synth needs meanwhile.
 * @throws with esbuild's own message
 */
export async function bundleAhead(environments: readonly Environment[]): Promise<void> {
  const databases = environments.flatMap((environment) => Object.values(environment.databases));
  const engines = new Set(databases.map(({ engine }) => EXISTING_ENGINES[engine]));
  const missing = [...engines].filter((engine) => !archives.has(engine));
  await Promise.all(
    missing.map(async (engine) => keep(engine, bundleOf(await build(optionsOf(engine))).indexJs)),
  );
}

function keep(engine: Engine, indexJs: Uint8Array): Archive {
  const bytes = zip(indexJs);
  const archive = { bytes, sha256: createHash("sha256").update(bytes).digest("base64") };
  archives.set(engine, archive);
  return archive;
}

interface Bundle {
  readonly indexJs: Uint8Array;
  /** How many of its bytes come from each file that something of is in it, from the project's folder. */
  readonly inputs: ReadonlyMap<string, number>;
}

/**
 * Everything an engine's function needs in one file.
 * @throws with esbuild's own message
 */
export function bundle(engine: Engine): Bundle {
  return bundleOf(buildSync(optionsOf(engine)));
}

function optionsOf(engine: Engine) {
  return {
    absWorkingDir: PROJECT,
    entryPoints: [`lambda/rotation/${engine}.ts`],
    outfile: "index.js",
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    format: "cjs",
    // The function runs on Node 24 in AWS, and the very same bytes on a developer's Node 20.
    target: "node20",
    // The SDK's ES modules can be stripped of what is not used, which its CommonJS cannot: 40 KB of the archive.
    mainFields: ["module", "main"],
    alias: {
      "@aws-sdk/credential-provider-node": "./lambda/rotation/credentials.ts",
      // mysql2's way to character sets that our connections never use: 190 KB of the archive.
      "iconv-lite": "./lambda/rotation/engines/mysql-encodings.ts",
    },
    // pg requires it only for its optional native client.
    external: ["pg-native"],
    minify: true,
    // Function and class names in stack traces, for 6 KB of the archive. Unminified identifiers would do the
    // same, but with them the output has the paths of modules, which differ where node_modules is elsewhere.
    keepNames: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
  } satisfies BuildOptions;
}

function bundleOf({ outputFiles, metafile }: BuildResult<ReturnType<typeof optionsOf>>): Bundle {
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined) throw new Error("esbuild made nothing");
  const inputs = Object.entries(output.inputs)
    .map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const)
    .filter(([, bytes]) => bytes > 0);
  return { indexJs: file.contents, inputs: new Map(inputs) };
}

/**
 * An archive that holds nothing of when, where or by whom it was made. Written by fflate, in JavaScript: the
 * zlib in Node compresses to other bytes on other processors.
 */
export function zip(indexJs: Uint8Array): Uint8Array {
  return zipSync({
    "index.js": [
      indexJs,
      {
        level: 9,
        // DOS times are local times: built from local parts, the stored one is the same in every time zone.
        mtime: new Date(1980, 0, 1, 12),
        os: UNIX,
        attrs: READABLE << 16,
      },
    ],
  });
}

/** "Made by" Unix, so that unzip and Lambda honour the mode: a regular file, rw-r--r--. */
const UNIX = 3;
const READABLE = 0o100644;

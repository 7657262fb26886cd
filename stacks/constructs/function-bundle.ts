import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { Construct } from "constructs";
import { buildSync } from "esbuild";
import { zipSync } from "fflate";
import type { DatabaseSettings } from "../../environments";

export type Engine = DatabaseSettings["engine"];

const PROJECT = resolve(__dirname, "../..");
/** Beside the stacks in cdktf.out: one archive an engine, however many databases there are. */
const FOLDER = "assets";
/** Terraform runs in cdktf.out/stacks/<stack>. */
const FROM_STACK = "../..";

interface Archive {
  readonly bytes: Uint8Array;
  /** SHA-256 in base64, as Lambda states it. */
  readonly sha256: string;
}

const archives = new Map<Engine, Archive>();

/** An engine's rotation function as Lambda takes it: the same sources give the same bytes, everywhere. */
export class FunctionBundle extends Construct {
  /** From a stack's folder. */
  readonly path: string;
  /** SHA-256 of the archive, in base64. */
  readonly sha256: string;

  /** The app's bundle for an engine. */
  static of(scope: Construct, engine: Engine): FunctionBundle {
    const app = App.of(scope);
    const id = `bundle-${engine}`;
    const existing = app.node.tryFindChild(id);
    return existing instanceof FunctionBundle ? existing : new FunctionBundle(app, id, engine);
  }

  private constructor(app: App, id: string, engine: Engine) {
    super(app, id);
    const { bytes, sha256 } = archiveOf(engine);
    const file = `rotation-${engine}.zip`;
    this.path = `${FROM_STACK}/${FOLDER}/${file}`;
    this.sha256 = sha256;
    mkdirSync(join(app.outdir, FOLDER), { recursive: true });
    writeFileSync(join(app.outdir, FOLDER, file), bytes);
  }
}

/** Bundled once an engine, however many stacks and apps a process has. */
export function archiveOf(engine: Engine): Archive {
  const known = archives.get(engine);
  if (known) return known;
  const bytes = zip(bundle(`lambda/rotation/${engine}.ts`));
  const archive = { bytes, sha256: createHash("sha256").update(bytes).digest("base64") };
  archives.set(engine, archive);
  return archive;
}

/**
 * Everything the function needs in one file.
 * @param entryPoint from the project's folder
 * @throws with esbuild's own message
 */
export function bundle(entryPoint: string): Uint8Array {
  return bundleWithInputs(entryPoint).indexJs;
}

/** A bundle, and how many of its bytes come from each file that something of is in it, from the project's folder. */
export function bundleWithInputs(entryPoint: string): {
  indexJs: Uint8Array;
  inputs: ReadonlyMap<string, number>;
} {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: PROJECT,
    entryPoints: [entryPoint],
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
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined) throw new Error(`esbuild made nothing of ${entryPoint}`);
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

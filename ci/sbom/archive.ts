import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { bundle, type Engine, zip } from "../../stacks/archive";

const PROJECT = resolve(__dirname, "../..");
const MODULES = "node_modules/";
const manifest = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });
type Manifest = z.infer<typeof manifest>;

/**
 * What is really in a function's archive, in CycloneDX's JSON: packages that esbuild left something of. Holds nothing
 * of when or where it was made, so that the same archive has the same bill.
 * @see https://cyclonedx.org/docs/1.5/json/
 */
export function archiveBill(engine: Engine) {
  const { indexJs, inputs } = bundle(engine);
  // The same version may be installed in several places.
  const found = packagesOf([...inputs.keys()]).map(readManifest);
  const packages = [...new Map(found.map((each) => [packageUrl(each), each])).values()];
  const root = `rotation-${engine}.zip`;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      component: {
        "bom-ref": root,
        type: "application",
        name: root,
        version: readManifest(".").version,
        hashes: [{ alg: "SHA-256", content: createHash("sha256").update(zip(indexJs)).digest("hex") }],
      },
    },
    components: packages.map(component),
    dependencies: [{ ref: root, dependsOn: packages.map(packageUrl) }],
  };
}

/**
 * The folders of the packages that files belong to, sorted.
 * @param files from the project's folder, with "/"
 */
export function packagesOf(files: readonly string[]): string[] {
  return [...new Set(files.flatMap((file) => packageOf(file) ?? []))].sort();
}

/** @returns the folder of the package that a file belongs to; nothing where it is one of ours */
export function packageOf(file: string): string | undefined {
  const start = file.lastIndexOf(MODULES) + MODULES.length;
  if (start < MODULES.length) return undefined;
  const [first = "", second = ""] = file.slice(start).split("/");
  return file.slice(0, start) + (first.startsWith("@") ? `${first}/${second}` : first);
}

function readManifest(folder: string): Manifest {
  return manifest.parse(JSON.parse(readFileSync(join(PROJECT, folder, "package.json"), "utf8")));
}

function component({ license, ...identity }: Manifest) {
  const purl = packageUrl(identity);
  return {
    "bom-ref": purl,
    type: "library",
    ...identity,
    scope: "required",
    purl,
    ...(license !== undefined && { licenses: [licenseChoice(license)] }),
  };
}

/** A single licence's identifier, or an expression of several: CycloneDX tells them apart. */
function licenseChoice(license: string) {
  return license.includes(" ") ? { expression: license } : { license: { id: license } };
}

/** https://github.com/package-url/purl-spec */
function packageUrl({ name, version }: Pick<Manifest, "name" | "version">): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

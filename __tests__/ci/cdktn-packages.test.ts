import { SWAPS, swapImports, swapManifest } from "../../ci/cdktn/packages";

const MANIFEST = {
  name: "project",
  scripts: { synth: "cdktf synth", "rehearse:cdktn": "node ci/rehearse-cdktn.ts", test: "jest" },
  dependencies: { "@cdktf/provider-aws": "21.22.1", cdktf: "0.21.0", constructs: "10.8.1", zod: "4.6.7" },
  devDependencies: { "cdktf-cli": "0.21.0", jest: "30.5.2" },
};

describe("swapManifest", () => {
  test("swaps the packages and their versions, and no other", () => {
    const { dependencies, devDependencies } = swapManifest(MANIFEST, [
      { from: "cdktf", to: "cdktn", version: "1.0.0" },
      { from: "@cdktf/provider-aws", to: "@cdktn/provider-aws", version: "2.0.0" },
      { from: "cdktf-cli", to: "cdktn-cli", version: "3.0.0" },
      { from: "constructs", to: "constructs", version: "4.0.0" },
    ]);

    expect(dependencies).toEqual({
      "@cdktn/provider-aws": "2.0.0",
      cdktn: "1.0.0",
      constructs: "4.0.0",
      zod: "4.6.7",
    });
    expect(devDependencies).toEqual({ "cdktn-cli": "3.0.0", jest: "30.5.2" });
  });

  test("swaps the command in scripts", () => {
    expect(swapManifest(MANIFEST).scripts).toEqual({ ...MANIFEST.scripts, synth: "cdktn synth" });
  });

  test("keeps everything else", () => {
    expect(swapManifest(MANIFEST).name).toBe("project");
  });

  test("refuses a manifest that lacks one of the packages", () => {
    const { cdktf: _, ...dependencies } = MANIFEST.dependencies;

    expect(() => swapManifest({ ...MANIFEST, dependencies })).toThrow(
      "package.json does not depend on cdktf",
    );
  });
});

test("every version is exact", () => {
  for (const { version } of SWAPS) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

describe("swapImports", () => {
  test.each([
    ['import { App } from "cdktf";', 'import { App } from "cdktn";'],
    ['export * from "cdktf";', 'export * from "cdktn";'],
    ['import "cdktf";', 'import "cdktn";'],
    ['const { App } = await import("cdktf");', 'const { App } = await import("cdktn");'],
    ['require("cdktf/lib/app")', 'require("cdktn/lib/app")'],
    [
      'import { Vpc } from "@cdktf/provider-aws/lib/vpc";',
      'import { Vpc } from "@cdktn/provider-aws/lib/vpc";',
    ],
  ])("%s", (before, after) => {
    expect(swapImports(before)).toBe(after);
  });

  test.each([
    'const managedBy = "cdktf";',
    '// from cdktf, into "cdktf.out"',
    'import { x } from "cdktf-cli-tools";',
    'import { x } from "./cdktf";',
    'import { z } from "zod";',
  ])("leaves %s alone", (source) => {
    expect(swapImports(source)).toBe(source);
  });
});

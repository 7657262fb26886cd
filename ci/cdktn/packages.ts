/** A package of CDKTF and the one of CDK Terrain that takes its place. */
export interface Swap {
  readonly from: string;
  readonly to: string;
  /** Exact; the one place where the rehearsal's versions stand. */
  readonly version: string;
}

/**
 * `constructs` keeps its name, but CDK Terrain 0.24 takes no version from 10.8 on.
 * @see https://cdktn.io/docs
 */
export const SWAPS: readonly Swap[] = [
  { from: "cdktf", to: "cdktn", version: "0.24.0" },
  { from: "cdktf-cli", to: "cdktn-cli", version: "0.24.0" },
  { from: "@cdktf/provider-aws", to: "@cdktn/provider-aws", version: "25.7.0" },
  { from: "constructs", to: "constructs", version: "10.7.2" },
];

/** The part of a package.json that the swap touches. */
export interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * A package.json with the packages and the command swapped.
 * @throws when it lacks one of the packages: the rehearsal would rehearse nothing
 */
export function swapManifest<T extends Manifest>(manifest: T, swaps: readonly Swap[] = SWAPS): T {
  const missing = swaps.filter(
    ({ from }) => !(from in { ...manifest.dependencies, ...manifest.devDependencies }),
  );
  if (missing.length > 0) {
    throw new Error(`package.json does not depend on ${missing.map(({ from }) => from).join(", ")}`);
  }
  return {
    ...manifest,
    scripts: mapValues(manifest.scripts, (script) => script.replace(/\bcdktf (?=\w)/g, "cdktn ")),
    dependencies: swapDependencies(manifest.dependencies, swaps),
    devDependencies: swapDependencies(manifest.devDependencies, swaps),
  };
}

/** A TypeScript or JavaScript source with the imports swapped, and nothing else. */
export function swapImports(source: string, swaps: readonly Swap[] = SWAPS): string {
  return source.replace(
    /(\bfrom |\bimport |\bimport\(|\brequire\()"((?:@[^"/]+\/)?[^"/]+)/g,
    (whole, before: string, name: string) => {
      const swap = swaps.find(({ from }) => from === name);
      return swap === undefined ? whole : `${before}"${swap.to}`;
    },
  );
}

function swapDependencies(
  dependencies: Readonly<Record<string, string>> = {},
  swaps: readonly Swap[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, version]) => {
      const swap = swaps.find(({ from }) => from === name);
      return swap === undefined ? [name, version] : [swap.to, swap.version];
    }),
  );
}

function mapValues<T>(record: Readonly<Record<string, T>> = {}, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

import { transformSync } from "esbuild";
import { readProjectFile } from "./documented-commands";

/** The environments that the first TypeScript block of a page exports, by name. */
export function documentedEnvironments(page: string): Readonly<Record<string, unknown>> {
  const [, code = ""] = /```ts\n(.*?)```/s.exec(readProjectFile(page)) ?? [];
  const module: { exports: Record<string, unknown> } = { exports: {} };
  new Function("module", transformSync(code, { loader: "ts", format: "cjs" }).code)(module);
  return { ...module.exports };
}

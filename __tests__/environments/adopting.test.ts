import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { problemsOf } from "../support/configuration";

test("the environment in docs/adopting.md is right as it stands there", () => {
  // given
  const page = readFileSync(join(__dirname, "../../docs/adopting.md"), "utf8");
  const [, code = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];

  // when
  const module: { exports: { legacy?: unknown } } = { exports: {} };
  new Function("module", transformSync(code, { loader: "ts", format: "cjs" }).code)(module);
  const { legacy } = module.exports;

  // then
  expect(legacy).toMatchObject({ databases: { ledger: { source: "existing" } } });
  expect(problemsOf({ legacy })).toEqual([]);
});

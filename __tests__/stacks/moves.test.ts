import childProcess from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { App } from "cdktf";
import { transformSync } from "esbuild";
import { loadEnvironments } from "../../environments";
import { addEnvironment } from "../../stacks/environment";
import { ownNetwork, readSynthesis } from "../support/synth";

const outdir = mkdtempSync(join(tmpdir(), "synth-test-"));
afterAll(() => rmSync(outdir, { recursive: true }));

test("what docs/upgrading.md says moves a renamed resource, and needs no Terraform to say so", () => {
  // given
  const page = readFileSync(join(__dirname, "../../docs/upgrading.md"), "utf8");
  const [, code = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];
  const app = new App({ outdir });
  for (const each of loadEnvironments({ test: ownNetwork() }, {})) addEnvironment(app, each);

  // when
  const construct = new Function("KmsKey", transformSync(code, { loader: "ts" }).code);
  construct.call(app.node.findChild("test-network"), KmsKey);
  const programs = jest.spyOn(childProcess, "execSync");
  app.synth();

  // then
  const stack = readSynthesis(outdir).stack("test-network");
  expect(stack.json.moved).toEqual([{ from: "aws_kms_key.key", to: "aws_kms_key.encryption-key" }]);
  expect(Object.keys(stack.all("aws_kms_key"))).toEqual(["encryption-key"]);
  expect(programs).not.toHaveBeenCalled();
});

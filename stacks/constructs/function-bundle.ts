import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { Construct } from "constructs";
import { archiveOf, type Engine } from "../archive";

/** Beside the stacks in cdktf.out: one archive an engine, however many databases there are. */
const FOLDER = "assets";
/** Terraform runs in cdktf.out/stacks/<stack>. */
const FROM_STACK = "../..";

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

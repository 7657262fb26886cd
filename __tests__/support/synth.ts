import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { App } from "cdktf";
import { type DatabaseInput, type EnvironmentInput, loadEnvironments } from "../../environments";
import type { BootstrapInput } from "../../environments/bootstrap-schema";
import { loadBootstrap } from "../../environments/load-bootstrap";
import type { PolicyStatement } from "../../stacks/policy-document";
import { addStacks } from "../../stacks/stacks";

/** What Terraform replaces by a value. */
export function ref(expression: string): string {
  return `\${${expression}}`;
}

export const PARTITION = ref("data.aws_partition.partition.partition");
export const ACCOUNT = ref("data.aws_caller_identity.account.account_id");

export type Attributes = Readonly<Record<string, unknown>>;
type Database = DatabaseInput;

/** A stack's cdk.tf.json. */
export class SynthesizedStack {
  readonly json: Readonly<Record<string, Readonly<Record<string, unknown>>>>;

  constructor(readonly text: string) {
    this.json = JSON.parse(text);
  }

  /** Resources of a type by construct id, without cdktf's own metadata. */
  all(type: string): Readonly<Record<string, Attributes>> {
    const found = (this.json.resource?.[type] ?? {}) as Record<string, Attributes>;
    return Object.fromEntries(
      Object.entries(found).map(([id, { "//": _metadata, ...attributes }]) => [id, attributes]),
    );
  }

  resource(address: string): Attributes {
    const [type = "", id = ""] = address.split(".");
    const found = this.all(type)[id];
    if (found === undefined) {
      throw new Error(`no ${address}; there is ${this.addresses.join(", ")}`);
    }
    return found;
  }

  get addresses(): string[] {
    const types = (this.json.resource ?? {}) as Record<string, Record<string, unknown>>;
    return Object.entries(types).flatMap(([type, byId]) => Object.keys(byId).map((id) => `${type}.${id}`));
  }

  /** The statements of a policy that is an attribute of a resource. */
  policy(address: string, attribute = "policy"): PolicyStatement[] {
    return JSON.parse(this.resource(address)[attribute] as string).Statement;
  }
}

/** A synthesized folder, read. */
export interface Synthesis {
  /** Every file, by its path in the folder. */
  readonly files: ReadonlyMap<string, Buffer>;
  stack(id: string): SynthesizedStack;
}

/** Synthesizes environments, and a bootstrap if there is one, as main.ts does, into a temporary folder that is gone afterwards. */
export function synthesize(
  environments: Readonly<Record<string, EnvironmentInput>>,
  bootstrap?: BootstrapInput,
): Synthesis {
  const outdir = mkdtempSync(join(tmpdir(), "synth-test-"));
  try {
    const app = new App({ outdir });
    const loaded = loadEnvironments(environments, {});
    const checked = bootstrap && loadBootstrap(loaded, bootstrap, {});
    addStacks(app, loaded, checked);
    app.synth();
    return readSynthesis(outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export function readSynthesis(folder: string): Synthesis {
  const files = new Map(filesIn(folder).map((file) => [relative(folder, file), readFileSync(file)]));
  return {
    files,
    stack(id) {
      const file = files.get(join("stacks", id, "cdk.tf.json"));
      if (file === undefined) throw new Error(`no stack ${id}; there is ${[...files.keys()].join(", ")}`);
      return new SynthesizedStack(file.toString("utf8"));
    },
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesIn(path) : [path]));
}

/** A user as short as can be. */
export const USER: Database["users"][string] = { grants: [{ privilege: "readonly", schema: "public" }] };

/** An environment with a VPC of its own and the database orders, as short as can be. */
export function ownNetwork(database: Partial<Database> = {}): EnvironmentInput {
  return {
    region: "eu-west-1",
    network: { type: "own", cidr: "10.20.0.0/16" },
    databases: { orders: { tier: "development", users: { app: USER }, ...database } },
  };
}

export const VPC = "vpc-0a1b2c3d";
export const SUBNETS = ["subnet-0a1b2c31", "subnet-0a1b2c32"];
export const ENDPOINT_SECURITY_GROUP = "sg-0a1b2c3d";

/** The same in a VPC that exists. */
export function existingNetwork(
  database: Partial<Database> = {},
  through: "endpoint" | "client-group" | "nat" = "endpoint",
): EnvironmentInput {
  return {
    ...ownNetwork(database),
    network: {
      type: "existing",
      vpcId: VPC,
      subnetIds: SUBNETS,
      secretsManager: through === "nat" ? { through } : { through, securityGroupId: ENDPOINT_SECURITY_GROUP },
    },
  };
}

/** The stack of the database orders in the environment test, in a VPC that exists. */
export function ordersStack(
  database: Partial<Database> = {},
  through?: "endpoint" | "client-group" | "nat",
): SynthesizedStack {
  return synthesize({ test: existingNetwork(database, through) }).stack("test-orders");
}

/** ARN of something in the account and region of {@link ownNetwork}. */
export function arn(service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:eu-west-1:${ACCOUNT}:${resource}`;
}

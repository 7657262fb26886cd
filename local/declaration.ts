import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

/** Resources of one synthesized stack that the local run plays, by construct id. Their strings hold references still. */
export interface StackDeclaration {
  readonly name: string;
  /** Folder of the stack, what `path.module` stands for. */
  readonly folder: string;
  /** Region of the stack's provider. */
  readonly region: string;
  /** Tags that the stack's provider adds to every resource. */
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly databases: ReadonlyMap<string, DatabaseDeclaration>;
  readonly secrets: ReadonlyMap<string, SecretDeclaration>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly invocations: ReadonlyMap<string, InvocationDeclaration>;
  readonly schedules: ReadonlyMap<string, ScheduleDeclaration>;
}

const Text = z.string().min(1);
const Strings = z.record(z.string(), z.string()).default({});
/** A block: cdktf writes an object or a list of one. */
const block = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value[0] : value), schema);

const Database = z.object({
  identifier: Text,
  engine: Text,
  engine_version: z.string().optional(),
  db_name: Text,
  username: Text,
  port: z.number().optional(),
  manage_master_user_password: z.literal(true),
});
const Secret = z.object({ name: Text, description: z.string().optional(), tags: Strings });
const LambdaFunction = z.object({
  function_name: Text,
  filename: Text,
  source_code_hash: z.string().optional(),
  handler: Text,
  runtime: Text,
  timeout: z.number().default(3),
  memory_size: z.number().default(128),
  environment: block(z.object({ variables: Strings })).default({ variables: {} }),
});
const Invocation = z.object({
  function_name: Text,
  input: Text,
  lifecycle_scope: z.enum(["CREATE_ONLY", "CRUD"]).default("CREATE_ONLY"),
});
const Schedule = z.object({
  secret_id: Text,
  rotation_lambda_arn: Text,
  rotate_immediately: z.boolean().default(true),
  rotation_rules: block(
    z.object({
      automatically_after_days: z.number().optional(),
      duration: z.string().optional(),
      schedule_expression: z.string().optional(),
    }),
  ),
});

export type DatabaseDeclaration = z.infer<typeof Database>;
export type SecretDeclaration = z.infer<typeof Secret>;
export type FunctionDeclaration = z.infer<typeof LambdaFunction>;
export type InvocationDeclaration = z.infer<typeof Invocation>;
export type ScheduleDeclaration = z.infer<typeof Schedule>;

const Manifest = z.object({
  stacks: z.record(z.string(), z.object({ name: z.string(), synthesizedStackPath: z.string() })),
});
const Provider = z.object({
  region: Text,
  default_tags: block(z.object({ tags: Strings })).default({ tags: {} }),
});
const Resources = z.object({
  provider: z.object({ aws: block(Provider) }),
  resource: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/** Reads a stack from a synthesized folder (cdktf.out). */
export async function readStack(folder: string, name: string): Promise<StackDeclaration> {
  const manifest = Manifest.parse(await readJson(join(folder, "manifest.json")));
  const stack = manifest.stacks[name];
  if (stack === undefined) {
    const names = Object.keys(manifest.stacks).sort().join(", ");
    throw new Error(`there is no stack "${name}"; the app has ${names}`);
  }
  const file = join(folder, stack.synthesizedStackPath);
  const { resource, provider } = Resources.parse(await readJson(file));
  const all = <T extends z.ZodType>(type: string, schema: T): ReadonlyMap<string, z.infer<T>> =>
    new Map(
      Object.entries(resource[type] ?? {}).map(([id, declared]) => [
        id,
        parse(schema, declared, `${name}: ${type}.${id}`),
      ]),
    );
  return {
    name,
    folder: dirname(file),
    region: provider.aws.region,
    defaultTags: provider.aws.default_tags.tags,
    databases: all("aws_db_instance", Database),
    secrets: all("aws_secretsmanager_secret", Secret),
    functions: all("aws_lambda_function", LambdaFunction),
    invocations: all("aws_lambda_invocation", Invocation),
    schedules: all("aws_secretsmanager_secret_rotation", Schedule),
  };
}

/** The single resource of a kind. @param kind named in the error */
export function only<T>(resources: ReadonlyMap<string, T>, kind: string): readonly [string, T] {
  const [first, ...more] = resources;
  if (first === undefined || more.length > 0) {
    throw new Error(`the local run plays a stack with one ${kind}, this one has ${resources.size}`);
  }
  return first;
}

function parse<T extends z.ZodType>(schema: T, value: unknown, where: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`${where} is not as the local run expects it: ${problems.join("; ")}`);
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8"));
}

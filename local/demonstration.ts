import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { InitializeSecretResult, Strategy } from "../lambda/rotation/contract";
import type { DatabaseServer } from "./database-server";
import { only, readStack } from "./declaration";
import type { DeployedUser } from "./deployed-users";
import { type Deployment, deploy } from "./deployment";
import { type Login, logIn, usernameIn } from "./login";
import type { Progress } from "./progress";
import type { Resources } from "./resources";
import type { RotationEvent, RotationReport, StepReport } from "./secret-rotation";
import { serverFor } from "./servers";
import { synthesize } from "./synthesis";

/** What the demonstration has shown. Holds no password. */
export interface Demonstration {
  readonly stack: string;
  readonly database: Pick<DatabaseServer, "version" | "host" | "port" | "database">;
  readonly archive: { readonly bytes: number; readonly sha256: string };
  /** What differs from the same stack in AWS, a sentence each. */
  readonly differences: readonly string[];
  readonly users: readonly UserDemonstration[];
  readonly milliseconds: number;
}

export interface UserDemonstration {
  readonly username: string;
  readonly strategy: Strategy;
  readonly secretArn: string;
  readonly initialization: InitializeSecretResult;
  readonly schedule: string;
  readonly rotations: readonly RotationDemonstration[];
}

type Labels = Readonly<Record<string, readonly string[]>>;

export interface RotationDemonstration {
  readonly versionId: string;
  /** Database user under AWSCURRENT now. */
  readonly username: string;
  readonly labelsBefore: Labels;
  readonly labelsAfter: Labels;
  readonly steps: readonly { readonly step: string; readonly milliseconds: number }[];
  readonly logins: readonly LoginDemonstration[];
}

/** A login that was tried after a rotation, over verified TLS, and went as it should. */
export interface LoginDemonstration {
  /** Which password: "the new password". */
  readonly what: string;
  readonly login: Login;
}

/** What is running while the demonstration goes on. */
export interface Scene {
  database?: DatabaseServer;
  deployment?: Deployment;
}

export interface DemonstrationOptions {
  readonly stack: string;
  /** Command that synthesizes. @default "app" of cdktf.json */
  readonly app?: string | undefined;
  readonly rotations: number;
  readonly progress: Progress;
  readonly resources: Resources;
  readonly signal: AbortSignal;
  /** Filled in as things start, so that a failure can be looked into. */
  readonly scene: Scene;
}

/** From the configuration to a rotated password that logs in. */
export async function demonstrate(options: DemonstrationOptions): Promise<Demonstration> {
  const { progress, resources, signal, scene } = options;
  const began = performance.now();

  const synthesis = await progress.step("Synthesize the app", () =>
    resources.use(() => synthesize({ app: options.app, signal })),
  );
  const stack = await readStack(synthesis.folder, options.stack);
  const [, declared] = only(stack.databases, "aws_db_instance");
  const server = serverFor(declared.engine);

  const database = await progress.step(
    `Start ${server.title} with the database ${declared.db_name}`,
    () => resources.use(() => server.start({ database: declared.db_name, adminUsername: declared.username })),
    ({ version, host, port }) => `${version} at ${host}:${port}, TLS only`,
  );
  scene.database = database;

  let say: (text: string) => void = () => undefined;
  const onStep = ({ Step }: RotationEvent, report?: StepReport) => say(report === undefined ? Step : "");
  const deployment = await progress.step(
    `Deploy ${stack.name} from its JSON`,
    () => resources.use(() => deploy({ stack, database, onStep })),
    ({ users, endpoint }) =>
      `${users.map(({ username }) => username).join(", ")}; Secrets Manager at ${endpoint}`,
  );
  scene.deployment = deployment;

  const users: UserDemonstration[] = [];
  for (const user of deployment.users) {
    users.push(await showUser(user, deployment, database, options, (listener) => (say = listener)));
  }
  return {
    stack: stack.name,
    database: pick(database),
    archive: await fingerprint(deployment.archive),
    differences: deployment.differences,
    users,
    milliseconds: performance.now() - began,
  };
}

async function showUser(
  user: DeployedUser,
  deployment: Deployment,
  database: DatabaseServer,
  { progress, rotations: wanted, signal }: DemonstrationOptions,
  listen: (say: (text: string) => void) => void,
): Promise<UserDemonstration> {
  const { username, strategy, secretArn } = user;
  const initialization = await progress.step(
    `Invoke the function: initializeSecret for ${username} (${strategy})`,
    () => deployment.initialize(user),
    ({ Outcome, VersionId }) => `${Outcome}, version ${short(VersionId)}`,
  );

  const rotations: RotationDemonstration[] = [];
  const replaced: string[] = [];
  const rotation = (title: string, rotate: () => Promise<RotationReport>) =>
    progress.step(
      title,
      async (say) => {
        listen(say);
        signal.throwIfAborted();
        rotations.push(await showRotation(user, deployment, database, { rotate, replaced }));
      },
      () => {
        const last = rotations.at(-1);
        return last === undefined
          ? ""
          : `${last.username}, version ${short(last.versionId)}, ${inOrder(last.steps)}`;
      },
    );

  const schedule = scheduleText(user);
  const enable = () => deployment.enableSchedule(user);
  // In AWS too, a schedule with rotate_immediately rotates as soon as it is applied.
  if (user.schedule.rotate_immediately) await rotation(`Set the schedule ${schedule}, which rotates`, enable);
  else
    await progress.step(`Set the schedule ${schedule}, tested by a dry run`, async () =>
      assertDone(await enable()),
    );

  while (rotations.length < wanted) {
    await rotation(`Rotate ${username}, ${rotations.length + 1} of ${wanted}`, () => deployment.rotate(user));
  }
  return { username, strategy, secretArn, initialization, schedule, rotations };
}

interface RotationToShow {
  readonly rotate: () => Promise<RotationReport>;
  /** Values that earlier rotations replaced, the newest last; this one adds its own. */
  readonly replaced: string[];
}

async function showRotation(
  user: DeployedUser,
  deployment: Deployment,
  database: DatabaseServer,
  { rotate, replaced }: RotationToShow,
): Promise<RotationDemonstration> {
  const labelsBefore = await deployment.labels(user);
  const old = await deployment.currentValue(user);
  await tryLogin({ what: "the password before the rotation", login: "accepted" }, old, database);
  const older = replaced.at(-1);
  replaced.push(old);

  const report = assertDone(await rotate());

  const current = await deployment.currentValue(user);
  const logins: LoginDemonstration[] = [];
  for (const { value, ...expected } of expectedLogins(user, current, old, older)) {
    await tryLogin(expected, value, database);
    logins.push(expected);
  }
  return {
    versionId: report.versionId,
    username: usernameIn(current),
    labelsBefore,
    labelsAfter: await deployment.labels(user),
    steps: report.steps.map(({ step, milliseconds }) => ({ step, milliseconds: Math.round(milliseconds) })),
    logins,
  };
}

/** With alternating users what clients hold stays valid until the rotation after. */
function expectedLogins(
  { strategy }: DeployedUser,
  current: string,
  old: string,
  older: string | undefined,
): (LoginDemonstration & { readonly value: string })[] {
  const replaced = strategy === "single-user" ? old : older;
  return [
    { what: "the new password", login: "accepted", value: current },
    ...(strategy === "alternating-users"
      ? [{ what: "the other user's, which clients still hold", login: "accepted" as const, value: old }]
      : []),
    ...(replaced === undefined
      ? []
      : [{ what: "the password that it replaced", login: "refused" as const, value: replaced }]),
  ];
}

/** @throws when the login does not go as expected */
async function tryLogin(
  expected: LoginDemonstration,
  value: string,
  database: DatabaseServer,
): Promise<void> {
  const login = await logIn(value, database.caFile);
  if (login === expected.login) return;
  throw new Error(`${expected.what} was ${login} by the database, not ${expected.login}`);
}

function assertDone(report: RotationReport): RotationReport {
  if (report.succeeded) return report;
  const step = report.steps.at(-1)?.step ?? "the first step";
  throw new Error(`the rotation failed at ${step}: ${report.error?.message}`, { cause: report.error });
}

function scheduleText({ schedule }: DeployedUser): string {
  const { schedule_expression, automatically_after_days, duration } = schedule.rotation_rules;
  const when = schedule_expression ?? `every ${automatically_after_days} days`;
  return duration === undefined ? when : `${when} within ${duration}`;
}

/** Version ids are UUIDs; their beginning tells them apart. */
export function short(versionId: string): string {
  return versionId.slice(0, 8);
}

function inOrder(steps: RotationDemonstration["steps"]): string {
  return steps.map(({ step, milliseconds }) => `${step} ${milliseconds} ms`).join(", ");
}

function pick({ version, host, port, database }: DatabaseServer): Demonstration["database"] {
  return { version, host, port, database };
}

async function fingerprint(file: string): Promise<Demonstration["archive"]> {
  const bytes = await readFile(file);
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("base64") };
}

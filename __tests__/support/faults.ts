import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import pg from "pg";

/** What befalls one outgoing call: the function dies, or only this call's connection does. */
export const FAULTS = ["dies before", "dies after", "cut before", "cut after"] as const;
export type Fault = (typeof FAULTS)[number];

export interface Plan {
  /** Which outgoing call of the process, from 0. */
  readonly call: number;
  readonly fault: Fault;
}

/**
 * One run of the function's process: it counts what goes out and has its fault. Once dead it does nothing any
 * more: no clean-up runs, and its sockets close, as the kernel closes those of a killed process.
 */
export class FaultyProcess {
  readonly calls: string[] = [];
  /** Awaited before each outgoing call; for tests of orders. */
  pace: () => Promise<void> = async () => {};
  readonly #plan: Plan | undefined;
  readonly #sockets: (() => Socket | undefined)[] = [];
  readonly #death = withResolvers<"died">();
  #dead = false;

  constructor(plan?: Plan) {
    this.#plan = plan;
  }

  /** Runs a task as this process; "died" where the plan killed it. */
  async run<T>(task: () => Promise<T>): Promise<T | "died"> {
    return await Promise.race([running.run(this, task), this.#death.promise]);
  }

  get struck(): boolean {
    return this.#plan !== undefined && this.calls.length > this.#plan.call;
  }

  /** @param socket looked up when needed: drivers replace a socket when TLS begins */
  watch(socket: () => Socket | undefined): void {
    this.#sockets.push(socket);
  }

  async outgoing<T>(name: string, call: () => Promise<T>, cut: () => void): Promise<T> {
    await this.pace();
    if (this.#dead) return await never();
    const index = this.calls.push(name) - 1;
    if (index !== this.#plan?.call) return await this.#unlessDead(call());
    switch (this.#plan.fault) {
      case "dies before":
        return await this.#die();
      case "dies after":
        await call().catch(() => {});
        return await this.#die();
      case "cut before":
        cut();
        throw connectionReset();
      case "cut after":
        await call().catch(() => {});
        cut();
        throw connectionReset();
    }
  }

  async #unlessDead<T>(answer: Promise<T>): Promise<T> {
    const settled = await Promise.allSettled([answer]);
    if (this.#dead) return await never();
    return settled[0].status === "fulfilled" ? settled[0].value : Promise.reject(settled[0].reason);
  }

  async #die(): Promise<never> {
    this.#dead = true;
    for (const socket of this.#sockets) socket()?.destroy();
    this.#death.resolve("died");
    return await never();
  }
}

const running = new AsyncLocalStorage<FaultyProcess>();

function never(): Promise<never> {
  return new Promise(() => {});
}

function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Puts the faults between the function and its drivers: requests to Secrets Manager, connects and statements. */
export function interposeFaults(): void {
  interpose(
    SecretsManagerClient.prototype,
    "send",
    ([command]) => nameOf(command),
    () => undefined,
  );
  interpose(pg.Client.prototype, "connect", () => "connect", socketOf);
  const text = ([query]: readonly unknown[]) => (query as { text: string }).text.slice(0, 40);
  interpose(pg.Client.prototype, "query", text, socketOf);
  // The module's own object, which the engine's import reads at every call.
  const mysql2 = jest.requireActual("mysql2/promise");
  interpose(
    mysql2,
    "createConnection",
    () => "connect",
    () => undefined,
    socketOf,
  );
  for (const method of ["query", "execute"]) {
    const statement = ([options]: readonly unknown[]) => (options as { sql: string }).sql.slice(0, 40);
    interpose(mysql2.PromiseConnection.prototype, method, statement, socketOf);
  }
}

type Method = (this: object, ...parameters: unknown[]) => Promise<object | undefined>;

/**
 * @param describe names a call, from its parameters
 * @param socket what a cut destroys, of the object whose method it is
 * @param opened the same, of what the call resolves to
 */
function interpose(
  methods: object,
  method: string,
  describe: (parameters: readonly unknown[]) => string,
  socket: (self: object) => Socket | undefined,
  opened: (result: object) => Socket | undefined = () => undefined,
): void {
  const table = methods as Record<string, Method>;
  const original = table[method] as Method;
  table[method] = function (this: object, ...parameters: unknown[]) {
    const process = running.getStore();
    if (!process) return original.apply(this, parameters);
    const own = () => socket(this);
    process.watch(own);
    const call = async () => {
      const result = await original.apply(this, parameters);
      process.watch(() => (result ? opened(result) : undefined));
      // A process that dies here hears no errors; this one, which plays it, must not fail by them.
      if (result instanceof EventEmitter) result.on("error", () => {});
      return result;
    };
    return process.outgoing(describe(parameters), call, () => own()?.destroy());
  };
}

function nameOf(command: unknown): string {
  return (command as object).constructor.name;
}

/** Both drivers keep it at the same place. */
function socketOf(client: object): Socket | undefined {
  return (client as { connection?: { stream?: Socket } }).connection?.stream;
}

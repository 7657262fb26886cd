import { endOrCut } from "./goodbye";
import { classify } from "./mysql-errors";
import type { Run, RunOptions } from "./mysql-sql";

/** The part of the driver's connection that is used, so that tests can stand in for a server. */
export interface Driver {
  query(options: Statement): Promise<[unknown, unknown]>;
  execute(options: Statement, values: unknown[]): Promise<[unknown, unknown]>;
  end(): Promise<void>;
  destroy(): void;
}

export interface Statement {
  readonly sql: string;
  /** In milliseconds. */
  readonly timeout: number;
}

/** The driver's connection, with errors in our terms. */
export class MysqlConnection {
  readonly #driver: Driver;
  readonly #limit: (doing: string) => number;
  readonly server: string;

  /** @param limit the driver's own limit for a statement, in milliseconds; throws when no time is left */
  constructor(driver: Driver, server: string, limit: (doing: string) => number) {
    this.#driver = driver;
    this.#limit = limit;
    this.server = server;
  }

  readonly run: Run = async (doing, sql, options) => await this.#run(sql, { ...options, doing });

  /** As {@link run}, for what belongs to logging in: a refusal is one of the login. */
  async runLogin(doing: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    return await this.#run(sql, { doing, login: true });
  }

  async #run(
    sql: string,
    { parameters = [], ...context }: RunOptions & { readonly doing: string; readonly login?: boolean },
  ): Promise<readonly Record<string, unknown>[]> {
    const statement = { sql, timeout: this.#limit(context.doing) };
    try {
      // Values go apart from the statement; not every statement can be prepared, and those have no values.
      const [rows] = await (parameters.length > 0
        ? this.#driver.execute(statement, [...parameters])
        : this.#driver.query(statement));
      return Array.isArray(rows) ? rows : [];
    } catch (error) {
      const failure = classify(error, { server: this.server, ...context });
      // The driver would leave the statement running, and the next one waiting behind it.
      if (failure.name === "TimeoutError" && isDriverTimeout(error)) this.#driver.destroy();
      throw failure;
    }
  }

  async end(): Promise<void> {
    await endOrCut(
      () => this.#driver.end(),
      () => this.#driver.destroy(),
    );
  }
}

function isDriverTimeout(error: unknown): boolean {
  return (error as { code?: string }).code === "PROTOCOL_SEQUENCE_TIMEOUT";
}

import type { Redactor } from "./redactor";

export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Writes one JSON object a line to standard output, which Lambda sends to the function's log group. */
export class Log {
  readonly #redactor: Redactor;
  readonly #common: LogFields;

  /** @param common fields repeated on every line: step, secret, token, request id */
  constructor(redactor: Redactor, common: LogFields) {
    this.#redactor = redactor;
    this.#common = common;
  }

  info(message: string, fields: LogFields = {}): void {
    this.#write("INFO", message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#write("WARN", message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#write("ERROR", message, fields);
  }

  #write(level: string, message: string, fields: LogFields): void {
    const line = { timestamp: new Date().toISOString(), level, message, ...this.#common, ...fields };
    // Straight to the stream: Lambda's console adds a prefix, after which the line is no JSON any more.
    process.stdout.write(`${JSON.stringify(this.#redactor.redact(line))}\n`);
  }
}

/** The last line of defence: replaces every secret it was told of, wherever it turns up in text. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Secrets of less than four characters are left: blanking every "x" would tell more than it hides. */
  add(secret: string): void {
    if (secret.length >= 4) this.#secrets.add(secret);
  }

  /** Replaces known secrets in strings, at any depth of a JSON-like value; numbers and keys stay. */
  redact<T>(value: T): T {
    return this.#redactAny(value) as T;
  }

  #redactAny(value: unknown): unknown {
    if (typeof value === "string") {
      let text = value;
      for (const secret of this.#secrets) text = text.replaceAll(secret, "[redacted]");
      return text;
    }
    if (Array.isArray(value)) return value.map((item) => this.#redactAny(item));
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#redactAny(item)]));
    }
    return value;
  }
}

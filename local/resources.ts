/** Something that runs, or lies on disk, until it is stopped. */
export interface Resource {
  stop(): Promise<void>;
}

/** Everything that has to be gone at the end, stopped in the opposite order of its start. */
export class Resources {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | undefined;

  /** Starts a resource. It is stopped in the end even if the end comes while it is starting. */
  async use<T extends Resource>(start: () => Promise<T>): Promise<T> {
    if (this.#stopping !== undefined) throw new Error("nothing is started any more: the end has come");
    const starting = start();
    this.#stops.push(async () => {
      const started = await starting.catch(() => undefined); // One that fails to start cleans up after itself.
      await started?.stop();
    });
    return starting;
  }

  /** Stops everything; all of it even if some of it fails. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const stop of this.#stops.reverse()) await stop().catch((error) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, `not everything could be stopped: ${errors}`);
  }
}

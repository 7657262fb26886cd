/** Shows what is being done. */
export interface Progress {
  /**
   * Does one step.
   * @param work may say what it is at just now
   * @param outcome words for what came of it
   */
  step<T>(
    title: string,
    work: (say: (text: string) => void) => Promise<T>,
    outcome?: (value: T) => string,
  ): Promise<T>;
}

/** Shows nothing. */
export const silentProgress: Progress = {
  step: (_title, work) => work(() => undefined),
};

/** Shows a line when a step has ended, as text only: for pipes and files. */
export function plainProgress(write: (line: string) => void): Progress {
  return {
    async step(title, work, outcome) {
      const began = performance.now();
      try {
        const value = await work(() => undefined);
        write(`done    ${finished(title, began, outcome?.(value))}`);
        return value;
      } catch (error) {
        write(`failed  ${finished(title, began)}`);
        throw error;
      }
    },
  };
}

/** Shows a spinner for the step at hand: for terminals. */
export async function terminalProgress(): Promise<Progress> {
  const { Listr } = await import("listr2");
  return {
    async step<T>(
      title: string,
      work: (say: (text: string) => void) => Promise<T>,
      outcome?: (value: T) => string,
    ) {
      const began = performance.now();
      const context: { value?: T } = {};
      await new Listr<{ value?: T }>(
        {
          title,
          task: async (ctx, task) => {
            ctx.value = await work((text) => {
              task.output = text;
            });
            task.title = finished(title, began, outcome?.(ctx.value));
          },
        },
        {
          // It would end the process on Ctrl-C before anything is cleaned up.
          registerSignalListeners: false,
          rendererOptions: { showErrorMessage: false },
        },
      ).run(context);
      return context.value as T;
    },
  };
}

/** In columns. Some pseudo-terminals say they have none, and the spinner would wrap at every letter. */
const NARROWEST_TERMINAL = 40;

/** For standard output: a spinner where somebody looks, lines where not, nothing where it is for a program. */
export async function progressFor({ json = false }: { readonly json?: boolean } = {}): Promise<Progress> {
  if (json) return silentProgress;
  if (process.stdout.isTTY && process.stdout.columns >= NARROWEST_TERMINAL) return terminalProgress();
  return plainProgress((line) => process.stdout.write(`${line}\n`));
}

function finished(title: string, began: number, outcome?: string): string {
  const time = `${((performance.now() - began) / 1000).toFixed(2)} s`;
  return outcome === undefined ? `${title} (${time})` : `${title}: ${outcome} (${time})`;
}

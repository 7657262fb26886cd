import { backOff } from "exponential-backoff";
import { TimeoutError } from "./errors";

/** Kept for the answer, so that a timeout is our message and not Lambda's. In milliseconds. */
const MARGIN = 2_000;

/** The part of Lambda's context that a deadline needs. */
export interface RemainingTime {
  getRemainingTimeInMillis(): number;
}

/** One deadline for all that an invocation does, from Lambda's remaining time. */
export class Deadline {
  readonly #context: RemainingTime;

  constructor(context: RemainingTime) {
    this.#context = context;
  }

  /** Milliseconds left for work; never negative. */
  get remaining(): number {
    return Math.max(0, this.#context.getRemainingTimeInMillis() - MARGIN);
  }

  /**
   * The time limit for one operation.
   * @param what named in the error, e.g. "connecting to db.example.com:5432"
   * @param limit milliseconds; less is given where less is left
   * @throws TimeoutError when no time is left
   */
  limit(what: string, limit: number): number {
    const left = Math.min(limit, this.remaining);
    if (left <= 0) {
      throw new TimeoutError(`No time left for ${what}. Raise the function's timeout or find what was slow.`);
    }
    return left;
  }

  /**
   * Repeats an operation that fails for a passing reason, with exponential backoff and jitter.
   * @param patience milliseconds after which it no longer tries; less where less is left
   * @param isPassing whether an error may pass by itself
   * @param onRetry told of each error that is waited out
   */
  async retry<T>(operation: () => Promise<T>, { patience, isPassing, onRetry }: RetryOptions): Promise<T> {
    const end = this.remaining - Math.min(patience, this.remaining);
    let waitedFor: unknown;
    const attempt = async (): Promise<T> => {
      const isLate = () => waitedFor !== undefined && this.remaining <= end;
      // What was waited for says more than that the time is up.
      if (isLate()) throw waitedFor;
      try {
        return await operation();
      } catch (error) {
        throw isLate() && isPassing(error) ? waitedFor : error;
      }
    };
    return await backOff(attempt, {
      startingDelay: 100,
      maxDelay: 5_000,
      jitter: "full",
      numOfAttempts: Number.POSITIVE_INFINITY,
      retry: (error: unknown) => {
        if (!isPassing(error) || this.remaining <= end) return false;
        waitedFor = error;
        onRetry?.(error);
        return true;
      },
    });
  }
}

export interface RetryOptions {
  readonly patience: number;
  readonly isPassing: (error: unknown) => boolean;
  readonly onRetry?: (error: unknown) => void;
}

// Two kinds of errors: what can't be read or had (Unreadable), and what a step refuses (Refusal).

import { say, type Sentence } from "./words.js";

export type Outcome = "passed" | "failed" | "unknown" | "skipped";

/** Bytes, a text, a key or a list that can't be read, or an address that can't be fetched. */
export class Unreadable extends Error {
  readonly detail: Sentence;
  constructor(key: string, values: Record<string, string | Sentence> = {}) {
    super(key);
    this.detail = say(`detail.${key}`, values);
  }

  /** Whether an address answers that what was there was taken down for good. */
  get isGone(): boolean {
    return this.message === "fetch.gone";
  }
}

/** A step refuses (failed) or can't tell (unknown); never leaves `verify`. */
export class Refusal extends Error {
  constructor(
    readonly reason: string,
    readonly sentence: Sentence,
    readonly fix: Sentence,
    readonly outcome: Outcome = "failed",
  ) {
    super(reason);
  }
}

interface More {
  as?: string;
  outcome?: Outcome;
  [name: string]: string | Sentence | undefined;
}

/** Builds the error of a step: its sentence has the key `as`, else the reason itself. */
export function refusal(reason: string, fix = "fix.copy", more: More = {}): Refusal {
  const { as, outcome, ...values } = more;
  const sentence = say(as || reason, values as Record<string, string | Sentence>);
  return new Refusal(reason, sentence, say(fix), outcome ?? "failed");
}

/** Returns what a function throws away, if it is one of ours; throws all other errors on. */
export async function caught<T, E>(
  kind: new (...args: never[]) => E,
  task: () => T | Promise<T>,
  otherwise: (error: E) => T,
): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof kind) return otherwise(error);
    throw error;
  }
}

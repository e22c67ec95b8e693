// One verification: its report, how it stands while it is under way, and what a generation of badges
// adds to it. Steps 0 to 2 are the same for every badge; from step 3 on, a generation may have its own.

import type { Around } from "./context.js";
import type { Outcome } from "./errors.js";
import type { Secured } from "./secured.js";
import type { JsonObject } from "./strict-json.js";
import { say, type Sentence } from "./words.js";

export const NAMES = [
  "size", "reading", "version", "form", "signature", "refresh", "status", "dates", "recipient",
  "endorsements", "image",
] as const;
/** The last step is a learner record's own: the credentials inside. */
export type Name = (typeof NAMES)[number] | "badges";

export type Says = Readonly<Record<string, string>>;

/** Outcome, sentence, reason. */
export type Result = [Outcome, Sentence, string];

export interface Step {
  readonly name: Name;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly sentence: Sentence;
  readonly fix: Sentence | null;
}

export interface Report {
  readonly steps: readonly Step[];
  readonly verdict: "valid" | "invalid" | "unverifiable";
  readonly state: string;
  /** The step that explains the verdict. */
  readonly decisive: Step;
  readonly preview: boolean;
  readonly specimen: boolean;
  readonly notices: readonly Sentence[];
  /** What the badge says of itself; true only if the verdict is valid. */
  readonly says: Says;
  /** The reports of the credentials inside a learner record. */
  readonly parts: readonly Report[];
}

export interface Running {
  /** What is judged from here on; a step may put what the issuer serves in its place. */
  secured: Secured;
  /** Open Badges 2.0: where the assertion lies, if the file held only that. */
  readonly address: string;
  readonly around: Around;
  readonly recipient: string | undefined;
  /** Sentences that belong before all steps. */
  readonly notices: Sentence[];
  /** The reports of the credentials inside a learner record. */
  readonly parts: Report[];
  /** Verifies one of them by itself. */
  readonly verifyPart: (credential: JsonObject) => Promise<Report>;
}

export interface Generation {
  /** Key of the sentence of step 2. */
  readonly words: string;
  readonly steps: Readonly<Partial<Record<Name, (run: Running) => Result | Promise<Result>>>>;
  /** What a document says of itself, whatever its form; empty where it says nothing. */
  readonly summary?: (document: JsonObject) => Says;
}

export const passed = (key: string, values: Record<string, string | Sentence> = {}): Result => ["passed", say(key, values), ""];

export const skipped = (key: string): Result => ["skipped", say(key), key];

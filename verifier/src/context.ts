// What every step needs of the world: the time, and a way to fetch; nothing else is believed.

import type { Bytes } from "./bytes.js";

/** From an https address to the bytes there; throws Unreadable. */
export type Fetch = (url: string) => Promise<Bytes>;

export interface Around {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Asks for each address once, so that all steps see the same keys and lists. */
  readonly fetch: Fetch;
}

/** Fetches each address once. */
export function once(fetch: Fetch): Fetch {
  const seen = new Map<string, Promise<Bytes>>();
  return (url) => {
    const found = seen.get(url) ?? fetch(url);
    seen.set(url, found);
    return found;
  };
}

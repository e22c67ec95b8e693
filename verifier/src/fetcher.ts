// Asks a site for the keys and lists that a badge names: https and public names only, no cookies, no
// address of this page, 2 MiB and ten seconds at most, no redirect to another site.

import { concat, type Bytes } from "./bytes.js";
import type { Fetch } from "./context.js";
import { Unreadable } from "./errors.js";
import { MAX_BYTES } from "./verify.js";
import { shown } from "./words.js";

const SECONDS = 10;
/** Some sites have a page for people at the same address. */
const ACCEPTED = "application/vc, application/did+json, application/json, */*;q=0.1";
const HOST = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** A site that is looked at on this very machine, before it is published. */
export interface Mirror {
  /** Where the site says it is. */
  readonly site: string;
  /** Where it is. */
  readonly here: string;
}

/** Fetches from the web; what lies on the mirrored site comes from where that one is. */
export function webFetch(mirror: Mirror | null = null): Fetch {
  return async (url) => {
    const mirrored = mirror && url.startsWith(mirror.site) ? mirror.here + url.slice(mirror.site.length) : "";
    const target = mirrored ? new URL(mirrored) : publicUrl(url), site = shown(target.host, 120);
    let response: Response;
    try {
      response = await fetch(target, {
        credentials: "omit", referrerPolicy: "no-referrer", cache: "no-cache",
        headers: { accept: ACCEPTED }, signal: AbortSignal.timeout(SECONDS * 1000),
      });
      if (new URL(response.url || target).origin !== target.origin) throw new Unreadable("fetch.sent-on", { site });
      if (response.status === 410) throw new Unreadable("fetch.gone", { site });
      if (!response.ok) throw new Unreadable("fetch.error", { site, status: String(response.status) });
      return await body(response, site);
    } catch (error) {
      if (error instanceof Unreadable) throw error;
      if ((error as Error).name === "TimeoutError") throw new Unreadable("fetch.slow", { site, n: String(SECONDS) });
      // The browser doesn't tell pages whether a site is away or does not let them read.
      throw new Unreadable("fetch.browser", { site });
    }
  };
}

function publicUrl(url: string): URL {
  const refused = new Unreadable("fetch.address", { url: shown(url) });
  if (!/^https:\/\/[!-~]{1,2000}$/.test(url) || url.includes("\\") || !URL.canParse(url)) throw refused;
  const target = new URL(url);
  if (target.username || target.password || !HOST.test(target.hostname)) throw refused;
  return target;
}

async function body(response: Response, site: string): Promise<Bytes> {
  const parts: Bytes[] = [], reader = response.body?.getReader();
  let size = 0;
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    size += next.value.length;
    if (size > MAX_BYTES) {
      await reader?.cancel();
      throw new Unreadable("fetch.large", { site });
    }
    parts.push(next.value as Bytes);
  }
  return concat(...parts);
}

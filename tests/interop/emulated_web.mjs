/**
 * A web that consists of one built site: what a judge fetches comes from BUILD_DIR, nothing else
 * exists, and nothing leaves this machine.
 *
 * `pretendWeb` replaces the global `fetch`, which all judges that are written in JavaScript use in
 * the end; `pretendClock` replaces the clock, for judges that can't be told the time.
 */
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {text as allOf} from 'node:stream/consumers';

/** Answer `fetch` from a built site and from `more` ({address: document}); return what was asked for. */
export function pretendWeb(buildDir, baseUrl, more = {}) {
  const asked = new Map();
  globalThis.fetch = async request => {
    const url = String(request.url ?? request).split('#')[0];
    asked.set(url, 'missing');
    if(url in more) {
      asked.set(url, 'emulated');
      return Response.json(more[url]);
    }
    const segments = url.startsWith(`${baseUrl}/`) ?
      url.slice(baseUrl.length + 1).split('/').map(decodeURIComponent) : [];
    const inside = segments.length && segments.every(s => s && s !== '..' && !/[/\\?#]/.test(s));
    try {
      const bytes = await readFile(inside ? path.join(buildDir, ...segments) : '');
      asked.set(url, 'found');
      return new Response(bytes, {headers: {'content-type': 'application/json'}});
    } catch {
      return new Response('not here', {status: 404});
    }
  };
  return asked;
}

/** Let the clock stand still at `now`; return a function that sets it. */
export function pretendClock(start) {
  let now = start;
  const Real = globalThis.Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length ? given : [now.getTime()]));
    }

    static now() {
      return now.getTime();
    }
  };
  return other => now = other;
}

/** Read the standard input as JSON lines. */
export async function *lines() {
  // Not with readline: it also breaks lines at U+2028 and U+2029, which JSON allows in strings.
  for(const line of (await allOf(process.stdin)).split('\n')) {
    if(line.trim()) {
      yield JSON.parse(line);
    }
  }
}

export function say(report) {
  process.stdout.write(JSON.stringify(report) + '\n');
}

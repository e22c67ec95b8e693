/**
 * Judges the credentials of a built site with Digital Bazaar's verifier, which shares no code
 * with obit: other JSON-LD and RDF engines, other Ed25519, other status list reader.
 *
 *   node judge.mjs BUILD_DIR BASE_URL [--now ISO] [--json]
 *   node judge.mjs BUILD_DIR BASE_URL [--now ISO] [--json] --stdin
 *
 * The first form judges every awards/<id>/credential.json and every status list of the site; the
 * second one each line of the standard input, {"name": …, "credential": {…}} or
 * {"name": …, "text": "…"}. Signature, dates and status are told apart: the signature is judged at
 * the credential's own first instant, so that an expired one still shows whether it is genuine;
 * `verified` is the verdict at --now (default: the clock).
 *
 * Exit code: 0 if every signature is good and every status could be read, 1 if not, 2 for usage,
 * 3 if there is nothing to judge or the judge itself fails.
 *
 * Nothing is fetched: DID documents and status lists come from BUILD_DIR, contexts from the
 * verifier's own packages or else from obit's locked copies. Any other address is an error.
 */
import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {text as allOf} from 'node:stream/consumers';
import {parseArgs} from 'node:util';

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {defaultDocumentLoader as packagedLoader, verifyCredential} from '@digitalbazaar/vc';
import {checkStatus, decodeList} from '@digitalbazaar/vc-bitstring-status-list';

const CONTEXTS = new URL('../../obit_build/contexts/', import.meta.url);
const suite = new DataIntegrityProof({cryptosuite});

/** Remember what `make` returned, or is about to return, for each key. */
function remember(make) {
  const known = new Map();
  return key => {
    if(!known.has(key)) {
      known.set(key, make(key));
    }
    return known.get(key);
  };
}

const locked = remember(async () =>
  JSON.parse(await readFile(new URL('lock.json', CONTEXTS), 'utf8')));

async function lockedContext(url) {
  const entry = (await locked('lock'))[url];
  if(!entry) {
    return null;
  }
  const bytes = await readFile(new URL(entry.file, CONTEXTS));
  if(createHash('sha256').update(bytes).digest('hex') !== entry.sha256) {
    throw new Error(`obit's copy of ${url} is not the locked one`);
  }
  return JSON.parse(bytes.toString('utf8'));
}

/** Where a did:web document is served (did:web method, "Read"). */
function didUrl(did) {
  const [, method, host, ...segments] = did.split(':');
  if(method !== 'web' || !host) {
    throw new Error(`"${did}" is not a did:web`);
  }
  return `https://${decodeURIComponent(host)}/${segments.join('/') || '.well-known'}/did.json`;
}

/** The document that a did:key stands for (did:key method, Ed25519 only). */
function didKeyDocument(did) {
  const key = did.slice('did:key:'.length);
  const method = {id: `${did}#${key}`, type: 'Multikey', controller: did, publicKeyMultibase: key};
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did, verificationMethod: [method], assertionMethod: [method.id]
  };
}

/** Make the loader of a site: the only way in for any document. */
function loaderOf(buildDir, baseUrl) {
  const served = remember(async url => {
    const segments = url.startsWith(`${baseUrl}/`) ?
      url.slice(baseUrl.length + 1).split('/').map(decodeURIComponent) : [];
    if(!segments.length || segments.some(s => !s || s === '.' || s === '..' || /[/\\?#]/.test(s))) {
      throw new Error(`${url} is neither a file of the site nor a known context`);
    }
    return JSON.parse(await readFile(path.join(buildDir, ...segments), 'utf8'));
  });

  const resolve = remember(async url => {
    if(url.startsWith('did:')) {
      const [did, fragment] = url.split('#');
      const document = did.startsWith('did:key:') ?
        didKeyDocument(did) : await served(didUrl(did));
      if(document.id !== did) {
        throw new Error(`the DID document of ${did} says that it is ${document.id}`);
      }
      const method = document.verificationMethod.find(({id}) => id === url);
      if(fragment && !method) {
        throw new Error(`${did} does not publish the key ${fragment}`);
      }
      return fragment ? {'@context': document['@context'], ...method} : document;
    }
    try {
      return (await packagedLoader(url)).document;
    } catch {
      return await lockedContext(url) ?? await served(url);
    }
  });

  return async url => ({contextUrl: null, documentUrl: url, document: await resolve(url)});
}

/** Say what went wrong in one line: the library nests errors in `errors` and in `cause`. */
function said(error) {
  const inner = [error?.errors, error].flat().find(e => e && e.name !== 'VerificationError');
  const cause = inner?.cause?.message ? ` (${inner.cause.message})` : '';
  const details = inner?.details?.event?.message ? ` (${inner.details.event.message})` : '';
  return `${inner?.message ?? error}${details}${cause}`.replace(/\s+/g, ' ');
}

function datesAt(credential, now) {
  if(credential.validFrom && now < new Date(credential.validFrom)) {
    return 'not yet valid';
  }
  return credential.validUntil && now > new Date(credential.validUntil) ? 'expired' : 'good';
}

class Judge {
  constructor(buildDir, baseUrl, now) {
    this.buildDir = buildDir;
    this.baseUrl = baseUrl;
    this.now = now;
    this.documentLoader = loaderOf(buildDir, baseUrl);
    this.list = remember(url => this.#list(url));
  }

  #verify(credential, now, statusResult) {
    return verifyCredential({
      credential, suite, documentLoader: this.documentLoader, now,
      checkStatus: async () => statusResult
    });
  }

  /** Verify a status list as a credential, then read its bits. */
  async #list(url) {
    const report = {list: url, purpose: null, verified: false, length: 0, set: [], error: null};
    try {
      const {document} = await this.documentLoader(url);
      const {verified, error} = await this.#verify(document, this.now, {verified: true});
      report.verified = verified && document.id === url;
      report.error = verified ? null : said(error);
      report.purpose = document.credentialSubject.statusPurpose;
      const bits = await decodeList(document.credentialSubject);
      report.length = bits.length;
      for(let index = 0; index < bits.length; index++) {
        if(bits.getStatus(index)) {
          report.set.push(index);
        }
      }
    } catch(error) {
      report.error = said(error);
    }
    return report;
  }

  /** Tell `clear`, `set`, `none` (no status at all) or throw: the status is unknown. */
  async #status(credential) {
    if(!credential.credentialStatus) {
      return 'none';
    }
    const list = await this.list(credential.credentialStatus.statusListCredential);
    if(!list.verified) {
      throw new Error(`the status list is not good: ${list.error}`);
    }
    // The library would verify the list by the clock; it was verified at --now above.
    const result = await checkStatus({
      credential, suite, documentLoader: this.documentLoader,
      verifyBitstringStatusListCredential: false
    });
    if(!result.verified) {
      throw result.error;
    }
    return result.results.some(({status}) => status) ? 'set' : 'clear';
  }

  async credential(credential) {
    const report = {
      id: credential?.id ?? null, signature: false, dates: 'unknown', status: 'unknown',
      verified: false, error: null
    };
    try {
      const inside = new Date(credential.validFrom ?? this.now);
      const genuine = await this.#verify(credential, inside, {verified: true});
      report.signature = genuine.verified;
      if(!genuine.verified) {
        throw genuine.error;
      }
      report.dates = datesAt(credential, this.now);
      report.status = await this.#status(credential);
      const clear = {verified: report.status !== 'set'};
      const {verified, error} = await this.#verify(credential, this.now, clear);
      report.verified = verified;
      report.error = error ? said(error) : null;
    } catch(error) {
      report.error = said(error);
    }
    return report;
  }

  async text(text) {
    try {
      return await this.credential(JSON.parse(text));
    } catch(error) {
      return {id: null, signature: false, verified: false, error: said(error)};
    }
  }

  async *site() {
    const awards = await readdir(path.join(this.buildDir, 'awards'));
    for(const id of awards.sort()) {
      const file = path.join(this.buildDir, 'awards', id, 'credential.json');
      yield await this.text(await readFile(file, 'utf8'));
    }
    const status = path.join(this.buildDir, 'status');
    for(const issuer of (await readdir(status)).sort()) {
      for(const name of (await readdir(path.join(status, issuer))).sort()) {
        yield await this.list(`${this.baseUrl}/status/${issuer}/${name}`);
      }
    }
  }

  async *lines(input) {
    // Not with readline: it also breaks lines at U+2028 and U+2029, which JSON allows in strings.
    for(const line of (await allOf(input)).split('\n')) {
      if(line.trim()) {
        const {name, credential, text} = JSON.parse(line);
        const report = await (text === undefined ? this.credential(credential) : this.text(text));
        yield {name, ...report};
      }
    }
  }
}

function words(report) {
  const {name, id, list, signature, verified, dates, status, purpose, set, error} = report;
  const what = list ?
    `${verified ? 'good' : 'BAD'} list, ${purpose}, ${set.length} set: ${list}` :
    `${signature ? 'good' : 'BAD'} signature, dates ${dates}, status ${status}: ${name ?? id}`;
  return error ? `${what} (${error})` : what;
}

async function main() {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      json: {type: 'boolean'}, stdin: {type: 'boolean'}, now: {type: 'string'}
    }
  });
  const now = values.now ? new Date(values.now) : new Date();
  if(positionals.length !== 2 || Number.isNaN(now.getTime())) {
    process.stderr.write('usage: judge.mjs BUILD_DIR BASE_URL [--now ISO] [--json] [--stdin]\n');
    return 2;
  }
  const judge = new Judge(positionals[0], positionals[1].replace(/\/$/, ''), now);
  const summary = {credentials: 0, lists: 0, signatures: 0, verified: 0, unknown: 0, badLists: 0};
  for await (const report of values.stdin ? judge.lines(process.stdin) : judge.site()) {
    process.stdout.write((values.json ? JSON.stringify(report) : words(report)) + '\n');
    if(report.list) {
      summary.lists += 1;
      summary.badLists += !report.verified;
    } else {
      summary.credentials += 1;
      summary.signatures += report.signature;
      summary.verified += report.verified;
      summary.unknown += report.signature && report.status === 'unknown';
    }
  }
  process.stdout.write((values.json ? JSON.stringify({summary}) :
    `${summary.signatures} of ${summary.credentials} signatures are good`) + '\n');
  const bad = summary.credentials - summary.signatures + summary.unknown + summary.badLists;
  return bad ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch(error) {
  process.stderr.write(`${said(error)}\n`);
  process.exitCode = 3;
}

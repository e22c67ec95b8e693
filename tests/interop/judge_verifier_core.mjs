/**
 * Judges credentials with the engine of VerifierPlus and of the Learner Credential Wallet
 * (Digital Credentials Consortium), which has its own forks of JSON-LD, of the signature suites and
 * of the status list reader.
 *
 *   node judge_verifier_core.mjs BUILD_DIR BASE_URL NOW   < {"name": …, "text": …} per line
 *
 * Written per line: signature, dates, status and issuer as that engine tells them. It fetches
 * did.json, status lists, contexts that it lacks, a list of known issuers, and 1EdTech's JSON Schemas;
 * the first two come from BUILD_DIR, contexts from obit's locked copies, the list names the issuers of
 * the site, and the schemas do not exist here, since no package registry carries them: `schema` then
 * says "unknown".
 *
 * This engine says nothing at all of a credential that is not in force yet. Such a one is judged a
 * second time at its first instant, for its signature alone.
 */
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';

import {lines, pretendClock, pretendWeb, say} from './emulated_web.mjs';

const REGISTRY = 'https://registry.example/registry.json';
const [buildDir, base, now] = process.argv.slice(2);
const baseUrl = base.replace(/\/$/, '');

/** The site's issuers, as a register in the format of the DCC's first registries. */
async function registry() {
  const host = encodeURIComponent(new URL(baseUrl).host);
  const where = new URL(baseUrl).pathname.split('/').filter(Boolean).map(part => `:${part}`);
  const slugs = (await readdir(path.join(buildDir, 'issuers'), {withFileTypes: true}))
    .filter(entry => entry.isDirectory()).map(entry => entry.name);
  return {
    meta: {created: now, updated: now},
    registry: Object.fromEntries(slugs.map(slug => [
      `did:web:${host}${where.join('')}:issuers:${slug}`,
      {name: slug, location: 'here', url: `${baseUrl}/issuers/${slug}/`}
    ]))
  };
}

function schemaOf(information) {
  const {results} = information?.find(({id}) => id === 'schema_check') ?? {};
  if(!Array.isArray(results)) {
    return 'unknown';
  }
  return results.every(({result}) => result.valid) ? 'good' : 'bad';
}

function reportOf({log = [], errors = [], additionalInformation}) {
  const step = Object.fromEntries(log.map(entry => [entry.id, entry]));
  const {revocation_status: status, expiration} = step;
  const error = errors[0] ?? status?.error;
  return {
    signature: step.valid_signature?.valid === true,
    dates: expiration ? (expiration.valid ? 'good' : 'expired') : 'unknown',
    status: status?.valid === undefined ?
      (status ? 'unknown' : 'none') : (status.valid ? 'clear' : 'set'),
    issuer: step.registered_issuer?.valid ? 'registered' : 'unknown',
    schema: schemaOf(additionalInformation),
    error: error ? `${error.name}: ${error.message}`.replace(/\s+/g, ' ') : null,
    log
  };
}

/** Judge at NOW, or else, what is not in force yet, at its first instant. */
async function judged(credential) {
  const verify = () => verifyCredential({credential: structuredClone(credential), knownDIDRegistries});
  const answer = await verify();
  const start = new Date(credential.validFrom);
  if(!(start > new Date(now)) || answer.errors) {
    return reportOf(answer);
  }
  setClock(start);
  const {signature, issuer} = reportOf(await verify());
  setClock(new Date(now));
  return {signature, issuer, dates: 'not yet valid', status: 'unknown', error: null, log: answer.log};
}

/** The contexts that obit carries, at their own addresses: this engine fetches those it lacks. */
async function contexts() {
  const folder = new URL('../../obit_build/contexts/', import.meta.url);
  const read = async name => JSON.parse(await readFile(new URL(name, folder), 'utf8'));
  const entries = Object.entries(await read('lock.json'));
  return Object.fromEntries(
    await Promise.all(entries.map(async ([url, {file}]) => [url, await read(file)])));
}

const more = {[REGISTRY]: await registry(), ...await contexts()};
const asked = pretendWeb(buildDir, baseUrl, more);
const setClock = pretendClock(new Date(now));
console.log = console.error = () => {};  // it writes its complaints about schemas there
const {verifyCredential} = await import('@digitalcredentials/verifier-core');
const knownDIDRegistries = [{name: 'here', type: 'dcc-legacy', url: REGISTRY}];

for await (const {name, text} of lines()) {
  try {
    say({name, ...await judged(JSON.parse(text))});
  } catch(error) {
    say({name, signature: false, dates: 'unknown', status: 'unknown', error: String(error)});
  }
}
say({name: null, asked: Object.fromEntries(asked)});

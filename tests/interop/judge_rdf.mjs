/**
 * Canonicalises what obit canonicalises, with the engines of Digital Bazaar.
 *
 *   node judge_rdf.mjs   < JSON lines
 *
 * `{"name", "nquads"}` goes to rdf-canonize (RDFC-1.0 with SHA-256), `{"name", "document"}` to
 * jsonld.js in safe mode and then to rdf-canonize. The answer has `canonical`, or the `error`.
 * Contexts come from Digital Bazaar's own package or else from obit's locked copies.
 */
import {readFile} from 'node:fs/promises';

import {contexts as packaged} from '@digitalbazaar/credentials-context';
import jsonld from 'jsonld';
import {canonize} from 'rdf-canonize';

import {lines, say} from './emulated_web.mjs';

const CONTEXTS = new URL('../../obit_build/contexts/', import.meta.url);
const locked = JSON.parse(await readFile(new URL('lock.json', CONTEXTS), 'utf8'));
const OPTIONS = {algorithm: 'RDFC-1.0', format: 'application/n-quads', maxWorkFactor: 3};

async function documentLoader(url) {
  if(packaged.has(url)) {
    return {contextUrl: null, documentUrl: url, document: packaged.get(url), tag: 'static'};
  }
  if(!locked[url]) {
    throw new Error(`${url} is not a known context`);
  }
  const document = JSON.parse(await readFile(new URL(locked[url].file, CONTEXTS), 'utf8'));
  return {contextUrl: null, documentUrl: url, document, tag: 'static'};
}

function said(error) {
  const inner = error.details?.event?.code ?? error.details?.code ?? error.details?.cause?.message;
  return `${error.message}${inner ? ` (${inner})` : ''}`.replace(/\s+/g, ' ');
}

for await (const {name, nquads, document} of lines()) {
  try {
    const canonical = document ?
      await jsonld.canonize(document, {...OPTIONS, documentLoader, safe: true}) :
      await canonize(nquads, {...OPTIONS, inputFormat: 'application/n-quads'});
    say({name, canonical});
  } catch(error) {
    say({name, error: said(error)});
  }
}

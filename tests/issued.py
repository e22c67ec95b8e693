"""What an issuing run has left in a ledger: its events, lists and credentials, and verdicts on them."""

import json

from centre import NOON, ledger_files

from obit_build.credentials.issuer_keys import did_json
from obit_build.model.settings import KeyDeclaration
from obit_build.model.words import PublicKeyMultibase, Slug
from obit_build.securing import status
from obit_build.securing.keys import encode_multikey
from obit_build.verifying.verify import verify


def kinds(store):
    return [
        json.loads(data)["type"]
        for path, data in ledger_files(store).items()
        if path.startswith("log/")
    ]


def credential_of(store, award):
    ledger = store.replay().ledger()
    issued = ledger.awards[ledger.award_id(award.key)]
    return store.credential(issued.id, issued.sha256)


def list_of(store, issuer="citc", which="1"):
    return json.loads(store.status(f"status/{issuer}/{which}.json"))


def bits_of(store, issuer="citc", which="1"):
    return status.decode(list_of(store, issuer, which)["credentialSubject"]["encodedList"])


def fetcher(store):
    """Serve a site's DID documents and status lists out of its ledger."""
    ledger = store.replay().ledger()

    def fetch(url):
        path = url.removeprefix(ledger.site + "/")
        if path.endswith("did.json"):
            issuer = path.split("/")[1]
            return json.dumps(did_json(ledger, issuer)).encode()
        return store.status(path)

    return fetch


def verdict(store, award, at=NOON):
    """Verify an award's newest credential as of a time."""
    return report_of(store, credential_of(store, award), at)


def report_of(store, data, at=NOON):
    return verify(data, name="x", at=at, fetch=fetcher(store))


def declared(names, only="", **fields):
    return tuple(
        KeyDeclaration(
            issuer=Slug(slug),
            public_key_multibase=PublicKeyMultibase(encode_multikey(signer.public_key)),
            signer="env:K",
            **fields,
        )
        for slug, signer in names.items()
        if only in ("", slug)
    )

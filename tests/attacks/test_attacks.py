"""What was done to a badge → which step refuses it, for what reason, in which words.

Each row says when it strikes: ``before`` the signature (a dishonest or careless issuer, or a
forger with a key) or ``after`` it (anyone who has the file, or who holds the network). The words
are interface: they are compared whole.
"""

import datetime
import json

import pytest
from attack_changes import (
    ACHIEVEMENT,
    ENTRY,
    FOUR_MESSAGES,
    LISTED,
    METHOD,
    PROOF,
    SMALL_ORDER,
    STATUS_IRI,
    SUBJECT,
    V1,
    Attack,
    add_proof_of_thief,
    both,
    copy_proof,
    drop,
    endorse_the_credential,
    endorsed,
    list_with,
    move_status,
    packed,
    put,
    rename,
    resign_list,
    second_entry,
    second_key_same_name,
    sign_as_thief,
    suspended,
    text,
    unreachable,
    unsigned_list,
)
from signed_badges import (
    ACHIEVEMENT_ID,
    AT,
    BADGE_ID,
    DID,
    DID_URL,
    ENDORSER,
    INDEX,
    ISSUER,
    LIST_URL,
    OTHER_DID,
    SUSPENSION_URL,
    THIEF,
    a_badge,
    a_list,
    a_world,
    an_endorsement,
    as_bytes,
    signed,
)

from obit_build.securing.keys import method_id

# One row, one line.
# fmt: off
FORM = (
    Attack(what="an empty file", step=0, reason="size.empty", words="The file is empty.", after=put("data", b"")),
    Attack(what="a file of more than 2 MiB", step=0, reason="size.too-large", words="The file is larger than 2 MiB, more than any badge needs.", after=put("data", b" " * (2 * 1024 * 1024 + 1))),
    Attack(what="a text that is no badge", step=1, reason="reading.format", words="This is neither a badge as a picture (PNG, SVG) or PDF, nor a credential (JSON or token).", after=put("data", b"hello")),
    Attack(what="a PDF without a badge", step=1, reason="reading.pdf", words="No badge can be read from the PDF: the PDF has no credential attached to it.", after=put("data", b"%PDF-1.7\n")),
    Attack(what="a token that is signed by nobody", step=1, reason="reading.json", words="The badge can't be read: the token's algorithm is not allowed for badges.", after=put("data", b"eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.")),
    Attack(what="a PNG that is cut off", step=1, reason="reading.image", words="No badge can be read from the image: the PNG does not begin with its header.", after=put("data", b"\x89PNG\r\n\x1a\n")),
    Attack(what="cut-off JSON", step=1, reason="reading.json", words="The badge can't be read: the text is not JSON (line 1, column 8).", after=put("data", b'{"id": ')),
    Attack(what="a field given twice", step=1, reason="reading.json", words='The badge can\'t be read: the JSON gives "name" twice.', after=text('"name": "Gestion de pare-feu", "issuer"', '"name": "X", "name": "Gestion de pare-feu", "issuer"')),
    Attack(what="a field given twice, once in escapes", step=1, reason="reading.json", words='The badge can\'t be read: the JSON gives "id" twice.', after=text('{"@context"', '{"\\u0069d": "urn:x", "@context"')),
    Attack(what="a list of badges", step=1, reason="reading.json", words="The badge can't be read: the JSON is not an object.", after=put("data", b"[{}]")),
    Attack(what="NaN", step=1, reason="reading.json", words="The badge can't be read: the JSON holds NaN, which is not a number.", after=put("data", b'{"a": NaN}')),
    Attack(what="brackets without end", step=1, reason="reading.json", words="The badge can't be read: the JSON is nested more than 64 levels deep.", after=put("data", b'{"a": ' + b"[" * 100_000)),
    Attack(what="a byte order mark", step=1, reason="reading.json", words="The badge can't be read: the JSON begins with a byte order mark.", after=put("data", b'\xef\xbb\xbf{"a": 1}')),
    Attack(what="a badge that changes its data model", step=3, reason="form.missing", words='This is not an Open Badge as the standard describes it: the credential has no "issuanceDate" (1 more).', after=put("badge.@context.0", V1)),
    Attack(what="a status list in place of a badge", step=2, reason="version.not-a-badge", words="This is a status list, not a badge.", after=lambda world: setattr(world, "badge", world.revocations)),
    Attack(what="any other JSON", step=2, reason="version.not-a-badge", words="This is not an Open Badge.", after=put("data", b"{}")),
    Attack(what="contexts in another order", step=3, reason="form.context-order", words='This is not an Open Badge as the standard describes it: "@context" does not begin as the standard asks.', after=lambda world: world.badge["@context"].reverse()),
    Attack(what="a third, foreign context", step=3, reason="form.context-unknown", words='What the badge says can\'t be checked: "@context" names "https://evil.example/context.json", which obit does not know.', outcome="unknown", after=lambda world: world.badge["@context"].append("https://evil.example/context.json")),
    Attack(what="a context written out", step=3, reason="form.context-inline", words='This is not an Open Badge as the standard describes it: "@context" is not a list of addresses.', after=lambda world: world.badge["@context"].append({"name": "https://schema.org/alternateName"})),
    Attack(what="one context, as a text", step=3, reason="form.context-inline", words='This is not an Open Badge as the standard describes it: "@context" is not a list of addresses.', after=put("badge.@context", "https://www.w3.org/ns/credentials/v2")),
    Attack(what="a context inside the achievement", step=3, reason="form.field", words='This is not an Open Badge as the standard describes it: "credentialSubject.achievement" has a field "@context" that does not belong there.', after=put(f"{ACHIEVEMENT}.@context", "https://www.w3.org/ns/credentials/v2")),
    Attack(what="a context given twice", step=3, reason="form.context-order", words='This is not an Open Badge as the standard describes it: "@context" names more than the standard asks.', after=lambda world: world.badge["@context"].append(world.badge["@context"][1])),
    Attack(what="no type VerifiableCredential", step=3, reason="form.type", words="This is not an Open Badge as the standard describes it: the credential is not of the type VerifiableCredential.", after=put("badge.type", ["OpenBadgeCredential"])),
    Attack(what="a second class for the badge", step=3, reason="form.type", words='This is not an Open Badge as the standard describes it: the credential also has the type "Profile".', after=put("badge.type", ["VerifiableCredential", "OpenBadgeCredential", "Profile"])),
    Attack(what="no id", step=3, reason="form.missing", words='This is not an Open Badge as the standard describes it: the credential has no "id".', after=drop("badge.id")),
    Attack(what="an id without a scheme", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "id" is not a complete address.', after=put("badge.id", "credential.json")),
    Attack(what="no issuer", step=3, reason="form.missing", words='This is not an Open Badge as the standard describes it: the credential has no "issuer".', after=drop("badge.issuer")),
    Attack(what="an issuer that is no Profile", step=3, reason="form.type", words='This is not an Open Badge as the standard describes it: "issuer" is not of the type Profile.', after=drop("badge.issuer.type")),
    Attack(what="no achievement", step=3, reason="form.missing", words='This is not an Open Badge as the standard describes it: "credentialSubject" has no "achievement".', after=drop(ACHIEVEMENT)),
    Attack(what="an achievement without criteria", step=3, reason="form.missing", words='This is not an Open Badge as the standard describes it: "credentialSubject.achievement.criteria" has neither "id" nor "narrative".', after=drop(f"{ACHIEVEMENT}.criteria.narrative")),
    Attack(what="a misspelt type", step=3, reason="form.type", words='This is not an Open Badge as the standard describes it: "credentialSubject.achievement" is not of the type Achievement (1 more).', after=put(f"{ACHIEVEMENT}.type", ["Achievment"])),
    Attack(what="nobody as the recipient", step=3, reason="form.missing", words='This is not an Open Badge as the standard describes it: "credentialSubject" has neither "id" nor "identifier".', after=drop(f"{SUBJECT}.identifier")),
    Attack(what="two subjects", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "credentialSubject" is not an object.', after=lambda world: put("badge.credentialSubject", [world.badge["credentialSubject"]] * 2)(world)),
    Attack(what="a date without a time zone", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "validFrom" is not a date and time with a time zone.', after=put("badge.validFrom", "2026-03-27T00:00:00")),
    Attack(what="a date that does not exist", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "validFrom" is not a date and time with a time zone.', after=put("badge.validFrom", "2026-02-30T00:00:00Z")),
    Attack(what="a date in Arabic digits", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "validFrom" is not a date and time with a time zone.', after=put("badge.validFrom", "٢٠٢٦-03-27T00:00:00Z")),
    Attack(what="an end before the beginning", step=3, reason="form.dates", words='This is not an Open Badge as the standard describes it: "validUntil" lies before "validFrom".', before=put("badge.validUntil", "2026-03-26T00:00:00Z")),
    Attack(what="null as a value", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "description" is not a text (1 more).', after=put("badge.description", None)),
    Attack(what="an empty list", step=3, reason="form.empty", words='This is not an Open Badge as the standard describes it: "evidence" is an empty list.', after=put("badge.evidence", [])),
    Attack(what="a picture that is a text", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "image" is not an object.', after=put("badge.image", "https://badges.example/x.png")),
    Attack(what="a foreign field", step=3, reason="form.field", words='This is not an Open Badge as the standard describes it: the credential has a field "grade" that does not belong there.', after=put("badge.grade", "A+")),
    Attack(what="the status under its full address", step=3, reason="form.field", words='This is not an Open Badge as the standard describes it: the credential has a field "https://www.w3.org/2018/credentials#credentialStatus" that does not belong there (1 more).', after=rename(ENTRY, STATUS_IRI)),
    Attack(what="the status moved to a node of the same id", step=3, reason="form.field", words='This is not an Open Badge as the standard describes it: "endorsement[0].credentialSubject" has a field "credentialStatus" that does not belong there.', before=endorse_the_credential, after=move_status),
    Attack(what="a keyword of JSON-LD", step=3, reason="form.field", words='This is not an Open Badge as the standard describes it: the credential has a field "@included" that does not belong there (1 more).', after=put("badge.@included", [{"id": "urn:x"}])),
    Attack(what="true written as a text", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "credentialSubject.identifier[0].hashed" is not true or false.', after=put(f"{SUBJECT}.identifier.0.hashed", "true")),
    Attack(what="an escape sequence in a field's name", step=3, reason="form.field", words='This is not an Open Badge as the standard describes it: the credential has a field "��x" that does not belong there.', after=put("badge.\u202e\u2066x", "y")),
)

SIGNATURE = (
    Attack(what="no proof", step=4, reason="proof.missing", words="Nobody has signed this: it proves nothing.", after=drop("badge.proof")),
    Attack(what="a proof that is a text", step=4, reason="proof.form", words="The signature is malformed.", after=put("badge.proof", "signed!")),
    Attack(what="a proof of an unknown suite", step=4, reason="proof.unsupported", words="It is signed in a way that obit can't check yet (bbs-2023).", outcome="unknown", after=put(f"{PROOF}.cryptosuite", "bbs-2023")),
    Attack(what="a proof passed off as one of another suite", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put(f"{PROOF}.cryptosuite", "eddsa-jcs-2022")),
    Attack(what="a proof passed off as one of an older type", step=4, reason="proof.canonicalization", words='It is not clear what was signed: no context defines the field "created".', after=lambda world: world.badge.update(proof={**{k: v for k, v in world.badge["proof"][0].items() if k != "cryptosuite"}, "type": "Ed25519Signature2020"})),
    Attack(what="an older type with a suite's name", step=4, reason="proof.unsupported", words="It is signed in a way that obit can't check yet (eddsa-rdfc-2022).", outcome="unknown", after=put(f"{PROOF}.type", "Ed25519Signature2020")),
    Attack(what="a proof of selective disclosure", step=4, reason="proof.unsupported", words="It is signed in a way that obit can't check yet (ecdsa-sd-2023).", outcome="unknown", after=put(f"{PROOF}.cryptosuite", "ecdsa-sd-2023")),
    Attack(what="the same proof twice", step=4, reason="proof.several", words="It carries two signatures of the same kind, so it is not clear which one counts.", after=copy_proof),
    Attack(what="another purpose", step=4, reason="proof.purpose", words="The signature was not made for issuing a badge.", after=put(f"{PROOF}.proofPurpose", "authentication")),
    Attack(what="a context inside the proof", step=4, reason="proof.form", words='The signature has a part that does not belong there: "@context".', after=put(f"{PROOF}.@context", "https://www.w3.org/ns/credentials/v2")),
    Attack(what="a proof that builds on a missing one", step=4, reason="proof.chain", words="The signature builds on another one that is not there.", after=put(f"{PROOF}.previousProof", "urn:x")),
    Attack(what="a proof that builds on itself", step=4, reason="proof.chain", words="The signatures build on each other in a circle.", after=lambda world: world.badge["proof"][0].update(id="urn:x", previousProof="urn:x")),
    Attack(what="a thief's proof beside the issuer's", step=4, reason="key.other-issuer", words="The badge names badges.example as its issuer, but a key of did:key:z6MkqocRBaDKGHg1BNkj19XbAnGXVigW6PNqB6Wkwj8GkU7v signed it.", after=add_proof_of_thief),
    Attack(what="an edited badge with a good proof of the thief first", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=lambda world: world.badge.update(name="Directeur", proof=[signed({**world.badge, "name": "Directeur"}, THIEF, method=METHOD)["proof"][0]])),
    Attack(what="a signature of tomorrow", step=4, reason="proof.created", words="The signature claims to be made in the future.", before=put("created", AT + datetime.timedelta(seconds=61))),
    Attack(what="a signature date without a zone", step=4, reason="proof.created", words="The date of the signature is malformed.", after=put(f"{PROOF}.created", "2026-03-27T15:00:00")),
    Attack(what="a signature that has ended", step=4, reason="proof.expires", words="The signature was made to count for a time that is over.", after=put(f"{PROOF}.expires", "2026-05-31T00:00:00Z")),
    Attack(what="no signature value", step=4, reason="proof.value", words="The signature itself is missing or malformed.", after=drop(f"{PROOF}.proofValue")),
    Attack(what="a signature value in base64", step=4, reason="proof.value", words="The signature itself is missing or malformed.", after=put(f"{PROOF}.proofValue", "uAAAA")),
    Attack(what="a signature of zeroes", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put(f"{PROOF}.proofValue", "z" + "1" * 86)),
    Attack(what="another name of the badge", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put("badge.name", "Directeur")),
    Attack(what="another achievement", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put(f"{ACHIEVEMENT}.name", "Directeur")),
    Attack(what="another recipient", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put(f"{SUBJECT}.identifier.0.salt", "0")),
    Attack(what="an earlier beginning", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put("badge.validFrom", "2020-03-27T00:00:00Z")),
    Attack(what="an end that was cut off", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", before=put("badge.validUntil", "2026-05-01T00:00:00Z"), after=drop("badge.validUntil")),
    Attack(what="a status that was cut off", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=drop(ENTRY)),
    Attack(what="another index", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put(f"{ENTRY}.statusListIndex", "1")),
    Attack(what="a preview mark that was cut off", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", before=put("badge.termsOfUse", [{"type": "urn:x-obit:preview"}]), after=drop("badge.termsOfUse")),
    Attack(what="another date of signing", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put(f"{PROOF}.created", "2026-03-27T15:00:01Z")),
    Attack(what="an older Open Badges context", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", after=put("badge.@context.1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json")),
    Attack(what="a forged signature in the issuer's name", step=4, reason="proof.signature", words="The signature does not fit: something was changed after signing, or the signature is forged.", before=both(sign_as_thief, put("method", METHOD))),
    Attack(what="many alike parts", step=4, reason="proof.canonicalization", words="It is not clear what was signed: the document holds too many unnamed parts that look alike.", before=lambda world: None, after=put(f"{SUBJECT}.result", [{"type": ["Result"]}] * 40)),
    Attack(what="a space in an address", step=3, reason="form.value", words='This is not an Open Badge as the standard describes it: "id" is not a complete address.', after=put("badge.id", "https://badges.example/a b")),
)

KEYS = (
    Attack(what="a key named by its fragment alone", step=4, reason="key.relative", words="The signature does not say in full which key made it.", after=put(f"{PROOF}.verificationMethod", f"#{ISSUER.multikey}")),
    Attack(what="a key without a name", step=4, reason="key.relative", words="The signature does not say in full which key made it.", after=put(f"{PROOF}.verificationMethod", DID)),
    Attack(what="a key that is an object", step=4, reason="key.relative", words="The signature does not say in full which key made it.", after=put(f"{PROOF}.verificationMethod", {"id": METHOD})),
    Attack(what="a key of another site", step=4, reason="key.other-issuer", words="The badge names badges.example as its issuer, but a key of other.example signed it.", after=put(f"{PROOF}.verificationMethod", method_id(OTHER_DID, ISSUER.multikey))),
    Attack(what="a bare key in place of the issuer's", step=4, reason="key.other-issuer", words="The badge names badges.example as its issuer, but a key of did:key:z6MkqocRBaDKGHg1BNkj19XbAnGXVigW6PNqB6Wkwj8GkU7v signed it.", before=both(sign_as_thief, put("method", f"did:key:{THIEF.multikey}#{THIEF.multikey}"))),
    Attack(what="the thief's key under the issuer's DID", step=4, reason="key.not-listed", words="The key that signed this is not among the keys of badges.example: the issuer has withdrawn it, or it never was the issuer's.", before=sign_as_thief),
    Attack(what="an issuer of an unknown kind", step=4, reason="key.method-unsupported", words="The issuer's id, did:ion:abc, is of a kind that obit can't look up yet.", outcome="unknown", before=both(put("badge.issuer.id", "did:ion:abc"), put("method", f"did:ion:abc#{ISSUER.multikey}"))),
    Attack(what="an https issuer that shows a page", step=4, reason="key.document-unreadable", words="The issuer's keys at https://badges.example/issuer could not be read: the text is not JSON (line 1, column 1).", outcome="unknown", before=both(put("badge.issuer.id", "https://badges.example/issuer"), put("method", f"https://badges.example/issuer#{ISSUER.multikey}")), after=put("files", {"https://badges.example/issuer": b"<html>"})),
    Attack(what="a key document that nobody names", step=4, reason="key.not-listed", words="The key that signed this is not among the keys of badges.example: the issuer has withdrawn it, or it never was the issuer's.", before=put("method", "https://badges.example/key.json")),
    Attack(what="a key document of somebody else", step=4, reason="key.controller", words="badges.example lists the key that signed this as somebody else's.", before=put("method", "https://badges.example/key.json"), after=lambda world: (world.did["assertionMethod"].append("https://badges.example/key.json"), world.files.update({"https://badges.example/key.json": as_bytes({**world.did["verificationMethod"][0], "id": "https://badges.example/key.json", "controller": OTHER_DID})}))),
    Attack(what="a DID that climbs out of its folder", step=4, reason="key.did", words='The issuer\'s id is malformed: "did:web:badges.example:%2E%2E" leads out of its folder.', before=both(put("badge.issuer.id", "did:web:badges.example:%2E%2E"), put("method", f"did:web:badges.example:%2E%2E#{ISSUER.multikey}"))),
    Attack(what="a bare key that does not match its fragment", step=4, reason="key.fragment", words="The signature names another key than its issuer's id does.", before=both(put("badge.issuer.id", f"did:key:{ISSUER.multikey}"), put("method", f"did:key:{ISSUER.multikey}#{THIEF.multikey}"))),
    Attack(what="a bare key of small order", step=4, reason="key.unacceptable", words="The issuer's key can't be accepted: this public key is one of the weak points under which forged signatures verify.", before=both(put("badge.issuer.id", f"did:key:{SMALL_ORDER}"), put("method", f"did:key:{SMALL_ORDER}#{SMALL_ORDER}"))),
    Attack(what="an issuer's site that does not answer", step=4, reason="key.unavailable", words="The issuer's keys at https://badges.example/issuers/centre/did.json could not be fetched: the site does not answer.", outcome="unknown", after=unreachable(DID_URL)),
    Attack(what="a page in place of the key document", step=4, reason="key.document-unreadable", words="The issuer's keys at https://badges.example/issuers/centre/did.json could not be read: the text is not JSON (line 1, column 1).", outcome="unknown", after=put("files", {DID_URL: b"<html>"})),
    Attack(what="somebody else's key document", step=4, reason="key.document", words="The key document at https://badges.example/issuers/centre/did.json belongs to somebody else.", after=put("did.id", OTHER_DID)),
    Attack(what="a key that was withdrawn", step=4, reason="key.not-listed", words="The key that signed this is not among the keys of badges.example: the issuer has withdrawn it, or it never was the issuer's.", after=put("did.verificationMethod", [])),
    Attack(what="a key listed for other uses", step=4, reason="key.not-for-badges", words="badges.example lists the key that signed this, but not for issuing badges.", after=put("did.assertionMethod", [])),
    Attack(what="a key listed by its fragment only", step=4, reason="key.not-listed", words="The key that signed this is not among the keys of badges.example: the issuer has withdrawn it, or it never was the issuer's.", after=put(f"{LISTED}.id", f"#{ISSUER.multikey}")),
    Attack(what="two keys under one name", step=4, reason="key.listed-twice", words="badges.example lists two keys under one name, so it is not clear which one counts.", after=second_key_same_name),
    Attack(what="a key controlled by somebody else", step=4, reason="key.controller", words="badges.example lists the key that signed this as somebody else's.", after=put(f"{LISTED}.controller", OTHER_DID)),
    Attack(what="a key without a controller", step=4, reason="key.controller", words="badges.example lists the key that signed this as somebody else's.", after=drop(f"{LISTED}.controller")),
    Attack(what="a key of another type", step=4, reason="key.type", words="The key that badges.example lists is of the type JsonWebKey, which this kind of signature can't have.", after=put(f"{LISTED}.type", "JsonWebKey")),
    Attack(what="another key under this one's name", step=4, reason="key.fragment", words="badges.example lists another key under the name of this one.", after=put(f"{LISTED}.publicKeyMultibase", THIEF.multikey)),
    Attack(what="a published private key", step=4, reason="key.private", words="badges.example has published the private half of its key: anyone could have signed this.", after=put(f"{LISTED}.secretKeyMultibase", "z3u2")),
    Attack(what="a revoked key", step=4, reason="key.revoked", words="badges.example has revoked the key that signed this.", after=put(f"{LISTED}.revoked", "2026-05-31T00:00:00Z")),
    Attack(what="a revoked key that is no longer listed for badges", step=4, reason="key.revoked", words="badges.example has revoked the key that signed this.", after=both(put(f"{LISTED}.revoked", "2026-05-31T00:00:00Z"), put("did.assertionMethod", []))),
    Attack(what="an expired key", step=4, reason="key.expired", words="badges.example no longer uses the key that signed this.", after=put(f"{LISTED}.expires", "2026-05-31T00:00:00Z")),
    Attack(what="a key revoked on no readable day", step=4, reason="key.revoked", words="badges.example has revoked the key that signed this.", after=put(f"{LISTED}.revoked", "yesterday")),
)

STATUS = (
    Attack(what="a revoked badge", step=6, reason="status.revoked", words="badges.example has revoked this badge: it no longer counts.", before=put("revocations", a_list(bits=(INDEX,)))),
    Attack(what="a suspended badge", step=6, reason="status.suspended", words="badges.example has suspended this badge: for the time being it does not count.", before=suspended),
    Attack(what="a suspension that ended in revocation", step=6, reason="status.revoked", words="badges.example has revoked this badge: it no longer counts.", before=lambda world: world.suspend(bits=())),
    Attack(what="a suspension list that is missing", step=6, reason="status.revoked", words="badges.example has revoked or suspended this badge: it no longer counts.", before=suspended, after=lambda world: world.files.clear()),
    Attack(what="a suspension list of another day", step=6, reason="status.revoked", words="badges.example has revoked or suspended this badge: it no longer counts.", before=both(suspended, put("files", {SUSPENSION_URL: as_bytes(signed(a_list(SUSPENSION_URL, purpose="suspension")))}))),
    Attack(what="a list that does not answer", step=6, reason="status.unavailable", words="Whether the badge was revoked could not be checked: the list at https://badges.example/status/centre/1.json could not be fetched: the site does not answer.", outcome="unknown", after=unreachable(LIST_URL)),
    Attack(what="a page in place of the list", step=6, reason="status.list-unreadable", words="Whether the badge was revoked could not be checked: the list at https://badges.example/status/centre/1.json could not be read: the text is not JSON (line 1, column 1).", outcome="unknown", after=put("files", {LIST_URL: b"<html>"})),
    Attack(what="an unknown kind of status", step=6, reason="status.unsupported", words="Whether the badge was revoked could not be checked: its list is of the kind urn:x:list, which obit does not know yet.", outcome="unknown", before=put(ENTRY, {"id": "https://badges.example/r", "type": "urn:x:list"})),
    Attack(what="an unknown purpose", step=6, reason="status.purpose", words="Whether the badge was revoked could not be checked: the purpose of its list, fun, is not known.", outcome="unknown", before=put(f"{ENTRY}.statusPurpose", "fun")),
    Attack(what="entries of two bits without their meaning", step=6, reason="status.entry", words="What the badge says about its revocation list is malformed: it does not say what each value of its entry means.", before=put(f"{ENTRY}.statusSize", 2)),
    Attack(what="entries of nine bits", step=6, reason="status.size", words="Whether the badge was revoked could not be checked: its list has entries of more than 8 bits.", outcome="unknown", before=put(f"{ENTRY}.statusSize", 9)),
    Attack(what="entries of no bits", step=6, reason="status.size", words="What the badge says about its revocation list is malformed: the size of its entry is not a whole number.", before=put(f"{ENTRY}.statusSize", 0)),
    Attack(what="a list too short for its entries", step=6, reason="status.list-bits", words="The issuer's revocation list can't be relied on: the status list has fewer than 131072 entries.", before=put(ENTRY, {**a_badge()["credentialStatus"], "statusSize": 2, "statusMessage": FOUR_MESSAGES})),
    Attack(what="a badge on an unsigned list", step=6, reason="status.revoked", words="badges.example has revoked this badge: it no longer counts.", before=unsigned_list({"id": BADGE_ID})),
    Attack(what="a badge on an unsigned list, with its reason", step=6, reason="status.revoked", words="badges.example has revoked this badge (“Erreur�”): it no longer counts.", before=unsigned_list({"id": BADGE_ID, "revoked": True, "revocationReason": "Erreur\u202e"})),
    Attack(what="an unsigned list that does not answer", step=6, reason="status.unavailable", words="Whether the badge was revoked could not be checked: the list at https://badges.example/r could not be fetched: the site does not answer.", outcome="unknown", before=unsigned_list(), after=unreachable("https://badges.example/r")),
    Attack(what="an unsigned list that is none", step=6, reason="status.list-form", words="Whether the badge was revoked could not be checked: the list at https://badges.example/r is not one.", outcome="unknown", before=unsigned_list("x")),
    Attack(what="an unsigned list of another issuer", step=6, reason="status.list-issuer", words="Whether the badge was revoked could not be checked: the list at https://badges.example/r is somebody else's.", outcome="unknown", before=unsigned_list(issuer=OTHER_DID)),
    Attack(what="an unsigned list on another site", step=6, reason="status.elsewhere", words="Whether the badge was revoked could not be checked: its list lies on evil.example and not on the issuer's site badges.example.", outcome="unknown", before=both(unsigned_list(), put(f"{ENTRY}.id", "https://evil.example/r"))),
    Attack(what="an index that is a number", step=6, reason="status.index", words="What the badge says about its revocation list is malformed: the index is not a whole number written as a text.", before=put(f"{ENTRY}.statusListIndex", INDEX)),
    Attack(what="an index that is true", step=6, reason="status.index", words="What the badge says about its revocation list is malformed: the index is not a whole number written as a text.", before=put(f"{ENTRY}.statusListIndex", True)),
    Attack(what="an index with a plus sign", step=6, reason="status.index", words="What the badge says about its revocation list is malformed: the index is not a whole number written as a text.", before=put(f"{ENTRY}.statusListIndex", f"+{INDEX}")),
    Attack(what="a negative index", step=6, reason="status.index", words="What the badge says about its revocation list is malformed: the index is not a whole number written as a text.", before=put(f"{ENTRY}.statusListIndex", "-1")),
    Attack(what="an index in Arabic digits", step=6, reason="status.index", words="What the badge says about its revocation list is malformed: the index is not a whole number written as a text.", before=put(f"{ENTRY}.statusListIndex", "٤٨")),
    Attack(what="an index with a leading zero", step=6, reason="status.index", words="What the badge says about its revocation list is malformed: the index is not a whole number written as a text.", before=put(f"{ENTRY}.statusListIndex", f"0{INDEX}")),
    Attack(what="an index outside the list", step=6, reason="status.index", words="What the badge says about its revocation list is malformed: its number lies outside the list.", before=put(f"{ENTRY}.statusListIndex", "131072")),
    Attack(what="a list without an address", step=6, reason="status.url", words="What the badge says about its revocation list is malformed: the list has no https address.", before=drop(f"{ENTRY}.statusListCredential")),
    Attack(what="a list over plain http", step=6, reason="status.url", words="What the badge says about its revocation list is malformed: the list has no https address.", before=put(f"{ENTRY}.statusListCredential", "http://badges.example/status/centre/1.json")),
    Attack(what="a list on another site", step=6, reason="status.elsewhere", words="Whether the badge was revoked could not be checked: its list lies on evil.example and not on the issuer's site badges.example.", outcome="unknown", before=put(f"{ENTRY}.statusListCredential", "https://evil.example/1.json")),
    Attack(what="an entry named like its list", step=6, reason="status.entry", words="What the badge says about its revocation list is malformed: its id is the list's address.", before=put(f"{ENTRY}.id", LIST_URL)),
    Attack(what="a second entry that is set", step=6, reason="status.revoked", words="badges.example has revoked this badge: it no longer counts.", before=second_entry()),
    Attack(what="a second entry for suspension that is set", step=6, reason="status.suspended", words="badges.example has suspended this badge: for the time being it does not count.", before=second_entry(statusPurpose="suspension")),
    Attack(what="nine entries", step=6, reason="status.entry", words="What the badge says about its revocation list is malformed: it names more than 8 lists.", before=lambda world: put(ENTRY, [{**world.badge["credentialStatus"], "id": f"{LIST_URL}#n{n}"} for n in range(9)])(world)),
    Attack(what="a list of another purpose", step=6, reason="status.list-purpose", words="The issuer's revocation list can't be relied on: it is not a list of the kind revocation.", before=put("revocations", a_list(purpose="suspension"))),
    Attack(what="a list made for another address", step=6, reason="status.list-id", words="The issuer's revocation list can't be relied on: it was made for another address.", before=list_with("id", "https://badges.example/status/centre/2.json")),
    Attack(what="a list of another issuer", step=6, reason="status.list-issuer", words="The issuer's revocation list can't be relied on: did:key:z6MkqocRBaDKGHg1BNkj19XbAnGXVigW6PNqB6Wkwj8GkU7v made it, not the badge's issuer.", after=lambda world: setattr(world, "revocations", signed({**a_list(), "issuer": f"did:key:{THIEF.multikey}"}, THIEF))),
    Attack(what="an empty list slipped in", step=6, reason="status.list-signature", words="The issuer's revocation list can't be relied on: its signature does not hold (proof.signature).", before=put("revocations", a_list(bits=(INDEX,))), after=list_with("credentialSubject.encodedList", a_list()["credentialSubject"]["encodedList"])),
    Attack(what="a list signed by a thief", step=6, reason="status.list-signature", words="The issuer's revocation list can't be relied on: its signature does not hold (proof.signature).", after=resign_list(THIEF)),
    Attack(what="a list that nobody signed", step=6, reason="status.list-signature", words="The issuer's revocation list can't be relied on: its signature does not hold (proof.missing).", after=drop("revocations.proof")),
    Attack(what="a list that ended", step=6, reason="status.list-expired", words="Whether the badge was revoked could not be checked: the issuer's list ended on 2026-05-31 and was not renewed.", outcome="unknown", before=list_with("validUntil", "2026-05-31T00:00:00Z")),
    Attack(what="a list of the future", step=6, reason="status.list-date", words="Whether the badge was revoked could not be checked: the issuer's list is dated in the future.", outcome="unknown", before=both(list_with("validFrom", "2026-06-02T00:00:00Z"))),
    Attack(what="a list that is too short", step=6, reason="status.list-bits", words="The issuer's revocation list can't be relied on: the status list has fewer than 131072 entries.", before=list_with("credentialSubject.encodedList", packed(1000))),
    Attack(what="a list that unpacks to 17 MiB", step=6, reason="status.list-bits", words="The issuer's revocation list can't be relied on: the status list is too large.", before=list_with("credentialSubject.encodedList", packed(17 * 1024 * 1024))),
    Attack(what="a list that is not packed", step=6, reason="status.list-bits", words="The issuer's revocation list can't be relied on: the status list can't be unpacked.", before=list_with("credentialSubject.encodedList", "uAAAA")),
    Attack(what="a list that is no list", step=6, reason="status.list-form", words="The issuer's revocation list can't be relied on: this is not a status list as the standard describes it: the credential is not of the type BitstringStatusListCredential.", after=put("revocations.type", ["VerifiableCredential"])),
    Attack(what="a list with a foreign context", step=6, reason="status.list-form", words='The issuer\'s revocation list can\'t be relied on: this is not a status list as the standard describes it: "@context" names "https://evil.example/c", which obit does not know.', after=lambda world: world.revocations["@context"].append("https://evil.example/c")),
)

REST = (
    Attack(what="a badge of next year", step=7, reason="dates.not-yet-valid", words="It is not valid yet: it begins on 2027-01-01.", before=put("badge.validFrom", "2027-01-01T00:00:00Z")),
    Attack(what="a badge that ended yesterday", step=7, reason="dates.expired", words="It has expired: it was valid until 2026-05-31.", before=put("badge.validUntil", "2026-05-31T23:59:59Z")),
    Attack(what="a badge of somebody else", step=8, reason="recipient.other", words="It was awarded to somebody else, or under another address.", after=put("recipient", "eve@example.org")),
    Attack(what="a badge whose holder is a number", step=8, reason="recipient.not-told", words="The badge names its holder by a number only, so it can't be compared with an address.", outcome="unknown", before=both(drop(f"{SUBJECT}.identifier"), put(f"{SUBJECT}.id", "urn:uuid:2f2f5e0e-64c5-4a53-8f0e-0a4d3c0e5a77")), after=put("recipient", "eve@example.org")),
    Attack(what="a forged endorsement", step=9, reason="endorsements.signature", words="One of its endorsements can't be relied on. The signature does not fit: something was changed after signing, or the signature is forged.", before=endorsed(key=THIEF)),
    Attack(what="an endorsement that was edited", step=9, reason="endorsements.signature", words="One of its endorsements can't be relied on. The signature does not fit: something was changed after signing, or the signature is forged.", before=endorsed(lambda e: e["credentialSubject"].update(endorsementComment="Top!"))),
    Attack(what="an endorsement without a signature", step=9, reason="endorsements.signature", words="One of its endorsements can't be relied on. Nobody has signed this: it proves nothing.", before=endorsed(sign=False)),
    Attack(what="an endorsement of another badge", step=9, reason="endorsements.subject", words="One of its endorsements can't be relied on. It is about something else.", before=endorsed(credentialSubject={"id": "https://badges.example/badges/other", "type": ["EndorsementSubject"]})),
    Attack(what="an endorsement that ended", step=9, reason="endorsements.ended", words="One of its endorsements no longer counts; the badge itself is not affected.", outcome="unknown", before=endorsed(validUntil="2026-05-31T00:00:00Z")),
    Attack(what="an endorsement as a broken token", step=9, reason="endorsements.token", words="One of its endorsements can't be relied on. It can't be read: the text is not JSON (line 1, column 1).", before=put("badge.endorsementJwt", ["eyJ.eyJ.x"])),
    Attack(what="nine endorsements", step=9, reason="endorsements.unsupported", words="1 of its endorsements could not be checked.", outcome="unknown", before=put("badge.endorsement", [signed(an_endorsement(id=f"urn:x:{n}"), ENDORSER) for n in range(9)])),
)
# fmt: on

ATTACKS = FORM + SIGNATURE + KEYS + STATUS + REST
NOT_ABOUT_THE_BADGE = ("endorsements.ended", "endorsements.unsupported")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.what)
def test_an_attack_is_refused_at_its_step_in_plain_words(attack: Attack) -> None:
    world = a_world(before=attack.before, after=attack.after)

    report = world.report()

    step = report.steps[attack.step]
    assert (step.outcome, step.reason) == (attack.outcome, attack.reason), step.message
    assert step.message == attack.words
    if attack.reason not in NOT_ABOUT_THE_BADGE:
        assert not report.passed
        assert report.decisive == step
        assert step.fix
    assert report.state != "valid" or attack.reason in NOT_ABOUT_THE_BADGE
    earlier = [s.outcome for s in report.steps[: attack.step]]
    assert set(earlier) <= {"passed", "skipped"}
    if attack.step <= 4:
        assert {s.reason for s in report.steps[attack.step + 1 :]} == {"blocked"}


def test_the_table_covers_every_family() -> None:
    assert len(ATTACKS) >= 60
    assert len({attack.what for attack in ATTACKS}) == len(ATTACKS)


def test_the_badge_that_all_attacks_start_from_is_valid() -> None:
    report = a_world().report()

    assert report.passed
    assert report.state == "valid"


def test_the_same_facts_in_another_spelling_stay_valid() -> None:
    """Spaces, order of fields and of sets, and one type without brackets mean the same."""
    world = a_world()
    reordered = json.loads(json.dumps(world.badge, sort_keys=True))
    reordered["credentialSubject"]["achievement"]["type"] = "Achievement"
    world.data = json.dumps(reordered, indent=3).encode()

    assert world.report().passed
    assert ACHIEVEMENT_ID in world.data.decode()

"""One credential whose canonical text, hashes and signature are known.

They were worked out once with PyLD's own canonicalisation, which obit does not use, so that
what obit computes is compared with something that obit did not write. The key is derived from a
public sentence and signs nothing else.
"""

DID = "did:web:badges.technocite.example:emetteur"
SEED = bytes.fromhex("c1da0825439fa618e3fea34e3487603b2fd2fb333daa9d978c0643e494b1f003")
MULTIKEY = "z6MktmXvk3xGW5oBJyXARPDBNsDGScjHBU9XqqpckN9cWXBr"
PUBLIC_KEY = bytes.fromhex("d4b2077f3e73a376a7bca421aa43864e921bf54c07a9a01542dc154d631a4925")

DOCUMENT = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "https://badges.technocite.example/attestations/7b0f6c1e-5d0a-4c57-9a53-2f0e8f1d9b11.json",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": DID, "type": ["Profile"], "name": "Technocité"},
    "validFrom": "2026-03-27T15:00:00Z",
    "name": "Gestion de pare-feu",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": "sha256$820cca957e9da8ec70659309330da73396e5adb344ae8eac37a28f13f0f71863",
                "identityType": "emailAddress",
                "salt": "b6f1d0c2a94e4e0f8d37",
            }
        ],
        "achievement": {
            "id": "https://badges.technocite.example/badges/gestion-de-pare-feu",
            "type": ["Achievement"],
            "name": "Gestion de pare-feu",
            "description": "Installer, configurer et maintenir un pare-feu de périmètre.",
            "criteria": {
                "narrative": "Réussir le laboratoire pratique de configuration d’un pare-feu."
            },
        },
    },
}

PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-03-27T15:00:05Z",
    "verificationMethod": f"{DID}#{MULTIKEY}",
    "proofPurpose": "assertionMethod",
    "proofValue": "z5khKso9p9sQNvr23aRa2dLHY8ayok58wa7DVfNvNYpHojg6GKNe2o58t1a6qDE7WWDZn8ff91hV4nBTew5SV8Foe",
}

DOCUMENT_HASH = "a5f59edb1cca469dc2c43e7827acfbf865e484e01255ba53bb609b2400496a65"
PROOF_HASH = "794293c82d1c2f001a7a3552c0e2ccae470abce896c9cd1e8df6147880497d21"

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_BADGE = "<https://badges.technocite.example/badges/gestion-de-pare-feu>"
_CREDENTIAL = f"<{DOCUMENT['id']}>"

CANONICAL_DOCUMENT = f"""\
<{DID}> {_RDF_TYPE} <{_OB}Profile> .
<{DID}> <https://schema.org/name> "Technocité" .
{_CREDENTIAL} {_RDF_TYPE} <{_OB}OpenBadgeCredential> .
{_CREDENTIAL} {_RDF_TYPE} <https://www.w3.org/2018/credentials#VerifiableCredential> .
{_CREDENTIAL} <https://schema.org/name> "Gestion de pare-feu" .
{_CREDENTIAL} <https://www.w3.org/2018/credentials#credentialSubject> _:c14n2 .
{_CREDENTIAL} <https://www.w3.org/2018/credentials#issuer> <{DID}> .
{_CREDENTIAL} <https://www.w3.org/2018/credentials#validFrom> "2026-03-27T15:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
{_BADGE} {_RDF_TYPE} <{_OB}Achievement> .
{_BADGE} <{_OB}Criteria> _:c14n0 .
{_BADGE} <https://schema.org/description> "Installer, configurer et maintenir un pare-feu de périmètre." .
{_BADGE} <https://schema.org/name> "Gestion de pare-feu" .
_:c14n0 <{_OB}narrative> "Réussir le laboratoire pratique de configuration d’un pare-feu." .
_:c14n1 {_RDF_TYPE} <{_OB}IdentityObject> .
_:c14n1 <{_OB}hashed> "true"^^<https://www.w3.org/2001/XMLSchema#boolean> .
_:c14n1 <{_OB}identityHash> "sha256$820cca957e9da8ec70659309330da73396e5adb344ae8eac37a28f13f0f71863" .
_:c14n1 <{_OB}identityType> "emailAddress" .
_:c14n1 <{_OB}salt> "b6f1d0c2a94e4e0f8d37" .
_:c14n2 {_RDF_TYPE} <{_OB}AchievementSubject> .
_:c14n2 <{_OB}achievement> {_BADGE} .
_:c14n2 <{_OB}identifier> _:c14n1 .
"""

CANONICAL_PROOF = f"""\
_:c14n0 <http://purl.org/dc/terms/created> "2026-03-27T15:00:05Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
_:c14n0 {_RDF_TYPE} <https://w3id.org/security#DataIntegrityProof> .
_:c14n0 <https://w3id.org/security#cryptosuite> "eddsa-rdfc-2022"^^<https://w3id.org/security#cryptosuiteString> .
_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .
_:c14n0 <https://w3id.org/security#verificationMethod> <{DID}#{MULTIKEY}> .
"""

# The example of the W3C's EdDSA cryptosuites (alumni credential): the hashes of its proof
# configuration and of its document, and the signature over both.
W3C_MULTIKEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
W3C_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
W3C_PROOF_HASH = "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
W3C_DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
W3C_PROOF_VALUE = (
    "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
)
W3C_CANONICAL_DOCUMENT = """\
<did:example:abcdefgh> <https://www.w3.org/ns/credentials/examples#alumniOf> "The School of Examples" .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/ns/credentials/examples#AlumniCredential> .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://schema.org/description> "A minimum viable example of an Alumni Credential." .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://schema.org/name> "Alumni Credential" .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://www.w3.org/2018/credentials#credentialSubject> <did:example:abcdefgh> .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://www.w3.org/2018/credentials#issuer> <https://vc.example/issuers/5678> .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://www.w3.org/2018/credentials#validFrom> "2023-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
"""
W3C_PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    "#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "proofPurpose": "assertionMethod",
}

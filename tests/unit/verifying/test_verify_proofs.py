"""Proofs of every kind that obit reads: older ones, sets, chains; signed elsewhere where possible."""

import copy
import json

import pytest
from signed_badges import (
    AT,
    CREATED,
    DID,
    INDEX,
    ISSUER,
    LIST_URL,
    THIEF,
    a_badge,
    a_list,
    a_world,
    as_bytes,
    signed,
)

from obit_build.securing import proof_jcs, proof_suites
from obit_build.securing.keys import encode_base58, method_id
from obit_build.securing.status import encode
from obit_build.verifying.verify import verify

METHOD = method_id(DID, ISSUER.multikey)
V1 = "https://www.w3.org/2018/credentials/v1"
SUITE_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
OTHER_KEY = method_id(DID, THIEF.multikey)

# Two badges that other programs signed. The first is a sample of 1EdTech's validator; its issuer's
# document is ours, since the sample has none.
DRAFT_KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
DRAFT_ISSUER = "https://example.com/issuers/876543"
DRAFT_BADGE = {
    "@context": [
        V1,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "https://w3id.org/security/data-integrity/v1",
    ],
    "type": ["VerifiableCredential", "AchievementCredential"],
    "id": "http://www.1edtech.org/ob/1",
    "issuanceDate": "2022-11-27T00:00:00Z",
    "credentialSubject": {
        "type": "AchievementSubject",
        "id": "did:1edtech:1",
        "achievement": {
            "id": "did:1edtech:achievement:1",
            "type": ["Achievement"],
            "criteria": {"narrative": "some narrative"},
            "description": "some description",
            "name": "some name",
        },
    },
    "name": "Some name",
    "issuer": {"id": DRAFT_ISSUER, "type": ["Profile"]},
    "proof": {
        "type": "DataIntegrityProof",
        "created": "2023-05-29T08:42:26Z",
        "proofPurpose": "assertionMethod",
        "verificationMethod": f"{DRAFT_ISSUER}#{DRAFT_KEY}",
        "cryptosuite": "eddsa-2022",
        "proofValue": "z2H1miRAGKPRCPUSudNTPrsWyvpRZzgtgjPBmnMkbcwR8StwEv8dr3NigviBgvZwBu8yA7wAyF5qLjyo3zN1UqLR2",
    },
}
TEAM_KEY = "z6MknNQD1WHLGGraFi6zcbGevuAgkVfdyCdtZnQTGWVVvR5Q"
TEAM_BADGE = {
    "@context": [
        V1,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://w3id.org/security/data-integrity/v2",
    ],
    "id": "http://example.com/credentials/3527",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": f"did:key:{TEAM_KEY}", "type": ["Profile"], "name": "Example Corp"},
    "issuanceDate": "2010-01-01T00:00:00Z",
    "name": "Teamwork Badge",
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://example.com/achievements/21st-century-skills/teamwork",
            "type": ["Achievement"],
            "criteria": {
                "narrative": "Team members are nominated for this badge by their peers and recognized upon review by Example Corp management."
            },
            "description": "This badge recognizes the development of the capacity to collaborate within a group environment.",
            "name": "Teamwork",
        },
    },
    "proof": {
        "type": "DataIntegrityProof",
        "created": "2025-10-16T11:29:08Z",
        "verificationMethod": f"did:key:{TEAM_KEY}#{TEAM_KEY}",
        "cryptosuite": "eddsa-rdfc-2022",
        "proofPurpose": "assertionMethod",
        "proofValue": "z2cP796BFLABuyBhXBGesdnC9q3AudnGuyREghuBqW7PQ9TD8otiAPgQThKcp4evfBeYfjU9jf9FfGSDiCxhTFJ3",
    },
}


def draft_issuer(url):
    assert url == DRAFT_ISSUER
    method = {
        "id": f"{DRAFT_ISSUER}#{DRAFT_KEY}",
        "type": "Multikey",
        "controller": DRAFT_ISSUER,
        "publicKeyMultibase": DRAFT_KEY,
    }
    return as_bytes(
        {"id": DRAFT_ISSUER, "verificationMethod": [method], "assertionMethod": [method["id"]]}
    )


def report_on(badge, fetch=None):
    return verify(as_bytes(badge), name="x", at=AT, fetch=fetch or a_world().fetch)


def add(badge, *, key=ISSUER, method=METHOD, **members):
    """Sign with any suite, over the document or over the proofs that it names."""
    proofs = badge.get("proof", [])
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": CREATED.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        **members,
    }
    proof = {name: value for name, value in proof.items() if value is not None}
    named = proof.get("previousProof", [])
    named = named if isinstance(named, list) else [named]
    secured = {name: value for name, value in badge.items() if name != "proof"}
    if named:
        secured["proof"] = [p for p in proofs if p.get("id") in named]
    value = "z" + encode_base58(key.sign(proof_suites.hash_data(secured, proof)))
    return {**badge, "proof": [*proofs, {**proof, "proofValue": value}]}


def older_badge(**changes):
    badge = {**a_badge(), "issuanceDate": "2026-03-27T00:00:00Z", **changes}
    del badge["validFrom"]
    badge["@context"] = [V1, badge["@context"][1], SUITE_2020]
    badge["@context"].append("https://www.w3.org/ns/credentials/status/v1")
    return badge


def test_a_badge_of_1edtech_from_before_the_standard_is_valid_with_a_warning():
    report = report_on(DRAFT_BADGE, draft_issuer)

    assert report.passed
    assert report.notices == (
        "It is signed by a method of before the standard (eddsa-2022): other verifiers may refuse it.",
    )
    assert report.steps[2].message == (
        "It is an Open Badges 3.0 credential of the older data model 1.1."
    )
    assert report.summary.valid_from == "2022-11-27T00:00:00Z"


def test_a_badge_of_data_model_1_that_another_program_signed_is_valid():
    report = report_on(TEAM_BADGE)

    assert report.passed
    assert report.steps[7].message == "It is valid since 2010-01-01, without an end date."


@pytest.mark.parametrize("badge", [DRAFT_BADGE, TEAM_BADGE], ids=["eddsa-2022", "eddsa-rdfc-2022"])
def test_what_others_signed_is_refused_after_a_change(badge):
    changed = copy.deepcopy(badge)
    changed["credentialSubject"]["achievement"]["name"] += "!"

    assert report_on(changed, draft_issuer).steps[4].reason == "proof.signature"


def test_an_older_signature_is_good_in_both_data_models():
    for badge in (older_badge(), {**a_badge(), "@context": [*a_badge()["@context"], SUITE_2020]}):
        sealed = add(badge, type="Ed25519Signature2020", cryptosuite=None)

        assert report_on(sealed).passed
        changed = {**sealed, "name": "X"}
        assert report_on(changed).steps[4].reason == "proof.signature"


def test_an_older_badge_expires():
    badge = older_badge(expirationDate="2026-05-31T00:00:00Z")
    sealed = add(badge, type="Ed25519Signature2020", cryptosuite=None)

    report = report_on(sealed)

    assert report.state == "expired"
    assert report.summary.valid_until == "2026-05-31T00:00:00Z"


def test_a_badge_signed_by_its_json_text_is_valid_and_refused_after_a_change():
    sealed = proof_jcs.add_proof(
        a_badge(), sign=ISSUER.sign, verification_method=METHOD, created=CREATED
    )

    assert report_on(sealed).passed
    assert report_on({**sealed, "name": "X"}).steps[4].reason == "proof.signature"


def test_two_good_proofs_are_good_in_either_order():
    both = proof_jcs.add_proof(
        signed(a_badge()), sign=ISSUER.sign, verification_method=METHOD, created=CREATED
    )

    assert report_on(both).passed
    assert report_on({**both, "proof": both["proof"][::-1]}).passed


@pytest.mark.parametrize("broken", [0, 1])
def test_a_set_with_one_broken_proof_is_refused(broken):
    both = proof_jcs.add_proof(
        signed(a_badge()), sign=ISSUER.sign, verification_method=METHOD, created=CREATED
    )
    both["proof"][broken]["created"] = "2026-03-28T00:00:00Z"

    assert report_on(both).steps[4].reason == "proof.signature"


def test_two_keys_of_the_issuer_may_sign_with_the_same_suite():
    def after(world):
        listed = world.did["verificationMethod"][0]
        other = {**listed, "id": OTHER_KEY, "publicKeyMultibase": THIEF.multikey}
        world.did["verificationMethod"].append(other)
        world.did["assertionMethod"].append(OTHER_KEY)
        world.badge = add(world.badge, key=THIEF, method=OTHER_KEY)

    assert a_world(after=after).report().passed


def chain():
    first = add(a_badge(), id="urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544")
    return add(
        first,
        cryptosuite="eddsa-jcs-2022",
        previousProof="urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",
    )


def test_a_chain_of_proofs_is_good():
    assert report_on(chain()).passed


def test_a_chain_of_rdf_proofs_is_good():
    first = add(a_badge(), id="urn:x:1", cryptosuite="eddsa-jcs-2022")

    assert report_on(add(first, previousProof=["urn:x:1"])).passed


def test_a_chain_does_not_hold_without_its_beginning():
    badge = chain()

    assert report_on({**badge, "proof": badge["proof"][1:]}).steps[4].reason == "proof.chain"


def test_a_chain_does_not_hold_with_another_beginning():
    badge = chain()
    other = add(a_badge(), id="urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544", expires="2030-01-01T00:00:00Z")  # fmt: skip

    swapped = {**badge, "proof": [*other["proof"], badge["proof"][1]]}

    assert report_on(swapped).steps[4].reason == "proof.signature"


def test_two_proofs_of_one_name_leave_a_chain_in_doubt():
    badge = chain()
    badge["proof"].append({**badge["proof"][0], "cryptosuite": "bbs-2023"})

    assert report_on(badge).steps[4].reason == "proof.chain"


def test_a_circle_of_two_proofs_is_refused():
    badge = chain()
    badge["proof"][0]["previousProof"] = "urn:x:2"
    badge["proof"][1]["id"] = "urn:x:2"

    step = report_on(badge).steps[4]

    assert step.message == "The signatures build on each other in a circle."


def test_a_key_document_of_its_own_counts_if_the_issuer_names_it():
    url = "https://badges.example/key.json"

    def before(world):
        del world.badge["credentialStatus"]
        world.method = url
        world.did["assertionMethod"] = [url]
        world.files[url] = as_bytes({**world.did["verificationMethod"].pop(), "id": url})

    assert a_world(before=before).report().passed


def test_an_issuer_with_an_https_id_is_its_own_key_document():
    report = report_on(DRAFT_BADGE, draft_issuer)

    assert report.steps[4].message.endswith("since the key of example.com signed it.")


class TestStatus:
    def entry(self, **members):
        return {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "message",
            "statusListIndex": "7",
            "statusListCredential": LIST_URL,
            "statusSize": 2,
            "statusMessage": [
                {"status": hex(n), "message": f"message {n}"} for n in range(4)
            ],
            **members,
        }  # fmt: skip

    def report(self, entry, bits):
        def before(world):
            world.badge["credentialStatus"] = entry
            world.revocations = a_list(purpose=entry["statusPurpose"], bits=bits)
            encoded = encode(bits, length=262_144)
            world.revocations["credentialSubject"]["encodedList"] = encoded

        return a_world(before=before).report()

    @pytest.mark.parametrize(("bits", "value"), [((), 0), ((15,), 1), ((14,), 2), ((14, 15), 3)])
    def test_a_value_of_several_bits_is_put_into_the_badges_own_words(self, bits, value):
        report = self.report(self.entry(), bits)

        assert report.passed
        assert report.steps[6].message == (
            "badges.example has neither revoked nor suspended it. "
            f"The issuer says of it: “message {value}”."
        )

    @pytest.mark.parametrize("bits", [(14,), (15,)])
    def test_any_value_but_zero_revokes(self, bits):
        assert self.report(self.entry(statusPurpose="revocation"), bits).state == "revoked"

    def test_a_list_may_have_several_purposes(self):
        world = a_world(
            before=lambda w: w.revocations["credentialSubject"].update(
                statusPurpose=["refresh", "revocation"], ttl=300000
            )
        )

        assert world.report().passed

    def test_an_unsigned_list_that_does_not_name_the_badge_leaves_it_in_good_standing(self):
        def before(world):
            url = "https://badges.example/r"
            world.badge["@context"].append(
                "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
            )
            world.badge["credentialStatus"] = {"id": url, "type": "1EdTechRevocationList"}
            entries = [{"id": "urn:other"}, {"id": world.badge["id"], "revoked": False}]
            world.files[url] = json.dumps({"id": url, "revokedCredential": entries}).encode()

        report = a_world(before=before).report()

        assert report.passed
        assert report.steps[6].message == (
            "badges.example has neither revoked nor suspended it. "
            "Its list is not signed, so this is only what the issuer's site says today."
        )

    def test_a_list_of_the_older_data_model_counts(self):
        def before(world):
            older = {**a_list(bits=(INDEX,)), "issuanceDate": "2026-05-30T00:00:00Z"}
            del older["validFrom"], older["validUntil"]
            older["@context"] = [V1, "https://www.w3.org/ns/credentials/status/v1", "https://w3id.org/security/data-integrity/v2"]  # fmt: skip
            world.files[LIST_URL] = as_bytes(signed(older))

        assert a_world(before=before).report().state == "revoked"

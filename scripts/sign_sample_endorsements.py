"""Sign the endorsements of the sample content, all of them fictional.

    .venv/bin/python scripts/sign_sample_endorsements.py

Each endorser's key is made of a public sentence, so that anybody can write the same files; a test
does. Such a key proves nothing, and every comment says that it is a specimen.
"""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from obit_build.centre.load import load_repository
from obit_build.issuing import endorsing
from obit_build.signers.signer import KeySigner, from_pem, new_pem

ROOT = Path(__file__).parent.parent
SENTENCE = "a specimen endorser of obit, whose key everybody knows: {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One opinion in several languages."""

    folder: str
    target: str
    endorser: str
    day: datetime.date
    comments: dict[str, str]
    until: datetime.date | None = None


SPECIMENS = (
    Specimen(
        folder="badges/gestion-de-pare-feu",
        target="badge:gestion-de-pare-feu",
        endorser="ipn-umons",
        day=datetime.date(2026, 1, 30),
        comments={
            "fr": "Spécimen, fictif. La grille à quatre critères a été relue et testée sur **six copies** ; les seuils sont cohérents avec la méthode commune.",
            "nl": "Specimen, fictief. De rubric met vier criteria werd nagelezen en getest op **zes proeven**; de drempels sluiten aan bij de gemeenschappelijke methode.",
            "en": "Specimen, fictional. The four-criterion rubric was reviewed and tried on **six papers**; the thresholds match the common method.",
        },
    ),
    Specimen(
        folder="badges/analyse-de-trafic-reseau",
        target="badge:analyse-de-trafic-reseau",
        endorser="citc",
        day=datetime.date(2026, 2, 10),
        comments={
            "fr": "Spécimen, fictif. Les scénarios de capture correspondent à ceux que rencontrent nos adhérents (PME, collectivités).",
            "nl": "Specimen, fictief. De opnamescenario's komen overeen met wat onze leden (kmo's, lokale besturen) tegenkomen.",
            "en": "Specimen, fictional. The capture scenarios match those our members (SMEs, local authorities) meet.",
        },
    ),
    Specimen(
        folder="issuers/technocite",
        target="issuer:technocite",
        endorser="e-campus",
        day=datetime.date(2026, 1, 15),
        until=datetime.date(2027, 1, 15),
        comments={
            "fr": "Spécimen, fictif. Émetteur reconnu par le comité du catalogue commun.",
            "nl": "Specimen, fictief. Uitgever erkend door het comité van de gemeenschappelijke catalogus.",
            "en": "Specimen, fictional. Issuer recognised by the common catalogue committee.",
        },
    ),
    Specimen(
        folder="badges/supervision-siem",
        target="badge:supervision-siem",
        endorser="euratechnologies",
        day=datetime.date(2026, 3, 2),
        comments={
            "fr": "Spécimen, fictif. Trois entreprises du réseau acceptent ce badge comme preuve pour un premier entretien.",
            "nl": "Specimen, fictief. Drie bedrijven uit het netwerk aanvaarden deze badge als bewijs voor een eerste gesprek.",
            "en": "Specimen, fictional. Three companies in the network accept this badge as evidence for a first interview.",
        },
    ),
)


def key_of(name: str) -> KeySigner:
    """Return the throw-away key of a specimen endorser."""
    seed = hashlib.sha256(SENTENCE.format(name=name).encode()).digest()
    return from_pem(new_pem(seed, None), None, f"specimen:{name}")


def files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every endorsement of the sample in ``root``."""
    repository, _problems = load_repository(root)
    if repository is None:
        raise SystemExit("run this in the repository that holds the sample")
    for one in SPECIMENS:
        endorser, signer = repository.profiles[one.endorser], key_of(one.endorser)
        did = endorsing.endorser_did(repository, endorser, signer, bare=True)
        at = datetime.datetime.combine(one.day, datetime.time(9), datetime.UTC)
        for language, comment in one.comments.items():
            opinion = endorsing.Opinion(comment=comment, language=language, at=at, until=one.until)
            target = endorsing.target_of(repository, one.target, language)
            document = endorsing.endorsement_credential(repository, endorser, did, target, opinion)
            data = endorsing.sign_endorsement(repository, document, signer, at)
            yield f"{one.folder}/endorsements/{one.endorser}.{language}.json", data


def main() -> None:
    """Write them."""
    for path, data in files(ROOT):
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_bytes(data)
        print(f"wrote {path}")


if __name__ == "__main__":
    main()

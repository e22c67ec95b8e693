"""A site in memory: a small centre, a ledger that says what it is told, unsigned credentials."""

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from centre import ISSUED, NOON, a_badge, a_centre, an_award
from pictures import png, svg

from obit_build.credentials.credential import Allocation
from obit_build.credentials.digests import achievement_bytes, award_bytes
from obit_build.issuing.drafts import open_badge_credential
from obit_build.ledger.keys import IssuerKey
from obit_build.ledger.ledger import IssuedAward, Ledger, reissue_id
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.phrases import phrases_for
from obit_build.theme import default_theme
from obit_build.website.editions import Edition
from obit_build.website.render import Theme
from obit_build.website.shared import Pictures, SiteInputs
from obit_build.website.site import plan_site

SALT = bytes(range(32))
KEY = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
THEME = Theme(default_theme())


def an_edition(
    repository: Repository | None = None, language: str = "fr", prefix: str = ""
) -> Edition:
    settings = (repository or a_centre()).settings
    return Edition(
        settings=settings, phrases=phrases_for(language), language=language, prefix=prefix
    )


def a_ledger(
    repository: Repository,
    states: Mapping[AwardKey, Mapping[str, Any]] | None = None,
    **fields: Any,
) -> Ledger:
    """A ledger in which every award of the repository is issued; ``states`` say more of some."""
    empty = Ledger(
        mode="live", site=repository.settings.site, salt=SALT, size=1, head="0" * 64, last_at=NOON
    )
    keys = tuple(IssuerKey(issuer=slug, public_key_multibase=KEY) for slug in repository.profiles)
    issued = {}
    for index, award in enumerate(repository.awards):
        more = (states or {}).get(award.key, {})
        one = an_issued_award(repository, empty, award, index=index, **more)
        issued[one.id] = one
    return dataclasses.replace(empty, **{"keys": keys, "awards": issued, **fields})


def an_issued_award(
    repository: Repository, ledger: Ledger, award: Award, **fields: Any
) -> IssuedAward:
    badge = repository.achievements.get(award.key.badge)
    issuer = repository.issuer_of(badge) if badge else None
    given: dict[str, Any] = {
        "id": ledger.award_id(award.key),
        "issuer": issuer.slug if issuer else "citc",
        "badge": award.key.badge,
        "version": award.key.version,
        "issued": award.key.issued,
        "list_number": 1,
        "index": 0,
        "sha256": "0" * 64,
        "content": "0",
        "definition": "0",
    }
    return IssuedAward(**{**given, **fields})


def a_credential(repository: Repository, award: Award, award_id: str) -> bytes:
    """The unsigned credential of one award, as bytes."""
    badge = repository.achievements[award.key.badge]
    issuer = repository.issuer_of(badge)
    assert issuer is not None
    given = Allocation(id=award_id, list_number=1, index=3, salt="ab" * 16, subject="urn:uuid:x")
    document = open_badge_credential(repository, badge, award, given, issuer=issuer, preview=False)
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def site_inputs(
    repository: Repository | None = None,
    states: Mapping[AwardKey, Mapping[str, Any]] | None = None,
    *,
    issued_with: Repository | None = None,
    **fields: Any,
) -> SiteInputs:
    """Everything a site is made of; ``issued_with`` is the repository at the time of issuing."""
    repository = repository or a_centre([an_award()])
    ledger = fields.pop("ledger", None) or a_ledger(issued_with or repository, states)
    source = issued_with or repository
    texts = {
        ledger.award_id(award.key): a_credential(source, award, ledger.award_id(award.key))
        for award in source.awards
    }
    given: dict[str, Any] = {
        "repository": repository,
        "ledger": ledger,
        "credential": texts.__getitem__,
        "status_lists": {"status/citc/1.json": b'{"list": 1}'},
        "pictures": {slug: Pictures(svg=svg(), png=png()) for slug in repository.achievements},
        "theme": THEME,
        "at": NOON,
        "commit": "c0ffee",
    }
    return SiteInputs(**{**given, **fields})


def signed_anew(inputs: SiteInputs, award: Award) -> SiteInputs:
    """The same site after the key of one award was revoked: the award has a new id."""
    ledger = inputs.ledger
    former = ledger.awards[ledger.award_id(award.key)]
    again = dataclasses.replace(
        former, id=reissue_id(ledger.salt, former.id), index=99, reissues=former.id
    )
    gone = dataclasses.replace(
        former, state="replaced", state_date=ISSUED, replaced_by=again.id, reissued_as=again.id
    )
    data = a_credential(inputs.repository, award, again.id)
    awards = {**ledger.awards, former.id: gone, again.id: again}
    return dataclasses.replace(
        inputs,
        ledger=dataclasses.replace(ledger, awards=awards),
        credential=lambda name: data if name == again.id else inputs.credential(name),
    )


def a_site(*arguments: Any, **fields: Any) -> dict[str, bytes]:
    """The files of a site: path → bytes."""
    return files_of(site_inputs(*arguments, **fields))


def files_of(inputs: SiteInputs) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for file in plan_site(inputs):
        assert file.path not in files, f"{file.path} comes twice"
        files[file.path] = file.data
    return files


def award_id_of(award: Award) -> str:
    return a_ledger(a_centre([award])).award_id(award.key)


def page_of(files: Mapping[str, bytes], award: Award, prefix: str = "") -> str:
    return files[f"{prefix}awards/{award_id_of(award)}/index.html"].decode()


def ledger_of(*issued, site="https://badges.example.org/x"):
    """Return a ledger in which these (award, state) pairs were issued."""
    empty = Ledger(
        mode="live", site=site, salt=bytes(32), size=9, head="0" * 64,
        last_at=datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC),
    )  # fmt: skip
    awards = {}
    for index, (award, *rest) in enumerate(issued):
        members = dict(rest[1]) if len(rest) > 1 else {}
        known = IssuedAward(
            id=empty.award_id(award.key), issuer="citc", badge=award.key.badge,
            version=award.key.version, issued=award.key.issued, list_number=1, index=index,
            sha256=hashlib.sha256(b"").hexdigest(),
            content=empty.keyed("award-content", award_bytes(award)).hex(),
            definition=empty.keyed("badge-definition", achievement_bytes(a_badge())).hex(),
            state=rest[0] if rest else "active",
            state_date=ISSUED + datetime.timedelta(days=30) if rest else None, **members,
        )  # fmt: skip
        awards[known.id] = known
    return dataclasses.replace(empty, awards=awards)


HEX = "0123456789abcdef" * 4


def any_issued_award(award_id: str = "a" * 32, **fields: Any) -> IssuedAward:
    """Return one as a ledger holds it, of no repository."""
    given: dict[str, Any] = {
        "id": award_id,
        "issuer": "citc",
        "badge": "firewall",
        "version": "1",
        "issued": datetime.date(2026, 3, 14),
        "list_number": 1,
        "index": 70_000,
        "sha256": HEX,
        "content": HEX,
        "definition": HEX,
    }
    return IssuedAward(**{**given, **fields})

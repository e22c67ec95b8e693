"""Audit: hold a published site against the ledger and the built site. No key, nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from obit_build.auditing.audit import audit_site
from obit_build.auditing.report import AuditReport
from obit_build.auditing.subject import Known
from obit_build.centre.names import SETTINGS
from obit_build.errors import ArgumentError, FetchError
from obit_build.harmless import shown
from obit_build.ledger.files import LedgerReader, event_file
from obit_build.network.fetch import WebFetcher, load_source
from obit_build.network.web import Web, own_server
from obit_build.pipeline.before import lenient
from obit_build.pipeline.known_ledger import known_store
from obit_build.publishing.built_site import BuiltSite
from obit_build.reading.kinds import NotThis, to_url
from obit_build.setting import Setting

MAX_BYTES = 64 * 1024 * 1024
"""Of one file: a site's own catalogue may be large, and the site was named by its keeper."""
FIX_REACH = (
    "look at the address, which is https and public or http on this computer, and at the host"
)
HEADERS = {"Origin": "https://verifier.example", "User-Agent": "obit-audit"}
"""Some hosts let other sites read only when they are told that one asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSetting:
    """What an audit is asked to do, besides what the folder says."""

    run: Setting
    """Its ``now`` is the time as of which the site is judged."""
    url: str | None = None
    """None: the site of obit.yaml."""
    built: Path | None = None
    sample: int | None = None
    badges: Sequence[str] = field(default_factory=tuple)
    """Files with badges that somebody showed."""


def audit(setting: AuditSetting) -> AuditReport:
    """Audit a site from outside; raise FetchError if nothing answers at its address.

    The centre's own ledger counts when its own site is audited, or a copy on this computer.
    """
    root = setting.run.root
    repository = lenient(root) if (root / SETTINGS).is_file() else None
    own = f"{repository.settings.base}/" if repository else None
    url = _address(setting.url or own)
    copy = own_server(url)
    elsewhere = WebFetcher()
    badges = {name: load_source(name, elsewhere) for name in setting.badges}
    web = Web(max_bytes=MAX_BYTES, own=copy, headers=HEADERS)
    with known_store(setting.run, repository, is_own=bool(copy) or url == own) as store:
        if badges and store is None:
            raise ArgumentError(
                "only a ledger knows which badges were issued", fix="name it with --ledger"
            )
        known = _known(store, setting.built, badges)
        try:
            return audit_site(
                url,
                get=web.get,
                elsewhere=elsewhere,
                known=known,
                at=setting.run.now,
                sample=setting.sample,
                is_copy=bool(copy),
            )
        except FetchError as error:
            raise FetchError(error.message, fix=FIX_REACH) from error


def _address(url: str | None) -> str:
    if url is None:
        raise ArgumentError(
            "there is no obit.yaml here that names a site", fix="give the site's address"
        )
    if "?" in url or "#" in url:
        raise ArgumentError(f'"{shown(url)}" is not the address of a site', fix="leave out ? and #")
    try:
        to_url(url)
    except NotThis as error:
        raise ArgumentError(f'"{shown(url)}" is not the address of a site', fix=error.fix) from None
    return url if url.endswith("/") else f"{url}/"


def _known(store: LedgerReader | None, folder: Path | None, badges: Mapping[str, bytes]) -> Known:
    built = BuiltSite(folder) if folder else None
    known = Known(built=built.paths() if built else (), read=built or _nothing, badges=badges)
    if store is None:
        return known
    ledger = store.replay().ledger()
    return replace(
        known,
        ledger=ledger,
        credential=lambda name: store.credential(name, ledger.awards[name].sha256),
        status=store.status,
        event=lambda number: store.read(event_file(number)),
    )


def _nothing(_path: str) -> bytes | None:
    return None

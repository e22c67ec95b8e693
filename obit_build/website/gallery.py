"""The gallery: what award pages look like in every state, for reviewers, designers and tests.

Part of previews alone. It shows one of the centre's own badges with an award that nobody was given:
no ledger, no key and no person stands behind it, and there is no file to take away. The dates follow
the day of the preview, so that each state is in it on any day.
"""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from obit_build.ledger.ledger import IssuedAward, State, instant
from obit_build.model.achievement import Achievement, ResultDescription
from obit_build.model.award import Decision
from obit_build.model.words import Text
from obit_build.pictures import qr_codes
from obit_build.website.award_pages import AwardSource, AwardView, award_view
from obit_build.website.award_screens import AwardScreens
from obit_build.website.bands import Band, band
from obit_build.website.editions import Edition, Link, Meta
from obit_build.website.files import OutputFile, text_file
from obit_build.website.shared import Shared
from obit_build.website.states import AwardState, state_of

FOLDER = "gallery/"
QR = f"{FOLDER}qr.svg"


@dataclass(frozen=True, slots=True)
class Scene:
    """A state to show; days are counted from the day of the preview."""

    name: str
    state: State = "active"
    begins: int = -250
    ends: int | None = 850
    named: bool = True
    preview: bool = False
    """Whether its page says that it was not issued, as a preview's award pages do."""


SCENES = (
    Scene("valid"),
    Scene("without-name", named=False, ends=None),
    Scene("expiring", ends=30),
    Scene("expired", ends=-30),
    Scene("not-yet-valid", begins=30),
    Scene("suspended", state="suspended"),
    Scene("revoked", state="revoked"),
    Scene("replaced", state="replaced"),
    Scene("withdrawn", state="withdrawn"),
    Scene("preview", preview=True),
)


@dataclass(slots=True)
class Gallery:
    """The gallery of one site."""

    shared: Shared
    screens: AwardScreens
    _at: datetime.datetime = field(init=False)
    """The beginning of the day of the preview, in UTC."""
    _badge: Achievement | None = field(init=False)

    def __post_init__(self) -> None:
        """Choose the badge that has most to show."""
        self._at = day_of(self.shared.inputs.at)
        self._badge = max(
            (x for x in self.shared.badges.values() if x.slug in self.shared.inputs.pictures),
            key=lambda x: (len(x.result_description) + len(x.alignment), x.slug),
            default=None,
        )

    def files(self) -> Iterator[OutputFile]:
        """Yield the gallery's pages in each edition; nothing if there is no badge to show."""
        badge = self._badge
        if badge is None:
            return
        yield OutputFile(QR, qr_codes.draw(self.shared.editions[0].settings.base + "/" + FOLDER))
        for edition in self.shared.editions:
            bands = []
            for scene in SCENES:
                path, html, said = self._page(scene, badge, edition)
                bands.append((_folder(scene), said))
                yield text_file(path, html)
                if edition.prefix == "":
                    gone = scene.state == "withdrawn"
                    shown = None if gone else self.shared.badge_view(badge, edition)
                    small = self.screens.embed(edition, _folder(scene), said, shown)
                    yield text_file(f"{_folder(scene)}embed.html", small)
            yield text_file(*self._contents(edition, bands))

    def _contents(self, edition: Edition, bands: list[tuple[str, Band]]) -> tuple[str, str]:
        t = edition.phrases.phrase
        meta = Meta(
            path=FOLDER,
            title=t("gallery.title"),
            description=t("gallery.lead"),
            crumbs=self.screens.screens.trail(edition)[:1],
            listed=False,
        )
        return self.screens.screens.page(edition, "gallery.html", meta, {"bands": bands})

    def _page(self, scene: Scene, badge: Achievement, edition: Edition) -> tuple[str, str, Band]:
        source = self._source(scene, badge, edition)
        if scene.state == "withdrawn":
            said = band(source.issued, source.state, edition, issuer="")
            return *self.screens.withdrawn(edition, source.folder, said), said
        issuer = self.shared.issuer_view(source.issuer.slug, edition)
        made = award_view(source, edition, self.shared.badge_view(badge, edition), issuer)
        view = _without_files(scene, made, edition)
        return *self.screens.award(edition, view, has_page=True), view.band

    def _source(self, scene: Scene, badge: Achievement, edition: Edition) -> AwardSource:
        at, t = self._at, edition.phrases.phrase
        issuer = self.shared.repository.issuer_of(badge)
        assert issuer is not None  # noqa: S101 - the checks refuse a badge that nobody issues
        decided = (at + datetime.timedelta(days=-10)).date()
        issued = IssuedAward(
            id=scene.name, issuer=issuer.slug, badge=badge.slug, version=badge.version,
            issued=(at + datetime.timedelta(days=min(scene.begins, -5))).date(),
            list_number=1, index=0, sha256="", content="", definition="",
            state=scene.state, state_date=None if scene.state == "active" else decided,
        )  # fmt: skip
        document = _document(scene, badge, edition, at, str(edition.say(issuer.name)))
        reason = Decision(date=decided, reason=Text({edition.language: t("gallery.reason")}))
        given = scene.state in ("suspended", "revoked")
        return AwardSource(
            issued=issued,
            document=document,
            state=AwardState(name="withdrawn", day=decided)
            if scene.state == "withdrawn"
            else state_of(issued, document, at),
            folder=_folder(scene),
            reason=reason if given else None,
            holder=t("gallery.holder") if scene.named else None,
            achievement=badge,
            issuer=issuer,
            listed=False,
            language=edition.language,
            preview=scene.preview,
        )


def day_of(at: datetime.datetime) -> datetime.datetime:
    """Return the beginning of a day (UTC), for what is the same all day long."""
    return at.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _folder(scene: Scene) -> str:
    return f"{FOLDER}{scene.name}/"


def _without_files(scene: Scene, view: AwardView, edition: Edition) -> AwardView:
    """Point what would be a file of an award to the badge's picture, and leave nothing to check."""
    files = tuple(dataclasses.replace(x, href=view.badge.image_png) for x in view.files)
    said = view.band
    if scene.state == "replaced":
        link = Link(_folder(SCENES[0]), edition.phrases.phrase("status.replaced_by"))
        said = dataclasses.replace(said, link=link)
    return dataclasses.replace(view, credential="", qr=QR, files=files, band=said)


def _document(
    scene: Scene, badge: Achievement, edition: Edition, at: datetime.datetime, issuer: str
) -> Mapping[str, Any]:
    """Write what award pages read of a credential; it is neither complete nor signed."""
    t = edition.phrases.phrase

    def day(offset: int) -> str:
        return instant(at + datetime.timedelta(days=offset))

    document: dict[str, Any] = {
        "validFrom": day(scene.begins),
        "credentialSubject": {
            "identifier": [{"hashed": True}],
            "narrative": t("gallery.narrative"),
            "source": {"name": issuer},
            "activityStartDate": day(min(scene.begins, -5) - 60),
            "activityEndDate": day(min(scene.begins, -5) - 1),
            "result": [_result(index, x) for index, x in enumerate(badge.result_description)],
        },
        "evidence": [{"name": t("gallery.evidence")}],
    }
    if scene.ends is not None:
        document["validUntil"] = day(scene.ends)
    return document


def _result(index: int, described: ResultDescription) -> Mapping[str, str]:
    """Reach the highest level and what is required in turn, so that both are seen."""
    levels = described.rubric_criterion_level
    if levels:
        reached = levels[-1].id if index % 2 == 0 else described.required_level or levels[0].id
        return {"resultDescription": f"#{described.id}", "achievedLevel": f"#{reached}"}
    value = described.required_value or described.value_max or (*described.allowed_value, "")[0]
    return {"resultDescription": f"#{described.id}", "value": value}

"""Pages that check a badge: what they say, what they never say, and that hostile files change nothing."""

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from chromium import PROJECT, b64, run, started
from html_pages import Page
from older_badges import ASSERTION, BADGE, OlderWorld, an_assertion, hosted, put, signed
from older_badges import ISSUER as OLDER_ISSUER
from papers import certificates
from pictures import png, svg
from sample import awards_by_state, built_sample
from signed_badges import (
    AT,
    DID,
    DID_URL,
    HOLDER,
    LIST_URL,
    a_badge,
    a_world,
    an_endorsement,
    as_bytes,
)
from signed_badges import signed as signed_badge
from signed_records import a_record, a_record_world, another_badge, revoked
from signed_tokens import a_token

from obit_build.pictures.bake import bake, embeddable
from obit_build.verifying.words import sentences

HERE = Path(__file__).parent
VERIFIER = PROJECT / "verifier"
SITE = "https://badges.obit.example/"
TIME = "2026-11-21T13:00:00Z"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """The sample site's folder, and its awards by state."""
    root = built_sample(tmp_path_factory)
    return root / "build", awards_by_state(root)


@pytest.fixture(scope="module")
def play(site):
    """A function from scenes to what was seen, by name."""

    with started(HERE / "check.mjs", site[0], SITE, TIME) as program:

        def played(*scenes: dict[str, Any]) -> dict[str, dict[str, Any]]:
            return {seen["name"]: seen for seen in program(*scenes)}

        yield played


def run_python(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, command)], check=False, capture_output=True, text=True
    )


def a_scene(name: str, world: Any = None, data: bytes | None = None, **more: Any) -> dict[str, Any]:
    """The verify page, a badge of another site, and that site."""
    world = world or a_world()
    web = {url: world.fetch(url) for url in (DID_URL, LIST_URL)}
    return {
        "name": name, "page": "en/verify/", "how": "choose", "at": AT.isoformat(), "issuers": DID,
        "data": b64(as_bytes(world.badge) if data is None else data),
        "web": {url: b64(content) for url, content in web.items()}, **more,
    }  # fmt: skip


def files() -> dict[str, tuple[bytes, bytes]]:
    """A good and a tampered copy of each kind of file."""
    good = embeddable(as_bytes(a_world().badge).decode())
    bad = good.replace("pare-feu", "pare-balles", 1)
    return {
        "json": (good.encode(), bad.encode()),
        "png": (bake(png(), good), bake(png(), bad)),
        "svg": (bake(svg("<title>x</title>"), good), bake(svg("<title>x</title>"), bad)),
        "pdf": tuple(certificates(good.encode(), bad.encode())),
        "jwt": tokens(),
    }


def tokens() -> tuple[bytes, bytes]:
    """A token, and one whose badge was changed after signing."""
    head, payload, signature = a_token().token.split(".")
    said = base64.urlsafe_b64decode(payload + "==").replace(b"Gestion", b"Digestion")
    forged = base64.urlsafe_b64encode(said).rstrip(b"=").decode()
    return f"{head}.{payload}.{signature}".encode(), f"{head}.{forged}.{signature}".encode()


def test_a_good_and_a_tampered_copy_of_each_kind_of_file_are_told_apart(play):
    scenes = []
    for kind, (good, bad) in files().items():
        world = a_token() if kind == "jwt" else None
        scenes.append(a_scene(f"good {kind}", world, data=good))
        scenes.append(a_scene(f"bad {kind}", world, data=bad, how="drop"))

    seen = play(*scenes)

    for kind in files():
        assert (seen[f"good {kind}"]["verdict"], seen[f"good {kind}"]["headline"]) == (
            "is-passed",
            "valid",
        )
        assert seen[f"bad {kind}"]["verdict"] == "is-failed"
        assert seen[f"bad {kind}"]["reason"] == "proof.signature"
    assert [label for label, *_ in seen["good png"]["steps"]] == [
        "form", "signature", "issuer", "revocation", "dates",
    ]  # fmt: skip


def test_a_failed_signature_hides_the_rest(play):
    seen = play(a_scene("bad", data=files()["json"][1]))["bad"]

    assert [label for label, *_ in seen["steps"]][-1] == "signature"
    assert seen["facts"] == []
    assert "Gestion" not in seen["text"]


def test_every_step_has_a_sign_a_word_and_is_announced(play):
    seen = play(a_scene("good"))["good"]

    assert seen["role"] == "status"
    assert all(signs == 1 for *_, signs in seen["steps"])
    assert "· good" in seen["text"].lower()


def test_an_unknown_issuer_is_never_shown_as_good(play):
    seen = play(a_scene("stranger", issuers="did:web:somebody.example"))["stranger"]

    assert seen["verdict"] == "is-unknown"
    assert seen["headline"] == "signature fine, issuer unknown here"
    assert ["issuer", "is-unknown", 1] in seen["steps"]
    assert "badges.example" in seen["text"]


def test_what_could_not_be_checked_is_never_shown_as_good(play):
    world = a_world()
    no_list, no_key = a_scene("no list", world), a_scene("no key", world)
    no_list["web"].popitem()
    no_key["web"] = {}

    seen = play(no_list, no_key)

    for name, reason in (("no list", "status.unavailable"), ("no key", "key.unavailable")):
        assert seen[name]["verdict"] == "is-unknown"
        assert seen[name]["reason"] == reason
    assert seen["no key"]["facts"] == []
    assert ["revocation", "is-unknown", 1] in seen["no list"]["steps"]
    assert "does not let other sites read it" in seen["no key"]["text"]


def test_a_learner_record_is_checked_with_every_badge_in_it(play):
    bad = a_record_world(before=revoked)
    tampered = a_record_world(after=lambda world: world.badge.update(name="Diplôme"))
    forged = signed_badge(another_badge())
    forged["name"] = "Diplôme"
    seen = play(
        a_scene("good", a_record_world()),
        a_scene("of a stranger", a_record_world(), issuers=OLDER_ISSUER),
        a_scene("one revoked", bad, how="drop"),
        a_scene("one forged", a_record_world(a_record(signed_badge(a_badge()), forged))),
        a_scene("tampered", tampered),
    )

    assert {name: (s["verdict"], s["reason"]) for name, s in seen.items()} == {
        "good": ("is-passed", ""),
        "of a stranger": ("is-unknown", ""),
        "one revoked": ("is-failed", "badges.invalid"),
        "one forged": ("is-failed", "badges.invalid"),
        "tampered": ("is-failed", "proof.signature"),
    }
    assert seen["good"]["facts"][-2:] == ["Gestion de pare-feu · valid", "Réseaux · valid"]
    assert ["badges", "is-passed", 1] in seen["good"]["steps"]
    assert (
        "Not every badge in it is valid: Gestion de pare-feu (revoked)."
        in (seen["one revoked"]["text"])
    )
    assert seen["tampered"]["facts"] == []
    for scene in seen.values():
        assert scene["said"] == scene["sent"] == []


def test_what_checks_records_is_loaded_only_for_them(play):
    script = f"{SITE}assets/records.js"
    lost = a_scene("lost", a_record_world())
    lost["web"][script] = b64(b"")

    seen = play(a_scene("a badge"), lost)

    asked = {name: scene["before"] + scene["after"] for name, scene in seen.items()}
    assert script not in asked["a badge"]
    assert script in seen["lost"]["after"]
    assert (seen["lost"]["verdict"], seen["lost"]["reason"]) == ("is-unknown", "version.record")
    assert "could not be loaded" in seen["lost"]["text"]
    assert "try again later" in seen["lost"]["text"].lower()


@pytest.mark.parametrize(
    ("language", "said", "days"),
    [
        ("fr", "Il a expiré", ["27 mars 2026", "1er mai 2026"]),
        ("nl", "verlopen", ["27 maart 2026", "1 mei 2026"]),
        ("en", "It has expired", ["27 March 2026", "1 May 2026"]),
    ],
)
def test_days_are_written_as_the_page_writes_them(play, language, said, days):
    world = a_world(lambda w: w.badge.update(validUntil="2026-05-01T23:59:59Z"))

    seen = play(a_scene(language, world, page=f"{language}/verify/"))[language]

    assert seen["reason"] == "dates.expired"
    assert said in seen["text"]
    awarded, until = days
    assert ["2026-05-01", until] in seen["times"]
    assert {day for day, _ in seen["times"]} == {"2026-03-27", "2026-05-01"}
    assert awarded in [text for _, text in seen["times"]]
    assert not re.search(r"\d{4}-\d\d-\d\d", seen["text"])


def test_the_specimen_that_the_page_offers_shows_a_check_and_proves_nothing(play, site):
    offered = Page((site[0] / "en/verify/index.html").read_bytes()).all(
        "a", download="specimen-badge.svg"
    )
    data = (site[0] / "en/verify" / offered[0]["href"]).read_bytes()

    seen = play(a_scene("specimen", data=data, at=TIME, web={}))["specimen"]

    assert (seen["verdict"], seen["headline"]) == ("is-unknown", "specimen")
    assert ["signature", "is-passed", 1] in seen["steps"]
    assert seen["foreign"] == []


def test_the_specimen_is_made_by_its_script():
    done = run_python(PROJECT / "scripts/write_specimen_badge.py", "--check")

    assert (done.returncode, done.stderr) == (0, "")


def test_previews_and_specimens_are_never_shown_as_valid(play):
    def term(kind):
        return lambda world: world.badge.update(termsOfUse=[{"type": f"urn:x-obit:{kind}"}])

    seen = play(*(a_scene(kind, a_world(term(kind))) for kind in ("preview", "specimen")))

    for kind in ("preview", "specimen"):
        assert (seen[kind]["verdict"], seen[kind]["headline"]) == ("is-unknown", kind)


def test_the_holder_is_compared_by_typing_an_address(play):
    seen = play(
        a_scene("right", recipient=HOLDER.upper()), a_scene("wrong", recipient="x@else.example")
    )

    assert ["recipient", "is-passed", 1] in seen["right"]["steps"]
    assert (seen["wrong"]["verdict"], seen["wrong"]["reason"]) == ("is-failed", "recipient.other")
    assert HOLDER not in seen["right"]["text"].lower()
    for scene in seen.values():
        assert not any("else.example" in url or "dupont" in url for url in scene["after"])
        assert scene["sent"] == []


def test_a_badge_is_checked_by_keyboard_alone_and_by_its_address(play):
    text = as_bytes(a_world().badge).decode()
    address = a_scene("address", how="paste", text="https://badges.example/awards/7b0f6c1e/")
    at = "https://badges.example/awards/7b0f6c1e/credential.json"
    address["web"][at] = b64(text.encode())
    tampered = {**address, "name": "tampered", "web": {**address["web"]}}
    tampered["web"][at] = b64(text.replace("pare-feu", "pare-balles", 1).encode())

    seen = play(
        a_scene("keyboard", how="keyboard", text=text),
        address,
        tampered,
        a_scene("nothing", how="paste", text=" "),
        a_scene("no page", how="paste", text="https://badges.example/gone"),
    )

    assert seen["keyboard"]["verdict"] == "is-passed"
    assert seen["address"]["verdict"] == "is-passed"
    assert (seen["tampered"]["verdict"], seen["tampered"]["reason"]) == (
        "is-failed",
        "proof.signature",
    )
    assert seen["nothing"]["text"] == "Choose a file first, or paste a credential or its address."
    assert seen["no page"]["text"] == (
        "It could not be checked: badges.example can't be reached, or does not let other sites read it. "
        "Try again later, or with the badge as a file."
    )


def test_the_address_of_a_page_leads_to_the_badge_that_it_shows(play, site):
    ours = f"{SITE}nl/awards/{site[1]['active']}"
    foreign = "https://badges.example/holder/7b0f6c1e"
    page = b"<!doctype html><html><head><link rel='alternate' type='text/html' href='x'>%b</head></html>"
    link = b"<link href='../files/a.json' rel='alternate' type='application/vc'>"

    def pasted(name: str, text: str, **pages: bytes) -> dict[str, Any]:
        scene = a_scene(name, how="paste", text=text)
        web = {f"https://badges.example/{path}": b64(data) for path, data in pages.items()}
        return {**scene, "web": {**scene["web"], **web}}

    there = {"holder/7b0f6c1e": page % link, "holder/files/a.json": as_bytes(a_world().badge)}
    seen = play(
        {**pasted("ours", f"{ours}/"), "at": TIME},
        {**pasted("without its slash", ours), "at": TIME},
        pasted("foreign", foreign, **there),
        pasted("no link", foreign, **{"holder/7b0f6c1e": page % b""}),
    )

    assert (seen["ours"]["headline"], seen["without its slash"]["headline"]) == (
        "preview",
        "preview",
    )
    assert seen["foreign"]["verdict"] == "is-passed"
    assert seen["no link"]["text"] == (
        "It could not be checked: badges.example answers with a web page that leads to no badge. "
        "Try again later, or with the badge as a file."
    )


def test_an_award_s_page_that_can_not_get_the_verifier_leads_to_the_page_that_checks(site):
    folder, awards = site
    award = f"awards/{awards['active']}/"
    for missing in ("assets/verify.js", "verify/"):
        (seen,) = run(HERE / "leads.mjs", folder, f"nl/{award}", missing)
        assert seen == {"at": "/nl/verify/", "said": ""}


HOSTILE = "<img src=x onerror=alert(1)>\u202e</script><svg onload=alert(2)>"


def test_hostile_files_get_a_plain_sentence_and_nothing_else(play):
    def hostile_names(world):
        world.badge["name"] = HOSTILE
        world.badge["issuer"]["name"] = HOSTILE
        world.badge["credentialSubject"]["achievement"]["name"] = HOSTILE
        world.badge["endorsement"] = [an_endorsement(name=HOSTILE)]

    text = embeddable(as_bytes(a_world().badge).decode())
    scripted = (
        "<script>alert(1)</script><style>@import 'https://evil.example/x.css'; g { fill: red }</style>"
        "<image href='https://evil.example/x.png' onload='alert(2)' style='background: red'/>"
    )
    bomb = '<!DOCTYPE svg [<!ENTITY a "' + "a" * 50_000 + '"><!ENTITY b "' + "&a;" * 5000 + '">]>'
    seen = play(
        a_scene("truncated", data=bake(png(), text)[:700]),
        a_scene("forty megabytes", size=40_000_000),
        a_scene("deep", data=b'{"a":' * 200_000),
        a_scene("wide", data=b'{"a":[' + b"{}," * 300_000 + b"{}]}"),
        a_scene("entities", data=bomb.encode() + svg("<title>&b;</title>")),
        a_scene(
            "script", data=bake(svg(scripted), text), fileName="<img src=x onerror=alert(3)>.svg"
        ),
        a_scene("names", a_world(lambda w: (hostile_names(w), w.badge.pop("endorsement")))),
        a_scene("forged names", a_world(after=hostile_names)),
        a_scene("empty", data=b""),
        a_scene("html", data=b"<!doctype html><script>alert(1)</script>"),
    )

    assert {name: s["said"] for name, s in seen.items() if s["said"]} == {}
    assert {name: s["foreign"] for name, s in seen.items() if s["foreign"]} == {}
    allowed = {
        "bdi",
        "circle",
        "dd",
        "div",
        "dl",
        "dt",
        "h3",
        "li",
        "ol",
        "p",
        "path",
        "span",
        "strong",
        "svg",
        "time",
        "ul",
    }
    for scene in seen.values():
        assert set(scene["elements"]) <= allowed
        assert scene["verdict"] in ("is-failed", "is-passed")
        assert len(scene["text"]) > 40
    assert seen["script"]["verdict"] == "is-passed"
    assert seen["forty megabytes"]["reason"] == "size.too-large"
    assert "\u202e" not in seen["names"]["text"]


def test_the_page_works_from_a_disk(play):
    scene = a_scene("disk", page="file:en/verify/index.html")
    seen = play(scene)["disk"]

    assert seen["reason"] == ""
    assert seen["verdict"] == "is-unknown"  # this site knows other issuers
    assert seen["said"] == []


# Open Badges 2.0


def an_older_scene(name: str, world: OlderWorld, **more: Any) -> dict[str, Any]:
    """The verify page, an older badge of another site, and that site."""
    web = {url: b64(text.encode()) for url, text in world.web().items()}
    return {
        "name": name, "page": "en/verify/", "how": "choose", "at": AT.isoformat(),
        "issuers": OLDER_ISSUER, "data": b64(world.data()), "web": web, **more,
    }  # fmt: skip


def test_an_older_badge_is_checked_where_its_issuer_keeps_it(play):
    forged = hosted(put("hand", an_assertion(id="https://evil.example/1.json")))
    forged.more = {"https://evil.example/1.json": forged.hand}
    seen = play(
        an_older_scene("good", hosted()),
        an_older_scene("stranger", hosted(), issuers=DID),
        an_older_scene("unreachable", hosted(), web={}),
        an_older_scene("forged", forged),
        an_older_scene("somebody else's", hosted(), recipient="x@else.example", how="drop"),
    )

    assert {name: (s["verdict"], s["reason"]) for name, s in seen.items()} == {
        "good": ("is-passed", ""),
        "stranger": ("is-unknown", ""),
        "unreachable": ("is-unknown", "hosted.unavailable"),
        "forged": ("is-failed", "hosted.scope"),
        "somebody else's": ("is-failed", "recipient.other"),
    }
    assert seen["good"]["headline"] == "valid"
    assert "publishes the badge at its own address" in seen["good"]["text"]
    assert seen["stranger"]["headline"] == "published by its site, issuer unknown here"
    for scene in seen.values():
        assert "signature fits" not in scene["text"]  # nothing was signed
        assert scene["said"] == scene["sent"] == []
        assert not any("else.example" in url or "dupont" in url for url in scene["after"])
    assert seen["unreachable"]["facts"] == []
    assert {url for url in seen["good"]["after"] if not url.startswith(SITE)} == {
        ASSERTION, BADGE, OLDER_ISSUER,
    }  # fmt: skip


def test_a_signed_older_badge_is_checked_by_its_issuers_key(play):
    head, payload, signature = signed().data().decode().split(".")
    forged = f"{head}.{payload}.{signature[:-8]}AAAAAAAA"

    seen = play(
        an_older_scene("good", signed()),
        an_older_scene("tampered", signed(), how="paste", text=forged),
        an_older_scene("disk", signed(), page="file:en/verify/index.html"),
    )

    assert {name: (s["verdict"], s["reason"]) for name, s in seen.items()} == {
        "good": ("is-passed", ""),
        "tampered": ("is-failed", "proof.signature"),
        "disk": ("is-unknown", ""),  # a saved page knows the issuers of this site only
    }
    assert any(url.endswith("/assets/openbadges2.js") for url in seen["disk"]["after"])
    assert [scene["said"] for scene in seen.values()] == [[]] * 3


def test_what_checks_older_badges_is_loaded_only_for_them(play):
    seen = play(
        a_scene("newer"),
        an_older_scene("lost", hosted(), web={f"{SITE}assets/openbadges2.js": b64(b"")}),
    )

    asked = {name: scene["before"] + scene["after"] for name, scene in seen.items()}
    script = f"{SITE}assets/openbadges2.js"
    assert script not in asked["newer"]
    assert (script in seen["lost"]["before"], script in seen["lost"]["after"]) == (False, True)
    assert (seen["lost"]["verdict"], seen["lost"]["reason"]) == (
        "is-unknown",
        "version.open-badges-2",
    )
    assert "could not be loaded" in seen["lost"]["text"]


def test_the_twin_of_an_award_is_checked_without_asking_anybody_else(play, site):
    folder, awards = site
    scenes = [
        {
            "name": state, "page": "en/verify/", "how": "drop",
            "data": b64((folder / f"awards/{awards[state]}/assertion.json").read_bytes()),
        }
        for state in ("active", "revoked")
    ]  # fmt: skip

    seen = play(*scenes)

    assert seen["active"]["reason"] == ""
    assert seen["active"]["headline"] in ("preview", "specimen")
    assert seen["revoked"]["reason"] == "status.revoked"
    for scene in seen.values():
        assert scene["foreign"] == scene["sent"] == scene["said"] == []
        assert all(url.startswith(SITE) for url in scene["before"] + scene["after"])


def test_an_award_page_checks_its_own_credential_when_asked(play, site):
    _, awards = site
    scenes = [
        {"name": state, "page": f"en/awards/{awards[state]}/", "how": "button"}
        for state in ("active", "revoked", "suspended")
        if state in awards
    ]
    assert len(scenes) == 3, sorted(awards)
    seen = play(*scenes)

    assert seen["active"]["headline"] in ("specimen", "preview")
    assert seen["revoked"]["headline"] == "revoked"
    assert seen["suspended"]["headline"] == "suspended"
    for scene in seen.values():
        assert not any(url.endswith("/verify.js") for url in scene["before"])
        assert any(url.endswith("/verify.js") for url in scene["after"])
        assert scene["foreign"] == []
        assert scene["said"] == []
        assert scene["notes"][-1:] == [] or "another badge" not in scene["notes"][-1]


def test_a_copied_page_says_that_it_is_not_the_issuers(site):
    build, awards = site
    copied = "https://copy.example/"
    scene = {"name": "copy", "page": f"en/awards/{awards['active']}/", "how": "button", "web": {}}
    for path in (*build.glob("issuers/*/did.json"), *build.glob("status/*/*.json")):
        scene["web"][SITE + path.relative_to(build).as_posix()] = b64(path.read_bytes())

    (seen,) = run(HERE / "check.mjs", build, copied, TIME, lines=[scene])

    assert (
        "You are on copy.example, but the badge was issued by badges.obit.example: this page is not the issuer's own."
        in seen["notes"]
    )
    assert seen["verdict"] == "is-unknown"  # the page's own policy lets it ask its own site only


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_brings_every_sentence_that_the_script_can_say(site, language):
    """All keys in the sources stand in the page's list, in its own language."""
    page = (site[0] / language / "verify" / "index.html").read_text()
    sources = "".join(path.read_text() for path in (VERIFIER / "src").glob("*.ts"))

    missing = [key for key in keys_in(sources) if f'<data value="{key}">' not in page]

    assert missing == []


def keys_in(sources: str) -> set[str]:
    """Every key that is written out in the sources, by the ways in which keys are given."""
    known = set(sentences("en"))
    quoted = set(re.findall(r'"([a-z0-9]+(?:[.-][a-z0-9_-]+)+)"', sources))
    built = {f"detail.{key}" for key in re.findall(r'Unreadable\("([a-z0-9.-]+)"', sources)}
    own = {key for key in quoted if key.startswith("checker.")}
    return (quoted & known) | built | own

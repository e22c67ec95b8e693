"""A commit that changes one award changes that award's files, and no other page of the site."""

import re

from running import tree

NEXT_DAY = "2026-11-22T12:00:00Z"
PUBLICATION = {"publication/index.html", "fr/publication/index.html"}
LOG = {"log/checkpoint", "log/provenance.json"}


def published(centre):
    """Issue and build as of the next day's commit; return the site."""
    done = centre.issue("--at", NEXT_DAY)
    assert done.code == 0, done.err
    built = centre.build("--at", NEXT_DAY)
    assert built.code == 0, built.err
    return tree(centre.root / "build")


def changed(before, after) -> set[str]:
    """Return the paths that differ, with <id> for an award's."""
    paths = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    return {re.sub(r"awards/[a-z2-7]{32}/", "awards/<id>/", path) for path in paths}


def made_at(site) -> dict[str, int]:
    return {path.relative_to(site).as_posix(): path.stat().st_mtime_ns for path in site.rglob("*")}


def test_one_more_award_writes_its_own_files_and_those_that_tell_of_the_publication(built):
    site = built.root / "build"
    before, times = tree(site), made_at(site)
    built.award("p0q9r8s7", date=NEXT_DAY)

    after = published(built)

    own = {
        "awards/<id>/credential.json", "awards/<id>/badge.png", "awards/<id>/badge.svg",
        "awards/<id>/qr.svg", "awards/<id>/embed.html", "awards/<id>/oembed.json",
        "awards/<id>/index.html", "fr/awards/<id>/index.html",
    }  # fmt: skip
    assert changed(before, after) == own | LOG | PUBLICATION
    kept = {path for path in before if before[path] == after[path]}
    assert {path: when for path, when in made_at(site).items() if path in kept} == {
        path: times[path] for path in kept
    }
    commit = built.git("rev-parse", "HEAD")
    assert commit in (site / "publication/index.html").read_text()
    assert commit not in (site / "index.html").read_text()


def test_a_revocation_changes_that_award_and_what_tells_of_it(built):
    before = tree(built.root / "build")
    file = built.root / "badges/tableur-1/awards/2026-03-14.yaml"
    file.write_text(
        file.read_text().replace(
            "  - 2m8qa4xd\n", "  - id: 2m8qa4xd\n    revoked: {date: 2026-11-22, reason: Erreur}\n"
        )
    )
    built.commit("Revoke", date=NEXT_DAY)

    after = published(built)

    own = {
        "awards/<id>/badge.png", "awards/<id>/badge.svg", "awards/<id>/embed.html",
        "awards/<id>/index.html", "fr/awards/<id>/index.html",
    }  # fmt: skip
    lists = {"status/centre/1.json", "status/centre/1-suspension.json"}
    assert changed(before, after) == own | lists | LOG | PUBLICATION

"""Four eyes, with real Git, real SSH keys and the installed command."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from git_repository import begin, commit, git
from running import Done, run
from sample import AT
from ssh_people import Person, a_person

AWARD = "badges/tableur-1/awards/2026-06-30-mons.yaml"
NAME = "issue tableur-1 v1 2026-06-30 7f3k9m2q"


@dataclass
class Centre:
    """A centre with three approvers and a trainer, everything so far issued."""

    root: Path
    home: Path
    people: dict[str, Person]
    key: str

    def obit(self, *arguments: str) -> Done:
        return run(self.root, *arguments, "--at", AT, OBIT_KEY=self.key, HOME=str(self.home))

    def issue(self, *arguments: str) -> Done:
        return self.obit("issue", *arguments)

    def commit_by(self, name: str, message: str = "a change") -> str:
        git(self.root, "add", "--all")
        git(self.root, *self.people[name].config, "commit", "-q", "-S", "-m", message)
        return git(self.root, "rev-parse", "HEAD")

    def approve(self, name: str, file: str = AWARD) -> str:
        done = run(self.root, "approve", "--yes", "--key", str(self.people[name].path), file)
        assert done.code == 0, done.err
        return done.out.strip()

    def award(self, codes: str = "[7f3k9m2q]", path: str = AWARD) -> None:
        (self.root / path).write_text(f"issued: 2026-06-30\nto: {codes}\n")

    def issuer(self, *lines: str, without: str = "", also: str = "") -> None:
        people = [
            f"  - id: {name}\n    title: {name.title()} Exemple\n    account: {name}-x\n"
            f"    ssh_keys: {self.people[name].public}\n"
            for name in ("marie", "jan", "luc", *filter(None, [also]))
            if name != without
        ]
        (self.root / "issuers/centre/issuer.yaml").write_text(
            "name: Centre d'essai\n" + "".join(f"{line}\n" for line in lines)
            + "approvers:\n" + "".join(people)
            + f"proposers:\n  - id: trainer\n    account: trainer-x\n    ssh_keys: {self.people['trainer'].public}\n"
        )  # fmt: skip

    def last_events(self, kind: str) -> list[dict]:
        log = sorted((self.root / ".obit/ledger/log").glob("*.json"))
        return [event for path in log if (event := json.loads(path.read_text()))["type"] == kind]


@pytest.fixture(scope="session")
def people(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    names = ("marie", "jan", "luc", "trainer", "mallory")
    return {name: a_person(home / name / ".ssh", "id_ed25519") for name in names}


@pytest.fixture
def centre(small, tmp_path, people) -> Centre:
    key = tmp_path / "centre.pem"
    public = run(small, "key", "new", str(key)).out.strip()
    with (small / "obit.yaml").open("a") as settings:
        settings.write(
            f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
        )
    (small / ".gitignore").write_text(".obit/\nbuild/\n")
    made = Centre(small, people["marie"].path.parent.parent, people, key.read_text())
    begin(small)
    assert made.issue().code == 0
    made.issuer()
    commit(small, "name the approvers")
    return made


def refused(done: Done, *said: str) -> None:
    assert done.code == 1, (done.out, done.err)
    for text in said:
        assert text in done.err, done.err


@pytest.mark.invariant(11)
def test_what_nobody_approved_is_refused_and_nothing_is_written(centre):
    centre.award()
    centre.commit_by("trainer")
    before = sorted((centre.root / ".obit").rglob("*.json"))

    done = centre.issue()

    assert done.code == 1
    assert done.err == (
        f"error: not approved: {NAME}: 1 more approval needed (from marie or jan or luc)\n"
        "  fix: have it approved, with obit approve or on the forge, and publish again; "
        "obit plan says who may\n"
    )
    assert sorted((centre.root / ".obit").rglob("*.json")) == before


@pytest.mark.invariant(11)
def test_what_was_approved_is_issued_and_the_ledger_says_by_whom(centre):
    centre.award()
    centre.commit_by("trainer")
    file = centre.approve("jan")
    centre.commit_by("jan", "approve")

    plan = centre.obit("plan")
    done = centre.issue()

    assert "  2026-06-30-mons: approved by jan\n" in plan.out
    assert done.code == 0, done.err
    assert centre.last_events("issue")[-1]["approvals"] == [
        {"by": "jan", "how": "signature", "of": file.removeprefix("approvals/")}
    ]
    assert centre.last_events("issue")[-1]["main"] == git(centre.root, "rev-parse", "HEAD")


def test_who_approved_is_shown_where_the_centre_wants_it(centre):
    centre.award()
    centre.commit_by("trainer")
    centre.approve("jan")
    centre.commit_by("jan")
    centre.issue()
    centre.obit("build")
    pages = [p.read_text() for p in (centre.root / "build/awards").glob("*/index.html")]
    with (centre.root / "obit.yaml").open("a") as settings:
        settings.write("show_approvers: true\n")
    centre.obit("build")
    shown = [p.read_text() for p in (centre.root / "build/awards").glob("*/index.html")]

    assert not any("Jan Exemple" in page for page in pages)
    assert sum("Approuvé par" in page and "Jan Exemple" in page for page in shown) == 1


@pytest.mark.invariant(11)
def test_an_edit_after_the_approval_takes_it_away(centre):
    centre.award()
    centre.commit_by("trainer")
    centre.approve("jan")
    centre.commit_by("jan")
    (centre.root / AWARD).write_text("issued: 2026-06-30\nto: [7f3k9m2q]\nterm: x\n")
    centre.commit_by("trainer")

    refused(centre.issue(), f"not approved: {NAME}: 1 more approval needed")
    assert "jan approved it before it was edited" in centre.obit("plan").out


@pytest.mark.invariant(11)
def test_an_edit_of_the_badge_after_the_approval_takes_it_away(centre):
    centre.award()
    centre.commit_by("trainer")
    centre.approve("jan")
    centre.commit_by("jan")
    badge = centre.root / "badges/tableur-1/badge.yaml"
    badge.write_text(badge.read_text().replace("Réussir", "Assister à"))
    centre.commit_by("trainer")

    refused(centre.issue(), f"not approved: {NAME}")


@pytest.mark.invariant(11)
def test_nobody_approves_what_they_wrote_themselves(centre):
    centre.award()
    centre.commit_by("marie")
    centre.approve("marie")
    centre.commit_by("trainer")

    refused(centre.issue(), "1 more approval needed (from jan or luc)")
    assert "marie wrote it and does not count" in centre.obit("plan").out


@pytest.mark.parametrize("name", ["Trainer", "Jan"])
def test_a_name_that_a_commit_gives_itself_proves_nothing(centre, name):
    """Marie writes an award under another's name, unsigned, and approves it herself."""
    centre.award()
    commit(centre.root, "x", GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL=f"{name.lower()}@example.org")
    centre.approve("marie")
    centre.commit_by("trainer")

    refused(centre.issue(), "1 more approval needed (from jan or luc)")
    assert "nobody vouches for who wrote it, so one more is needed" in centre.obit("plan").out


def test_who_wrote_an_award_that_waits_is_told_although_others_touched_the_file_since(centre):
    """Marie pushes an unsigned award; a trainer signs a change of the same file, and she approves."""
    centre.award()
    commit(centre.root)
    refused(centre.issue(), "as nobody vouches for who wrote it")
    centre.award("[7f3k9m2q, 2m8qa4xd]")
    centre.approve("marie")
    centre.commit_by("trainer")

    refused(
        centre.issue(),
        f"{NAME}: 1 more approval needed (from jan or luc), as nobody vouches for who wrote it",
    )


def test_a_signed_commit_under_another_s_name_is_its_signer_s(centre):
    centre.award()
    git(centre.root, "add", "--all")
    git(centre.root, *centre.people["marie"].config, "commit", "-q", "-S", "-m",
        "x\n\nReviewed-by: Jan <jan@example.org>", GIT_AUTHOR_NAME="Trainer",
        GIT_AUTHOR_EMAIL="trainer@example.org")  # fmt: skip
    (centre.root / ".mailmap").write_text("Jan <jan@example.org> Trainer <trainer@example.org>\n")
    centre.approve("marie")
    centre.commit_by("trainer")

    refused(centre.issue(), "1 more approval needed (from jan or luc)")


def test_two_others_are_enough_where_the_author_is_unknown(centre):
    centre.award()
    commit(centre.root)
    for name in ("jan", "luc"):
        centre.approve(name)
    commit(centre.root)

    assert centre.issue().code == 0


def test_two_approvals_are_two_people(centre):
    centre.issuer("approvals: 2")
    centre.commit_by("trainer")
    centre.award()
    centre.commit_by("trainer")
    centre.approve("jan")
    centre.commit_by("jan")
    one = centre.issue()
    centre.approve("jan")
    file = centre.root / centre.approve("jan")
    file.with_name("copy.txt").write_bytes(file.read_bytes())
    centre.commit_by("jan")
    same = centre.issue()
    centre.approve("luc")
    centre.commit_by("luc")

    refused(one, "1 more approval needed (from marie or luc)")
    refused(same, "1 more approval needed (from marie or luc)")
    assert centre.issue().code == 0
    assert [x["by"] for x in centre.last_events("issue")[-1]["approvals"]] == ["jan", "luc"]


def test_nobody_becomes_an_approver_by_the_change_that_they_approve(centre):
    git(centre.root, "checkout", "-q", "-b", "change")
    centre.issuer(also="mallory")
    centre.commit_by("trainer")
    centre.award()
    centre.commit_by("trainer")
    centre.approve("mallory")
    centre.commit_by("mallory")
    proposed = centre.obit("plan", "--base", "main")
    git(centre.root, "checkout", "-q", "main")
    git(centre.root, "merge", "-q", "--no-ff", "-m", "merge", "change")

    refused(centre.issue(), "1 more approval needed (from marie or jan or luc)")
    assert "2026-06-30-mons: needs 1 more approval from marie, jan, luc" in proposed.out


@pytest.mark.invariant(11)
@pytest.mark.parametrize("how", ["no approvers", "no approvals", "another issuer"])
def test_nobody_is_freed_of_approval_by_the_change_that_needs_it(centre, how):
    git(centre.root, "checkout", "-q", "-b", "change")
    if how == "no approvers":
        (centre.root / "issuers/centre/issuer.yaml").write_text("name: Centre d'essai\n")
    elif how == "no approvals":
        with (centre.root / "badges/tableur-1/badge.yaml").open("a") as badge:
            badge.write("approvals: 0\n")
    else:
        with (centre.root / "badges/tableur-1/badge.yaml").open("a") as badge:
            badge.write(
                f"issuer: centre\napprovers:\n  - id: m\n    ssh_keys: {centre.people['mallory'].public}\n"
            )
    centre.award()
    centre.commit_by("trainer")
    git(centre.root, "checkout", "-q", "main")
    git(centre.root, "merge", "-q", "--no-ff", "-m", "merge", "change")

    refused(centre.issue(), "1 more approval needed (from marie or jan or luc)")


def test_somebody_who_is_no_approver_approves_nothing(centre):
    centre.award()
    centre.commit_by("trainer")
    theirs = centre.approve("jan")
    text = (centre.root / theirs).read_text()
    above = text.partition("-----BEGIN")[0].encode()
    (centre.root / theirs).write_bytes(
        above + centre.people["mallory"].sign(above, "obit-approval").encode()
    )
    centre.commit_by("trainer")

    refused(centre.issue(), "1 more approval needed")


def test_a_signature_made_for_git_approves_nothing(centre):
    centre.award()
    centre.commit_by("trainer")
    file = centre.root / centre.approve("jan")
    above = file.read_text().partition("-----BEGIN")[0].encode()
    file.write_bytes(above + centre.people["jan"].sign(above, "git").encode())
    centre.commit_by("trainer")

    done = centre.issue()

    refused(done, "approval-signature-holds", "the signature does not hold")


def test_an_approval_edited_by_one_byte_is_an_error(centre):
    centre.award()
    centre.commit_by("trainer")
    file = centre.root / centre.approve("jan")
    file.write_text(file.read_text().replace(" 7f3k9m2q", " 7f3k9m2r"))
    centre.commit_by("trainer")

    refused(centre.issue(), "approval-signature-holds")


def test_an_approval_is_of_one_site_and_one_issuer(centre):
    """What Jan approved elsewhere is not approved here, although the award reads the same."""
    centre.award()
    other = centre.root.parent / "other"
    git(centre.root, "clone", "-q", str(centre.root), str(other))
    (other / AWARD).write_text((centre.root / AWARD).read_text())
    (other / "obit.yaml").write_text("site: https://other.example.org/\nlanguages: [fr]\n")
    done = run(other, "approve", "--yes", "--key", str(centre.people["jan"].path), AWARD)
    (centre.root / "approvals").mkdir()
    (centre.root / done.out.strip()).write_bytes((other / done.out.strip()).read_bytes())
    centre.commit_by("trainer")

    refused(centre.issue(), "1 more approval needed")


def test_a_revocation_needs_approval_and_a_suspension_does_not(centre):
    file = "badges/tableur-1/awards/2026-03-14.yaml"
    path = centre.root / file
    path.write_text(
        "issued: 2026-03-14\nto:\n  - {id: 7f3k9m2q, suspended: 2026-04-01}\n  - 2m8qa4xd\n"
    )
    centre.commit_by("trainer")
    suspended = centre.issue()
    path.write_text(
        "issued: 2026-03-14\nto:\n  - {id: 7f3k9m2q, revoked: 2026-04-02}\n  - 2m8qa4xd\n"
    )
    centre.commit_by("trainer")
    alone = centre.issue()
    centre.approve("luc", file)
    centre.commit_by("luc")

    assert suspended.code == 0, suspended.err
    refused(alone, "not approved: revoke tableur-1 v1 2026-03-14 7f3k9m2q: 1 more approval needed")
    assert centre.issue().code == 0
    assert centre.last_events("revoke")[-1]["approvals"][0]["by"] == "luc"


def test_approvers_who_must_hold_the_badge_count_only_if_they_do(centre):
    centre.issuer("approvers_hold_badge: true")
    file = centre.root / "issuers/centre/issuer.yaml"
    text = file.read_text().replace("id: jan\n", "id: jan\n    recipient: 2m8qa4xd\n")
    file.write_text(text)
    centre.commit_by("trainer")
    centre.award()
    centre.commit_by("trainer")
    centre.approve("marie")
    centre.commit_by("marie")
    stranger = centre.issue()
    plan = centre.obit("plan")
    centre.approve("jan")
    centre.commit_by("jan")

    refused(stranger, "1 more approval needed (from jan)")
    assert "marie does not hold this badge and does not count" in plan.out
    assert centre.issue().code == 0


def test_a_badge_has_its_own_approvers(centre):
    with (centre.root / "badges/tableur-1/badge.yaml").open("a") as badge:
        badge.write("approvers: [luc]\n")
    centre.commit_by("trainer")
    centre.award()
    centre.commit_by("trainer")
    centre.approve("luc")
    centre.commit_by("luc")

    assert centre.issue().code == 0, centre.issue().err


def test_a_preview_asks_nobody(centre):
    centre.award()

    assert centre.obit("build", "--preview").code == 0


def test_without_approvers_nobody_is_asked(centre):
    (centre.root / "issuers/centre/issuer.yaml").write_text("name: Centre d'essai\n")
    centre.commit_by("trainer", "a change of its own")
    centre.award()
    commit(centre.root)

    assert centre.issue().code == 0
    assert "approvals" not in centre.last_events("issue")[-1]


def test_outside_of_git_who_may_approve_can_not_be_read(centre):
    centre.award()
    (centre.root / ".git").rename(centre.root.parent / "away")

    refused(
        centre.issue(),
        "error: who may approve is read from the commit before, and there are no commits here",
    )


class TestReviewsOnTheForge:
    """Reviews as a workflow read them from the forge's API."""

    def propose(self, centre, *, by="unsigned"):
        git(centre.root, "checkout", "-q", "-b", "change")
        centre.award()
        head = commit(centre.root) if by == "unsigned" else centre.commit_by(by)
        git(centre.root, "checkout", "-q", "main")
        return head

    def merge(self, centre, *options):
        git(centre.root, "merge", "-q", "--no-ff", "-m", "merge", *options, "change")

    def reviews(self, centre, head, *accounts, proposers=("trainer-x",), commit="", **fields):
        path = centre.root.parent / "reviews.json"
        path.write_text(json.dumps({
            "format": "obit-reviews/1",
            "pull_requests": [{
                "head": head, "proposers": list(proposers), "commits": [commit or head, head],
                "approved_by": [{"account": a, "commit": commit or head} for a in accounts],
                **fields,
            }],
        }))  # fmt: skip
        return ("--reviews", str(path))

    def test_a_review_of_what_was_merged_counts(self, centre):
        head = self.propose(centre)
        self.merge(centre)

        done = centre.issue(*self.reviews(centre, head, "Marie-X"))

        assert done.code == 0, done.err
        assert centre.last_events("issue")[-1]["approvals"] == [
            {"by": "marie", "how": "review", "of": head}
        ]

    def test_a_squashed_change_counts_like_a_merged_one(self, centre):
        head = self.propose(centre)
        git(centre.root, "merge", "-q", "--squash", "change")
        squashed = commit(centre.root, "squashed")
        unsure = centre.issue(*self.reviews(centre, head, "marie-x"))
        done = centre.issue(*self.reviews(centre, head, "marie-x", merged_as=squashed))

        refused(unsure, "1 more approval needed (from jan or luc), as nobody vouches for who wrote")
        assert done.code == 0, done.err

    def test_what_a_squashed_change_has_gained_on_its_way_is_not_vouched_for(self, centre):
        head = self.propose(centre)
        git(centre.root, "merge", "-q", "--squash", "change")
        centre.award("[7f3k9m2q, 2m8qa4xd]")
        squashed = commit(centre.root, "squashed")

        refused(
            centre.issue(*self.reviews(centre, head, "marie-x", merged_as=squashed)),
            "2026-06-30 2m8qa4xd: 2 more approvals needed",
        )

    def test_a_commit_that_anybody_may_have_pushed_asks_for_one_approval_more(self, centre):
        """Marie pushes an unsigned commit under the trainer's address to the trainer's proposal."""
        self.propose(centre)
        git(centre.root, "checkout", "-q", "change")
        centre.award("[7f3k9m2q, 2m8qa4xd]")
        head = commit(centre.root, GIT_AUTHOR_EMAIL="trainer@example.org")
        git(centre.root, "checkout", "-q", "main")
        self.merge(centre)
        vouched = git(centre.root, "rev-parse", f"{head}~")

        refused(
            centre.issue(*self.reviews(centre, head, "marie-x", commits=[vouched])),
            f"{NAME.replace('7f3k9m2q', '2m8qa4xd')}: 1 more approval needed (from jan or luc), "
            "as nobody vouches for who wrote it",
        )
        assert centre.issue(*self.reviews(centre, head, "marie-x", "jan-x", commits=[])).code == 0

    def test_an_award_that_came_by_another_way_is_not_the_proposal_s(self, centre):
        """Marie pushes an award to main; a trainer's proposal on top of it holds it too."""
        centre.award()
        commit(centre.root)
        git(centre.root, "checkout", "-q", "-b", "change")
        centre.award("[7f3k9m2q, 2m8qa4xd]")
        head = commit(centre.root)
        git(centre.root, "checkout", "-q", "main")
        self.merge(centre)

        refused(
            centre.issue(*self.reviews(centre, head, "marie-x")),
            f"{NAME}: 1 more approval needed (from jan or luc), as nobody vouches",
        )

    def test_who_wrote_in_an_earlier_proposal_of_the_award_is_an_author(self, centre):
        """Marie writes the award, a trainer edits the badge: it reads otherwise than in her proposal."""
        first = self.propose(centre)
        self.merge(centre)
        badge = centre.root / "badges/tableur-1/badge.yaml"
        git(centre.root, "checkout", "-q", "-b", "other")
        badge.write_text(badge.read_text().replace("Réussir", "Assister à"))
        head = commit(centre.root)
        git(centre.root, "checkout", "-q", "main")
        git(centre.root, "merge", "-q", "--no-ff", "-m", "merge", "other")
        path = centre.root.parent / "reviews.json"
        path.write_text(json.dumps({
            "format": "obit-reviews/1",
            "pull_requests": [
                {"head": head, "proposers": ["trainer-x"], "commits": [head],
                 "approved_by": [{"account": "marie-x", "commit": head}]},
                {"head": first, "proposers": ["marie-x"], "commits": [first], "approved_by": []},
            ],
        }))  # fmt: skip

        refused(centre.issue("--reviews", str(path)), f"{NAME}: 1 more approval needed (from jan")

    @pytest.mark.parametrize(
        ("accounts", "proposers"),
        [
            (("marie-x",), ("marie-x",)),
            (("marie-x",), ("trainer-x", "MARIE-X")),
            (("trainer-x", "somebody"), ("trainer-x",)),
            ((), ("trainer-x",)),
        ],
        ids=["opened it", "pushed to it", "are no approvers", "nobody"],
    )
    def test_other_reviews_do_not_count(self, centre, accounts, proposers):
        head = self.propose(centre)
        self.merge(centre)

        refused(
            centre.issue(*self.reviews(centre, head, *accounts, proposers=proposers)),
            "1 more approval needed",
        )

    def test_what_was_pushed_after_the_review_is_not_approved(self, centre):
        reviewed = self.propose(centre)
        git(centre.root, "checkout", "-q", "change")
        centre.award("[7f3k9m2q, 2m8qa4xd]")
        head = commit(centre.root)
        git(centre.root, "checkout", "-q", "main")
        self.merge(centre)

        done = centre.issue(*self.reviews(centre, head, "marie-x", commit=reviewed))

        refused(
            done, "not approved: issue tableur-1 v1 2026-06-30 2m8qa4xd: 1 more approval needed"
        )
        assert "7f3k9m2q" not in done.err, "her line is as it was reviewed"

    def test_what_only_the_merge_holds_is_not_approved(self, centre):
        head = self.propose(centre)
        self.merge(centre, "--no-commit")
        centre.award("[7f3k9m2q, 2m8qa4xd]")
        centre.award("[p0q9r8s7]", AWARD.replace("mons", "evil"))
        people = centre.root / "recipients.csv"
        people.write_text(people.read_text() + "p0q9r8s7,,,,,\n")
        commit(centre.root, "merge")

        done = centre.issue(*self.reviews(centre, head, "marie-x"))
        # Nobody known proposed what only the merge holds: that asks for one approval more.

        refused(done, "2026-06-30 2m8qa4xd: 2", "2026-06-30 p0q9r8s7: 2")

    def test_a_review_of_a_commit_that_was_not_fetched_does_not_count_and_is_told(self, centre):
        self.propose(centre)
        self.merge(centre)

        refused(
            centre.issue(*self.reviews(centre, "d" * 40, "marie-x")),
            f"error: not approved: {NAME}",
            "fix: fetch dddddddddddd, which was reviewed and is not in this clone; or else have it",
        )

    def test_a_review_and_a_signature_of_one_person_are_one(self, centre):
        centre.issuer("approvals: 2")
        centre.commit_by("trainer")
        head = self.propose(centre)
        self.merge(centre)
        centre.approve("marie")
        commit(centre.root)

        refused(
            centre.issue(*self.reviews(centre, head, "marie-x")),
            "1 more approval needed (from jan or luc)",
        )

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "obit-reviews/2"}', "\x00"])
    def test_a_file_of_another_shape_is_refused(self, centre, text):
        path = centre.root.parent / "reviews.json"
        path.write_text(text)

        refused(
            centre.issue("--reviews", str(path)),
            "error: the file of reviews is not as obit reads it",
        )


class TestApproving:
    """``obit approve``, as somebody uses it."""

    def test_the_key_is_found_in_the_usual_folder(self, centre):
        centre.award()

        done = run(centre.root, "approve", "--yes", AWARD, HOME=str(centre.home))

        assert done.code == 0, done.err
        assert done.out.startswith("approvals/")
        assert done.out.endswith(".marie.txt\n")
        assert "as marie, with the key SHA256:" in done.err
        assert "  tableur-1 v1 2026-06-30 7f3k9m2q\n" in done.err
        assert "Quux" not in done.err
        assert "zq-7f3a" not in (centre.root / done.out.strip()).read_text()

    def test_who_is_no_approver_is_told_so(self, centre):
        centre.award()
        home = centre.people["mallory"].path.parent.parent

        done = run(centre.root, "approve", "--yes", AWARD, HOME=str(home))
        named = run(centre.root, "approve", "--yes", "--key",
                    str(centre.people["mallory"].path), AWARD)  # fmt: skip

        assert (done.code, named.code) == (2, 2)
        assert done.err.startswith("error: no key in ~/.ssh is one of the approvers'\n")
        assert named.err.startswith("error: this key is not one of the approvers'\n")

    def test_nothing_is_signed_without_a_yes(self, centre):
        centre.award()

        done = run(centre.root, "approve", AWARD, HOME=str(centre.home))

        assert done.code == 130
        assert not (centre.root / "approvals").exists()

    @pytest.mark.parametrize(
        "file", ["nothing.yaml", "obit.yaml", "../x", "/etc/passwd", "approvals/x"]
    )
    def test_a_file_without_awards_is_told(self, centre, file):
        done = run(centre.root, "approve", "--yes", file, HOME=str(centre.home))

        assert done.code == 2
        assert done.err.startswith("error: there are no awards in ")

    def test_approving_twice_writes_the_same_file(self, centre):
        centre.award()
        first = (centre.root / centre.approve("jan")).read_bytes()

        assert (centre.root / centre.approve("jan")).read_bytes() == first
        assert len(list((centre.root / "approvals").iterdir())) == 1


def test_a_change_is_told_which_approvals_it_needs(centre):
    git(centre.root, "checkout", "-q", "-b", "change")
    centre.award("[7f3k9m2q, 2m8qa4xd]")
    centre.commit_by("trainer")

    check = run(centre.root, "check", "--base", "main", "--format", "github", "--at", AT)
    plan = centre.obit("plan", "--base", "main", "--no-ledger", "--format", "markdown")

    assert check.code == 0
    assert check.out == (
        f"::warning file={AWARD},line=2,col=6,title=award-is-approved::"
        "2 awards here: 1 more approval needed (from marie or jan or luc)"
        "%0Afix: run obit approve with this file, or approve the change on the forge\n"
    )
    assert "- 🖊️ 2026-06-30-mons\u202f: il manque 1 approbation de marie, jan, luc\n" in plan.out


@pytest.mark.parametrize(
    "file",
    ["obit.yaml", "issuers/centre/issuer.yaml", "badges/tableur-1/badge.yaml"],
    ids=["settings", "issuer", "badge"],
)
def test_a_change_that_mends_a_mistake_on_main_is_checked_and_planned(centre, file):
    path = centre.root / file
    good = path.read_text()
    path.write_text(good + "approverz: []\n")
    commit(centre.root, "a mistake")
    git(centre.root, "checkout", "-q", "-b", "mend")
    path.write_text(good)
    commit(centre.root, "mend it")

    check = run(centre.root, "check", "--base", "main", "--at", AT)
    plan = centre.obit("plan", "--base", "main", "--no-ledger")
    issue = centre.issue()

    assert (check.code, plan.code) == (0, 0), (check.out, check.err, plan.err)
    said = f"who may approve can't be read: {file} has a mistake in commit "
    assert (said in check.out) == (file != "obit.yaml"), check.out
    assert (
        "  who may approve can't be told, because the commit before has a mistake; "
        "after this change, publish with one more commit\n" in plan.out
    )
    refused(issue, said)


def test_the_forge_is_told_to_ask_the_same_people(centre):
    with (centre.root / "obit.yaml").open("a") as settings:
        settings.write("maintainers: [org/office]\n")
    done = run(centre.root, "codeowners")
    (centre.root / ".github").mkdir()
    owners = centre.root / ".github" / "CODEOWNERS"
    owners.write_text("* @somebody\n" + done.out + "/docs/ @writer\n")
    fine = run(centre.root, "check", "--at", AT)
    centre.issuer(without="luc")
    stale = run(centre.root, "check", "--at", AT)

    assert done.out.splitlines()[1:4] == [
        "/badges/tableur-1/ @jan-x @luc-x @marie-x",
        "/obit.yaml         @org/office",
        "/issuers/          @org/office",
    ]
    assert "owners-are-up-to-date" not in fine.out
    assert ".github/CODEOWNERS:1:1  warning  owners-are-up-to-date" in stale.out
    assert "fix: write it again: obit codeowners > .github/CODEOWNERS" in stale.out

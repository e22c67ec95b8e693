"""CODEOWNERS: the forge asks the same people whom ``approvers:`` names.

Rules don't overlap, so it does not matter which of them a forge prefers. A forge asks and shows; that approvals are
there is verified by ``obit issue``, whatever the forge was told.
"""

from collections.abc import Iterable, Iterator

from obit_build.approving.policy import badge_approvers
from obit_build.model.approver import Approver
from obit_build.model.repository import Repository

FORGEJO = (".forgejo/", ".gitea/")
BEGIN = "# From the lists of approvers; written by obit codeowners, not by hand."
END = "# End of what obit codeowners wrote."
COMMON = ("/obit.yaml", "/issuers/", "/frameworks/", "/pathways/", "/templates/", "/recipients.csv",
          "/requirements/", "/.github/", "/.gitlab/", "/.gitlab-ci.yml", "/.forgejo/", "/.gitea/",
          "/CODEOWNERS", "/docs/CODEOWNERS")  # fmt: skip
"""What decides about everything else: settings, lists of approvers, the tool's lock file, workflows."""


def codeowners(repository: Repository, *, patterns: bool = False) -> str:
    """Write the rules; empty if no account is named.

    With ``patterns``, as regular expressions that fit whole paths, which is how Forgejo reads them.
    """
    rows = [(as_pattern(p) if patterns else p, accounts) for p, accounts in _rows(repository)]
    if not rows:
        return ""
    width = max(len(path) for path, _ in rows)
    lines = [f"{path:<{width}} {' '.join(accounts)}" for path, accounts in rows]
    return "\n".join((BEGIN, *lines, END)) + "\n"


def as_pattern(path: str) -> str:
    """Turn a path, or ``*`` for everything, into a regular expression; Forgejo wants its backslashes twice."""
    plain = path.removeprefix("/").replace(".", r"\\.")
    return plain.removesuffix("*") + ".*" if plain.endswith(("/", "*")) else plain


def _rows(repository: Repository) -> Iterator[tuple[str, list[str]]]:
    badges = {
        slug: _accounts(badge_approvers(badge, repository.issuer_of(badge)))
        for slug, badge in sorted(repository.achievements.items())
    }
    people = [person for profile in repository.profiles.values() for person in profile.approvers]
    everybody = _accounts(people) or sorted(set().union(*badges.values()))
    keepers = sorted({f"@{name.removeprefix('@')}" for name in repository.settings.maintainers})
    if not (keepers or everybody):
        return
    for slug, accounts in badges.items():
        if accounts:
            yield f"/badges/{slug}/", accounts
    for path in COMMON:
        yield path, keepers or everybody


def _accounts(people: Iterable[Approver]) -> list[str]:
    return sorted({f"@{person.account}" for person in people if person.account})


def is_up_to_date(repository: Repository, path: str, text: str) -> bool:
    """Tell whether a CODEOWNERS file holds the rules as they are now, whatever else it holds.

    A file at the top, or in ``docs``, may be any forge's.
    """
    forms = (
        {True} if path.startswith(FORGEJO) else {False} if path.startswith(".") else {True, False}
    )
    plain = text.replace("\r\n", "\n")
    return any(codeowners(repository, patterns=form) in plain + "\n" for form in forms)

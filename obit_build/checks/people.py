"""What is checked about people: consent, and that nothing public names them.

No message shows a name or an e-mail address: it would end up in public logs.
"""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import datetime
from collections.abc import Iterator

from obit_build.centre.names import SETTINGS
from obit_build.checks.finding import Finding, place_of
from obit_build.model.repository import Repository
from obit_build.people.naming import Persons, Places, persons_of
from obit_build.problems import Location


def shown_name_has_consent(repository: Repository) -> Iterator[Finding]:
    """A name is published only with a dated consent.

    `show_name: yes` needs a name and the day on which the person agreed; without them the name
    stays hidden.
    """
    for person in repository.recipients.values():
        if person.show_name and person.consent_date is None:
            yield Finding(
                place_of(person, "show_name"),
                "the name may be shown, but no consent is recorded",
                "fill in consent_date, or write no",
            )
        elif person.show_name and person.name is None:
            yield Finding(
                place_of(person, "show_name"),
                "the name may be shown, but there is none",
                "fill in name, or write no",
            )


def holder_page_has_consent(repository: Repository) -> Iterator[Finding]:
    """A person's own page is published only with a dated consent.

    `holder_page: yes` needs the day on which the person asked for it; without it there is no page.
    """
    for person in repository.recipients.values():
        if person.holder_page and person.consent_date is None:
            yield Finding(
                place_of(person, "holder_page"),
                "the person is to have a page, but no consent is recorded",
                "fill in consent_date, or write no",
            )


def consent_is_not_of_the_future(
    repository: Repository, *, today: datetime.date
) -> Iterator[Finding]:
    """A consent was given today or earlier.

    Two digits of a date are easily swapped.
    """
    for person in repository.recipients.values():
        if person.consent_date is not None and person.consent_date > today:
            yield Finding(
                place_of(person, "consent_date"),
                "this consent has a day that has not come yet",
                "write the day on which the person agreed",
            )


def public_files_name_no_person(repository: Repository) -> Iterator[Finding]:
    """Files that everybody can read name no recipient.

    What once was in a public Git history can't be taken back. Write the code in place of the name;
    an issuer's contact address belongs in the field `email`, where it is allowed. Names are found
    whatever their accents, capitals and order, also in names of files; `obit check --history` looks
    into all former versions.
    """
    persons = persons_of(repository)
    for path in sorted(repository.files):
        if not is_public(path):
            continue
        folder = _nameless(path, persons)
        if folder != path:  # which is not shown, and neither is a place in it
            kind = "folder" if "/" in path[len(folder) + 1 :] else "file"
            yield Finding(
                Location(folder),
                f"the name of a {kind} in this folder is that of a recipient",
                f"name the {kind} after what it holds, or after the day and the place of the session",
            )
        elif path.endswith(TEXTS):
            yield from _traces(path, repository.files[path], persons)


PUBLIC = ("badges/", "frameworks/", "issuers/", "pathways/", "templates/")
TEXTS = (".css", ".html", ".js", ".json", ".svg", ".yaml")


def is_public(path: str) -> bool:
    """Tell whether a file is one that everybody reads who reads the repository."""
    return path == SETTINGS or path.startswith(PUBLIC)


def _nameless(path: str, persons: Persons) -> str:
    """Return a path up to where it begins to name somebody."""
    while any(persons.names_in(path)) and "/" in path:
        path = path.rpartition("/")[0]
    return path


def _traces(path: str, data: bytes, persons: Persons) -> Iterator[Finding]:
    text = data.decode("utf-8-sig", "replace")
    places = Places(path, text)
    # An endorsement is signed by somebody else, who may give an address of its own.
    for span in persons.addresses_in(text, listed=path.endswith(".json")):
        yield Finding(
            places.of(span),
            "here is an e-mail address, and this file is public",
            "remove it; an issuer's contact address belongs in the field email of its issuer.yaml",
        )
    for span in persons.names_in(text):
        yield Finding(
            places.of(span),
            "here is the name of a recipient, and this file is public",
            "write the person's code, or nothing, in its place",
        )

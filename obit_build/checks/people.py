"""What is checked about people: consent, and that nothing public names them.

No message shows a name or an e-mail address: it would end up in public logs.
"""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import bisect
import datetime
import re
import unicodedata
from collections.abc import Iterator

from obit_build.checks.finding import Finding, place_of
from obit_build.model.profile import Organization
from obit_build.model.repository import Repository
from obit_build.problems import Location

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*")
_EMAIL = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


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
    an issuer's contact address belongs in the field `email`, where it is allowed.
    """
    names = _names(repository)
    contacts = _contacts(repository)
    for path in sorted(repository.files):
        if path == "obit.yaml" or (
            path.startswith(("badges/", "frameworks/", "issuers/", "pathways/"))
            and path.endswith(".yaml")
        ):
            public = _PublicText(path, repository.files[path])
            yield from _addresses_in(public, contacts)
            if names:
                yield from _names_in(public, names)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _contacts(repository: Repository) -> set[str]:
    """Collect the addresses that are meant to be public; a recipient's own never is."""
    found = {repository.settings.privacy.contact}
    for profile in repository.profiles.values():
        found |= {profile.email, profile.parent_org.email if profile.parent_org else None}
    organizations: list[object] = [badge.creator for badge in repository.achievements.values()]
    organizations += [award.source for award in repository.awards]
    private = {_plain(person.email) for person in repository.recipients.values() if person.email}
    found |= {
        o.email
        for o in organizations
        if isinstance(o, Organization) and _plain(o.email or "") not in private
    }
    return {_plain(address) for address in found if address}


def _names(repository: Repository) -> dict[str, set[tuple[str, ...]]]:
    """Index the names of two words and more by their first word, both ways round."""
    official = {_plain(profile.official or "") for profile in repository.profiles.values()}
    index: dict[str, set[tuple[str, ...]]] = {}
    for person in repository.recipients.values():
        words = tuple(_WORD.findall(_plain(person.name or "")))
        if len(words) > 1 and " ".join(words) not in official:
            for order in (words, (*words[1:], words[0])):
                index.setdefault(order[0], set()).add(order)
    return index


class _PublicText:
    """A file's text, with the places of its lines."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.text = data.decode("utf-8-sig", "replace")
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, start: int, end: int) -> Location:
        line = bisect.bisect_right(self.starts, start)
        return Location(self.path, line, start - self.starts[line - 1] + 1, end - start)


def _addresses_in(public: _PublicText, contacts: set[str]) -> Iterator[Finding]:
    if "@" not in public.text:
        return
    for found in _EMAIL.finditer(public.text):
        if _plain(found.group().rstrip(".")) not in contacts:
            yield Finding(
                public.place(*found.span()),
                "here is an e-mail address, and this file is public",
                "remove it; an issuer's contact address belongs in the field email of its issuer.yaml",
            )


def _names_in(public: _PublicText, names: dict[str, set[tuple[str, ...]]]) -> Iterator[Finding]:
    words = list(_WORD.finditer(public.text))
    plain = [_plain(word.group()) for word in words]
    for position, word in enumerate(plain):
        for name in names.get(word, ()):
            last = position + len(name) - 1
            if tuple(plain[position : last + 1]) == name:
                yield Finding(
                    public.place(words[position].start(), words[last].end()),
                    "here is the name of a recipient, and this file is public",
                    "write the person's code, or nothing, in its place",
                )

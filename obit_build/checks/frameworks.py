"""What is checked in frameworks: their names, their codes, and what alignments say about them."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

from collections.abc import Iterator

from obit_build import addresses
from obit_build.checks.alignments import groups
from obit_build.checks.finding import Finding, place_of, repeated, suggestion
from obit_build.model.achievement import Alignment
from obit_build.model.repository import Repository
from obit_build.reading.kinds import shown


def framework_name_is_given_once(repository: Repository) -> Iterator[Finding]:
    """A framework has one file.

    Alignments find their framework by its name; of two with the same name, one would stay empty.
    """
    frameworks = list(repository.frameworks.values())
    for position in repeated(framework.name.casefold() for framework in frameworks):
        framework = frameworks[position]
        yield Finding(
            place_of(framework, "name"),
            f'another file describes the framework "{shown(framework.name)}" already',
            "put all its entries into one file, or add the edition to one of the names",
        )


def framework_code_is_given_once(repository: Repository) -> Iterator[Finding]:
    """A code is given once in its framework.

    Each code is an address; capitals do not tell two apart on every computer.
    """
    for framework in repository.frameworks.values():
        for position in repeated(entry.code.casefold() for entry in framework.entries):
            entry = framework.entries[position]
            yield Finding(
                place_of(entry, "code"),
                f'the code "{shown(entry.code)}" is given twice',
                "remove one of the two",
            )


def framework_code_is_plain(repository: Repository) -> Iterator[Finding]:
    """A framework's code can be part of an address.

    Letters, digits, dots, hyphens, underscores, `~` and `+`, at most 100; it begins and ends with a
    letter or a digit, and does not end like the name of a web page.
    """
    for framework in repository.frameworks.values():
        for entry in framework.entries:
            if not addresses.PLAIN_CODE.fullmatch(entry.code):
                yield Finding(
                    place_of(entry, "code"),
                    f'the code "{shown(entry.code)}" can\'t be part of an address',
                    "write it with letters, digits, dots and hyphens",
                )


def alignment_leads_to_a_listed_entry(repository: Repository) -> Iterator[Finding]:
    """An alignment to this site's own pages leads to an entry of that framework.

    The address is inside every signed badge. It is `<site>/frameworks/<framework>/<code>/`; where
    the framework has a file, the file lists the code.
    """
    for alignment in (a for group in groups(repository) for a in group):
        if addresses.is_of_frameworks(repository.settings, alignment.target_url):
            yield from _unlisted(repository, alignment)


def _unlisted(repository: Repository, alignment: Alignment) -> Iterator[Finding]:
    base = repository.settings.base
    at = place_of(alignment, "target_url")
    found = addresses.entry_at(repository.settings, alignment.target_url)
    if found is None:
        yield Finding(
            at,
            "no entry of a framework can have this address",
            f"write {base}/frameworks/<framework>/<code>/",
        )
        return
    slug, code = found
    if alignment.target_code and alignment.target_code != code:
        yield Finding(
            at,
            f'the address is that of "{code}", but target_code is "{shown(alignment.target_code)}"',
            "write the same code in both",
        )
    framework = repository.frameworks.get(slug)
    codes = [entry.code for entry in framework.entries] if framework else [code]
    if code not in codes:
        advice = f"add the entry to frameworks/{slug}.yaml"
        yield Finding(
            at, f'frameworks/{slug}.yaml has no entry "{code}"', suggestion(code, codes, advice)
        )

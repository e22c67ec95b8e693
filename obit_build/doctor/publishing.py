"""What is published, and where: address, size, owners of files, people's data."""

# ruff: noqa: D401 - the docstring of a rule states it, not what the function does

from collections.abc import Iterator
from urllib.parse import urlsplit

from obit_build.doctor.facts import Surroundings
from obit_build.doctor.report import Symptom, hint, warning, wrong
from obit_build.hosting.security_txt import is_at_the_top

PAGES_LIMIT = 1_000_000_000
FILE_LIMIT = 100_000_000
EXAMPLES = ("example", "invalid", "localhost", "test")
EXAMPLE_HOSTS = ("example.com", "example.net", "example.org")
OWNED = ("/badges/", "/issuers/", "/obit.yaml")
"""Paths that decide what is signed; the files of workflows, beside them, decide by what."""


def address_is_a_real_one(around: Surroundings) -> Iterator[Symptom]:
    """The site's address is not an example."""
    if around.repository is None or around.repository.settings.specimen:
        return
    host = urlsplit(around.repository.settings.site).hostname or ""
    last = host.rpartition(".")[2]
    if last in EXAMPLES or ".".join(host.split(".")[-2:]) in EXAMPLE_HOSTS:
        yield warning(
            f"`site` in obit.yaml is an example ({host})",
            "the address is inside every signature and can't be changed after the first award",
            "write the address where the site will be, on a domain of your own",
        )


def address_is_where_it_is_published(around: Surroundings) -> Iterator[Symptom]:
    """The site's address fits the repository's pages, or the file CNAME."""
    if around.repository is None:
        return
    site = urlsplit(around.repository.settings.site)
    host, path = site.hostname or "", site.path.strip("/")
    if around.cname is not None and around.cname != host:
        yield wrong(
            f"CNAME says {around.cname}, `site` in obit.yaml says {host}",
            "badges name keys and lists at an address where nothing is",
            "write the same host into both",
        )
    owner, _, name = name_on_github(around.clone.remote).partition("/")
    if not host.endswith(".github.io") or not owner:
        return
    wanted = "" if name.lower() == host else name
    if host != f"{owner.lower()}.github.io" or path.lower() != wanted.lower():
        yield warning(
            f"`site` is {host}/{path}, but this repository's pages are at "
            f"{owner.lower()}.github.io/{wanted}",
            "badges name keys and lists at an address where nothing is",
            "correct `site`, or set a domain of your own for both",
        )


def name_on_github(remote: str) -> str:
    """Take ``owner/name`` out of a remote on github.com; empty for any other."""
    rest = remote.partition("github.com")[2].lstrip(":/").removesuffix("/").removesuffix(".git")
    owner, _, name = rest.partition("/")
    return f"{owner}/{name}" if owner and name and "/" not in name else ""


def weaknesses_can_be_reported(around: Surroundings) -> Iterator[Symptom]:
    """Somebody who finds a weakness of the site can learn whom to tell."""
    if around.repository is None or around.repository.settings.specimen:
        return
    settings = around.repository.settings
    named = settings.security.contact or settings.security.page
    if named is None:
        yield hint(
            "obit.yaml names nobody to whom a weakness of the site is reported",
            "who finds one does not know whom to tell, and tells nobody, or everybody",
            "write security: with a line contact: (an address that is read) into obit.yaml",
        )
    elif not is_at_the_top(settings):
        yield hint(
            "the site lies below a path, so it has no /.well-known/security.txt of its own",
            "the file is looked for at the top of a host only",
            f"ask whoever keeps the host to name {named} in theirs",
        )


def site_is_small_enough(around: Surroundings) -> Iterator[Symptom]:
    """The built site keeps to the limits of GitHub Pages."""
    built = around.built
    if built is None:
        return
    if built.bytes > PAGES_LIMIT * 8 // 10:
        make = wrong if built.bytes > PAGES_LIMIT else warning
        yield make(
            f"the built site has {built.bytes / 1e6:.0f} MB in {built.files} files",
            "GitHub Pages and GitLab.com take 1 GB",
            "use smaller pictures (300 KB is plenty for a badge), or another host",
        )
    if built.largest > FILE_LIMIT:
        yield wrong(
            f"{built.largest_path} has {built.largest / 1e6:.0f} MB",
            "GitHub takes no file over 100 MB",
            "make it smaller, or use another host",
        )


def what_decides_has_owners(around: Surroundings) -> Iterator[Symptom]:
    """CODEOWNERS names who has to agree to changes of what is signed, and by what."""
    run = [f"/{workflow.path.partition('/')[0]}/" for workflow in around.workflows]
    run += [f"/{around.pipeline.path}"] if around.pipeline else []
    if not run:
        return
    owned_paths = sorted({*run, *OWNED})
    folder = ".gitlab" if run[0] == "/.gitlab-ci.yml" else run[0].strip("/")
    fix = f"name approvers: of the issuers and let obit codeowners write {folder}/CODEOWNERS, or write it"
    if around.code_owners is None:
        yield warning(
            "there is no CODEOWNERS",
            "anybody who may write can approve any change, also of keys and workflows",
            f"{fix} with a line each for {', '.join(owned_paths)}",
        )
        return
    lines = [line.split() for line in around.code_owners.splitlines()]
    owned = [words[0] for words in lines if len(words) > 1 and not words[0].startswith("#")]
    without = [path for path in owned_paths if not any(_covers(own, path) for own in owned)]
    if without:
        yield warning(
            f"CODEOWNERS has no line for {', '.join(without)}",
            "nobody in particular has to agree to changes there",
            f"{fix} with a line for each",
        )


def _covers(pattern: str, path: str) -> bool:
    """Whether a line speaks of a path, or of something in it; ``*`` is for what nobody thought of."""
    bare = "/" + pattern.lstrip("/").replace("\\", "")  # on Forgejo they are regular expressions
    return pattern != "*" and bare.startswith(path)


def people_are_not_public(around: Surroundings) -> Iterator[Symptom]:
    """Names and addresses of people are not in a repository that everybody can read."""
    people = around.repository.recipients.values() if around.repository else ()
    # A list with more than codes beside one that is kept apart is an error of `obit check`.
    if around.people_apart or "recipients.csv" not in around.clone.tracked:
        return
    if not any(person.name or person.email for person in people):
        return
    seen = around.forge.repository if around.forge else None
    private = seen.get("private") if seen else None
    fix = (
        "keep recipients.csv elsewhere (`recipients:` in obit.yaml) and take it out of the history"
    )
    why = "what was once in a public repository stays with whoever has copied it"
    if private is False:
        yield wrong("names or addresses of people are in a public repository", why, fix)
    elif private is None:
        yield hint(
            "recipients.csv with names or addresses is in the repository",
            f"that is right only if nobody but you can read it; {why}",
            f"look who can read the repository; if everybody can, {fix}",
        )


def what_is_private_is_not_tracked(around: Surroundings) -> Iterator[Symptom]:
    """The folders .obit and build are not in the repository."""
    for path in sorted(around.clone.tracked & {".obit", "build"}):
        yield (wrong if path == ".obit" else warning)(
            f"{path}/ is in the repository",
            "it holds the preview key and may hold the ledger, which names every award's address"
            if path == ".obit"
            else "it is made from the other files, and would be published twice",
            f"git rm -r --cached {path}, and write /{path}/ into .gitignore",
        )

"""``/.well-known/security.txt``: to whom a weakness of the site is reported (RFC 9116).

Found only at the top of a host, so a site below a path has none of its own; and none is written
where obit.yaml names nobody. It expires a little less than a year after the time of publication
(section 2.5.5 asks for no more), which comes from the commit: same input, same bytes.
"""

import datetime
from urllib.parse import quote, urlsplit

from obit_build.model.settings import Settings

PATH = ".well-known/security.txt"
GOOD_FOR = datetime.timedelta(days=364)


def is_at_the_top(settings: Settings) -> bool:
    """Tell whether the site has its host for itself, so that this file can be found."""
    return not urlsplit(settings.base).path


def security_txt(settings: Settings, at: datetime.datetime) -> str | None:
    """Write the file; None where there is nobody to name or no place to find it."""
    security = settings.security
    contacts = [f"mailto:{quote(security.contact, safe='@')}"] if security.contact else []
    contacts += [security.page] if security.page else []
    if not contacts or not is_at_the_top(settings):
        return None
    expires = (at.astimezone(datetime.UTC) + GOOD_FOR).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"Contact: {contact}" for contact in contacts]
    lines += [f"Expires: {expires}", f"Preferred-Languages: {', '.join(settings.languages)}"]
    lines += [f"Canonical: {settings.base}/{PATH}"]
    lines += [f"Policy: {security.policy}"] if security.policy else []
    return "\n".join(lines) + "\n"


def expiry(text: str) -> datetime.datetime | None:
    """Return when such a file expires; None if it says so not exactly once, or in no way it may.

    Any offset from UTC is read (RFC 3339); names of fields are in any case (section 2.2).
    """
    said = [
        value.strip()
        for name, colon, value in (line.partition(":") for line in text.splitlines())
        if colon and name.strip().lower() == "expires"
    ]
    try:
        found = datetime.datetime.fromisoformat(said[0].upper()) if len(said) == 1 else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None

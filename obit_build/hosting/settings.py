"""Settings of web servers for one site: nginx, Apache, and the file ``_headers``.

Whatever the server, the same promises: types by the ending of names; every other site may read,
so that verifiers in a browser work; status lists are kept for a minute only; what does not exist
is answered with 404; no page but ``embed.html`` can be put into a frame; no address of an unlisted
award leaves by a Referer. Refuses a site's address with characters that could end a line of
these languages.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from urllib.parse import urlsplit

from obit_build.addresses import CHECKPOINT
from obit_build.errors import ArgumentError
from obit_build.hosting.media_types import TYPES, type_of

FRESH = "max-age=60"
"""For status lists and the checkpoint: a revocation counts within a minute (threat model, T23)."""
HTTPS = 443
USUAL = "max-age=600"
FRAMES = "frame-ancestors 'self'"

EVERYWHERE: Mapping[str, str] = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "*",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
    }
)
"""Headers for every file. Only a site that stays on https can be resolved as did:web."""

_FRAMED_AREAS = (
    "accessibility/*", "awards/:id/", "badges/*", "frameworks/*", "gallery/:id/", "holders/:id/",
    "issuers/*", "legal/*", "pathways/*", "privacy/*", "publication/*", "use/*", "verify/*",
)  # fmt: skip
_PLAIN_SITE = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]+)?/(?:[A-Za-z0-9._~-]+/)*")


def headers_file(languages: Sequence[str]) -> str:
    """Write the file ``_headers`` of Netlify and Cloudflare Pages.

    Rules that match the same address are joined there, so no two name the same header: pages in
    a frame are forbidden area by area, and how long copies are kept is left to the host's default,
    which is not at all. However many languages there are, the rules stay fewer than the hundred that
    Cloudflare reads.
    """
    lines = ["# Read by Netlify and Cloudflare Pages; other hosts ignore it.", "/*"]
    lines += [f"  {name}: {value}" for name, value in EVERYWHERE.items()]
    lines += [f"/{CHECKPOINT}", "  Content-Type: text/plain; charset=utf-8"]
    lines += ["/awards/:id/credential.jwt", f"  Content-Type: {TYPES['.jwt']}"]
    homes = ("/", *(f"/{language}/" for language in languages))
    areas = (f"{prefix}{area}" for prefix in ("/", "/:language/") for area in _FRAMED_AREAS)
    for page in (*homes, *areas):
        lines += [page, f"  Content-Security-Policy: {FRAMES}"]
    return "\n".join(lines) + "\n"


def _place(site: str) -> tuple[str, str, int]:
    """Take a site's address apart: host, path with its last slash, port."""
    address = site if site.endswith("/") else f"{site}/"
    if not _PLAIN_SITE.fullmatch(address):
        raise ArgumentError(
            "the site's address has characters that server settings would misread",
            fix="use plain letters, digits, dots and hyphens in `site` of obit.yaml",
        )
    parts = urlsplit(address)
    return parts.hostname or "", parts.path, parts.port or HTTPS


def _pattern(path: str) -> str:
    return re.escape(path).replace(r"\-", "-").replace(r"\~", "~")


def nginx(site: str, _languages: Sequence[str] = ()) -> str:
    """Write server blocks of nginx, with the lines that their keeper has to change marked."""
    kinds = ((kind.partition(";")[0], ending[1:]) for ending, kind in TYPES.items())
    return _filled(
        _NGINX,
        site,
        types="\n".join(f"        {kind:<28}{ending};" for kind, ending in kinds),
        headers="\n".join(
            f'    add_header {name} "{value}" always;' for name, value in EVERYWHERE.items()
        ),
    )


def apache(site: str, _languages: Sequence[str] = ()) -> str:
    """Write settings of Apache 2.4 that work in a ``.htaccess`` and in a ``<Directory>``."""
    kinds = ((kind.partition(";")[0], ending) for ending, kind in TYPES.items())
    return _filled(
        _APACHE,
        site,
        types="\n".join(f"AddType {kind} {ending}" for kind, ending in kinds),
        texts=" ".join(ending for ending, kind in TYPES.items() if "charset" in kind),
        headers="\n".join(
            f'Header always set {name} "{value}"' for name, value in EVERYWHERE.items()
        ),
    )


def _filled(template: str, site: str, **more: str) -> str:
    """Put a site's address and our rules into the places that ``@…@`` marks."""
    host, path, port = _place(site)
    values = {
        "host": host,
        "path": path,
        "port": str(port),
        "authority": host if port == HTTPS else f"{host}:{port}",
        "at": _pattern(path),
        "in": f", in {path[1:]}" if path != "/" else "",
        "checkpoint": CHECKPOINT,
        "frames": FRAMES,
        "fresh": FRESH,
        "usual": USUAL,
        **more,
    }
    return re.sub("@([A-Z]+)@", lambda mark: values[mark[1].lower()], template)


def object_headers(path: str) -> dict[str, str]:
    """Return what object storage has to keep with a file: its type, and how long copies may live."""
    fresh = path.startswith(("status/", "log/"))
    kind = TYPES[".txt"] if path == CHECKPOINT else type_of(path)
    return {"Content-Type": kind, "Cache-Control": FRESH if fresh else USUAL}


def object_rules() -> str:
    """Return a digest that changes when :func:`object_headers` would answer otherwise."""
    rules = json.dumps([dict(TYPES), CHECKPOINT, FRESH, USUAL], sort_keys=True)
    return sha256(rules.encode()).hexdigest()[:16]


_NGINX = """\
# nginx for https://@AUTHORITY@@PATH@, as `obit hosts nginx` prints it.
# Save it as /etc/nginx/conf.d/@HOST@.conf and change the lines that end with "yours". The content
# of build/ belongs into the folder of root@IN@.

map $uri $obit_keep {
    default "@USUAL@";
    "~^@AT@(?:status|log)/" "@FRESH@";
}
map $uri $obit_frames {
    default "@FRAMES@";
    "~/embed\\.html$" "";
}

server {
    listen      @PORT@ ssl;
    listen      [::]:@PORT@ ssl;
    server_name @HOST@;
    root        /var/www/@HOST@;                                     # yours
    ssl_certificate     /etc/letsencrypt/live/@HOST@/fullchain.pem;  # yours
    ssl_certificate_key /etc/letsencrypt/live/@HOST@/privkey.pem;    # yours
    access_log  off;  # addresses of unlisted awards don't belong into logs

    index             index.html;
    error_page        404 @PATH@404.html;
    error_page        403 =404 @PATH@404.html;  # a folder without a page
    absolute_redirect off;
    charset           utf-8;
    charset_types     text/css text/javascript text/plain;
    default_type      application/octet-stream;
    types {
@TYPES@
    }

@HEADERS@
    add_header Cache-Control $obit_keep always;
    add_header Content-Security-Policy $obit_frames always;

    location = @PATH@@CHECKPOINT@ { default_type text/plain; }
    location ~ /\\.(?!well-known(?:/|$)) { return 404; }
    location ~ ^@AT@(?:CNAME|_headers|_redirects)$ { return 404; }
}

server {
    listen      80;
    listen      [::]:80;
    server_name @HOST@;
    return      301 https://@AUTHORITY@$request_uri;
}
"""

_APACHE = """\
# Apache 2.4 for https://@AUTHORITY@@PATH@, as `obit hosts apache` prints it. It needs mod_alias, mod_dir,
# mod_headers and mod_mime. Save it as .htaccess beside index.html (AllowOverride All), or put it into
# the <Directory> of the site; there, add "Options -Indexes".

DirectoryIndex index.html
DirectorySlash On
ErrorDocument 404 @PATH@404.html

AddDefaultCharset Off
AddCharset UTF-8 @TEXTS@
@TYPES@
<Files "checkpoint">
    ForceType "text/plain; charset=utf-8"
</Files>

@HEADERS@
Header always set Cache-Control "@USUAL@"
<If "%{REQUEST_URI} =~ m#^@AT@(?:status|log)/#">
    Header always set Cache-Control "@FRESH@"
</If>
<If "! %{REQUEST_URI} =~ m#/embed\\.html$#">
    Header always set Content-Security-Policy "@FRAMES@"
</If>

RedirectMatch 404 "/\\.(?!well-known(?:/|$))"
RedirectMatch 404 "^@AT@(?:CNAME|_headers|_redirects)$"
# A list of these folders would tell the addresses of unlisted pages.
RedirectMatch 404 "^@AT@(?:[^/]+/)?(?:awards|holders)/$"
"""


def netlify(_site: str, languages: Sequence[str] = ()) -> str:
    """Write what the built site holds as ``_headers``."""
    return headers_file(languages)


SETTINGS: Mapping[str, Callable[[str, Sequence[str]], str]] = MappingProxyType(
    {"apache": apache, "netlify": netlify, "nginx": nginx}
)
"""Server → its settings, from a site's address and languages."""

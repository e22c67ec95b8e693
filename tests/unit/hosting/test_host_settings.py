"""What is printed for web servers. The text itself was tried on nginx 1.22 and Apache 2.4."""

import re
from pathlib import Path

import pytest

from obit_build.errors import ArgumentError
from obit_build.hosting.hosts import HOSTS, headers_of, read_rules
from obit_build.hosting.media_types import TYPES, type_of
from obit_build.hosting.settings import (
    EVERYWHERE,
    SETTINGS,
    apache,
    headers_file,
    nginx,
    object_headers,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "site"
SITE = "https://org.github.io/badges/"
RULES = read_rules(headers_file(["fr", "en"]))


def sent(path):
    file = f"{path[1:]}index.html" if path.endswith("/") else path[1:]
    return headers_of(HOSTS["netlify"], file, path, RULES)


def test_every_type_of_ours_is_in_the_settings_of_both_servers():
    for ending, kind in TYPES.items():
        bare = kind.partition(";")[0]
        assert re.search(rf"^ {{8}}{re.escape(bare)} +{ending[1:]};$", nginx(SITE), re.MULTILINE)
        assert f"\nAddType {bare} {ending}\n" in apache(SITE)


def test_every_header_is_in_the_settings_of_both_servers():
    for name, value in EVERYWHERE.items():
        assert f'    add_header {name} "{value}" always;\n' in nginx(SITE)
        assert f'Header always set {name} "{value}"\n' in apache(SITE)


def test_the_sites_own_path_is_in_what_depends_on_it():
    assert "    error_page        404 /badges/404.html;\n" in nginx(SITE)
    assert '    "~^/badges/(?:status|log)/" "max-age=60";\n' in nginx(SITE)
    assert "    location = /badges/log/checkpoint { default_type text/plain; }\n" in nginx(SITE)
    assert "ErrorDocument 404 /badges/404.html\n" in apache(SITE)


def test_a_port_of_its_own_is_listened_on_and_redirected_to():
    text = nginx("https://badges.example.org:8443")

    assert "listen      8443 ssl;\n" in text
    assert "    return      301 https://badges.example.org:8443$request_uri;\n" in text
    assert "    return      301 https://org.github.io$request_uri;\n" in nginx(SITE)


def test_braces_and_quotes_are_balanced():
    for write in SETTINGS.values():
        text = "\n".join(
            line.partition("  # ")[0]
            for line in write(SITE, ["fr"]).splitlines()
            if line[:1] != "#"
        )
        assert text.count("{") == text.count("}")
        assert text.count('"') % 2 == 0


@pytest.mark.parametrize(
    "site",
    [
        'https://badges.example.org/"; }',
        "https://badges.example.org/a b/",
        "https://badges.example.org/$uri/",
        "https://badges.example.org/x;/",
        "https://badges.example.org/x\n/",
    ],
)
@pytest.mark.parametrize("write", [nginx, apache])
def test_an_address_that_could_end_a_line_is_refused(site, write):
    with pytest.raises(ArgumentError, match=r"^the site's address has characters that server "):
        write(site)


def test_no_two_rules_for_the_same_address_name_the_same_header():
    for path in ("/", "/fr/", "/awards/x/", "/fr/awards/x/", "/badges/y/", "/log/checkpoint"):
        names = [n for pattern, pairs in RULES if pattern.fullmatch(path) for n, _ in pairs]
        assert len(names) == len(set(names)), path


def test_a_page_can_not_be_framed_but_for_the_one_that_is_made_for_it():
    pages = {f"/{path.relative_to(GOLDEN).parent}/" for path in GOLDEN.rglob("*/index.html")}
    assert {"/en", "/privacy"} <= {page.rstrip("/") for page in pages}

    for path in ("/", "/holders/x/", "/fr/holders/x/", *sorted(pages)):
        assert sent(path).get("Content-Security-Policy") == "frame-ancestors 'self'", path
    for path in ("/awards/x/embed.html", "/gallery/valid/embed.html"):
        assert "Content-Security-Policy" not in sent(path)


def test_a_site_in_many_languages_stays_below_the_hundred_rules_that_cloudflare_reads():
    rules = headers_file([f"x{n}" for n in range(24)])

    assert len([line for line in rules.splitlines() if line.startswith("/")]) < 100


def test_a_folder_of_unlisted_pages_is_never_listed():
    assert "    error_page        403 =404 /badges/404.html;" in nginx(SITE)
    refused = re.findall(r'^RedirectMatch 404 "(.+)"$', apache(SITE), re.MULTILINE)
    for path in (
        "/badges/awards/",
        "/badges/fr/awards/",
        "/badges/holders/",
        "/badges/nl/holders/",
    ):
        assert any(re.search(pattern, path) for pattern in refused), path
    assert not [p for p in refused if re.search(p, "/badges/awards/x/")]


def test_other_sites_may_read_and_files_without_a_known_ending_have_a_type():
    assert sent("/awards/x/credential.json")["Access-Control-Allow-Origin"] == "*"
    assert sent("/log/checkpoint")["Content-Type"] == "text/plain; charset=utf-8"
    assert sent("/awards/x/credential.jwt")["Content-Type"] == type_of("credential.jwt")


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("awards/x/credential.jwt", "application/vc+jwt", "max-age=600"),
        ("log/checkpoint", "text/plain; charset=utf-8", "max-age=60"),
        ("status/a/1.json", "application/json", "max-age=60"),
    ],
)
def test_object_storage_keeps_type_and_lifetime_with_each_file(path, kind, kept):
    assert object_headers(path) == {"Content-Type": kind, "Cache-Control": kept}

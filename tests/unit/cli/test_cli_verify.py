"""``obit verify``: files, pages, languages, formats, trust."""

import json

import pytest
from click.testing import CliRunner
from signed_badges import DID, DID_URL, a_world, as_bytes
from signed_tokens import a_token

from obit_build.cli import verifying
from obit_build.errors import FetchError

PAGE = "https://badges.example/awards/x/"
AT = ["--at", "2026-06-01T12:00:00Z"]


class Web:
    """The web, as the command sees it: files by address."""

    def __init__(self, files):
        self.files = files
        self.asked = []

    def __call__(self):
        return self.fetch

    def fetch(self, url):
        self.asked.append(url)
        if url not in self.files:
            raise FetchError(f"{url} is not on this web", fix="try again later")
        return self.files[url]


@pytest.fixture
def web(monkeypatch):
    world = a_world()
    on_it = {
        DID_URL: as_bytes(world.did),
        "https://badges.example/status/centre/1.json": as_bytes(world.revocations),
    }
    found = Web(on_it)
    found.badge = as_bytes(world.badge)
    monkeypatch.setattr(verifying, "WebFetcher", found)
    return found


def obit(*arguments):
    return CliRunner().invoke(verifying.verify, [*arguments, *AT])


def page(head=""):
    return f"<!DOCTYPE html><html><head>{head}</head><body></body></html>".encode()


class TestPages:
    def test_the_folder_of_an_award_answers_with_its_credential(self, web):
        web.files[f"{PAGE}credential.json"] = web.badge

        assert obit(PAGE).output.startswith(f"{PAGE}: ✓ valid\n")
        assert web.asked[0] == f"{PAGE}credential.json"

    @pytest.mark.parametrize("url", [PAGE, "https://badges.example/view?id=7"])
    def test_a_page_leads_to_the_credential_that_it_names(self, web, url):
        link = '<link rel="alternate" type="application/vc" href="/files/7.json">'
        web.files[url] = page(link)
        web.files["https://badges.example/files/7.json"] = web.badge

        assert obit(url).output.startswith(f"{url}: ✓ valid\n")

    @pytest.mark.parametrize(
        ("url", "beside"),
        [
            ("https://badges.example/awards/x", "https://badges.example/awards/x/credential.json"),
            (f"{PAGE}index.html", f"{PAGE}credential.json"),
            (f"{PAGE}index.html?lang=nl", f"{PAGE}credential.json"),
        ],
    )
    def test_a_page_that_names_none_is_asked_for_the_one_beside_it(self, web, url, beside):
        web.files[url] = page()
        web.files[beside] = web.badge

        assert obit(url).output.startswith(f"{url}: ✓ valid\n")

    def test_a_page_without_a_credential_is_no_badge(self, web):
        web.files[PAGE] = page()

        done = obit(PAGE)

        assert done.exit_code == 1
        assert (
            "This is neither a badge as a picture (PNG, SVG) or PDF, nor a credential (JSON or token)."
            in done.output
        )

    def test_an_address_that_does_not_answer_is_an_error_of_the_network(self, web):
        done = obit("https://badges.example/gone.json")

        assert isinstance(done.exception, FetchError)


@pytest.fixture
def badge(tmp_path, web):
    path = tmp_path / "badge.json"
    path.write_bytes(web.badge)
    return path


class TestFormats:
    def test_a_token_in_a_file_is_read(self, tmp_path, web):
        world = a_token()
        web.files[DID_URL] = as_bytes(world.did)
        path = tmp_path / "badge.jwt"
        path.write_text(world.token + "\n")

        assert obit(str(path)).output.startswith(f"{path}: ✓ valid\n")

    def test_dutch(self, badge):
        assert obit(str(badge), "--lang", "nl").output.startswith(f"{badge}: ✓ geldig\n")

    def test_json_has_a_short_form_and_speaks_french(self, badge):
        long, short = (obit(str(badge), "--lang", "fr", *form) for form in (("--format", "json"), ("--json",)))  # fmt: skip

        assert long.output == short.output
        report = json.loads(long.output)
        assert report["summary"] == "1 au total : 1 valable"
        assert report["reports"][0]["steps"][0]["message"] == "Le fichier a une taille raisonnable."

    def test_csv_of_many(self, badge, tmp_path):
        other = tmp_path / "other.json"
        other.write_text("{}")

        done = obit(str(badge), str(other), "--format", "csv")

        lines = done.output.splitlines()
        assert done.exit_code == 1
        assert lines[0].startswith("source,verdict,state,reason,message,fix,badge,")
        assert lines[1].startswith(f"{badge},valid,valid,")
        assert lines[2].startswith(f"{other},invalid,invalid,version.not-a-badge,This is not an ")


class TestTrust:
    def test_a_known_issuer_is_named(self, badge, tmp_path):
        trust = tmp_path / "trust.yaml"
        trust.write_text(f"- id: {DID}\n  name: Notre centre\n")

        done = obit(str(badge), "--trust", str(trust))

        assert done.exit_code == 0
        assert done.output.split("\n")[1] == "  Notre centre is an issuer that you recognise."

    def test_an_unknown_issuer_leaves_the_verdict_alone(self, badge, tmp_path):
        trust = tmp_path / "trust.yaml"
        trust.write_text("")

        done = obit(str(badge), "--trust", str(trust))

        assert done.exit_code == 0
        assert done.output.startswith(
            f"{badge}: ✓ valid\n  The signature is fine, but we can't tell you who owns this key: {DID} "
        )

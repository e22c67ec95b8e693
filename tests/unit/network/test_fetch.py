"""Where keys and lists may come from, against a real TLS server on this machine's loopback."""

import contextlib
import datetime
import http.server
import json
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from obit_build.errors import FetchError, GoneError, SourceError
from obit_build.network.fetch import (
    Offline,
    SiteFolder,
    WebFetcher,
    base_of,
    credentials_in,
    load_source,
)
from obit_build.network.public_hosts import is_public, split_https

HOST = "badges.example"
PUBLIC = "93.184.215.14"
MIB = 1024 * 1024

NUMERIC_AND_STRANGE = [
    "http://badges.example/did.json",
    "ftp://badges.example/",
    "file:///etc/passwd",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.0.0.0x1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://①②⑦.⓪.⓪.①/",
    "https://localhost/",
    "https://intranet/",
    "https://badges.example@evil.example/",
    "https://user:pass@badges.example/",
    "https://badges.example\\@evil.example/",
    "https://badges.example:99999/",
    "https://badges.example:x/",
    "https://badges..example/",
    "https://-badges.example/",
    "https://badges.example./",
    "https://bad ges.example/",
    "https://badges.example/a b",
    "https://badges.example/\r\nHost: evil",
    "https://badges.example/\t",
    "https://bücher.example/",
    "https://",
    "https:///did.json",
    "//badges.example/",
    "badges.example",
    "",
    "https://badges.example/" + "a" * 2000,
]

SPECIAL = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",  # noqa: S104 - nothing is bound here
    "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1",
    "::ffff:93.184.215.14", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
    "3fff::1", "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1", "not an address", "",
]  # fmt: skip


@pytest.mark.parametrize("url", NUMERIC_AND_STRANGE)
def test_only_named_https_hosts_are_asked(url):
    with pytest.raises(FetchError, match=r"is not a public https address$"):
        split_https(url)


@pytest.mark.parametrize(
    "url",
    ["https://badges.example/did.json", "https://xn--bcher-kva.example:8443/a?b", "https://a.b.co"],
)
def test_ordinary_addresses_are_fine(url):
    assert split_https(url).scheme == "https"


@pytest.mark.parametrize("address", SPECIAL)
def test_special_networks_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "172.32.0.1"]
)
def test_public_networks_are_public(address):
    assert is_public(address)


# --- the web, played by a server on the loopback ---


def _certificate(host):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    today = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today)
        .not_valid_after(today + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    """A certificate for badges.example that a context of ours trusts."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = _certificate(HOST)
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from the server's table; a callable answers for itself."""

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path, (404, {}, b""))
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that hang up are what is tested."""


@pytest.fixture
def web(identity):
    """A server, and a fetcher whose every connection ends there."""
    tls, trusting = identity
    with Server(("127.0.0.1", 0), Handler) as server:
        server.answers, server.asked, server.connected = {}, [], []
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()

        def fetcher(*, addresses=(PUBLIC,), tls=trusting, seconds=5.0):
            def connect(address, port, timeout):
                server.connected.append((address, port))
                return socket.create_connection(
                    ("127.0.0.1", server.server_address[1]), timeout=timeout
                )

            return WebFetcher(
                resolve=lambda _host, _port: list(addresses),
                connect=connect,
                tls=tls,
                seconds=seconds,
            )

        server.fetcher = fetcher
        yield server
        server.shutdown()
        thread.join()


def ok(body):
    return (200, {}, body)


def test_a_file_is_fetched_from_the_address_that_was_checked(web):
    web.answers["/did.json?x=1"] = ok(b"{}")

    data = web.fetcher()(f"https://{HOST}/did.json?x=1")

    assert data == b"{}"
    assert web.connected == [(PUBLIC, 443)]
    headers = web.asked[0][1]
    assert headers["Host"] == HOST
    assert headers["Accept-Encoding"] == "identity"


def test_each_address_is_asked_once_and_so_is_each_failure(web):
    web.answers["/1.json"] = ok(b"list")
    fetch = web.fetcher()

    for _ in range(3):
        assert fetch(f"https://{HOST}/1.json") == b"list"
        with pytest.raises(FetchError, match=f"^{HOST} answers with the error 404$"):
            fetch(f"https://{HOST}/2.json")

    assert [path for path, _ in web.asked] == ["/1.json", "/2.json"]


def test_what_was_taken_down_for_good_is_told_from_what_fails(web):
    web.answers["/1.json"] = (410, {}, b"")
    fetch = web.fetcher()

    for _ in range(2):
        with pytest.raises(GoneError, match=f"^{HOST} answers that it was taken down for good$"):
            fetch(f"https://{HOST}/1.json")


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["64:ff9b::7f00:1"], []], ids=str
)
def test_a_host_that_leads_inside_is_not_even_connected_to(web, addresses):
    with pytest.raises(
        FetchError, match=f"^{HOST} does not lead to the public internet, so it is not asked$"
    ):
        web.fetcher(addresses=addresses)(f"https://{HOST}/")

    assert web.connected == []


def test_a_host_that_does_not_exist_is_said_to():
    def nobody(_host, _port):
        raise socket.gaierror

    with pytest.raises(FetchError, match=f"^there is no site called {HOST}$"):
        WebFetcher(resolve=nobody)(f"https://{HOST}/")


def test_a_site_with_a_certificate_that_nobody_vouches_for_is_refused(web):
    strict = ssl.create_default_context()

    with pytest.raises(FetchError, match=f"^{HOST} has no valid certificate "):
        web.fetcher(tls=strict)(f"https://{HOST}/")

    assert web.asked == []


def test_a_certificate_for_another_host_is_refused(web):
    with pytest.raises(FetchError, match=r"^other\.example has no valid certificate "):
        web.fetcher()("https://other.example/")


def test_a_redirect_within_the_site_is_followed(web):
    web.answers["/a"] = (302, {"Location": "/b"}, b"")
    web.answers["/b"] = (301, {"Location": f"https://{HOST}/c"}, b"")
    web.answers["/c"] = ok(b"here")

    assert web.fetcher()(f"https://{HOST}/a") == b"here"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://other.example/a", "badges.example sends us on to another site"),
        (f"https://{HOST}:8443/a", "badges.example sends us on to another site"),
        (f"http://{HOST}/a", '"http://badges.example/a" is not a public https address'),
        ("https://127.0.0.1/", '"https://127.0.0.1/" is not a public https address'),
        ("/loop", "badges.example sends us in circles"),
        ("//[", "badges.example sends us on to no address at all"),
        ("https://[::1", "badges.example sends us on to no address at all"),
        ("", "badges.example sends us on to no address at all"),
    ],
)
def test_a_redirect_elsewhere_is_refused(web, location, words):
    web.answers["/loop"] = (307, {"Location": location}, b"")

    with pytest.raises(FetchError) as caught:
        web.fetcher()(f"https://{HOST}/loop")

    assert caught.value.message == words
    assert len(web.connected) <= 4


def test_a_site_that_sends_one_byte_at_a_time_runs_out_of_time(web):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.05)

    web.answers["/slow"] = drip

    with pytest.raises(FetchError, match=f"^{HOST} did not answer within 0.5 seconds$"):
        web.fetcher(seconds=0.5)(f"https://{HOST}/slow")


def test_a_resolver_that_never_answers_runs_out_of_time():
    release = threading.Event()

    def never(_host, _port):
        release.wait(10)
        return []

    with pytest.raises(FetchError, match=f"^{HOST} did not answer within 0.2 seconds$"):
        WebFetcher(resolve=never, seconds=0.2)(f"https://{HOST}/")
    release.set()


def test_an_endless_answer_is_cut_at_2_mib(web):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(bytes(65536))

    web.answers["/endless"] = endless

    with pytest.raises(FetchError, match=f"^{HOST} sends more than 2 MiB$"):
        web.fetcher()(f"https://{HOST}/endless")


def test_exactly_2_mib_are_fine(web):
    web.answers["/big"] = ok(bytes(2 * MIB))

    assert len(web.fetcher()(f"https://{HOST}/big")) == 2 * MIB


def test_an_answer_that_is_cut_off_is_noticed(web):
    web.answers["/cut"] = (200, {"Content-Length": "100"}, b"short")

    with pytest.raises(FetchError, match=f"^{HOST} stopped in the middle of its answer$"):
        web.fetcher()(f"https://{HOST}/cut")


def test_a_compressed_answer_is_refused(web):
    web.answers["/gzip"] = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")

    with pytest.raises(
        FetchError, match=f"^{HOST} sends a compressed answer that nobody asked for$"
    ):
        web.fetcher()(f"https://{HOST}/gzip")


def test_nonsense_in_place_of_http_is_said_to(web):
    web.answers["/x"] = lambda handler: handler.wfile.write(b"hello\r\n\r\n")

    with pytest.raises(FetchError, match=rf"^{HOST} can't be reached \(BadStatusLine\)$"):
        web.fetcher()(f"https://{HOST}/x")


def test_a_host_that_refuses_is_tried_at_its_other_addresses():
    tried = []

    def refuse(address, _port, _seconds):
        tried.append(address)
        raise ConnectionRefusedError

    fetch = WebFetcher(resolve=lambda _h, _p: [PUBLIC, "8.8.8.8", PUBLIC], connect=refuse)

    with pytest.raises(FetchError, match=rf"^{HOST} can't be reached \(ConnectionRefusedError\)$"):
        fetch(f"https://{HOST}/")
    assert tried == [PUBLIC, "8.8.8.8"]


def test_offline_fetches_nothing():
    with pytest.raises(FetchError, match=r"^https://a\.example/ was not fetched: we are offline$"):
        Offline()("https://a.example/")


# --- a folder that is a site ---

DID = "did:web:org.github.io:badges:issuers:centre"
BASE = "https://org.github.io/badges"


@pytest.fixture
def site(tree):
    return tree(
        {
            "issuers/centre/did.json": json.dumps({"id": DID}),
            "status/centre/1.json": "list",
            "awards/a/credential.json": "{}",
            "awards/a/badge.png": b"png",
            "awards/a/badge.svg": "svg",
            "awards/a/index.html": "page",
            "awards/b/credential.json": "{}",
        }
    )


def test_a_folder_answers_for_its_own_site(site):
    fetch = SiteFolder(site)

    assert fetch.base_url == BASE
    assert fetch(f"{BASE}/status/centre/1.json") == b"list"


def test_the_address_can_be_given(site):
    assert (
        SiteFolder(site, "https://x.example/")("https://x.example/status/centre/1.json") == b"list"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/badges/status/centre/1.json",
        "https://org.github.io/status/centre/1.json",
        f"{BASE}/../status/centre/1.json",
        f"{BASE}/status/%2e%2e/status/centre/1.json",
        f"{BASE}/status%2fcentre%2f1.json",
        f"{BASE}//status/centre/1.json",
        f"{BASE}/status/centre/1.json?x",
        f"{BASE}/status/centre/1.json#x",
        f"{BASE}/status\\centre\\1.json",
        f"{BASE}/status/centre/1.json%00",
        f"{BASE}.evil.example/status/centre/1.json",
        f"{BASE}/",
    ],
)
def test_a_folder_answers_for_nothing_else(site, url):
    with pytest.raises(
        FetchError, match=r"does not belong to this folder's site, and we are offline$"
    ):
        SiteFolder(site)(url)


def test_a_file_that_is_missing_is_said_to(site):
    with pytest.raises(
        FetchError, match=f"^the folder has no file for {BASE}/status/centre/2.json$"
    ):
        SiteFolder(site)(f"{BASE}/status/centre/2.json")


def test_a_folder_is_no_file(site):
    with pytest.raises(FetchError, match=f"^the folder has no file for {BASE}/status$"):
        SiteFolder(site)(f"{BASE}/status")


@pytest.mark.parametrize("name", ["status/centre/2.json", "elsewhere"])
def test_links_are_not_followed(site, tmp_path_factory, name):
    secret = tmp_path_factory.mktemp("secret")
    (secret / "2.json").write_text("secret")
    (site / name).symlink_to(secret / "2.json" if name.endswith(".json") else secret)
    url = f"{BASE}/{name}" if name.endswith(".json") else f"{BASE}/{name}/2.json"

    with pytest.raises(FetchError, match="does not belong to this folder's site"):
        SiteFolder(site)(url)


def test_a_huge_file_of_the_folder_is_refused(site):
    (site / "status/centre/1.json").write_bytes(bytes(2 * MIB + 1))

    with pytest.raises(FetchError, match=r"is larger than 2 MiB$"):
        SiteFolder(site)(f"{BASE}/status/centre/1.json")


@pytest.mark.parametrize(
    ("did", "base"),
    [
        ("did:web:a.example:issuers:centre", "https://a.example"),
        ("did:web:localhost%3A8443:x:y:issuers:centre", "https://localhost:8443/x/y"),
        ("did:web:a.example:issuers:other", None),
        ("did:key:z6Mk", None),
        (5, None),
    ],
)
def test_a_sites_address_follows_from_its_key_document(tree, did, base):
    assert base_of(tree({"issuers/centre/did.json": json.dumps({"id": did})})) == base


def test_a_folder_without_key_documents_is_no_site(tree):
    folder = tree({"issuers/centre/did.json": "[", "x.txt": ""})

    assert base_of(folder) is None
    with pytest.raises(FetchError, match="does not belong to this folder's site"):
        SiteFolder(folder)("https://a.example/x.txt")


def test_the_credentials_of_a_site_are_listed_in_order(site):
    (site / "awards/b/badge.png").symlink_to(site / "awards/a/badge.png")

    found = [path.relative_to(site).as_posix() for path in credentials_in(site)]

    assert found == [
        "awards/a/badge.png",
        "awards/a/badge.svg",
        "awards/a/credential.json",
        "awards/b/credential.json",
    ]


# --- what a person names ---


def test_a_file_is_read(site):
    assert load_source(str(site / "awards/a/badge.png"), Offline()) == b"png"


def test_a_file_is_read_no_further_than_the_verifier_needs(tree):
    folder = tree({"x": bytes(3 * MIB)})

    assert len(load_source(str(folder / "x"), Offline())) == 2 * MIB + 1


def test_an_awards_page_leads_to_its_credential():
    asked = []

    load_source("https://a.example/awards/x/", lambda url: asked.append(url) or b"")

    assert asked == ["https://a.example/awards/x/credential.json"]


def test_a_missing_file_is_said_to(tmp_path):
    with pytest.raises(SourceError) as caught:
        load_source(str(tmp_path / "x.png"), Offline())

    assert caught.value.message.endswith("x.png can't be read (no such file)")
    assert caught.value.fix == "check the path, or give an https address"


def test_a_folder_is_not_a_badge(tmp_path):
    with pytest.raises(SourceError, match=r" is a folder$"):
        load_source(str(tmp_path), Offline())

import pytest

from obit_build.errors import ArgumentError
from obit_build.ledger.address import FORM, FolderPlace, GitPlace, read_place

FORMS = [
    ("git:origin", GitPlace("origin", "obit-ledger")),
    ("git:origin#records", GitPlace("origin", "records")),
    ("git:up_stream.2#a/b-c.d", GitPlace("up_stream.2", "a/b-c.d")),
    ("git:https://forge.example/centre/ledger.git", GitPlace("https://forge.example/centre/ledger.git")),
    ("git:https://forge.example:8443/x#y", GitPlace("https://forge.example:8443/x", "y")),
    ("git:ssh://git@forge.example:2222/centre/ledger.git", GitPlace("ssh://git@forge.example:2222/centre/ledger.git")),
    ("git:git@forge.example:centre/ledger.git", GitPlace("git@forge.example:centre/ledger.git")),
    ("git:/srv/ledger.git", GitPlace("/srv/ledger.git")),
    ("git:../ledger.git#main", GitPlace("../ledger.git", "main")),
    (".obit/ledger", FolderPlace(".obit/ledger")),
    ("/srv/un dossier", FolderPlace("/srv/un dossier")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place"), FORMS)
def test_a_place_is_a_folder_or_a_branch(text, place):
    assert read_place(text) == place


def test_only_a_plain_word_is_the_name_of_a_remote():
    assert GitPlace("origin").is_name
    assert not any(place.is_name for text, place in FORMS[3:9])
    assert GitPlace("origin", "a/b").ref == "refs/heads/a/b"


@pytest.mark.parametrize(
    "text",
    [
        "", "git:", "git:#x", "git:-x", "git:--upload-pack=x", "git:ext::sh -c x", "git:http://forge.example/x",
        "git:git://forge.example/x", "git:file:///x", "git:ssh://-oProxyCommand=x/y", "git:git@-oProxyCommand=x:y",
        "git:a/b", "git:https://forge.example/a b", "git:https://forge.example/\x1b[0m", "git:https://forge.example",
        "git:/srv/" + "x" * 500, "x\n", "x" * 501,
    ],
)  # fmt: skip
def test_what_could_be_more_than_a_place_is_refused(text):
    with pytest.raises(ArgumentError) as caught:
        read_place(text)
    assert (caught.value.message, caught.value.fix) == (
        "this is not a place where a ledger can be",
        FORM,
    )


@pytest.mark.parametrize(
    "branch",
    ["-x", "--force", "a b", "a..b", "a//b", "/a", "a/", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "$(x)", "a;b", "@{-1}",
     "a~1", "a^", "a:b", "x" * 101],
)  # fmt: skip
def test_a_branch_has_a_plain_name(branch):
    with pytest.raises(ArgumentError) as caught:
        read_place(f"git:origin#{branch}")
    assert caught.value.message == "the ledger's branch has a name that obit does not use"


@pytest.mark.parametrize("who", ["user", "user:secret", ":secret"])
def test_a_password_is_never_part_of_the_address(who):
    with pytest.raises(ArgumentError) as caught:
        read_place(f"git:https://{who}@forge.example/x.git")
    assert caught.value.message == "the ledger's address holds a user's name or a password"
    assert "secret" not in caught.value.fix

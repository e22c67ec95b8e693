import pytest

from obit_build.errors import ArgumentError
from obit_build.publishing.storage_address import StorageAddress, read_endpoint, read_storage

NO_BUCKET = "this is not the address of a bucket"
NO_FOLDER = "the folder in the bucket has characters that addresses can't have as they are"
NO_SERVER = "the endpoint is not the address of a server"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("s3://badges", StorageAddress("badges")),
        ("s3://badges/", StorageAddress("badges")),
        ("s3://badges.example/a/b-c", StorageAddress("badges.example", "a/b-c")),
        ("s3://badges/a/", StorageAddress("badges", "a")),
    ],
)
def test_a_bucket_and_a_folder_in_it_are_read(text, address):
    assert read_storage(text) == address


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("badges", NO_BUCKET),
        ("https://badges/", NO_BUCKET),
        ("s3://AKIA:secret@badges/x", NO_BUCKET),
        ("s3://Badges", NO_BUCKET),
        ("s3:///x", NO_BUCKET),
        ("s3://badges//x", NO_FOLDER),
        ("s3://badges/../x", NO_FOLDER),
        ("s3://badges/a?b", NO_FOLDER),
        ("s3://badges/\u00e9", NO_FOLDER),
    ],
)
def test_anything_else_is_refused_and_not_repeated(text, message):
    with pytest.raises(ArgumentError) as caught:
        read_storage(text)

    assert caught.value.message == message
    assert "secret" not in caught.value.fix


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("https://s3.example.org", "https://s3.example.org"),
        ("https://s3.example.org:9000/", "https://s3.example.org:9000"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_a_server_is_asked_over_https_or_on_this_computer(text, server):
    assert read_endpoint(text) == server


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://s3.example.org", "the storage would be asked without encryption"),
        ("https://key:secret@s3.example.org", NO_SERVER),
        ("https://s3.example.org/bucket", NO_SERVER),
        ("https://s3.example.org?x=1", NO_SERVER),
        ("s3.example.org", NO_SERVER),
        ("https://[", NO_SERVER),
        ("https://x:y", NO_SERVER),
    ],
)
def test_another_server_is_refused_and_not_repeated(text, message):
    with pytest.raises(ArgumentError) as caught:
        read_endpoint(text)

    assert caught.value.message == message
    assert "secret" not in caught.value.fix

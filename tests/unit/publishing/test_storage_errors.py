import pytest

from obit_build.publishing.storage_errors import storage_error

BODY = "Server returned non-2xx status code: {} X: <Error><Code>{}</Code><AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>"


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("GenericError", BODY.format(404, "NoSuchBucket"), "there is no bucket badges"),
        (
            "GenericError",
            BODY.format(403, "ExpiredToken"),
            "s3.example does not take these credentials (ExpiredToken)",
        ),
        (
            "PermissionDeniedError",
            BODY.format(403, "AccessDenied"),
            "these credentials may not write to the bucket",
        ),
        ("UnauthenticatedError", "", "these credentials may not write to the bucket"),
        (
            "GenericError",
            "Received redirect without LOCATION, this normally indicates a wrong region",
            "the bucket badges is in another region",
        ),
        (
            "GenericError",
            BODY.format(400, "AuthorizationHeaderMalformed"),
            "the bucket badges is in another region",
        ),
        (
            "GenericError",
            BODY.format(503, "SlowDown"),
            "s3.example answers with the error 503 SlowDown",
        ),
        ("GenericError", "HTTP error: error sending request", "s3.example does not answer"),
        ("PreconditionError", "", "another run has stored something there meanwhile"),
    ],
)
def test_an_answer_is_told_in_words_and_never_repeated(kind, text, message):
    error = storage_error(
        kind, text, bucket="badges", server="s3.example", what="write to the bucket"
    )

    assert error.message == message
    assert "AKIA" not in error.message + error.fix

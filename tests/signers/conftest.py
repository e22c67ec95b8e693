"""One bench of real places for all tests of signers."""

from collections.abc import Iterator

import pytest
from places import Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("signers"))
    with made.ending:
        yield made

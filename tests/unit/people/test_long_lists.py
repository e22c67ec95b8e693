"""A long people list: nobody's line is kept, and everybody is found."""

import pickle
import tracemalloc

import pytest

from obit_build.people import plain_rows
from obit_build.people.recipients import read_recipients

HEAD = "code,name,email,language\n"
ADA = "7f3k9m2q,Ada Exemple,ada@example.org,fr\n"
BO = "2m8qa4xd,Bo Voorbeeld,,nl-BE\n"


@pytest.fixture
def nobody_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_rows, "KEPT", 0)


@pytest.mark.usefixtures("nobody_is_kept")
def test_everybody_is_found_by_code_and_in_the_order_of_the_list():
    people, problems = read_recipients(f"{HEAD}{BO}\n{ADA}".encode(), "recipients.csv")

    assert problems == []
    assert list(people) == ["2m8qa4xd", "7f3k9m2q"]
    assert [(p.code, p.name, p.language) for p in people.values()] == [
        ("2m8qa4xd", "Bo Voorbeeld", "nl-BE"),
        ("7f3k9m2q", "Ada Exemple", "fr"),
    ]
    assert people["7f3k9m2q"].email == "ada@example.org"
    assert str(people["7f3k9m2q"].locations["name"]) == "recipients.csv:4:10"
    assert (people.get("r0001"), "r0001" in people, len(people)) == (None, False, 2)
    assert pickle.loads(pickle.dumps(people)) == people  # noqa: S301 - written above


@pytest.mark.usefixtures("nobody_is_kept")
def test_codes_with_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plain_rows, "hash", len, raising=False)  # of all codes the same

    people, problems = read_recipients(f"code\n{'r0001'}\n{'r0002'}\n".encode(), "recipients.csv")

    assert problems == []
    assert [people[code].code for code in ("r0002", "r0001")] == ["r0002", "r0001"]
    assert "r0003" not in people


@pytest.mark.usefixtures("nobody_is_kept")
def test_somebody_takes_some_dozen_bytes_beside_the_list():
    # given
    number = 5000
    rows = "".join(f"r{n:05d},,r{n:05d}@example.org,fr\n" for n in range(number))
    data = f"{HEAD}{rows}".encode()
    read_recipients(data, "recipients.csv")  # what is made once is not counted

    # when
    tracemalloc.start()
    people, _ = read_recipients(data, "recipients.csv")
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    # then
    assert len(people) == number
    assert taken < 50 * number  # as records in a dictionary it is 350

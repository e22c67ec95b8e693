"""The files of a centre with very many awards are not in memory; whoever reads them does not notice."""

from obit_build.centre.files import Files
from obit_build.spool import Shelf

FILES = {
    "obit.yaml": b"site: https://badges.example.org/\n",
    "badges/firewall/awards/a.yaml": b"issued: 2026-03-14\nto: [r0001]\n",
    "badges/firewall/awards/b.yaml": b"issued: 2026-03-15\nto: [r0001]\n",
    "badges/firewall/awards/c.yaml": b"issued: 2026-03-16\nto: [r0001]\n",
    "badges/firewall/badge.yaml": b"name: Firewall\n",
}
OF_AWARDS = [path for path in FILES if "/awards/" in path]
SIZE = sum(len(FILES[path]) for path in OF_AWARDS)


def files(most: int) -> Files:
    made = Files(Shelf().put, most)
    for path, data in FILES.items():
        made.add(path, data)
    return made


def in_memory(made: Files) -> list[str]:
    return [path for path in made if isinstance(made.kept(path), bytes)]


def test_the_award_files_of_most_centres_are_in_memory():
    made = files(SIZE)

    assert in_memory(made) == list(FILES)
    assert dict(made) == FILES
    assert list(made) == list(FILES)


def test_of_too_many_award_files_none_is_in_memory_and_all_are_read_alike():
    for most in (0, SIZE // 2, SIZE - 1):
        made = files(most)

        assert in_memory(made) == ["obit.yaml", "badges/firewall/badge.yaml"]
        assert dict(made) == FILES
        assert list(made) == list(FILES)

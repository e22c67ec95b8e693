"""Keys in obit.yaml and in the ledger: listed, and moved by an edit that people review."""

import difflib
from collections.abc import Callable

from obit_build import durable
from obit_build.errors import SourceError
from obit_build.keys.edits import PATH, edited
from obit_build.keys.moves import KeyRow, Move, rows_of
from obit_build.ledger.ledger import Ledger
from obit_build.model.repository import Repository
from obit_build.pipeline import repository_of, sound
from obit_build.pipeline.reviewing import known_ledger
from obit_build.setting import Setting


def key_rows(setting: Setting) -> list[KeyRow]:
    """List the keys of all issuers."""
    repository = repository_of(sound(setting))
    return rows_of(repository, known_ledger(setting, repository))


def move_key(
    setting: Setting, ask: Callable[[Repository, Ledger | None], Move]
) -> tuple[Move, list[str]]:
    """Write a move into obit.yaml; return it and the lines that it took away (-) and added (+).

    Raises SourceError, with the lines to write by hand, where no edit is safe.
    """
    repository = repository_of(sound(setting))
    move = ask(repository, known_ledger(setting, repository))
    before = repository.files[PATH]
    after = edited(before, move.edits)
    if after is None:
        wanted = "\n".join(line for edit in move.edits for line in edit.lines())
        raise SourceError(
            f"{PATH} is written in a way that obit does not edit", fix=f"write there:\n{wanted}"
        )
    durable.write(setting.root / PATH, after)
    old, new = (data.decode("utf-8-sig").splitlines() for data in (before, after))
    return move, [line for line in difflib.ndiff(old, new) if line[0] in "+-"]

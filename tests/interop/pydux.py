"""What ``openbadges`` 1.1.2 needs of the package pydux: a store that hands actions to a reducer.

pydux exists as a source archive only, which would have to be built on every machine; the judges'
environment installs wheels with locked hashes and nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Any

Reducer = Callable[[Any, Mapping[str, Any]], Any]


class Store:
    """Holds a state, which only the reducer changes."""

    def __init__(self, reducer: Reducer, state: Any) -> None:
        self._reducer = reducer
        self._state = state

    def get_state(self) -> Any:
        return self._state

    def dispatch(self, action: Mapping[str, Any]) -> Mapping[str, Any]:
        self._state = self._reducer(self._state, action)
        return action


def create_store(reducer: Reducer, initial_state: Any = None) -> Store:
    """Return a store that the reducer has initialised."""
    store = Store(reducer, initial_state)
    store.dispatch({"type": "@@pydux/INIT"})
    return store


def combine_reducers(reducers: Mapping[str, Reducer]) -> Reducer:
    """Return a reducer that gives each part of the state to the reducer of that name."""

    def combined(state: Any, action: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: reducer((state or {}).get(name), action) for name, reducer in reducers.items()
        }

    return combined

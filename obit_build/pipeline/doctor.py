"""Doctor: look at everything around the files that could stop a run or let harm in; change nothing."""

import datetime

from obit_build.centre.load import load_repository
from obit_build.centre.names import ELSEWHERE, SETTINGS
from obit_build.centre.people_list import people_list
from obit_build.doctor import surroundings
from obit_build.doctor.examine import examine
from obit_build.doctor.facts import Surroundings
from obit_build.doctor.report import Diagnosis
from obit_build.errors import ObitError
from obit_build.ledger.address import FolderPlace, GitPlace
from obit_build.ledger.folder import FolderStore
from obit_build.model.repository import Repository
from obit_build.pipeline.before import place_of
from obit_build.setting import Setting


def doctor(setting: Setting, *, online: bool = True) -> Diagnosis:
    """Look at the surroundings; with ``online`` GitHub is asked, if there is a token."""
    root, environment = setting.root, setting.environment
    repository, _ = load_repository(root, environment.get(ELSEWHERE))
    clone = surroundings.clone_of(root)
    workflows, unreadable = surroundings.workflows_of(root)
    pipeline, unread = surroundings.pipeline_of(root)
    ledger_at, trouble, branch = _ledger(setting, repository)
    declared = repository.settings.keys if repository else ()
    signers = {key.signer for key in declared if key.signer and key.can_sign}
    files = {uri: surroundings.key_file(root, uri) for uri in signers}
    around = Surroundings(
        now=setting.now,
        settings_there=(root / SETTINGS).is_file(),
        repository=repository,
        in_ci=bool(environment.get("CI")),
        variables=frozenset(name for name, value in environment.items() if value),
        clone=clone,
        tools=surroundings.tools_here(root),
        key_files={uri: file for uri, file in files.items() if file is not None},
        workflows=workflows,
        pipeline=pipeline,
        unreadable=(*unreadable, *unread),
        code_owners=surroundings.code_owners_of(root),
        people_apart=repository is not None and _people_apart(setting, repository),
        cname=surroundings.cname_of(root),
        ledger_at=ledger_at,
        ledger_trouble=trouble,
        ledger_branch=branch,
        built=surroundings.built_site(root / "build"),
        forge=surroundings.ask_forge(environment, clone, workflows, branch) if online else None,
    )
    return examine(around)


def _people_apart(setting: Setting, repository: Repository) -> bool:
    return people_list(setting.root, repository.files, setting.environment.get(ELSEWHERE)).is_apart


def _ledger(
    setting: Setting, repository: Repository | None
) -> tuple[datetime.datetime | None, str, str]:
    """Return the time of a folder's last event, what is wrong with it, and a branch's name."""
    if repository is None:
        return None, "", ""
    try:
        place = place_of(setting, repository, "live")
        if isinstance(place, GitPlace):
            return None, "", place.branch if place.remote == "origin" else ""
        return _last_event(setting, place), "", ""
    except ObitError as error:
        return None, error.message, ""


def _last_event(setting: Setting, place: FolderPlace) -> datetime.datetime | None:
    store = FolderStore(setting.root / place.path)
    return store.replay().ledger().last_at if store.exists() else None

"""All rules about the surroundings, in the order in which they are looked at."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from obit_build.doctor import clone, forge, keys, pins, publishing, schedules, tools, workflows
from obit_build.doctor.facts import Surroundings
from obit_build.doctor.report import Diagnosis, Symptom

RULES: tuple[Callable[[Surroundings], Iterator[Symptom]], ...] = (
    clone.settings_are_here,
    clone.git_is_new_enough,
    clone.folder_is_a_repository,
    clone.history_is_whole,
    clone.branch_is_checked_out,
    clone.files_are_committed,
    clone.clock_is_not_behind,
    clone.ledger_can_be_read,
    clone.ledger_is_pinned,
    keys.keys_are_kept_to_oneself,
    keys.key_files_are_there,
    keys.signers_have_their_variables,
    keys.extras_are_installed,
    tools.python_is_one_that_is_tested,
    tools.libraries_are_those_of_the_lock_file,
    tools.pictures_can_be_drawn,
    workflows.workflows_can_be_read,
    pins.actions_are_pinned,
    pins.images_are_pinned,
    pins.includes_are_pinned,
    workflows.permissions_are_given_one_by_one,
    workflows.hidden_folders_are_deployed,
    schedules.schedules_go_on,
    schedules.lists_are_signed_again_by_schedule,
    schedules.gitlab_keeps_its_schedule,
    forge.environments_are_protected,
    forge.branches_are_protected,
    forge.domain_can_not_be_taken_over,
    publishing.address_is_a_real_one,
    publishing.address_is_where_it_is_published,
    publishing.weaknesses_can_be_reported,
    publishing.site_is_small_enough,
    publishing.what_decides_has_owners,
    publishing.people_are_not_public,
    publishing.what_is_private_is_not_tracked,
)


def name_of(rule: Callable[..., object]) -> str:
    """Return the name under which people meet a rule."""
    return rule.__name__.replace("_", "-")


def examine(around: Surroundings) -> Diagnosis:
    """Look at everything."""
    symptoms = [replace(symptom, name=name_of(rule)) for rule in RULES for symptom in rule(around)]
    return Diagnosis.of(symptoms, [name_of(rule) for rule in RULES])

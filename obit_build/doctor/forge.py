"""What GitHub enforces: environments, rules of branches, pages (threat model, W5, W16, W17, W21).

It can be asked with a token only; without one the pages to look at are named.
"""

# ruff: noqa: D401 - the docstring of a rule states it, not what the function does

from collections.abc import Iterator

from obit_build.doctor.facts import ForgeAnswers, Surroundings
from obit_build.doctor.publishing import name_on_github
from obit_build.doctor.report import Symptom, hint, warning, wrong
from obit_build.doctor.workflows import environments_of
from obit_build.strict_json import JsonObject

SETTINGS = "https://github.com/{name}/settings/{page}"
KEYS = (
    "a key that any branch can use is no more protected than the least careful person who may push"
)


def _page(name: str, page: str) -> str:
    return "open " + SETTINGS.format(name=name or "OWNER/REPOSITORY", page=page)


def environments_are_protected(around: Surroundings) -> Iterator[Symptom]:
    """Environments with keys are open to the main branch alone, after somebody else's approval."""
    named = environments_of(around.on_github)
    if not named:
        return
    if around.forge is None or around.forge.trouble:
        name = name_on_github(around.clone.remote)
        why = around.forge.trouble if around.forge else "GitHub tells it only to who has a token"
        yield hint(
            f"whether these environments are protected can't be seen from here: {', '.join(named)}",
            why,
            f"{_page(name, 'environments')}, or run obit doctor with GITHUB_TOKEN set",
        )
        return
    forge = around.forge
    for environment, signs in sorted(named.items()):
        if environment in forge.environments:
            answer = forge.environments[environment]
            yield from _environment(forge.name, environment, answer, signs=signs)
        else:
            yield hint(
                f"whether the environment {environment} is protected can't be seen from here",
                "GitHub does not tell it to this token",
                f"give the token the permission actions: read, or {_page(forge.name, 'environments')}",
            )


def _environment(
    name: str, environment: str, answer: JsonObject | None, *, signs: bool
) -> Iterator[Symptom]:
    fix = _page(name, "environments")
    if answer is None:
        yield (wrong if signs else warning)(
            f"the environment {environment} does not exist",
            "the first run makes it, open to every branch",
            fix,
        )
        return
    if not answer.get("deployment_branch_policy"):
        yield (wrong if signs else warning)(
            f"every branch may use the environment {environment}", KEYS, f"{fix}: main alone"
        )
    if not signs:
        return
    rules = [rule for rule in answer.get("protection_rules") or [] if isinstance(rule, dict)]
    reviewers = [rule for rule in rules if rule.get("type") == "required_reviewers"]
    if not reviewers:
        yield warning(
            f"nobody has to agree before {environment} is used",
            "who may merge may sign, alone",
            f"{fix}: required reviewers; or let obit ask for approvals (approvers: in obit.yaml)",
        )
    elif not any(rule.get("prevent_self_review") for rule in reviewers):
        yield warning(
            f"whoever starts a run may approve the use of {environment}",
            "one person alone can sign",
            f"{fix}: prevent self-review",
        )
    if answer.get("can_admins_bypass", True):
        yield hint(
            f"administrators may use {environment} without approval",
            "one stolen administrator's account can sign",
            f"{fix}: do not allow administrators to bypass",
        )


def branches_are_protected(around: Surroundings) -> Iterator[Symptom]:
    """The main branch takes reviewed changes only; the ledger's can't be rewritten or deleted."""
    forge = around.forge
    if forge is None or forge.trouble:
        return
    main = str((forge.repository or {}).get("default_branch") or "main")
    rules = _rules(forge, main)
    if rules is not None:
        yield from _main(forge, main, rules)
    ledger = _rules(forge, around.ledger_branch) if around.ledger_branch else None
    lacking = [] if ledger is None else sorted({"deletion", "non_fast_forward"} - ledger.keys())
    if lacking:
        yield wrong(
            f"the ledger's branch {around.ledger_branch} can be rewritten or deleted",
            "it is the only record of what was issued and revoked",
            f"{_page(forge.name, 'rules')}: block force pushes and deletion of "
            f"{around.ledger_branch}, let only the publishing workflow update it",
        )


def _rules(forge: ForgeAnswers, branch: str) -> dict[str, JsonObject] | None:
    """Return a branch's rules by type → parameters; None if GitHub did not say."""
    found = forge.rules.get(branch)
    if found is None:
        return None
    pairs = ((str(rule.get("type")), rule.get("parameters")) for rule in found)
    return {kind: given if isinstance(given, dict) else {} for kind, given in pairs}


def _main(forge: ForgeAnswers, main: str, rules: dict[str, JsonObject]) -> Iterator[Symptom]:
    fix = _page(forge.name, "rules")
    if "pull_request" not in rules:
        yield wrong(
            f"changes reach {main} without a review",
            "whatever is on it is signed",
            f"{fix}: require a pull request with an approval before merging",
        )
        return
    given = rules["pull_request"]
    wanted = {
        "an approval": given.get("required_approving_review_count", 0),
        "the approval of the most recent push": given.get("require_last_push_approval"),
        "a new approval after new commits": given.get("dismiss_stale_reviews_on_push"),
        "the approval of code owners": given.get("require_code_owner_review"),
    }
    lacking = [what for what, is_asked in wanted.items() if not is_asked]
    if lacking:
        yield warning(
            f"a change reaches {main} without {', '.join(lacking)}",
            "what was approved need not be what is signed",
            f"{fix}: ask for {', '.join(lacking)}",
        )
    if "non_fast_forward" not in rules:
        yield warning(
            f"{main} can be put back by a force push",
            "awards that were issued would be missing from it, and issuing stops",
            f"{fix}: block force pushes",
        )


def domain_can_not_be_taken_over(around: Surroundings) -> Iterator[Symptom]:
    """Pages are on https only, and the domain of their own is verified."""
    pages = around.forge.pages if around.forge else None
    if pages is None or around.forge is None:
        return
    if not pages.get("https_enforced", True):
        yield warning(
            "pages are also served without https",
            "somebody on the way can exchange keys",
            f"{_page(around.forge.name, 'pages')}: enforce HTTPS",
        )
    if pages.get("cname") and pages.get("protected_domain_state") != "verified":
        yield warning(
            "the pages' domain is not verified",
            "when the project is renamed or deleted, anybody on GitHub can take the domain over and "
            "publish keys of their own",
            "verify it in the settings of the organisation (Pages, verified domains)",
        )

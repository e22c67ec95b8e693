"""What doctor says of surroundings that are not as they should be."""

import dataclasses
import datetime
import json

import pytest
from centre import a_centre, with_settings

from obit_build.doctor.examine import RULES, examine, name_of
from obit_build.doctor.facts import (
    BuiltSite,
    Clone,
    ForgeAnswers,
    KeyFile,
    Surroundings,
    Tools,
)
from obit_build.doctor.forge_files import Workflow
from obit_build.doctor.report import summary, to_json, to_text
from obit_build.model.settings import KeyDeclaration, LedgerDeclaration, Security
from obit_build.model.words import EmailAddress, PublicKeyMultibase, Slug, Url

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
PIN = "0" * 40
OWNERS = "/.github/ @x\n/badges/ @x\n/issuers/a/ @x\n/obit.yaml @x\n"


def a_workflow(text="", **content):
    given = {
        "on": {"schedule": [{"cron": "17 4 * * *"}]},
        "permissions": {},
        "jobs": {"sign": {"environment": "obit-signing", "steps": []}},
    }
    return Workflow(path=".github/workflows/publish.yml", text=text, content={**given, **content})


def a_job(*steps, **fields):
    return {"permissions": {}, "steps": list(steps), **fields}


def a_repository(*signers, **settings):
    keys = tuple(
        KeyDeclaration(
            issuer=Slug("citc"), public_key_multibase=PublicKeyMultibase("z6Mk"), signer=signer
        )
        for signer in signers
    )
    return with_settings(
        a_centre(recipients={}),
        **{
            "site": Url("https://badges.centre.eu/"),
            "security": Security(contact=EmailAddress("weak@centre.eu")),
            "keys": keys,
            **settings,
        },
    )


def well(**fields):
    """Surroundings in which all is well."""
    clone = Clone(
        version=(2, 45),
        committed=NOW - DAY,
        branch="main",
        remote="https://github.com/centre/badges.git",
    )
    given = {"now": NOW, "repository": a_repository(), "clone": clone, "code_owners": OWNERS}
    return Surroundings(**{**given, **fields})


def clone(**fields):
    return well(clone=dataclasses.replace(well().clone, **fields))


def found(around):
    """Level, name and message of all symptoms."""
    return [(s.level, s.name, s.message) for s in examine(around).symptoms]


def test_where_all_is_well_nothing_is_said():
    diagnosis = examine(well(tools=Tools(installed={"click": "8"}, locked={"click": "8"})))

    assert diagnosis.symptoms == ()
    assert diagnosis.is_fine
    assert summary(diagnosis) == f"all is well; {len(RULES)} rules looked at"


def test_every_rule_states_itself_and_has_a_name_of_its_own():
    assert all((rule.__doc__ or "").splitlines()[0].endswith(".") for rule in RULES)
    assert len({name_of(rule) for rule in RULES}) == len(RULES)


CLONES = [
    (
        {"version": ()},
        [("wrong", "git-is-new-enough", "Git is not installed")],
    ),
    (
        {"version": (2, 30, 1)},
        [("wrong", "git-is-new-enough", "Git 2.30.1 is too old")],
    ),
    (
        {"committed": None},
        [("warning", "folder-is-a-repository", "this folder has no commit in Git")],
    ),
    (
        {"is_shallow": True},
        [
            (
                "wrong",
                "history-is-whole",
                "this clone's history is cut off (a shallow clone)",
            )
        ],
    ),
    (
        {"branch": None},
        [
            (
                "warning",
                "branch-is-checked-out",
                "no branch is checked out (a detached HEAD)",
            )
        ],
    ),
    (
        {"is_clean": False},
        [("warning", "files-are-committed", "there are changes that are not committed")],
    ),
    (
        {"committed": NOW + DAY},
        [
            (
                "wrong",
                "clock-is-not-behind",
                (
                    "the last commit is of 2026-11-23 12:00, but this clock says 2026-11-22 12:00 "
                    "(UTC)"
                ),
            )
        ],
    ),
    (
        {"tracked": frozenset({".obit", "build"})},
        [
            ("wrong", "what-is-private-is-not-tracked", ".obit/ is in the repository"),
            ("warning", "what-is-private-is-not-tracked", "build/ is in the repository"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("fields", "expected"), CLONES, ids=[", ".join(fields) for fields, _ in CLONES]
)
def test_a_clone_that_is_not_fit_to_publish_is_told(fields, expected):
    assert found(clone(**fields)) == expected


def test_a_workflow_may_check_out_a_commit_without_a_branch():
    around = dataclasses.replace(clone(branch=None), in_ci=True)

    assert found(around) == []


def test_a_clock_behind_the_ledger_and_a_broken_or_unpinned_ledger_are_told():
    pinned = a_repository(ledger=LedgerDeclaration(genesis="ab" * 32))

    behind = well(ledger_at=NOW + DAY, repository=pinned)

    assert found(behind) == [
        (
            "wrong",
            "clock-is-not-behind",
            (
                "the ledger's last event is of 2026-11-23 12:00, but this clock says "
                "2026-11-22 12:00 (UTC)"
            ),
        )
    ]
    assert found(well(ledger_trouble="event 3 of the ledger is damaged")) == [
        ("wrong", "ledger-can-be-read", "event 3 of the ledger is damaged")
    ]
    assert found(well(ledger_at=NOW)) == [
        ("hint", "ledger-is-pinned", "obit.yaml does not say how the ledger began")
    ]


SIGNERS = [
    ("env:OBIT_KEY", "env: signer without OBIT_KEY in the environment"),
    ("vault:key@1", "vault: signer without VAULT_ADDR in the environment"),
    ("ssh-agent:SHA256:x", "ssh-agent: signer without SSH_AUTH_SOCK in the environment"),
    (
        "pkcs11:token=a;object=b?pin-source=env:PIN",
        "pkcs11: signer without PIN and OBIT_PKCS11_MODULE in the environment",
    ),
    (
        "pkcs11:token=a?module-path=/m.so",
        "pkcs11: signer without OBIT_PKCS11_PIN in the environment",
    ),
]


@pytest.mark.parametrize(("uri", "message"), SIGNERS)
def test_a_signer_without_its_variables_is_a_hint_by_name(uri, message):
    libraries = Tools(installed={"python-pkcs11": "0.9"})
    around = well(repository=a_repository(uri), tools=libraries)
    names = frozenset(
        {"OBIT_KEY", "VAULT_ADDR", "SSH_AUTH_SOCK", "PIN", "OBIT_PKCS11_MODULE", "OBIT_PKCS11_PIN"}
    )

    assert found(around) == [("hint", "signers-have-their-variables", message)]
    assert found(dataclasses.replace(around, variables=names)) == []


def test_a_key_file_is_looked_at_but_never_read():
    def of(uri, file):
        return found(well(repository=a_repository(uri), key_files={uri: file}))

    key = "file:../key.pem"
    assert of(key, KeyFile(exists=True)) == []
    assert of(key, KeyFile(exists=False)) == [
        ("hint", "key-files-are-there", "the file: signer names a file that is not there")
    ]
    assert of(key, KeyFile(exists=True, is_tracked=True, mode=0o644)) == [
        (
            "wrong",
            "keys-are-kept-to-oneself",
            "a private key is in a Git repository (file:../key.pem)",
        )
    ]
    assert of(key, KeyFile(exists=True, mode=0o640)) == [
        (
            "warning",
            "keys-are-kept-to-oneself",
            "others on this computer can read a private key (file:../key.pem)",
        )
    ]
    assert of("exec:/sign", KeyFile(exists=True, mode=0o755, is_executable=False)) == [
        ("wrong", "key-files-are-there", "the program of the exec: signer can't be run")
    ]


def test_a_library_that_a_signer_needs_is_missed():
    around = well(repository=a_repository("awskms:alias/x"))

    assert found(around) == [
        (
            "warning",
            "extras-are-installed",
            "a awskms: signer is declared, but boto3 is not installed",
        )
    ]


def test_versions_that_are_not_the_locked_ones_are_named_up_to_five():
    names = [f"lib{n}" for n in range(7)]
    tools = Tools(
        python=(3, 10, 2),
        installed=dict.fromkeys(names, "1") | {"other": "3"},
        locked=dict.fromkeys(names, "2") | {"absent": "1"},
        drawing="it failed",
    )

    assert found(well(tools=tools)) == [
        ("wrong", "python-is-one-that-is-tested", "Python 3.10 is too old"),
        ("wrong", "pictures-can-be-drawn", "a trial picture could not be drawn: it failed"),
        (
            "warning",
            "libraries-are-those-of-the-lock-file",
            "installed versions are not the locked ones: "
            + ", ".join(f"lib{n} 1 (locked: 2)" for n in range(5))
            + " and 2 more",
        ),
    ]
    assert found(well(tools=Tools(python=(3, 14, 0)))) == [
        (
            "hint",
            "python-is-one-that-is-tested",
            "Python 3.14 is newer than those with which obit is tested",
        )
    ]


# --- workflows ---


def of_workflow(workflow, **fields):
    """Symptoms of a workflow, without those about what can't be seen without a token."""
    around = well(workflows=(workflow,), **fields)
    return [x for x in found(around) if x[1] != "environments-are-protected"]


def test_a_good_workflow_is_fine():
    text = f"  - uses: actions/checkout@{PIN} # v6\n  - uses: ./own\n  - uses: docker://x@sha256:{'0' * 64}"

    assert of_workflow(a_workflow(text)) == []


def test_actions_that_are_named_by_tag_are_named():
    text = f'  - uses: "b/c@v4"\n  - uses: a/b@main\n    uses: x/y@{PIN}\n  - uses: b/c@v4\n'

    assert of_workflow(a_workflow(text)) == [
        ("warning", "actions-are-pinned", ".github/workflows/publish.yml uses a/b@main, b/c@v4")
    ]


def test_a_token_with_unknown_or_all_permissions_is_told():
    bare = a_workflow(jobs={"b": {}, "a": {}, "c": a_job()})
    unknown = dataclasses.replace(
        bare, content={k: v for k, v in bare.content.items() if k != "permissions"}
    )

    assert of_workflow(unknown) == [
        (
            "warning",
            "permissions-are-given-one-by-one",
            ".github/workflows/publish.yml does not say what its token may do (a, b)",
        )
    ]
    assert of_workflow(a_workflow(permissions="write-all")) == [
        (
            "wrong",
            "permissions-are-given-one-by-one",
            ".github/workflows/publish.yml may write everything",
        )
    ]


def test_pages_that_lose_their_hidden_folders_are_told():
    upload = {"uses": f"actions/upload-pages-artifact@{PIN}", "with": {"path": "build"}}
    kept = {**upload, "with": {"include-hidden-files": "true"}}

    assert of_workflow(a_workflow(jobs={"x": a_job(kept)})) == []
    assert of_workflow(a_workflow(jobs={"x": a_job(upload)})) == [
        (
            "warning",
            "hidden-folders-are-deployed",
            ".github/workflows/publish.yml uploads pages without include-hidden-files: true",
        )
    ]


@pytest.mark.parametrize(
    ("days", "levels"), [(44, []), (45, ["warning"]), (59, ["warning"]), (60, ["wrong"])]
)
def test_a_schedule_that_github_will_stop_is_told_in_time(days, levels):
    around = clone(committed=NOW - days * DAY)

    symptoms = of_workflow(a_workflow(), clone=around.clone)

    assert [level for level, _, _ in symptoms] == levels
    assert all(
        message
        == f"the last commit is {days} days old; after 60 days GitHub stops the schedules of "
        ".github/workflows/publish.yml"
        for _, _, message in symptoms
    )


def test_status_lists_that_nobody_signs_again_are_told():
    by_hand = a_workflow(on=["push"])
    signing = a_repository("env:K")

    symptoms = of_workflow(by_hand, repository=signing, variables=frozenset({"K"}))

    assert symptoms == [
        ("warning", "lists-are-signed-again-by-schedule", "no workflow runs by schedule")
    ]
    assert of_workflow(by_hand) == []


def test_a_workflow_of_any_shape_is_looked_at_without_harm():
    for content in (
        {},
        {"on": "push", "jobs": []},
        {"jobs": {"a": "x", "b": {"steps": ["x", {"with": "y", "uses": []}], "environment": []}}},
    ):
        odd = Workflow(path="x.yml", text="", content=content)

        assert isinstance(found(well(workflows=(odd,))), list)
    assert found(well(unreadable=("x.yml",))) == [
        ("hint", "workflows-can-be-read", "x.yml could not be read, so it was not looked at")
    ]


# --- GitHub's own settings ---

SIGNING = {
    "protection_rules": [{"type": "required_reviewers", "prevent_self_review": True}],
    "deployment_branch_policy": {"protected_branches": True},
    "can_admins_bypass": False,
}
PULL_REQUEST = {
    "type": "pull_request",
    "parameters": {
        "required_approving_review_count": 1,
        "require_last_push_approval": True,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": True,
    },
}
KEPT = [{"type": "deletion"}, {"type": "non_fast_forward"}]
WITH_KEY = {"env": {"OBIT_KEY": "${{ secrets.OBIT_KEY_CITC }}"}, "environment": {"name": "sign"}}


def on_github(**answers):
    given = {
        "name": "centre/badges",
        "repository": {"private": True, "default_branch": "main"},
        "environments": {"sign": SIGNING, "pages": {"deployment_branch_policy": {}}},
        "rules": {"main": [PULL_REQUEST, *KEPT], "obit-ledger": KEPT},
        "pages": {"https_enforced": True, "cname": None},
    }
    jobs = {"a": a_job(**WITH_KEY), "b": a_job(environment="${{ vars.X }}")}
    return well(
        workflows=(a_workflow(jobs=jobs),),
        ledger_branch="obit-ledger",
        forge=ForgeAnswers(**{**given, **answers}),
    )


def test_what_github_protects_well_is_fine():
    assert found(on_github()) == []


def test_without_a_token_the_page_to_look_at_is_named():
    around = dataclasses.replace(on_github(), forge=None)

    (symptom,) = examine(around).symptoms

    assert symptom.level == "hint"
    assert symptom.message == (
        "whether these environments are protected can't be seen from here: sign"
    )
    assert symptom.fix == (
        "open https://github.com/centre/badges/settings/environments, or run obit doctor with "
        "GITHUB_TOKEN set"
    )


def test_github_that_can_not_be_asked_is_a_hint_with_the_reason():
    trouble = ForgeAnswers(name="centre/badges", trouble="api.github.com did not answer")

    (symptom,) = examine(dataclasses.replace(on_github(), forge=trouble)).symptoms

    assert (symptom.level, symptom.why) == ("hint", "api.github.com did not answer")


def test_an_environment_that_the_token_may_not_see_is_a_hint_and_not_missing():
    (symptom,) = examine(on_github(environments={})).symptoms

    assert (symptom.level, symptom.message) == (
        "hint",
        "whether the environment sign is protected can't be seen from here",
    )
    assert symptom.fix == (
        "give the token the permission actions: read, or open "
        "https://github.com/centre/badges/settings/environments"
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, ("wrong", "the environment sign does not exist")),
        (
            {**SIGNING, "deployment_branch_policy": None},
            ("wrong", "every branch may use the environment sign"),
        ),
        (
            {**SIGNING, "protection_rules": [{"type": "branch_policy"}]},
            ("warning", "nobody has to agree before sign is used"),
        ),
        (
            {**SIGNING, "protection_rules": [{"type": "required_reviewers"}]},
            ("warning", "whoever starts a run may approve the use of sign"),
        ),
        (
            {**SIGNING, "can_admins_bypass": True},
            ("hint", "administrators may use sign without approval"),
        ),
    ],
)
def test_an_environment_that_does_not_protect_its_key_is_told(answer, expected):
    level, message = expected

    assert found(on_github(environments={"sign": answer})) == [
        (level, "environments-are-protected", message)
    ]


def test_an_environment_without_a_key_needs_a_branch_and_nothing_else():
    around = on_github(environments={"obit-vault": {"deployment_branch_policy": None}})
    vault = a_workflow(jobs={"plan": a_job(environment="obit-vault")})

    assert found(dataclasses.replace(around, workflows=(vault,))) == [
        (
            "warning",
            "environments-are-protected",
            "every branch may use the environment obit-vault",
        )
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"main": KEPT}, [("wrong", "changes reach main without a review")]),
        (
            {"main": [{"type": "pull_request", "parameters": None}]},
            [
                (
                    "warning",
                    (
                        "a change reaches main without an approval, the approval of the most recent "
                        "push, a new approval after new commits, the approval of code owners"
                    ),
                ),
                ("warning", "main can be put back by a force push"),
            ],
        ),
        (
            {"main": [PULL_REQUEST, *KEPT], "obit-ledger": KEPT[:1]},
            [("wrong", "the ledger's branch obit-ledger can be rewritten or deleted")],
        ),
        ({}, []),
    ],
)
def test_branches_that_are_not_protected_are_told(rules, expected):
    assert found(on_github(rules=rules)) == [
        (level, "branches-are-protected", message) for level, message in expected
    ]


def test_a_domain_that_can_be_taken_over_is_told():
    pages = {
        "https_enforced": False,
        "cname": "badges.centre.eu",
        "protected_domain_state": None,
    }

    assert found(on_github(pages=pages)) == [
        ("warning", "domain-can-not-be-taken-over", "pages are also served without https"),
        ("warning", "domain-can-not-be-taken-over", "the pages' domain is not verified"),
    ]
    assert found(on_github(pages=None)) == []


# --- publishing ---


@pytest.mark.parametrize("host", ["badges.example.org", "a.example", "localhost.test"])
def test_an_example_for_an_address_is_told(host):
    around = well(repository=a_repository(site=Url(f"https://{host}/")))

    assert found(around) == [
        ("warning", "address-is-a-real-one", f"`site` in obit.yaml is an example ({host})")
    ]
    specimen = a_repository(site=Url(f"https://{host}/"), specimen=True)
    assert found(well(repository=specimen)) == []


@pytest.mark.parametrize(
    ("site", "remote", "expected"),
    [
        ("https://centre.github.io/badges/", "git@github.com:Centre/badges.git", None),
        ("https://centre.github.io/", "https://github.com/centre/centre.github.io", None),
        ("https://centre.github.io/badges/", "https://gitlab.com/centre/badges", None),
        (
            "https://centre.github.io/",
            "https://github.com/centre/badges/",
            (
                "`site` is centre.github.io/, but this repository's pages are at "
                "centre.github.io/badges"
            ),
        ),
        (
            "https://other.github.io/badges/",
            "ssh://git@github.com/centre/badges.git",
            (
                "`site` is other.github.io/badges, but this repository's pages are at "
                "centre.github.io/badges"
            ),
        ),
    ],
)
def test_an_address_that_is_not_where_the_pages_are_is_told(site, remote, expected):
    around = dataclasses.replace(clone(remote=remote), repository=a_repository(site=Url(site)))

    told = [message for _, name, message in found(around) if name.startswith("address-")]
    assert told == ([expected] if expected else [])


def test_where_nobody_can_be_told_of_a_weakness_there_is_a_hint():
    rule, page = "weaknesses-can-be-reported", Url("https://centre.eu/report")
    nobody = a_repository(security=Security())
    below = a_repository(site=Url("https://host.eu/badges/"), security=Security(page=page))

    assert found(well(repository=a_repository(security=Security(page=page)))) == []
    assert found(well(repository=a_repository(specimen=True, security=Security()))) == []
    assert found(well(repository=nobody)) == [
        ("hint", rule, "obit.yaml names nobody to whom a weakness of the site is reported")
    ]
    assert found(well(repository=below)) == [
        (
            "hint",
            rule,
            "the site lies below a path, so it has no /.well-known/security.txt of its own",
        )
    ]


def test_a_cname_that_says_something_else_is_told():
    assert found(well(cname="badges.centre.eu")) == []
    assert found(well(cname="www.centre.eu")) == [
        (
            "wrong",
            "address-is-where-it-is-published",
            "CNAME says www.centre.eu, `site` in obit.yaml says badges.centre.eu",
        )
    ]


@pytest.mark.parametrize(
    ("size", "largest", "expected"),
    [
        (800_000_000, 1, []),
        (
            900_000_000,
            1,
            [("warning", "the built site has 900 MB in 3 files")],
        ),
        (
            1_100_000_000,
            200_000_000,
            [
                ("wrong", "the built site has 1100 MB in 3 files"),
                ("wrong", "a.png has 200 MB"),
            ],
        ),
    ],
)
def test_a_site_that_is_too_large_for_its_host_is_told(size, largest, expected):
    built = BuiltSite(bytes=size, files=3, largest=largest, largest_path="a.png")

    assert found(well(built=built)) == [
        (level, "site-is-small-enough", message) for level, message in expected
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no CODEOWNERS"),
        (
            "* @all\n# /obit.yaml @x\n/badges/\n/issuers/a/ @x\n.github/workflows/ @x\n",
            "CODEOWNERS has no line for /badges/, /obit.yaml",
        ),
    ],
)
def test_what_nobody_has_to_agree_to_is_told(text, message):
    assert of_workflow(a_workflow(), code_owners=text) == [
        ("warning", "what-decides-has-owners", message)
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, ("hint", "recipients.csv with names or addresses is in the repository")),
        (
            {"private": False},
            ("wrong", "names or addresses of people are in a public repository"),
        ),
        ({"private": True}, None),
    ],
)
def test_people_in_a_repository_that_everybody_can_read_are_an_alarm(answer, expected):
    forge = answer and ForgeAnswers(name="centre/badges", repository=answer)
    people = with_settings(a_centre(), site=Url("https://badges.centre.eu/"))
    tracked = clone(tracked=frozenset({"recipients.csv"})).clone

    symptoms = [
        (level, message)
        for level, name, message in found(well(repository=people, clone=tracked, forge=forge))
        if name == "people-are-not-public"
    ]

    assert symptoms == ([expected] if expected else [])


def test_codes_in_the_repository_beside_a_list_that_is_kept_elsewhere_are_no_leak():
    people = with_settings(
        a_centre(), site=Url("https://badges.centre.eu/"), security=a_repository().settings.security
    )
    tracked = clone(tracked=frozenset({"recipients.csv"})).clone

    assert found(well(repository=people, clone=tracked, people_apart=True)) == []


# --- how it is written ---


def test_the_worst_comes_first_with_its_reason_and_its_remedy():
    around = clone(is_clean=False, is_shallow=True)

    assert to_text(examine(around)) == (
        "✗ wrong    this clone's history is cut off (a shallow clone)  [history-is-whole]\n"
        "           why: obit issue can't tell whether the main branch was put back, and refuses\n"
        "           fix: git fetch --unshallow; in a GitHub workflow fetch-depth: 0, in GitLab "
        "GIT_DEPTH: 0\n"
        "! warning  there are changes that are not committed  [files-are-committed]\n"
        "           why: what is issued names its commit, and that commit does not hold them\n"
        "           fix: git status shows them; commit them, or take them back\n"
        f"1 wrong, 1 warning; {len(RULES)} rules looked at\n"
    )


def test_the_report_is_json_for_programs():
    document = json.loads(to_json(examine(clone(is_clean=False))))

    assert document["ok"] is True
    assert document["rules"] == [name_of(rule) for rule in RULES]
    assert [symptom["name"] for symptom in document["symptoms"]] == ["files-are-committed"]

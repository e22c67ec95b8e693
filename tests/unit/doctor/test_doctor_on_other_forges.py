"""What doctor says of Forgejo's workflows and of GitLab's pipeline: pins, schedules, owners."""

import dataclasses

import pytest
from sample import PROJECT
from test_doctor import NOW, PIN, a_job, a_repository, found, well

from obit_build.doctor import surroundings
from obit_build.doctor.examine import examine
from obit_build.doctor.forge_files import Pipeline, Workflow

DIGEST = "@sha256:" + "0" * 64
REMOTE = "git@gitlab.example:group/below/badges.git"
SETTING = (
    "hint",
    "gitlab-keeps-its-schedule",
    "whether a pipeline schedule is on can't be seen from here",
)
NONE = (
    "warning",
    "lists-are-signed-again-by-schedule",
    "no job of .gitlab-ci.yml runs by schedule",
)


def on_forgejo(**content):
    given = {"on": {"schedule": [{"cron": "17 4 * * *"}]}, "jobs": {"sign": {"steps": []}}}
    workflow = Workflow(path=".forgejo/workflows/p.yml", text="", content={**given, **content})
    return around(workflows=(workflow,))


def on_gitlab(**content):
    return around(pipeline=Pipeline(path=".gitlab-ci.yml", content=content))


def around(**fields):
    """Surroundings of a centre that signs, whose owners look after everything."""
    clone = dataclasses.replace(well().clone, remote=REMOTE)
    owners = "/.forgejo/ @x\n/.gitlab-ci.yml @x\n/badges/ @x\n/issuers/ @x\n/obit.yaml @x\n"
    return well(
        clone=clone,
        code_owners=owners,
        repository=a_repository("env:K"),
        variables=frozenset({"K"}),
        **fields,
    )


def test_the_shipped_recipes_are_fine(tmp_path):
    for name in ("check.yml", "publish.yml"):
        target = tmp_path / ".forgejo" / "workflows" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PROJECT / "docs/recipes/forgejo" / name).read_bytes())
    (tmp_path / ".gitlab-ci.yml").write_bytes((PROJECT / "docs/recipes/gitlab-ci.yml").read_bytes())

    workflows, unreadable = surroundings.workflows_of(tmp_path)
    pipeline, unread = surroundings.pipeline_of(tmp_path)

    assert [workflow.path for workflow in workflows] == [
        ".forgejo/workflows/check.yml",
        ".forgejo/workflows/publish.yml",
    ]
    assert unreadable == unread == ()
    assert {image.partition("@")[0] for w in (*workflows, pipeline) for image in w.images} == {
        "python:3.13.7-bookworm"
    }
    assert found(around(workflows=workflows, pipeline=pipeline)) == [SETTING]


def test_a_file_of_gitlab_that_is_not_plain_is_named(tree):
    root = tree({".gitlab-ci.yml": "a: &x [1]\nb: *x\n"})

    assert surroundings.pipeline_of(root) == (None, (".gitlab-ci.yml",))
    assert surroundings.pipeline_of(root / "nowhere") == (None, ())


def test_forgejo_is_asked_for_no_permissions_and_stops_no_schedule():
    idle = around(workflows=on_forgejo().workflows, now=NOW + (NOW - NOW.replace(year=2025)))

    assert found(idle) == []


def test_an_action_by_tag_and_a_run_that_no_clock_starts_are_told_on_forgejo_too():
    (workflow,) = on_forgejo(on=["push"]).workflows
    loose = dataclasses.replace(workflow, text=f"uses: https://x.example/a/b@v1\nuses: c/d@{PIN}\n")

    assert found(around(workflows=(loose,))) == [
        (
            "warning",
            "actions-are-pinned",
            ".forgejo/workflows/p.yml uses https://x.example/a/b@v1",
        ),
        ("warning", "lists-are-signed-again-by-schedule", "no workflow runs by schedule"),
    ]


def test_images_that_are_named_by_tag_are_named():
    services = {"db": {"image": "postgres:18"}, "good": {"image": f"redis{DIGEST}"}}
    by_map = a_job(
        {"uses": "docker://alpine:3"}, container={"image": "python:3"}, services=services
    )
    jobs = {"a": a_job(container="debian"), "b": by_map, "c": a_job(container="$[[ x ]]")}

    assert found(on_forgejo(jobs=jobs)) == [
        (
            "warning",
            "images-are-pinned",
            ".forgejo/workflows/p.yml runs in alpine:3, debian, postgres:18, python:3",
        )
    ]


def test_images_of_gitlab_are_named_wherever_they_stand():
    around = on_gitlab(
        image="ruby",
        default={"image": {"name": "python:3"}, "services": ["redis", {"name": "mysql:9"}]},
        good={"image": f"python:3{DIGEST}", "services": [f"redis{DIGEST}"]},
        variable={"image": "$IMAGE"},
        job={"image": "node:22"},
    )

    assert found(around) == [
        (
            "warning",
            "images-are-pinned",
            ".gitlab-ci.yml runs in mysql:9, node:22, python:3, redis, ruby",
        ),
        SETTING,
    ]


def test_files_of_elsewhere_that_can_change_are_named():
    include = [
        "local.yml",
        "https://a.example/x.yml",
        {"local": "y.yml"},
        {"template": "Jobs/SAST.gitlab-ci.yml"},
        {"remote": "https://b.example/x.yml"},
        {"remote": "https://good.example/x.yml", "integrity": "sha256-AAAA"},
        {"project": "group/loose", "file": "x.yml", "ref": "main"},
        {"project": "group/good", "file": "x.yml", "ref": PIN},
        {"component": "gitlab.example/c/loose@1"},
        {"component": f"gitlab.example/c/good@{PIN}"},
    ]

    assert found(on_gitlab(include=include)) == [
        (
            "warning",
            "includes-are-pinned",
            (
                ".gitlab-ci.yml includes gitlab.example/c/loose@1, group/loose, "
                "https://a.example/x.yml, https://b.example/x.yml"
            ),
        ),
        SETTING,
    ]


SOURCE = "$CI_PIPELINE_SOURCE"
PUSHED = {"if": f'{SOURCE} == "push"'}
SCHEDULED = {"if": f'$CI_COMMIT_BRANCH == "main" && {SOURCE} == "schedule"'}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"job": {"script": ["x"]}}, SETTING),
        ({"job": {"rules": [SCHEDULED]}}, SETTING),
        ({"job": {"rules": [{"if": "$CI_COMMIT_BRANCH"}]}}, SETTING),
        ({"job": {"rules": [{"if": f"{SOURCE} =~ /^(push|schedule)$/"}]}}, SETTING),
        ({"job": {"rules": [{"if": f"{SOURCE} == 'push' || {SOURCE} == 'schedule'"}]}}, SETTING),
        ({"job": {"rules": [{"if": "$CI_COMMIT_TAG", "when": "never"}, {"when": "always"}]}}, SETTING),
        ({"job": {"rules": [PUSHED]}, "include": "more.yml"}, SETTING),
        ({"job": {"rules": [PUSHED]}, "other": {}}, SETTING),
        ({"job": {"extends": [".no", ".yes"]}, ".yes": {"rules": [SCHEDULED]}, ".no": {"rules": [PUSHED]}},
         SETTING),
        ({}, NONE),
        ({"job": {"rules": [PUSHED]}}, NONE),
        ({"job": {"rules": [{"if": f"{SOURCE} !~ /schedule/"}]}}, NONE),
        ({"job": {"rules": [{"if": f'{SOURCE} != "schedule" && $A || {SOURCE} == "web"'}]}}, NONE),
        ({"job": {"rules": [{**SCHEDULED, "when": "never"}, {"when": "always"}]}}, NONE),
        ({"job": {"rules": [{"when": "never"}]}}, NONE),
        ({"job": {"extends": ".a"}, ".a": {"extends": ".b"}, ".b": {"extends": ".a", "rules": [PUSHED]}},
         NONE),
        ({"job": {}, "workflow": {"rules": [PUSHED]}}, NONE),
        ({".hidden": {"rules": [SCHEDULED]}, "stages": ["a"], "variables": {"A": "b"}}, NONE),
    ],
)  # fmt: skip
def test_a_pipeline_that_no_schedule_starts_is_told(content, expected):
    assert found(on_gitlab(**content)) == [expected]


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        (
            REMOTE.partition("@")[2],
            "https://gitlab.example/group/below/badges/-/pipeline_schedules",
        ),
        ("https://gitlab.com/g/p", "https://gitlab.com/g/p/-/pipeline_schedules"),
        ("ssh://gitlab.com/g/p.git", "https://gitlab.com/g/p/-/pipeline_schedules"),
        ("/srv/badges.git", "Build, Pipeline schedules in the project on GitLab"),
        ("", "Build, Pipeline schedules in the project on GitLab"),
    ],
)
def test_the_page_of_the_schedules_is_named(remote, page):
    clone = dataclasses.replace(well().clone, remote=remote)

    (symptom,) = examine(dataclasses.replace(on_gitlab(job={}), clone=clone)).symptoms

    assert symptom.why == (
        "GitLab stops it, and says nothing, when its owner leaves or may no longer merge; status lists end after "
        "status_valid_for (a week, unless obit.yaml says otherwise); then no badge can be checked"
    )
    assert symptom.fix == (
        f"open {page}: one is active, daily, for the main branch, and its next run is a day away at most"
    )


def test_a_centre_that_signs_nothing_needs_no_schedule():
    unsigned = dataclasses.replace(on_gitlab(job={"rules": [PUSHED]}), repository=a_repository())

    assert found(unsigned) == []


def test_a_pipeline_of_any_shape_is_looked_at_without_harm():
    for odd in (
        {"workflow": "x", "include": [["x"], None], "default": [], "job": []},
        {"job": {"rules": ["x", {"if": []}], "extends": {}, "image": [], "services": "x"}},
        {"include": {"project": [], "ref": {}}, "job": {"extends": [[], "none"], "services": [[]]}},
    ):
        assert isinstance(found(on_gitlab(**odd)), list)


def test_the_owners_of_what_each_forge_runs_are_looked_for():
    nobody = dataclasses.replace(on_gitlab(job={}), code_owners=None)
    partly = dataclasses.replace(
        on_forgejo(), code_owners="badges/.* @x\nissuers/.* @x\nobit\\\\.yaml @x\n"
    )

    (told,) = (s for s in examine(nobody).symptoms if s.name == "what-decides-has-owners")

    assert told.fix == (
        "name approvers: of the issuers and let obit codeowners write .gitlab/CODEOWNERS, or write it "
        "with a line each for /.gitlab-ci.yml, /badges/, /issuers/, /obit.yaml"
    )
    assert found(partly) == [
        ("warning", "what-decides-has-owners", "CODEOWNERS has no line for /.forgejo/")
    ]

"""What is checked in pictures: each is inspected once, where its owner mentions it."""

from collections.abc import Iterator

from obit_build.model.profile import ImageFile
from obit_build.model.repository import Repository
from obit_build.pictures.picture import inspect
from obit_build.problems import Location, Problem


def _mentioned(repository: Repository) -> Iterator[tuple[str, ImageFile]]:
    for slug, profile in repository.profiles.items():
        if profile.image is not None:
            yield f"issuers/{slug}/{profile.image.file}", profile.image
    for slug, badge in repository.achievements.items():
        yield f"badges/{slug}/{badge.image.file}", badge.image


def picture_problems(repository: Repository) -> Iterator[Problem]:
    """Inspect every picture that is mentioned; the rules are those of ``picture``."""
    for path in sorted({path for path, _ in _mentioned(repository)}):
        data = repository.files.get(path)
        if data is not None:  # a missing one was reported when it was looked for
            for found in inspect(data, path.rsplit("/", 1)[1]).findings:
                yield Problem(
                    location=Location(path, found.line, found.column),
                    check=found.check,
                    message=found.message,
                    fix=found.fix,
                )

"""Templates → bytes: Jinja2, escaped by default, sandboxed, strict about what is undefined.

A theme is a mapping of paths to texts, so nothing here opens a file: the default theme with the
centre's own files laid over it, one by one. What goes wrong in a template is a RenderError that
names template, line and page; never an award's address, which may be unlisted.
"""

import functools
import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from obit_build.errors import ObitError, RenderError

FOLDER = "templates/"
ASSETS = "assets/"
ICONS = "icons/"

MAX_COMPILED = 256
"""Templates that are kept compiled: the default theme has some forty, a centre's own come on top."""
# Filters whose answer differs from run to run, or that lift the escaping.
_NOT_FOR_THEMES = ("random", "safe", "pprint")
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Theme:
    """Templates, icons and assets: path below ``templates/`` → text."""

    files: Mapping[str, str]

    def with_overrides(self, overrides: Mapping[str, str]) -> "Theme":
        """Return the theme in which each of the given files takes the place of its namesake."""
        return Theme({**self.files, **overrides})

    def assets(self) -> Iterator[tuple[str, bytes]]:
        """Yield what is published as it is: (path on the site, bytes), sorted."""
        for path in sorted(self.files):
            if path.startswith(ASSETS):
                yield path, self.files[path].encode()

    def icon(self, name: str) -> Markup:
        """Return an inline SVG of the theme; it is part of the templates and trusted like them."""
        text = self.files.get(f"{ICONS}{name}.svg")
        if text is None:
            raise RenderError(
                f'the theme has no icon "{name}"', fix=f"add templates/{ICONS}{name}.svg"
            )
        return Markup(text.strip())  # noqa: S704 - a template file, not data


class _Loader(BaseLoader):
    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - the loader's interface
        template: str,
    ) -> tuple[str, str, Any]:
        text = self._files.get(template)
        if text is None:
            raise TemplateNotFound(template)
        # Indentation serves the template's reader; on a thousand pages it is a fifth of the bytes.
        return _INDENTATION.sub("", text), FOLDER + template, lambda: True

    def load(
        self,
        environment: Environment,
        name: str,
        globals: Any = None,  # noqa: A002 - the loader's interface
    ) -> Template:
        source, filename, is_fresh = self.get_source(environment, name)
        code = _compiled(source, name, filename)
        return Template.from_code(environment, code, globals or {}, is_fresh)


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, with a short way to the fields of our own records.

    A frozen dataclass has nothing to hide but names with an underscore; asking jinja's full set of
    questions for each of the 300 fields on a page takes half of the time of a build.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if hasattr(type(obj), "__dataclass_fields__") and not attribute.startswith("_"):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


@functools.lru_cache(maxsize=MAX_COMPILED)
def _compiled(source: str, name: str, filename: str) -> CodeType:
    """Turn a template into Python, once for all renderers: it takes as long as making a small site."""
    return _environment(BaseLoader()).compile(source, name, filename)


def _environment(loader: BaseLoader) -> _Sandbox:
    environment = _Sandbox(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    # "<" and its like are still escaped: nothing ends the element that such data stand in.
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.globals.clear()
    for name in _NOT_FOR_THEMES:
        environment.filters.pop(name)
    return environment


class Renderer:
    """Renders the templates of one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._loader = _Loader(theme.files)
        environment = _environment(self._loader)
        icons: dict[str, Markup] = {}

        def icon(name: str) -> Markup:
            if name not in icons:
                icons[name] = theme.icon(name)
            return icons[name]

        environment.globals["icon"] = icon
        self._environment = environment

    def render(self, template: str, values: Mapping[str, Any], *, page: str) -> str:
        """Render one template; ``page`` says in people's words what is being made."""
        try:
            return self._environment.get_template(template).render(values)
        except RecursionError as error:
            raise _failure(template, 0, "it includes itself without end", page) from error
        except TemplateNotFound as error:
            line = _line(error)
            raise _failure(
                line[0] or template, line[1], f'there is no template "{error.name}"', page
            ) from error
        except TemplateSyntaxError as error:
            name = (error.filename or template).removeprefix(FOLDER)
            raise _failure(name, error.lineno, error.message or "not a template", page) from error
        except Exception as error:  # a template is the centre's code: anything may come out of it
            name, number = _line(error)
            said = error.message if isinstance(error, ObitError) else str(error)
            said = said or type(error).__name__
            raise _failure(name or template, number, said, page) from error

    def tree(self, template: str) -> nodes.Template | None:
        """Return a template as jinja understands it; None for one that is missing or malformed."""
        try:
            source, _, _ = self._loader.get_source(self._environment, template)
            return self._environment.parse(source)
        except (TemplateNotFound, TemplateSyntaxError):
            return None

    def fragment(self, template: str, values: Mapping[str, Any], *, page: str) -> Markup:
        """Render a partial that other templates show unescaped; our templates made it."""
        return Markup(self.render(template, values, page=page))  # noqa: S704 - an autoescaped template's output


def _line(error: BaseException) -> tuple[str, int]:
    """Find the innermost template line in the traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(FOLDER):
            return frame.filename.removeprefix(FOLDER), frame.lineno or 0
    return "", 0


def _failure(template: str, line: int, said: str, page: str) -> RenderError:
    place = f"{FOLDER}{template}" + (f":{line}" if line else "")
    return RenderError(
        f"{place}: {said} (while making {page})",
        fix=f"correct {FOLDER}{template}, or remove your copy of it to get the default theme's",
    )

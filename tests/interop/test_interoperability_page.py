"""docs/reference/interoperability.md names the implementations and versions that the locks hold."""

import importlib.util
import re

import explained
from judging import HERE, REPOSITORY

PAGE = REPOSITORY / "docs" / "reference" / "interoperability.md"


def the_script():
    path = REPOSITORY / "scripts" / "write_interoperability.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_names_the_versions_that_the_locks_hold():
    script = the_script()
    versions = script.versions()

    rows = set(re.findall(r"^\| ([^ ]+) \| ([^ ]+) \|", PAGE.read_text("utf-8"), re.MULTILINE))

    rows -= {("implementation", "version"), ("--", "--")}
    assert rows == {(package, versions[package]) for package in script.PACKAGES}


def test_the_page_names_every_judge_of_the_tests():
    packages = set(the_script().PACKAGES)

    named = set()
    for path in HERE.glob("test_*.py"):
        named |= set(re.findall(r'tally\(\s*"([^"]+)"', path.read_text("utf-8")))

    assert named <= packages


def test_the_page_explains_differences_in_the_words_of_the_tests():
    text = PAGE.read_text("utf-8")
    sentences = {value for name, value in vars(explained).items() if name.isupper()}
    source = "".join(path.read_text("utf-8") for path in sorted(HERE.glob("*.py")))

    told = set(re.findall(r"^- It (.*?)(?: \(\d+ cases?\))?\.$", text, re.MULTILINE))

    assert sentences <= told
    assert [sentence for sentence in told if sentence not in source] == []


def test_every_row_agrees_or_is_explained():
    rows = re.findall(r"\| (\d+) \| (\d+) \| (\d*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert rows
    assert all(int(cases) == int(agreed) + int(differed or 0) for cases, agreed, differed in rows)

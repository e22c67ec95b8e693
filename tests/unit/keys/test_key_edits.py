import pytest

from obit_build.keys.edits import KeyEdit, edited

A = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
B = "z6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu"
SETTINGS = f"""\
# A centre.
site: https://badges.example.org/
keys:
- issuer: cefo   # the first
  public_key_multibase: {A}
  signer: env:OBIT_KEY # in the vault

title: Badges
"""
RETIRED = KeyEdit(A, {"state": "retired"})
NEXT = KeyEdit(B, {"issuer": "cefo", "signer": "env:K2", "state": "next"})


def after(text, *edits):
    found = edited(text.encode(), edits)
    return found.decode() if found is not None else None


def test_a_state_is_one_line_below_the_signer():
    assert after(SETTINGS, RETIRED) == SETTINGS.replace(
        "# in the vault\n", "# in the vault\n  state: retired\n"
    )


def test_a_state_that_is_there_is_written_over():
    had = SETTINGS.replace("  signer", "  state: next # since May\n  signer")

    assert after(had, KeyEdit(A, {"state": "active"})) == had.replace("next #", "active #")


def test_a_new_key_stands_below_the_last_one_and_is_indented_like_it():
    assert after(SETTINGS, NEXT) == SETTINGS.replace(
        "# in the vault\n",
        "# in the vault\n"
        f"- issuer: cefo\n  public_key_multibase: {B}\n  signer: env:K2\n  state: next\n",
    )


def test_the_first_key_comes_at_the_end_of_the_file():
    bare = "site: https://badges.example.org/"

    assert after(bare, NEXT) == (
        f"{bare}\nkeys:\n  - issuer: cefo\n    public_key_multibase: {B}\n"
        "    signer: env:K2\n    state: next\n"
    )


def test_a_revocation_is_one_line_whatever_the_reason_says():
    reason = '{date: 2026-11-21, reason: "Volé : # et \\"clé\\""}'

    assert after(SETTINGS, KeyEdit(A, {"revoked": reason})) == SETTINGS.replace(
        "# in the vault\n", f"# in the vault\n  revoked: {reason}\n"
    )


def test_several_edits_are_made_together():
    done = after(SETTINGS, RETIRED, NEXT, KeyEdit(B, {"state": "active"}))

    assert done.count("state:") == 2
    assert done.index("state: retired") < done.index("state: active")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(mark):
    windows = mark + SETTINGS.replace("\n", "\r\n")

    done = edited(windows.encode(), (RETIRED,))

    assert done.decode() == windows.replace(
        "# in the vault\r\n", "# in the vault\r\n  state: retired\r\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"site: https://a.example/\nkeys: [{{issuer: cefo, public_key_multibase: {A}, signer: env:K}}]\n",
        f"{{site: https://a.example/, keys: [{{issuer: cefo, public_key_multibase: {A}}}]}}\n",
        f"site: https://a.example/\nkeys:\n  - {{issuer: cefo, public_key_multibase: {A}, signer: env:K}}\n",
        SETTINGS.replace("env:OBIT_KEY # in the vault", ">-\n    env:OBIT_KEY"),
        SETTINGS.replace("\n", "\r\n", 1),
        SETTINGS.replace("title", "titel"),
        "site: [\n",
        "",
    ],
)
def test_a_file_of_another_form_is_left_alone(text):
    assert edited(text.encode(), (RETIRED,)) is None


@pytest.mark.parametrize("value", ["retired\ntitle: Stolen", "never", "[retired]", "2026-11-21"])
def test_a_value_that_would_mean_something_else_is_not_written(value):
    assert after(SETTINGS, KeyEdit(A, {"state": value})) is None


def test_the_lines_to_write_by_hand_are_an_entry():
    assert NEXT.lines() == [
        "  - issuer: cefo", f"    public_key_multibase: {B}", "    signer: env:K2", "    state: next",
    ]  # fmt: skip

"""What ``obit --help`` prints, written without any library, so that the answer comes at once."""

from collections.abc import Iterable, Mapping

# command → (module, one line for --help)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "check": ("checking", "Look for mistakes in the files."),
    "plan": ("planning", "Say what issuing would do."),
    "approve": ("approving", "Sign that awards may be issued."),
    "issue": ("issuing", "Sign what is new and record it in the ledger."),
    "build": ("building", "Make the site."),
    "serve": ("serving", "Show the site on this computer while you edit."),
    "publish": ("publishing", "Upload the site to object storage."),
    "verify": ("verifying", "Check badges: files, folders or addresses."),
    "audit": ("auditing", "Look at the published site from outside."),
    "doctor": ("doctoring", "Look at clone, keys, tools and workflows."),
    "hosts": ("hosting", "Print settings for a web server."),
    "revoke": ("deciding", "Write into an award file that an award is revoked."),
    "suspend": ("deciding", "Write into an award file that an award is suspended."),
    "restore": ("deciding", "Take a suspension out of an award file."),
    "withdraw": ("deciding", "Write into an award file that an award leaves the site."),
    "endorse": ("endorsing", "Sign an opinion about an issuer, a badge or an award."),
    "bake": ("baking", "Put a credential into a PNG or SVG image."),
    "unbake": ("baking", "Take the credential out of an image."),
    "people": ("people", "Codes, exports and erasure of people."),
    "codeowners": ("approving", "Ask the approvers on the forge as well."),
    "key": ("keys", "Make, show, rotate, retire and revoke keys."),
    "schema": ("schemas", "Help an editor with the files while you type."),
    "i18n": ("translating", "Show which translations are missing."),
    "explain": ("checking", "Tell more about a finding."),
}
OPTIONS: Mapping[str, str] = {
    "--version": "Show the version and exit.",
    "-C DIRECTORY": "Work in this folder (the one that holds obit.yaml).",
    "-q, --quiet": "Say only what is wrong.",
    "-h, --help": "Show this message and exit.",
}
SUMMARY = "Recognition as code: Open Badges 3.0 from a Git repository."
EPILOG = """\
Begin with: obit build, then obit serve. Exit codes: 0 fine, 1 findings, 2
usage, 3 changes pending (plan --exit-code), 4 environment, 130 interrupted."""


def overview() -> str:
    """Write usage, options and commands, one a line, for a terminal of 80 columns."""
    lines = [
        "Usage: obit [OPTIONS] COMMAND [ARGS]...",
        "",
        f"  {SUMMARY}",
        "",
        "Options:",
        *_columns(OPTIONS.items()),
        "",
        "Commands:",
        *_columns((name, line) for name, (_, line) in COMMANDS.items()),
        "",
        *(f"  {line}" for line in EPILOG.splitlines()),
    ]
    return "\n".join(lines) + "\n"


def _columns(rows: Iterable[tuple[str, str]]) -> list[str]:
    table = list(rows)
    width = max(len(name) for name, _ in table)
    return [f"  {name:<{width}}  {said}" for name, said in table]

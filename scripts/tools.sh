#!/bin/sh
# Make sure that programs which the tests need are there: sh scripts/tools.sh node chromium
# Node.js comes from PyPI into .venv if the machine has none or an old one. Everything else is
# installed on Debian and Ubuntu when this runs as root; elsewhere it says what to do.
set -eu

recent_node() {
    command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20)' 2>/dev/null
}

package_of() {
    case "$1" in
    pkcs11-tool) echo opensc ;;
    softhsm2-util) echo softhsm2 ;;
    ssh-agent | ssh-add | ssh-keygen) echo openssh-client ;;
    *) echo "$1" ;;
    esac
}

missing=""
for program in "$@"; do
    if [ "$program" = node ]; then
        recent_node || .venv/bin/python -m pip install --quiet --require-hashes -r requirements/node.lock
    elif ! command -v "$program" >/dev/null 2>&1; then
        missing="$missing $(package_of "$program")"
    fi
done
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words on purpose
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "the tests need:$missing" >&2
    echo "install them (Debian, Ubuntu: sudo apt-get install$missing) and run make test again" >&2
    exit 1
fi

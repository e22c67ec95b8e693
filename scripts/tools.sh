#!/bin/sh
# Make sure that programs which the tests need are there: sh scripts/tools.sh node chromium
# On Debian and Ubuntu they are installed when this runs as root; elsewhere it says what to do.
set -eu

package_of() {
    case "$1" in
    node) echo nodejs ;;
    *) echo "$1" ;;
    esac
}

missing=""
for program in "$@"; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $(package_of "$program")"
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

#!/usr/bin/env bash
# Installs what the test servers need, in pinned versions: setup.sh python|npm. Prints the folder: `ANNEX_TEST_PEERS`, else
# `peers` in the target folder. Does nothing when it is there already. Ends with 1, and a reason, when it cannot be had.
#   python  localstripe, aiosmtpd, standardwebhooks and Authlib, in a virtual environment   (requirements.txt; made from requirements.in by pip-compile)
#   npm     oidc-provider, openid-client, standardwebhooks, telegram-test-api and axe-core     (npm/package-lock.json)
# Where Python's venv or npm is not installed, root on Debian gets it from the distribution.
set -euo pipefail

case ${1:-} in python | npm) ;; *) echo "usage: $0 python|npm" >&2; exit 2 ;; esac
here=$(cd "$(dirname "$0")" && pwd)
dir=${ANNEX_TEST_PEERS:-${CARGO_TARGET_DIR:-$here/../../target}/peers}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

# One at a time.
if command -v flock >/dev/null 2>&1; then
    exec 9>"$dir/.lock"
    flock 9
fi

fail() { echo "setup.sh: $1" >&2; exit 1; }
from_distribution() { # packages
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } >&2 </dev/null
}
done_before() { [ -f "$dir/$1.done" ] && cmp -s "$2" "$dir/$1.done"; }

case $1 in
python)
    wanted=$here/requirements.txt
    if ! done_before python "$wanted"; then
        command -v python3 >/dev/null || from_distribution python3 || fail "there is no python3"
        python3 -c 'import ensurepip, venv' 2>/dev/null || from_distribution python3-venv || fail "Python's venv is missing; install python3-venv"
        rm -rf "$dir/venv"
        python3 -m venv "$dir/venv" >&2
        "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$wanted" >&2 ||
            fail "localstripe, aiosmtpd, standardwebhooks and Authlib cannot be installed; is there a network?"
        cp "$wanted" "$dir/python.done"
    fi
    ;;
npm)
    wanted=$here/npm/package-lock.json
    if ! done_before npm "$wanted"; then
        command -v npm >/dev/null || from_distribution nodejs npm || fail "there is no npm"
        node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' || fail "Node.js 20 or newer is needed, this is $(node --version)"
        mkdir -p "$dir/npm"
        cp "$here/npm/package.json" "$wanted" "$dir/npm/"
        (cd "$dir/npm" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
            fail "oidc-provider, openid-client, standardwebhooks, telegram-test-api and axe-core cannot be installed; is there a network?"
        cp "$wanted" "$dir/npm.done"
    fi
    ;;
esac
echo "$dir"

#!/usr/bin/env bash
# Runs the tests with the peers that they need: run-tests.sh ADDONS [ARGUMENTS OF NEXTEST…], where ADDONS holds the packed
# first-party add-ons. Without further arguments every test is run; with them, only those of the workspace that they choose.
# A peer that cannot be had is named with the reason, and its tests are skipped; with CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
ANNEX_TEST_ADDONS=$(realpath "$1")
export ANNEX_TEST_ADDONS
shift
export ANNEX_TEST_BIN=${CARGO_TARGET_DIR:-$PWD/target}/debug/annex
work=$(mktemp -d)
# PostgreSQL's databases are in memory where there is room: most tests make one, which is a thousand files, and drop it again.
databases=$work
if [ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 2097152 ] 2>/dev/null; then databases=$(mktemp -d -p /dev/shm); fi
# The server runs as another user.
chmod 755 "$work" "$databases"
trap 'tests/peers/postgres.sh stop "$databases/postgres" >/dev/null 2>&1 || true; rm -rf "$work" "$databases"' EXIT

missing() { # peer, reason
    echo "tests: $1 is not here: $2"
    if [ "${CI:-}" = true ]; then exit 1; fi
}

command -v python3 >/dev/null || missing "python3" "install Python 3; the test servers need it"
# Tests start the servers themselves: crm.py, shop.py, telegram.py, bot_api.py, stripe.py, smtp.py, publisher.py and oidc.py find their packages here.
export ANNEX_TEST_PEERS=${ANNEX_TEST_PEERS:-${CARGO_TARGET_DIR:-$PWD/target}/peers}
tests/peers/setup.sh python >/dev/null || missing "Stripe (localstripe), SMTP (aiosmtpd), services of publishers (standardwebhooks, Authlib), and PyPI for add-ons in Python" "their tests are skipped"
tests/peers/setup.sh npm >/dev/null || missing "a foreign OIDC issuer (oidc-provider), services of publishers with openid-client and standardwebhooks, a foreign Bot API (telegram-test-api), axe-core, and npm for add-ons in JavaScript" "their tests are skipped"
if driver=$(tests/peers/chromium.sh); then
    export ANNEX_TEST_CHROMEDRIVER=$driver
else
    missing "Chromium (chromium, chromium-driver)" "its tests are skipped"
fi
if tests/peers/dovecot.sh start "$work/dovecot" >/dev/null; then
    # Tests start their own.
    tests/peers/dovecot.sh stop "$work/dovecot"
else
    missing "Dovecot (dovecot-imapd)" "the tests of mailboxes are skipped"
fi
if url=$(tests/peers/postgres.sh start "$databases/postgres"); then
    export ANNEX_TEST_POSTGRES_URL=$url
else
    missing "PostgreSQL" "its tests run on SQLite alone"
fi

# Once, instead of each test asking cargo whether they are.
env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS cargo build --quiet --release --target wasm32-wasip2 \
    --manifest-path tests/guests/Cargo.toml --target-dir tests/guests/target
export ANNEX_TEST_GUESTS=$PWD/tests/guests/target/wasm32-wasip2/release

# Tests wait for servers, browsers and clocks part of their time: one more than there are processors.
export NEXTEST_TEST_THREADS=${NEXTEST_TEST_THREADS:-$(($(getconf _NPROCESSORS_ONLN) + 1))}
if [ $# -gt 0 ]; then
    cargo nextest run --workspace "$@"
    exit
fi
echo "tests: add-ons, natively"
cargo test --manifest-path plugins/Cargo.toml --workspace --quiet
echo "tests: add-ons, in the sandbox"
for addon in hello contact-sync satisfaction telegram email lang-de lang-ar gallery orders keyword-rules rules webhook-chat web-form; do
    "$ANNEX_TEST_BIN" addon test "plugins/$addon" \
        --component "${CARGO_TARGET_DIR:-plugins/target}/wasm32-wasip2/release/${addon//-/_}.wasm"
done
echo "tests: the test servers"
python3 -B -m unittest discover --start-directory tests/peers --quiet
echo "tests: documentation examples"
cargo test --workspace --doc --quiet
echo "tests: the workspace"
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace
else
    cargo test --workspace --all-targets
fi

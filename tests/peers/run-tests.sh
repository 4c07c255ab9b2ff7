#!/usr/bin/env bash
# Runs every test with the peers that it needs: run-tests.sh ADDONS, where ADDONS holds the packed first-party add-ons.
# A peer that cannot be had is named with the reason, and its tests are skipped; with CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
export ANNEX_TEST_ADDONS=$1
export ANNEX_TEST_BIN=${CARGO_TARGET_DIR:-$PWD/target}/debug/annex
work=$(mktemp -d)
# The server runs as another user.
chmod 755 "$work"
trap 'tests/peers/postgres.sh stop "$work/postgres" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

missing() { # peer, reason
    echo "tests: $1 is not here: $2"
    if [ "${CI:-}" = true ]; then exit 1; fi
}

command -v python3 >/dev/null || missing "python3" "install Python 3; the test servers need it"
if url=$(tests/peers/postgres.sh start "$work/postgres"); then
    export ANNEX_TEST_POSTGRES_URL=$url
else
    missing "PostgreSQL" "its tests run on SQLite alone"
fi

echo "tests: add-ons, natively"
cargo test --manifest-path plugins/Cargo.toml --workspace --quiet
echo "tests: add-ons, in the sandbox"
for addon in hello contact-sync telegram lang-de lang-ar; do
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

#!/usr/bin/env bash
# Finds Chromium and its driver, and prints the path of the driver, which finds the browser by itself. Where they are not
# installed, root on Debian gets them from the distribution. Ends with 1, and a reason, when they cannot be had.
set -euo pipefail

here() {
    command -v chromedriver >/dev/null 2>&1 || return 1
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

if ! here && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver; } >&2 </dev/null || true
fi
here || { echo "chromium.sh: no chromium and chromedriver found; install the packages chromium and chromium-driver" >&2; exit 1; }
command -v chromedriver

#!/usr/bin/env bash
# Builds the first-party add-ons and packs each one, unsigned: plugins/pack.sh ANNEX OUT.
# contact-sync is packed twice: 1.0.0, and 1.1.0, which asks for one capability more.
set -euo pipefail
annex=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"

compile() { # what, then further arguments of cargo
    cargo build --manifest-path "$here/Cargo.toml" --release --target wasm32-wasip2 --quiet "$@"
}
pack() { # add-on, manifest
    local wasm="${CARGO_TARGET_DIR:-$here/target}/wasm32-wasip2/release/annex_${1//-/_}.wasm"
    [ -f "$wasm" ] || wasm="${wasm/annex_/}"
    "$annex" addon pack "$here/$1" --manifest "$here/$1/$2" --component "$wasm" --out-dir "$out"
}

compile --package contact-sync --features save-contact
pack contact-sync annex-1.1.toml
compile --workspace
for addon in hello contact-sync satisfaction telegram email lang-de lang-ar gallery orders keyword-rules rules web-form; do pack "$addon" annex.toml; done
# One component, and a manifest for each way to sign.
for manifest in annex annex-meta annex-twilio; do pack webhook-chat "$manifest.toml"; done

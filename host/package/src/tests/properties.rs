//! What holds for any bytes: nothing panics, nothing that was changed is accepted, what is built comes back.

use std::collections::BTreeMap;

use bytes::Bytes;
use proptest::prelude::*;

use super::craft::{entries, files, key, manifest, package, proof, tar, trust};
use crate::{
    build,
    frame::{self, Frame},
    keys::SigningKey,
    peek,
    seal::{self, Seal},
    sign, sign_existing, verify, verify_rotation,
};

/// A package with a component that compresses like code: repetitive, not constant.
fn realistic() -> Vec<u8> {
    let component: Vec<u8> = (0u32..20_000).flat_map(|at| [(at % 97) as u8, (at / 7 % 13) as u8, 0x41]).collect();
    let mut manifest = manifest();
    manifest.listing.icon = None;
    sign(&build(manifest, component, BTreeMap::new()).unwrap(), &[key(1)]).unwrap().to_vec()
}

#[test]
fn each_flipped_bit_breaks_the_seal() {
    let good = seal::close(&package(&entries()));
    assert_eq!(seal::open(&good).unwrap().0, Seal::Intact);
    for bit in 0..good.len() * 8 {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let refused = match seal::open(&bytes) {
            Ok((Seal::Intact, _)) => false,
            Ok((Seal::Broken, _)) | Err(_) => true,
            // The head itself was hit: then these are no bytes of a frame either.
            Ok((Seal::Absent, bytes)) => Frame::open(bytes).is_err(),
        };
        assert!(refused, "bit {bit} of {}", good.len() * 8);
    }
}

#[test]
fn each_flipped_byte_of_a_small_package_is_refused() {
    let good = seal::close(&package(&entries()));
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(verify(bytes.into(), &trust()).is_err(), "byte {at} of {}", good.len());
    }
}

#[test]
fn each_shorter_package_is_refused() {
    let good = package(&entries());
    for length in 0..good.len() {
        assert!(verify(good[..length].to_vec().into(), &trust()).is_err(), "{length} of {} bytes", good.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_flipped_byte_is_refused(at in any::<prop::sample::Index>(), bits in 1u8..) {
        let mut bytes = realistic();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        prop_assert!(verify(bytes.into(), &trust()).is_err(), "byte {at} with {bits:#x}");
    }

    #[test]
    fn a_flipped_byte_of_a_package_without_a_seal_never_changes_what_is_in_it(at in any::<prop::sample::Index>(), bits in 1u8..) {
        let mut bytes = package(&entries());
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        if let Ok(package) = verify(bytes.into(), &trust()) {
            prop_assert_eq!(package.manifest_bytes(), &entries()[0].data);
            prop_assert_eq!(package.component().as_ref(), super::craft::COMPONENT);
        }
    }

    #[test]
    fn a_flipped_byte_of_the_archive_inside_is_refused(at in any::<prop::sample::Index>(), bits in 1u8..) {
        let mut archive = tar(&entries());
        let at = at.index(archive.len());
        archive[at] ^= bits;
        prop_assert!(verify(frame::pack(&archive).unwrap().into(), &trust()).is_err(), "byte {at} with {bits:#x}");
    }

    #[test]
    fn a_flipped_byte_of_the_proof_is_refused(at in any::<prop::sample::Index>(), bits in 1u8..) {
        let mut entries = entries();
        let at = at.index(entries[1].data.len());
        entries[1].data[at] ^= bits;
        prop_assert!(verify(package(&entries).into(), &trust()).is_err());
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(verify(bytes.clone().into(), &trust()).is_err());
        prop_assert!(peek(&bytes).is_err());
        prop_assert!(sign_existing(&bytes, &[key(1)]).is_err());
        prop_assert!(verify_rotation(&bytes, &trust()).is_err());
    }

    #[test]
    fn any_archive_is_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        prop_assert!(verify(frame::pack(&bytes).unwrap().into(), &trust()).is_err());
    }

    #[test]
    fn any_manifest_and_proof_are_refused_without_a_panic(
        manifest in prop::collection::vec(any::<u8>(), 0..400),
        proof_bytes in prop::option::of(prop::collection::vec(any::<u8>(), 0..400)),
    ) {
        let proof = proof_bytes.unwrap_or_else(|| proof(&manifest, &[key(1)]));
        let mut entries = super::craft::entries_with(&manifest, files());
        entries[1] = super::craft::raw("developer.dsse", proof);
        prop_assert!(verify(package(&entries).into(), &trust()).is_err());
    }

    #[test]
    fn what_is_built_comes_back(
        component in prop::collection::vec(any::<u8>(), 1..3000),
        assets in prop::collection::btree_map("assets/f[a-z0-9_-]{0,11}(\\.[a-z]{1,4})?", prop::collection::vec(any::<u8>(), 0..600), 0..6),
        seeds in prop::collection::btree_set(1u8..=2, 1..=2),
    ) {
        let mut manifest = manifest();
        manifest.listing.icon = None;
        let assets: BTreeMap<String, Bytes> = assets.into_iter().map(|(path, data)| (path, data.into())).collect();
        let keys: Vec<SigningKey> = seeds.into_iter().map(key).collect();
        let bytes = sign(&build(manifest, component.clone(), assets.clone()).unwrap(), &keys).unwrap();
        let package = verify(bytes, &trust()).unwrap();
        prop_assert_eq!(package.component().as_ref(), &*component);
        prop_assert_eq!(package.assets().map(|(path, data)| (path.to_owned(), data.clone())).collect::<BTreeMap<_, _>>(), assets);
        prop_assert_eq!(package.signers().len(), keys.len());
    }
}

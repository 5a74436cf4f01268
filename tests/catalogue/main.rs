//! The embedded catalogue is what its sources say.
//!
//! `UPDATE=1 cargo test --test catalogue` writes data/catalog/embedded anew from data/catalog/*.tsv.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod answers;
mod build;
#[path = "../../src/catalog/format.rs"]
mod format;
mod sections;
mod tsv;

use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/catalog")
}

/// What the binary may grow by, in bytes.
const MOST: usize = 2_000_000;

#[test]
fn the_embedded_catalogue_derives_from_its_sources() {
    let built = sections::catalogue();
    let sizes: Vec<_> = built
        .iter()
        .map(|(name, bytes)| (*name, bytes.len()))
        .collect();
    for (name, bytes) in built {
        let path = folder().join("embedded").join(name);
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        let written = fs::read(&path).unwrap_or_default();
        assert!(
            written == bytes,
            "{name} is not what the tables say; UPDATE=1 cargo test --test catalogue writes it anew"
        );
    }
    let size: usize = sizes.iter().map(|(_, size)| size).sum();
    assert!(size <= MOST, "{size} bytes are embedded: {sizes:?}");
}

#[test]
fn sources_are_sorted_and_every_row_has_every_field() {
    for name in tsv::NAMES {
        let text = fs::read_to_string(folder().join(name)).unwrap();
        assert!(!text.contains('\r') && text.ends_with('\n'), "{name}");
        let (header, rows) = text.split_once('\n').unwrap();
        let fields = header.matches('\t').count();
        assert!(rows.lines().is_sorted_by(|a, b| a < b), "{name}");
        for row in rows.lines() {
            assert_eq!(row.matches('\t').count(), fields, "{name}: {row}");
        }
    }
}

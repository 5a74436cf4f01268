//! docs/references.md lists every kind of reference, from the table in the code.
//!
//! `UPDATE=1 cargo test --test references` writes the list anew, after the line that marks it.

mod support;

use std::fmt::Write as _;
use std::fs;

use solvet::model::REFERENCE_KINDS;
use support::project;

const MARK: &str =
    "<!-- The list below is written by `UPDATE=1 cargo test --test references`. -->\n";

fn list() -> String {
    let mut text = String::new();
    let mut family = "";
    for row in REFERENCE_KINDS {
        if row.family != family {
            family = row.family;
            let _ = write!(
                text,
                "\n### {family}\n\n| kind | from | to | strength | where, and how often the platform lists it |\n|---|---|---|---|---|\n"
            );
        }
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            row.id,
            row.from,
            row.to,
            row.strength.name(),
            row.source
        );
    }
    text
}

#[test]
fn the_document_of_references_lists_the_kinds_of_the_code() {
    let path = project("docs/references.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, after) = text.split_once(MARK).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{MARK}{}", list())).unwrap();
    } else {
        assert_eq!(
            after,
            list(),
            "write it with UPDATE=1 cargo test --test references"
        );
    }
}

#[test]
fn every_kind_is_named_in_kebab_case() {
    for row in REFERENCE_KINDS {
        let is_kebab =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(row.id.bytes().all(is_kebab), "{}", row.id);
    }
}

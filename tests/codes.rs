//! The known import failures: that they agree with the rules, and docs/platform-codes.md, which derives from them.
//!
//! `UPDATE=1 cargo test --test codes` writes docs/platform-codes.md anew.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use solvet::catalog::{Confidence, Detection, Failure, failures, failures_of};
use solvet::check::{rule, rules};
use support::markdown::{is_made_from, markdown};

/// The sections of the page, with the subjects that each has.
static SECTIONS: [(&str, &[&str]); 11] = [
    ("File and manifest", &["PKG"]),
    (
        "Versions, mode, publisher, patch and upgrade",
        &["VER", "PUB", "PAT", "UPG"],
    ),
    ("Dependencies", &["DEP"]),
    ("Tables, columns, relationships, keys and choices", &["SCH"]),
    (
        "Forms, views, command bars, site maps, dashboards and apps",
        &["UI"],
    ),
    (
        "Processes, flows, connections, variables, canvas apps and connectors",
        &["FLW"],
    ),
    ("Plug-ins, web resources and controls", &["COD"]),
    (
        "Security, users and the environment's state",
        &["SEC", "ENV"],
    ),
    ("Languages and templates", &["LNG"]),
    (
        "Managed properties, settings and other components",
        &["MNG"],
    ),
    ("Sales sequences", &["SEQ"]),
];

fn letter(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "H",
        Confidence::Medium => "M",
        Confidence::Low => "L",
    }
}

fn row(failure: &Failure) -> String {
    let codes = failure.codes.iter();
    let codes: Vec<_> = codes
        .map(|code| format!("`0x{code:08X}` ({})", code.cast_signed()))
        .collect();
    let rules = failure.predicted.iter();
    let rules: Vec<_> = rules
        .map(|rule| format!("[{rule}](rules.md#{rule})"))
        .collect();
    let answer = match rules.as_slice() {
        [] => markdown(failure.why_not),
        rules => rules.join(", "),
    };
    format!(
        "| {} | {} | {} | {} | {} | {answer} | {} |\n",
        failure.id,
        codes.join("<br>"),
        markdown(failure.name),
        markdown(failure.trigger),
        failure.effect,
        letter(failure.confidence)
    )
}

fn document() -> String {
    let predicted = failures()
        .iter()
        .filter(|failure| !failure.predicted.is_empty())
        .count();
    let mut text = format!(
        "# Platform codes\n\n\
         How the import of a solution is known to fail, to warn or to leave something broken, and what `solvet check` says\n\
         of it before. The rows were put together from public documentation and failure reports. Of {} rows, {predicted} are\n\
         predicted by rules, in full or in part; the others say why they are not. `solvet explain VER-08` prints a row, and\n\
         `solvet explain 0x80048541` a code with its message, its remedy and its rows.\n\n\
         The last column says how sure it is that the platform behaves so. H: documentation states it, or a raw message\n\
         of the server shows it. M: several reports agree. L: a single report, which never decides a verdict alone.\n\n\
         The effect is the worst that is known: an import that stops, one that warns and leaves something out or replaces\n\
         it, one that informs, or one that succeeds and leaves something that breaks later.\n\n\
         This file is generated from data/catalog/failures.tsv; `UPDATE=1 cargo test --test codes` writes it.\n",
        failures().len()
    );
    for (title, subjects) in SECTIONS {
        let _ = write!(
            text,
            "\n## {title}\n\n\
             | row | codes | name | when it happens | effect | what solvet does | sure |\n|---|---|---|---|---|---|---|\n"
        );
        let of_section = failures().iter();
        let of_section = of_section.filter(|failure| subjects.contains(&failure.subject()));
        text.extend(of_section.map(row));
    }
    text
}

#[test]
fn the_page_of_platform_codes_derives_from_the_table_of_failures() {
    is_made_from("docs/platform-codes.md", &document(), "codes");
}

#[test]
fn every_failure_stands_in_one_section_and_in_their_order() {
    let subjects: Vec<_> = SECTIONS
        .iter()
        .flat_map(|(_, subjects)| subjects.iter().copied())
        .collect();
    let mut listed: Vec<_> = failures().iter().map(Failure::subject).collect();
    listed.dedup();
    assert_eq!(listed, subjects);
}

#[test]
fn every_rule_that_predicts_a_failure_exists() {
    for failure in failures() {
        for id in &failure.predicted {
            assert!(rule(id).is_some(), "{}: {id}", failure.id);
        }
        let distinct: BTreeSet<_> = failure.predicted.iter().collect();
        assert_eq!(distinct.len(), failure.predicted.len(), "{}", failure.id);
    }
}

#[test]
fn what_only_the_server_knows_no_rule_predicts() {
    for failure in failures() {
        let is_seen = failure.detect != Detection::Server;
        assert!(is_seen || failure.predicted.is_empty(), "{}", failure.id);
    }
}

#[test]
fn a_rule_with_a_code_predicts_a_failure_with_that_code() {
    for rule in rules() {
        for code in rule.codes {
            let mut failures = failures_of(*code);
            assert!(
                failures.any(|failure| failure.predicted.contains(&rule.id)),
                "{} has the code 0x{code:08X}, and no row of data/catalog/failures.tsv with that code names the rule",
                rule.id
            );
        }
    }
}

//! Limits of GitHub, and what packages may say.

use super::*;
use crate::check::CheckOptions;
use crate::finding::{Finding, PlacedFinding};
use crate::model::ComponentType;
use crate::report::CheckReport;
use crate::source::{FileId, Place, Span};

/// A report with findings whose messages cannot be packed well, the least severe first.
fn report(count: usize) -> CheckReport {
    let severities = [Severity::Note, Severity::Warning, Severity::Error];
    let findings = (0..count).map(|number| {
        let noise = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        PlacedFinding {
            finding: Finding {
                rule: "missing-root-file",
                severity: severities[number * 3 / count],
                evidence: Evidence::Strong,
                message: format!("{noise:x}"),
                span: Span::start_of(FileId(0)),
                component: None,
                chain: Vec::new(),
                help: "Look.".into(),
                platform: None,
                distinct: String::new(),
                parts: Vec::new(),
                is_summary: false,
                is_local: false,
                is_eased: false,
                hidden: None,
            },
            place: Place::in_file("solvet.toml"),
            fingerprint: format!("{number:016x}").into(),
            part_fingerprints: Vec::new(),
        }
    });
    CheckReport {
        packages: Vec::new(),
        target: None,
        configuration: findings.collect(),
    }
}

fn log_of(report: &CheckReport, max_results: usize, max_gzipped: usize) -> Value {
    let report = Report::of_check(report, &CheckOptions::default());
    serde_json::from_str(&sarif_within(&report, max_results, max_gzipped)).unwrap_or_default()
}

fn levels(log: &Value) -> Vec<&str> {
    let results = log["runs"][0]["results"].as_array();
    let results = results.into_iter().flatten();
    results.filter_map(|one| one["level"].as_str()).collect()
}

#[test]
fn of_too_many_findings_the_most_severe_are_kept_and_the_rest_is_told() {
    let log = log_of(&report(9), 4, MAX_GZIPPED);
    assert_eq!(levels(&log), ["error", "error", "error", "warning"]);
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert!(
        told["message"]["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("5 findings"))
    );
}

#[test]
fn a_file_too_large_when_packed_keeps_the_most_severe() {
    let limit = gzipped(&log_of(&report(0), 0, MAX_GZIPPED).to_string()) + 4_000;
    let report = report(300);
    let log = log_of(&report, MAX_RESULTS, limit);
    let kept = levels(&log);
    assert!(!kept.is_empty() && kept.len() < 300, "{} kept", kept.len());
    assert_eq!(kept.first(), Some(&"error"));
    let shared = Report::of_check(&report, &CheckOptions::default());
    assert!(gzipped(&sarif_within(&shared, MAX_RESULTS, limit)) <= limit);
}

#[test]
fn what_a_package_says_makes_no_link() {
    let text = message("[see](https://example.org)").text;
    assert_eq!(text.as_deref(), Some("[see] (https://example.org)"));
}

#[test]
fn a_long_chain_takes_the_room_of_no_other_result() {
    let component = Identity::of(ComponentType::Number(1)).named("cts_order");
    let told = chain(&vec![component; 5_000]);
    assert_eq!(told.len(), MAX_CHAIN + 1);
    assert_eq!(told.last().map(String::as_str), Some("and 4900 more"));
}

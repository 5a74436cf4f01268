//! SARIF 2.1.0, as GitHub code scanning takes it: one run, what counts only, within its limits. The format is that of
//! docs.oasis-open.org/sarif/sarif/v2.1.0; what GitHub asks for beyond it, and its limits, are those of
//! docs.github.com/code-security/reference/code-scanning/sarif-files.

mod places;
mod rules;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use serde_sarif::sarif::{
    Invocation, Message, Notification, PropertyBag, ReportingDescriptor, Result as SarifResult,
    ResultKind, ResultLevel, Run, RunAutomationDetails, SCHEMA_URL, Sarif, Tool, ToolComponent,
};

use places::{physical, placed};
use rules::descriptors;

use super::common::{Report, ReportedFinding, ReportedPackage};
use super::text::bounded;
use super::told::UNREADABLE;
use crate::finding::{Evidence, Severity};
use crate::model::Identity;

/// Results of one run that GitHub takes.
const MAX_RESULTS: usize = 25_000;
/// Bytes of a file, gzipped, that GitHub takes.
const MAX_GZIPPED: usize = 10_000_000;
/// Characters of a description that GitHub takes.
const MAX_DESCRIPTION: usize = 1024;
/// Characters of a message that are written: names of packages have any length.
const MAX_MESSAGE: usize = 2000;

/// Components of a chain that are written: one result must not take the room of all others.
const MAX_CHAIN: usize = 100;

/// Writes a report. Findings that a configuration accepts or a baseline knows are counted in the properties of the run and
/// left out, because GitHub would show them as alerts.
pub fn sarif(report: &Report<'_>) -> String {
    sarif_within(report, MAX_RESULTS, MAX_GZIPPED)
}

fn sarif_within(report: &Report<'_>, max_results: usize, max_gzipped: usize) -> String {
    let rules = descriptors(report);
    let results = results(report, &rules);
    let total = results.len();
    let mut sarif = log(report, rules, results);
    let mut most = max_results;
    loop {
        let kept = keep(&mut sarif, most, total);
        let text = super::json::pretty(&sarif);
        // What is short raw is short packed; packing costs more than all the rest.
        if text.len() <= max_gzipped || kept == 0 {
            return text;
        }
        let packed = gzipped(&text);
        if packed <= max_gzipped {
            return text;
        }
        most = (kept.saturating_mul(max_gzipped) / packed).min(kept - 1);
    }
}

/// Keeps the first results, says how many are left out, and returns how many are kept.
fn keep(sarif: &mut Sarif, most: usize, total: usize) -> usize {
    let Some(run) = sarif.runs.first_mut() else {
        return 0;
    };
    let results = run.results.get_or_insert_default();
    results.truncate(most);
    let kept = results.len();
    if kept < total {
        let text = format!(
            "{} findings, the least severe, are left out: GitHub takes no more. The other formats have them all.",
            total - kept
        );
        let notification = Notification::builder()
            .level(json!("warning"))
            .message(message(&text))
            .build();
        for invocation in run.invocations.iter_mut().flatten() {
            invocation.tool_execution_notifications = Some(vec![notification.clone()]);
        }
    }
    kept
}

fn gzipped(text: &str) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail; if it did, the file would count as too large.
    let written = encoder.write_all(text.as_bytes());
    let finished = written.and_then(|()| encoder.finish());
    finished.map_or(usize::MAX, |bytes| bytes.len())
}

/// The file, with all results.
fn log(report: &Report<'_>, rules: Vec<ReportingDescriptor>, results: Vec<SarifResult>) -> Sarif {
    let driver = ToolComponent::builder()
        .name("solvet")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build();
    let invocation = Invocation::builder().execution_successful(true).build();
    // GitHub takes what is before the last slash as the category: a run of another command is no newer one of this.
    let category = format!("solvet/{}/", report.command.replace(' ', "-"));
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(RunAutomationDetails::builder().id(category).build())
        .column_kind(json!("unicodeCodePoints"))
        .invocations(vec![invocation])
        .properties(bag([
            ("verdict", json!(report.verdict)),
            ("suppressed", json!(report.hidden())),
        ]))
        .results(results)
        .build();
    Sarif::builder()
        .schema(SCHEMA_URL)
        .version(json!("2.1.0"))
        .runs(vec![run])
        .build()
}

/// The results, most severe first, those of one severity in the order of the report.
fn results(report: &Report<'_>, rules: &[ReportingDescriptor]) -> Vec<SarifResult> {
    let places = rules.iter().enumerate();
    let places: BTreeMap<&str, usize> = places.map(|(at, rule)| (&*rule.id, at)).collect();
    let unread = report.packages.iter().filter_map(unread);
    let mut results: Vec<SarifResult> = unread.collect();
    let mut findings: Vec<_> = report.counting().collect();
    findings.sort_by_key(|one| std::cmp::Reverse(one.placed.finding.severity));
    // The same finding in two packages of one solution is two results.
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for one in findings {
        let occurrence = seen.entry(&one.placed.fingerprint).or_default();
        *occurrence += 1;
        results.push(result(report, one, *occurrence));
    }
    for result in &mut results {
        let place = result.rule_id.as_deref().and_then(|id| places.get(id));
        result.rule_index = place.and_then(|place| i64::try_from(*place).ok());
    }
    results
}

fn result(report: &Report<'_>, one: &ReportedFinding<'_>, occurrence: usize) -> SarifResult {
    let (finding, place) = (&one.placed.finding, &one.placed.place);
    let location = report.location(one);
    // GitHub shows the archive and no line of it.
    let within = location
        .within
        .as_ref()
        .map_or(String::new(), |within| match place.line {
            0 => format!(" (in {within})"),
            line => format!(" (in {within}:{line})"),
        });
    let platform = finding.platform.as_ref();
    let platform = platform.map_or(String::new(), |(error, _)| {
        format!(" Platform: {error} {}.", error.symbol)
    });
    let text = format!(
        "{}{within}{platform} To do: {}",
        finding.message, finding.help
    );
    let fingerprint = &one.placed.fingerprint;
    let hash = format!("{fingerprint}:{occurrence}");
    let mut properties = vec![
        ("evidence", json!(finding.evidence.to_string())),
        ("help", json!(bounded(&finding.help, MAX_MESSAGE))),
    ];
    if let Some((error, message)) = &finding.platform {
        properties.push((
            "platform",
            json!({"code": error.to_string(), "decimal": error.decimal(), "symbol": error.symbol,
                   "message": bounded(message, MAX_MESSAGE)}),
        ));
    }
    if !finding.chain.is_empty() {
        properties.push(("chain", json!(chain(&finding.chain))));
    }
    SarifResult::builder()
        .rule_id(finding.rule)
        .kind(ResultKind::Fail)
        .level(level(finding.severity))
        .rank(rank(finding.evidence))
        .message(message(&text))
        .locations(vec![placed(one, location)])
        .partial_fingerprints(BTreeMap::from([
            ("primaryLocationLineHash".to_owned(), hash.clone()),
            ("solvet/v1".to_owned(), hash),
        ]))
        .properties(bag(properties))
        .build()
}

/// The components of a chain, of a long one the first and how many follow.
fn chain(components: &[Identity]) -> Vec<String> {
    let (shown, rest) = components.split_at(components.len().min(MAX_CHAIN));
    let shown = shown.iter().map(ToString::to_string);
    let shown = shown.map(|one| bounded(&one, MAX_DESCRIPTION).into_owned());
    let more = (!rest.is_empty()).then(|| format!("and {} more", rest.len()));
    shown.chain(more).collect()
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Note => ResultLevel::Note,
    }
}

/// How sure a result is, of a hundred.
fn rank(evidence: Evidence) -> f64 {
    match evidence {
        Evidence::Strong => 100.0,
        Evidence::Fair => 60.0,
        Evidence::Weak => 30.0,
    }
}

/// A package that could not be read; nothing where it could.
fn unread(package: &ReportedPackage<'_>) -> Option<SarifResult> {
    let error = package.error?;
    let text = format!("{error}. To do: {}", error.remedy());
    let hash = format!("{UNREADABLE}:{}", package.path);
    let result = SarifResult::builder()
        .rule_id(UNREADABLE)
        .kind(ResultKind::Fail)
        .level(ResultLevel::Error)
        .message(message(&text))
        .locations(vec![physical(&package.location(""))])
        .partial_fingerprints(BTreeMap::from([
            ("primaryLocationLineHash".to_owned(), hash.clone()),
            ("solvet/v1".to_owned(), hash),
        ]))
        .build();
    Some(result)
}

/// A message as viewers may show it. Brackets before a parenthesis would make a link of what a package says.
fn message(text: &str) -> Message {
    let text = bounded(text, MAX_MESSAGE);
    let text: Cow<'_, str> = if text.contains("](") {
        text.replace("](", "] (").into()
    } else {
        text
    };
    Message::builder().text(text).build()
}

fn bag(properties: impl IntoIterator<Item = (&'static str, Value)>) -> PropertyBag {
    let properties = properties.into_iter();
    PropertyBag::builder()
        .additional_properties(
            properties
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<BTreeMap<_, _>>(),
        )
        .build()
}

#[cfg(test)]
mod tests;

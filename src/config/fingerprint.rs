//! Fingerprints: numbers for "the same finding as last time".

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::finding::{Finding, PlacedFinding};
use crate::model::{Address, Identity};

/// Gives each finding of a package its fingerprint: of the rule, the solution, and what the finding is about: the component
/// and what tells it from others of the rule, or, where there is no component, the file. Neither lines nor sentences, neither
/// the order nor the ids of an export enter it, so that it survives edits elsewhere, a new export, and other words. Findings
/// that agree in all of these are counted, and the count tells them apart. A finding that tells of several things is of all of
/// them, and each of them has a fingerprint too: so a baseline knows the finding by its parts, of which some may be gone and
/// none may be new. 64-bit FNV-1a, which is the same everywhere.
pub(crate) fn fingerprints(solution: &str, findings: &mut [PlacedFinding]) {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    for placed in findings {
        let finding = &placed.finding;
        let about = about(finding, &placed.place.file);
        let mut text = [finding.rule, solution, &about].join("\n").to_lowercase();
        let parts = finding.parts.iter().map(|part| {
            let component = part.component.as_ref().map(address);
            let key = format!("{} {}", component.unwrap_or_default(), part.name);
            format!("\npart {}", key.to_lowercase())
        });
        let parts: Vec<String> = parts.collect();
        let of_part = |part: &String| fnv_1a(format!("{text}{part}").as_bytes()).into();
        placed.part_fingerprints = parts.iter().map(of_part).collect();
        let set: BTreeSet<String> = parts.into_iter().collect();
        text.extend(set);
        let count = seen.entry(text.clone()).or_default();
        placed.fingerprint = fnv_1a(format!("{text}\n{count}").as_bytes()).into();
        *count += 1;
    }
}

fn about(finding: &Finding, file: &str) -> String {
    let distinct = normalized(&finding.distinct);
    match &finding.component {
        _ if finding.is_summary => distinct,
        Some(component) => format!("{}\n{distinct}", address(component)),
        None => format!("{}\n{distinct}", normalized(file)),
    }
}

/// What a component is known by, in every export: its most telling address, else what people call it.
pub(crate) fn address(component: &Identity) -> String {
    let kind = component.kind.name();
    match component.address() {
        Some(Address::Id(_, id)) => format!("{kind} id {id}"),
        Some(Address::Name(_, name)) => format!("{kind} {name}"),
        Some(Address::InTable(_, table, name)) => format!("{kind} {table}.{name}"),
        Some(Address::Keys(_, keys)) => format!("{kind} keys {keys}"),
        None => format!("{kind} {}", normalized(&component.to_string())),
    }
}

/// A text without the identifiers that an export appends to names of files: those that follow a letter or a digit
/// immediately.
fn normalized(text: &str) -> String {
    const LENGTH: usize = 36;
    let bytes = text.as_bytes();
    let mut kept = String::new();
    let mut from = 0;
    let mut at = 1;
    while at + LENGTH <= bytes.len() {
        let follows = bytes.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
        let is_id = bytes.get(at..at + LENGTH).is_some_and(is_guid);
        if follows && is_id {
            kept.push_str(text.get(from..at).unwrap_or_default());
            at += LENGTH;
            from = at;
        } else {
            at += 1;
        }
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}

fn is_guid(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

fn fnv_1a(bytes: &[u8]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_an_export_appends_are_left_out_and_others_kept() {
        let id = "11111111-2222-4333-8444-555555555555";
        assert_eq!(
            normalized(&format!("WebResources/cts_orders{id}.js")),
            "WebResources/cts_orders.js"
        );
        let flow = format!("Workflows/Approve-{id}.json");
        assert_eq!(normalized(&flow), flow);
        assert_eq!(normalized("é"), "é");
    }
}

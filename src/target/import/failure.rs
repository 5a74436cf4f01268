//! What failed imports say: their text, their logs, and the answer of `StageSolution`. Each missing dependency is proof that
//! something was not there.
//!
//! Source: learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/missing-dependency-on-solution-import
//! and learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/missingdependency. The text is often cut off
//! or not well-formed, and is escaped once for each value that it stands in; so it is searched for its elements.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::{Document, Facts, ImportOptions};
use crate::json::Value;
use crate::model::{Address, ComponentType, Guid, Identity, LogicalName, Supplier};
use crate::parse::required;
use crate::target::manifest::{AbsentRow, SourceKind, TargetManifest, TypeName};
use crate::target::read::Mistake;

/// What the text of a failed import says before it lists what is missing, in lower case.
const MARKS: [&str; 5] = [
    "some dependencies are missing",
    "the missing dependencies are",
    "canresolvemissingdependency",
    "0x8004801d",
    "0x80048033",
];

/// What the logs of imports begin with: `data` of an import job, and the workbook that people download.
const LOGS: [&str; 3] = [
    "<importexportxml ",
    "<importexportxml>",
    "progid=\"excel.sheet\"",
];

/// How often a text may have been escaped.
const ESCAPED: usize = 3;

pub(super) fn recognises(document: &Document<'_>) -> bool {
    match document {
        Document::Xml(text) => is_log(text) || has_mark(text),
        Document::Plain(text) => has_mark(text),
        Document::Json(values) => values.iter().any(|value| {
            let texts = value.walk().filter_map(|(_, value)| value.text());
            stage(value).is_some() || texts.into_iter().any(has_mark)
        }),
        Document::Package(_) => false,
    }
}

fn is_log(text: &str) -> bool {
    let head = text
        .char_indices()
        .nth(2000)
        .map_or(text, |(at, _)| &text[..at]);
    let head = head.to_ascii_lowercase();
    // The root element of solution.xml and customizations.xml has the same letters, and a version.
    let is_package = head.contains("solutionpackageversion") || head.contains("<entities");
    !is_package && LOGS.iter().any(|log| head.contains(log))
}

fn has_mark(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    MARKS.iter().any(|mark| text.contains(mark))
}

/// The results in an answer of `StageSolution`.
fn stage<'v, 'a>(value: &'v Value<'a>) -> Option<&'v Value<'a>> {
    let results = value.get("StageSolutionResults").unwrap_or(value);
    results.get("StageSolutionStatus").map(|_| results)
}

/// What is missing, each once.
#[derive(Debug, Default)]
struct Missing {
    rows: Vec<AbsentRow>,
    seen: FxHashSet<Address>,
    /// Rows that are cut off or name nothing.
    dropped: usize,
}

impl Missing {
    fn add(&mut self, identity: &Identity, supplier: Option<&Supplier>) {
        let Some(address) = identity.address() else {
            self.dropped += 1;
            return;
        };
        if !self.seen.insert(address) {
            return;
        }
        let keys = identity.keys.iter().filter(|_| identity.keys.len() > 1);
        let solution = supplier.map(|supplier| supplier.solution.as_str());
        self.rows.push(AbsentRow {
            kind: TypeName(identity.kind.clone()),
            name: identity
                .schema_name
                .as_ref()
                .map(|name| name.as_str().to_owned()),
            id: identity.object_id.map(|id| id.to_string()),
            parent: identity
                .table
                .as_ref()
                .map(|table| table.as_str().to_owned()),
            key: keys
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect(),
            solution: solution.filter(|name| !name.is_empty()).map(str::to_owned),
            reason: Some("an import failed because it was missing".to_owned()),
            src: None,
        });
    }

    /// Takes every `Required` element of a text, however often it was escaped.
    fn scan(&mut self, text: &str) {
        let mut text = Cow::Borrowed(text);
        for _ in 0..=ESCAPED {
            if text.contains("<Required ") {
                self.scan_elements(&text);
                return;
            }
            if !text.contains("Required ") {
                return;
            }
            text = Cow::Owned(unescaped(&text));
        }
    }

    fn scan_elements(&mut self, text: &str) {
        for (at, _) in text.match_indices("<Required ") {
            let Some(tag) = tag(&text[at..]) else {
                self.dropped += 1;
                continue;
            };
            let body = tag
                .strip_suffix("/>")
                .or_else(|| tag.strip_suffix('>'))
                .unwrap_or(tag);
            match required(&format!("{body}/>")) {
                Some((identity, supplier)) => self.add(&identity, Some(&supplier)),
                None => self.dropped += 1,
            }
        }
    }
}

/// The longest tag that is looked for: attributes are names and identifiers.
const TAG_BYTES: usize = 8 * 1024;

/// A tag to its end; none where it is cut off.
fn tag(text: &str) -> Option<&str> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(TAG_BYTES) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'>') => return text.get(..=at),
            // Another tag begins: this one was cut off.
            (None, b'<') if at > 0 => return None,
            _ => {}
        }
    }
    None
}

/// A text with one layer of escaping taken off.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#34;", "\"")
        .replace("\\\"", "\"")
        .replace("\\u003c", "<")
        .replace("\\u003e", ">")
        .replace("&amp;", "&")
}

pub(super) fn read(document: &Document<'_>, _: &ImportOptions) -> Result<Vec<Facts>, Mistake> {
    let mut missing = Missing::default();
    let mut is_staged = false;
    match document {
        Document::Xml(text) | Document::Plain(text) => missing.scan(text),
        Document::Json(values) => {
            for value in values {
                is_staged |= stage(value).is_some();
                add_staged(value, &mut missing)?;
                for text in value.walk().filter_map(|(_, value)| value.text()) {
                    missing.scan(text);
                }
            }
        }
        Document::Package(_) => {}
    }
    let mut notes = Vec::new();
    if missing.dropped > 0 {
        notes.push(format!(
            "{} of its rows are cut off or name nothing, and were left out",
            missing.dropped
        ));
    }
    if missing.rows.is_empty() {
        notes.push("it names no missing dependency, so nothing is known to be absent".to_owned());
    }
    let (kind, label) = if is_staged {
        (SourceKind::StageSolution, "answer of StageSolution")
    } else {
        (SourceKind::ImportLog, "failed import")
    };
    Ok(vec![Facts {
        kind,
        label: label.to_owned(),
        rows: missing.rows.len() as u64,
        manifest: TargetManifest {
            absent: missing.rows,
            ..TargetManifest::default()
        },
        notes,
        ..Facts::default()
    }])
}

/// Takes the rows of an answer of `StageSolution`.
fn add_staged(value: &Value<'_>, missing: &mut Missing) -> Result<(), Mistake> {
    let Some(results) = stage(value) else {
        return Ok(());
    };
    let rows = results.get("MissingDependencies").map(Value::items);
    for row in rows.unwrap_or_default() {
        if let Value::Text(_) = row {
            return Err(Mistake::new(
                "its lists were cut to texts by ConvertTo-Json",
                "Write the answer again with ConvertTo-Json -Depth 10.",
            ));
        }
        let text = |key: &str| row.get(key).and_then(Value::text);
        let kind = match row.get("RequiredComponentType") {
            Some(Value::Number(number)) => number.to_string(),
            _ => text("RequiredComponentType").unwrap_or_default().to_owned(),
        };
        let identity = Identity::of(component_type(&kind))
            .named(text("RequiredComponentSchemaName").unwrap_or_default())
            .with_id(text("RequiredComponentId").and_then(Guid::parse_used))
            .in_table(text("RequiredComponentParentSchemaName").map(LogicalName::new));
        let solution = text("RequiredSolutionName").map(|name| {
            let name = name.split_once(" (").map_or(name, |(name, _)| name);
            Supplier {
                solution: LogicalName::new(name),
                ..Supplier::unnamed()
            }
        });
        missing.add(&identity, solution.as_ref());
    }
    Ok(())
}

/// The type is written as a number or in words.
fn component_type(text: &str) -> ComponentType {
    ComponentType::from_word(text).unwrap_or_else(|| ComponentType::parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"The import of solution: A failed. Some dependencies are missing. The missing dependencies are : <MissingDependencies><MissingDependency canResolveMissingDependency="True"><Required type="1" schemaName="fab_rating" displayName="A &gt; B" solution="Fabrikam (1.0.0.193)"><package>x<Dependent type="29" id="{63718a94-93fb-4264-9675-eabe7f134005}" /></MissingDependency><MissingDependency><Required type="36" displayName="First touch" solution="Fabrikam (1.0.0.193)" id="{0579e89e-6c56-4b05-8532-57876b57ba85}" /><Dependent type="1"/></MissingDependency>"#;

    fn names(text: &str) -> Vec<String> {
        let document = Document::Plain(text);
        assert!(recognises(&document), "{text}");
        let facts = read(&document, &ImportOptions::default())
            .unwrap()
            .remove(0);
        facts
            .manifest
            .absent
            .iter()
            .map(|row| row.identity().to_string())
            .collect()
    }

    #[test]
    fn each_missing_dependency_is_absent_with_its_solution() {
        assert_eq!(
            names(TEXT),
            [
                "table fab_rating",
                "e-mail template 0579e89e-6c56-4b05-8532-57876b57ba85"
            ]
        );
        let facts = read(&Document::Plain(TEXT), &ImportOptions::default())
            .unwrap()
            .remove(0);
        assert_eq!(
            facts.manifest.absent[0].solution.as_deref(),
            Some("Fabrikam")
        );
    }

    #[test]
    fn a_text_that_was_escaped_twice_is_read() {
        let escape = |text: &str| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
        };
        assert_eq!(names(&escape(&escape(TEXT))), names(TEXT));
    }

    #[test]
    fn a_row_that_is_cut_off_is_left_out_and_counted() {
        let cut = &TEXT[..TEXT.find("First touch").unwrap()];
        let facts = read(&Document::Plain(cut), &ImportOptions::default())
            .unwrap()
            .remove(0);
        assert_eq!(facts.rows, 1);
        assert!(
            facts.notes[0].starts_with("1 of its rows are cut off"),
            "{:?}",
            facts.notes
        );
    }

    #[test]
    fn the_manifest_of_a_package_is_no_failed_import() {
        let text = r#"<ImportExportXml version="9.2" SolutionPackageVersion="9.2"><SolutionManifest><MissingDependencies>
            <MissingDependency><Required type="1" schemaName="a"/></MissingDependency></MissingDependencies></SolutionManifest></ImportExportXml>"#;
        assert!(!recognises(&Document::Xml(text)));
    }

    #[test]
    fn a_thousand_tags_without_an_end_cost_no_more_than_their_number() {
        let text = "<Required ".repeat(100_000);
        let mut missing = Missing::default();
        missing.scan(&text);
        assert_eq!(missing.dropped, 100_000);
    }
}

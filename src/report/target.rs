//! Reports of target manifests: what was read of sources, how much is known, what differs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

use super::text::{count, safe};
use crate::target::{
    Change, Coverage, CoverageDetails, CoverageOf, CoverageState, Difference, Imported, Knowledge,
    SourceKind, TargetManifest,
};

/// Coverage in a word or two.
fn coverage(coverage: Option<&CoverageDetails>) -> String {
    let Some(coverage) = coverage else {
        return "no coverage stated".to_owned();
    };
    let state = match coverage.state {
        CoverageState::Complete => "complete",
        CoverageState::Partial => return "partial".to_owned(),
        CoverageState::None => return "nothing known".to_owned(),
    };
    let of = match coverage.of {
        CoverageOf::All => "",
        CoverageOf::Managed => " of managed ones",
        CoverageOf::Unmanaged => " of unmanaged ones",
        CoverageOf::Visible => " of visible ones",
        CoverageOf::NonMicrosoft => " but for Microsoft's own",
        CoverageOf::Metadata => " as far as $metadata shows them",
    };
    let mut text = format!("{state}{of}");
    let scopes = [
        ("tables", &coverage.tables),
        ("solutions", &coverage.solutions),
        ("prefixes", &coverage.prefixes),
    ];
    for (what, names) in scopes.into_iter().filter(|(_, names)| !names.is_empty()) {
        let _ = write!(text, ", in {what} {}", names.join(", "));
    }
    text
}

/// What was read of one source.
#[derive(Debug)]
pub struct Reading {
    path: String,
    label: String,
    kind: SourceKind,
    rows: Option<u64>,
    coverage: BTreeMap<String, Coverage>,
    notes: Vec<String>,
}

impl Reading {
    /// What a report tells of a source; its rows are not among it.
    pub fn of(imported: &Imported) -> Self {
        Self {
            path: imported.path.clone(),
            label: imported.label.clone(),
            kind: imported.source.kind,
            rows: imported.source.rows,
            coverage: imported.manifest.coverage.clone(),
            notes: imported.notes.clone(),
        }
    }
}

/// What was read of sources and entered in a manifest.
#[derive(Debug)]
pub struct Additions<'a> {
    /// The manifest's path.
    pub path: &'a str,
    /// The manifest afterwards.
    pub manifest: &'a TargetManifest,
    /// What was read.
    pub read: &'a [Reading],
    /// What was decided, in sentences.
    pub conflicts: &'a [String],
}

impl Additions<'_> {
    /// For people.
    pub fn human(&self) -> String {
        let mut text = String::new();
        for read in self.read {
            let rows = read.rows.unwrap_or_default();
            let rows = count(usize::try_from(rows).unwrap_or(usize::MAX), "row");
            let _ = writeln!(text, "{}: {}, {rows}", safe(&read.path), safe(&read.label));
            for (family, of) in &read.coverage {
                let _ = writeln!(text, "  {family}: {}", coverage(Some(&of.0)));
            }
            for note in &read.notes {
                let _ = writeln!(text, "  note: {}", safe(note));
            }
        }
        for conflict in self.conflicts {
            let _ = writeln!(text, "changed: {}", safe(conflict));
        }
        let _ = writeln!(
            text,
            "Written to {}. 'solvet target show' says how much it knows.",
            safe(self.path)
        );
        text
    }

    /// For programs.
    pub fn json(&self) -> String {
        let sources = self.read.iter().map(|read| {
            json!({
                "path": read.path,
                "kind": read.kind,
                "label": read.label,
                "rows": read.rows,
                "coverage": read.coverage,
                "notes": read.notes,
            })
        });
        pretty(&json!({
            "schemaVersion": 1,
            "manifest": self.path,
            "sources": sources.collect::<Vec<_>>(),
            "changes": self.conflicts,
            "coverage": self.manifest.coverage,
        }))
    }
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// How much a manifest knows, for people.
pub fn knowledge_human(path: &str, manifest: &TargetManifest, knowledge: &Knowledge) -> String {
    let mut text = String::new();
    let environment = &manifest.environment;
    let name = environment.name.as_deref().unwrap_or(path);
    let version = environment.version.as_deref();
    let version = version.map_or(String::new(), |version| format!(", platform {version}"));
    let _ = writeln!(text, "{}{}", safe(name), safe(&version));
    if knowledge.families.is_empty() {
        text.push_str("  Nothing is known of it yet.\n");
    }
    for known in &knowledge.families {
        let absent = match known.absent {
            0 => String::new(),
            absent => format!(", {absent} known to be absent"),
        };
        let whole = match (known.family.name(), knowledge.whole_tables) {
            ("columns", whole) if whole > 0 => {
                format!(", every column of {}", count(whole, "table"))
            }
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "  {:<22}{:>8} listed{absent}; {}{whole}",
            known.family.name(),
            known.listed,
            coverage(known.coverage.as_ref()),
        );
    }
    if !manifest.captured.sources.is_empty() {
        text.push_str("From\n");
    }
    for (source, (_, age)) in manifest.captured.sources.iter().zip(&knowledge.ages) {
        let file = source.file.as_deref().unwrap_or_default();
        let age = match age {
            None => "no date".to_owned(),
            Some(0) => "today".to_owned(),
            Some(days) => format!(
                "{} ago",
                count(usize::try_from(*days).unwrap_or_default(), "day")
            ),
        };
        let _ = writeln!(
            text,
            "  {:<4}{:<22}{age:<14}{}",
            safe(&source.id),
            source.kind.name(),
            safe(file)
        );
    }
    for doubt in &knowledge.doubts {
        let _ = writeln!(text, "doubtful: {}", safe(doubt));
    }
    if !knowledge.next.is_empty() {
        text.push_str("To know more\n");
    }
    for (number, next) in knowledge.next.iter().enumerate() {
        let _ = writeln!(text, "  {}. {next}", number + 1);
    }
    text
}

/// How much a manifest knows, for programs.
pub fn knowledge_json(path: &str, manifest: &TargetManifest, knowledge: &Knowledge) -> String {
    let families = knowledge.families.iter().map(|known| {
        json!({
            "family": known.family.name(),
            "listed": known.listed,
            "absent": known.absent,
            "coverage": known.coverage,
        })
    });
    let sources = manifest.captured.sources.iter().zip(&knowledge.ages);
    let sources = sources.map(|(source, (_, age))| json!({"source": source, "ageDays": age}));
    pretty(&json!({
        "schemaVersion": 1,
        "manifest": path,
        "environment": manifest.environment,
        "families": families.collect::<Vec<_>>(),
        "tablesWithAllColumns": knowledge.whole_tables,
        "sources": sources.collect::<Vec<_>>(),
        "doubts": knowledge.doubts,
        "next": knowledge.next,
    }))
}

/// What two manifests say differently, for people.
pub fn differences_human(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "Both say the same.\n".to_owned();
    }
    let mut text = String::new();
    let mut part = "";
    for one in differences {
        if one.part != part {
            part = one.part;
            let _ = writeln!(text, "{part}");
        }
        let sign = match one.change {
            Change::Added => '+',
            Change::Removed => '-',
            Change::Changed => '~',
        };
        if !one.what.is_empty() {
            let _ = writeln!(text, "  {sign} {}", safe(&one.what));
        }
        for (key, before, after) in &one.fields {
            let line = match (before.is_empty(), after.is_empty()) {
                (true, _) => format!("{key}: {after}"),
                (_, true) => format!("{key}: no longer {before}"),
                _ => format!("{key}: {before} -> {after}"),
            };
            let _ = writeln!(text, "      {}", safe(&line));
        }
    }
    let of = |change| {
        differences
            .iter()
            .filter(|one| one.change == change)
            .count()
    };
    let _ = writeln!(
        text,
        "{} added, {} removed, {} changed.",
        of(Change::Added),
        of(Change::Removed),
        of(Change::Changed)
    );
    text
}

/// What two manifests say differently, for programs.
pub fn differences_json(differences: &[Difference]) -> String {
    let differences = differences.iter().map(|one| {
        let fields = one.fields.iter();
        let fields = fields.map(|(key, old, new)| json!({"key": key, "old": old, "new": new}));
        json!({
            "part": one.part,
            "what": one.what,
            "change": one.change.name(),
            "fields": fields.collect::<Vec<_>>(),
        })
    });
    pretty(&json!({"schemaVersion": 1, "differences": differences.collect::<Vec<_>>()}))
}

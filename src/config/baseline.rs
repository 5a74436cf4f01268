//! Baselines: what was found before, by fingerprint.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decode;
use crate::error::Error;
use crate::finding::PlacedFinding;
use crate::model::Identity;

/// The only version there is.
const VERSION: u32 = 1;

/// The largest baseline that is read, in bytes.
const FILE_BYTES: u64 = 256 * 1024 * 1024;

/// What was found before.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    /// The version of this contract.
    #[schemars(range(min = 1, max = 1))]
    baseline_version: u32,
    /// What was found.
    findings: BTreeSet<BaselineEntry>,
}

/// One finding of a baseline, or one of the things that a finding tells of. Only the fingerprint is compared; the rest is for
/// people.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize, Serialize, JsonSchema)]
pub struct BaselineEntry {
    /// The id of the rule.
    rule: String,
    /// The unique name of the solution; empty for deployment settings.
    solution: String,
    /// The component.
    component: Option<String>,
    /// What is named of the component, or in place of one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    /// The number by which it is known again.
    fingerprint: String,
}

impl BaselineEntry {
    /// Of a finding as a whole, where it has no parts; else of each of them.
    fn of<'a>(
        solution: &'a str,
        placed: &'a PlacedFinding,
    ) -> impl Iterator<Item = Self> + use<'a> {
        let finding = &placed.finding;
        let entry = |component: Option<&Identity>, name: &str, fingerprint: &str| Self {
            rule: finding.rule.to_owned(),
            solution: solution.to_owned(),
            component: component.map(ToString::to_string),
            name: name.to_owned(),
            fingerprint: fingerprint.to_owned(),
        };
        let own = finding.component.as_ref();
        let whole = finding.parts.is_empty();
        let whole = whole.then(|| entry(own, "", &placed.fingerprint));
        let parts = finding.parts.iter().zip(&placed.part_fingerprints);
        let parts = parts.map(move |(part, fingerprint)| {
            entry(part.component.as_ref().or(own), &part.name, fingerprint)
        });
        whole.into_iter().chain(parts)
    }
}

impl Baseline {
    /// Reads a baseline. Fails where the file cannot be read, or is none.
    pub fn read(path: &str) -> Result<Self, Error> {
        let fail = |what: String| Error::Usage {
            what: format!("{path}: {what}"),
            remedy: "Give a baseline that exists; '--write-baseline FILE' writes one.".into(),
        };
        let unreadable = |error: std::io::Error| fail(format!("it cannot be read: {error}"));
        let file = File::open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() as u64 > FILE_BYTES {
            return Err(fail(format!("it is larger than {FILE_BYTES} bytes")));
        }
        let text = decode::text(bytes).map_err(fail)?;
        let read: Self = serde_json::from_str(&text)
            .map_err(|error| fail(format!("it is no baseline: {error}")))?;
        if read.baseline_version != VERSION {
            let found = read.baseline_version;
            return Err(fail(format!(
                "the baseline has version {found}, and this program reads version {VERSION}"
            )));
        }
        Ok(read)
    }

    /// The fingerprints of what was found.
    pub fn fingerprints(self) -> BTreeSet<Box<str>> {
        let entries = self.findings.into_iter();
        entries.map(|entry| entry.fingerprint.into()).collect()
    }

    /// Takes over the entries of another baseline, by rule and solution.
    pub fn keep(&mut self, other: Self, is_kept: impl Fn(&str, &str) -> bool) {
        self.baseline_version = VERSION;
        let entries = other.findings.into_iter();
        self.findings
            .extend(entries.filter(|entry| is_kept(&entry.rule, &entry.solution)));
    }

    /// Takes what was found in the package of a solution. What is suppressed is left out: it has its own reason.
    pub fn add(&mut self, solution: &str, findings: &[PlacedFinding]) {
        self.baseline_version = VERSION;
        let findings = findings.iter();
        let findings = findings.filter(|placed| !placed.finding.is_suppressed());
        self.findings
            .extend(findings.flat_map(|placed| BaselineEntry::of(solution, placed)));
    }

    /// Writes it, in an order of its own, so that two of them can be compared.
    pub fn write(&self, path: &str) -> Result<(), Error> {
        let whole = Self {
            baseline_version: VERSION,
            ..self.clone()
        };
        let text = serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n";
        fs::write(path, text).map_err(|error| Error::Usage {
            what: format!("{path}: the baseline cannot be written: {error}"),
            remedy: "Give a file in a folder that exists and that you may write to.".into(),
        })
    }
}

/// Refuses to write a baseline over what is none.
pub fn may_write_baseline(path: &str) -> Result<(), Error> {
    if !Path::new(path).exists() || Baseline::read(path).is_ok() {
        return Ok(());
    }
    Err(Error::Usage {
        what: format!("{path}: it exists and is no baseline, and would be overwritten"),
        remedy: "Name another file with --write-baseline, or delete it.".into(),
    })
}

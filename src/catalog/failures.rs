//! The known ways in which an import fails, warns or leaves something broken.
//!
//! Source: data/catalog/failures.tsv, put together from public documentation of the platform (the web service error codes
//! and Microsoft's troubleshooting articles) and from public failure reports. A row says when it happens, what an offline
//! program can see of it, and which rules predict it or why none does. It is a catalogue of knowledge: a rule cites the
//! rows that it predicts, and no row decides anything by itself.

use std::fmt;
use std::sync::OnceLock;

static TABLE: &str = include_str!("../../data/catalog/failures.tsv");

/// A way in which an import fails, warns or leaves something broken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Its id, such as `VER-08`: a subject and a number.
    pub id: &'static str,
    /// The codes that the platform reports it with; none where it reports a text only, or nothing.
    pub codes: Vec<u32>,
    /// The symbols of its codes, or a short name.
    pub name: &'static str,
    /// When it happens, as a sentence.
    pub trigger: &'static str,
    /// What it can be seen from before the import.
    pub detect: Detection,
    /// What it does to the import.
    pub effect: Effect,
    /// How sure it is that the platform behaves so.
    pub confidence: Confidence,
    /// The ids of the rules that predict it, in full or in part.
    pub predicted: Vec<&'static str>,
    /// Why no rule predicts it, as a sentence; empty where one does.
    pub why_not: &'static str,
}

impl Failure {
    /// The subject of its id, such as `VER`.
    pub fn subject(&self) -> &'static str {
        self.id
            .split_once('-')
            .map_or(self.id, |(subject, _)| subject)
    }
}

/// What a failure can be seen from before the import.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Detection {
    /// The package alone.
    Package,
    /// What the package says of itself, and what is known of the target.
    Target,
    /// What is found in the package and looked up in the target.
    Both,
    /// Nothing offline: only the server knows.
    Server,
}

impl Detection {
    /// What that is, as a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Package => "The package alone.",
            Self::Target => "What the package says of itself, and the target.",
            Self::Both => "What is found in the package, looked up in the target.",
            Self::Server => "Nothing that is known before the import: only the server knows.",
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "a" => Some(Self::Package),
            "b" => Some(Self::Target),
            "a+b" => Some(Self::Both),
            "c" => Some(Self::Server),
            _ => None,
        }
    }
}

impl fmt::Display for Detection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Package => "package",
            Self::Target => "target",
            Self::Both => "package and target",
            Self::Server => "server",
        })
    }
}

/// What a failure does to the import: the worst that is known of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Effect {
    /// The import stops.
    Block,
    /// The import succeeds with a warning, and leaves something out or replaces something.
    Warn,
    /// The import succeeds and says so.
    Inform,
    /// The import succeeds, and something is missing or does not work afterwards.
    Later,
}

impl Effect {
    /// What that is, as a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Block => "The import stops.",
            Self::Warn => "The import succeeds with a warning: something is left out or replaced.",
            Self::Inform => "The import succeeds and says so.",
            Self::Later => {
                "The import succeeds, and something is missing or does not work afterwards."
            }
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "block" => Some(Self::Block),
            "warn" => Some(Self::Warn),
            "info" => Some(Self::Inform),
            "post" => Some(Self::Later),
            _ => None,
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block => "stops the import",
            Self::Warn => "warns",
            Self::Inform => "informs",
            Self::Later => "breaks later",
        })
    }
}

/// How sure it is that the platform behaves as a row says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// A single report: it never decides a verdict alone.
    Low,
    /// Several reports that agree, or a documented behaviour applied to a case that it does not name.
    Medium,
    /// Documentation states it, or a message of the server shows it.
    High,
}

impl Confidence {
    /// What that is, as a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Low => "A single report: it never decides a verdict alone.",
            Self::Medium => "Several reports that agree.",
            Self::High => "Documentation states it, or a message of the server shows it.",
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "L" => Some(Self::Low),
            "M" => Some(Self::Medium),
            "H" => Some(Self::High),
            _ => None,
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}

/// Every known failure, subject by subject.
///
/// ```
/// let failures = solvet::catalog::failures();
/// assert!(failures.iter().any(|failure| failure.predicted.contains(&"missing-root-file")));
/// ```
pub fn failures() -> &'static [Failure] {
    static FAILURES: OnceLock<Vec<Failure>> = OnceLock::new();
    FAILURES.get_or_init(|| TABLE.lines().skip(1).filter_map(read).collect())
}

/// The failure with this id, in any case.
///
/// ```
/// use solvet::catalog::{Confidence, Effect, failure};
///
/// let lower = failure("ver-08").unwrap();
/// assert_eq!(lower.name, "LowerVersionUpgrade");
/// assert_eq!(lower.codes, [0x8004_8541]);
/// assert_eq!((lower.effect, lower.confidence), (Effect::Block, Confidence::High));
/// ```
pub fn failure(id: &str) -> Option<&'static Failure> {
    let mut failures = failures().iter();
    failures.find(|failure| failure.id.eq_ignore_ascii_case(id))
}

/// The failures that the platform reports with this code. One code may stand for several.
///
/// ```
/// let ids: Vec<_> = solvet::catalog::failures_of(0x8004_8539).map(|failure| failure.id).collect();
/// assert_eq!(ids, ["PAT-01", "UPG-01"]);
/// ```
pub fn failures_of(code: u32) -> impl Iterator<Item = &'static Failure> {
    let failures = failures().iter();
    failures.filter(move |failure| failure.codes.contains(&code))
}

fn read(line: &'static str) -> Option<Failure> {
    let mut fields = line.split('\t');
    let id = fields.next()?;
    let codes = items(fields.next()?).map(code).collect::<Option<_>>()?;
    Some(Failure {
        id,
        codes,
        name: fields.next()?,
        trigger: fields.next()?,
        detect: Detection::read(fields.next()?)?,
        effect: Effect::read(fields.next()?)?,
        confidence: Confidence::read(fields.next()?)?,
        predicted: items(fields.next()?).collect(),
        why_not: fields.next()?,
    })
}

fn items(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(',').filter(|item| !item.is_empty())
}

fn code(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog::platform_error;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(failures().len(), TABLE.lines().count() - 1);
        for line in TABLE.lines() {
            assert_eq!(line.split('\t').count(), 9, "{line}");
        }
    }

    #[test]
    fn no_two_failures_have_one_id() {
        let ids: BTreeSet<_> = failures().iter().map(|failure| failure.id).collect();
        assert_eq!(ids.len(), failures().len());
    }

    #[test]
    fn failures_of_one_subject_stand_together_in_the_order_of_their_numbers() {
        let mut seen = BTreeSet::new();
        for subject in failures().chunk_by(|a, b| a.subject() == b.subject()) {
            assert!(seen.insert(subject[0].subject()), "{}", subject[0].id);
            assert!(
                subject.is_sorted_by(|a, b| a.id < b.id),
                "{}",
                subject[0].id
            );
        }
    }

    #[test]
    fn every_failure_has_a_rule_or_a_reason_and_not_both() {
        for failure in failures() {
            let has_rule = !failure.predicted.is_empty();
            assert_ne!(has_rule, !failure.why_not.is_empty(), "{}", failure.id);
        }
    }

    #[test]
    fn every_failure_says_in_one_sentence_when_it_happens() {
        for failure in failures() {
            assert!(
                failure.trigger.starts_with(char::is_uppercase),
                "{}",
                failure.id
            );
            assert!(failure.trigger.ends_with('.'), "{}", failure.id);
            assert!(!failure.trigger.contains(". "), "{}", failure.id);
            assert!(!failure.name.is_empty(), "{}", failure.id);
        }
    }

    #[test]
    fn every_code_is_a_known_error_of_the_platform() {
        for failure in failures() {
            for code in &failure.codes {
                let known = platform_error(*code).is_some();
                assert!(known, "0x{code:08X} of {}", failure.id);
            }
        }
    }
}

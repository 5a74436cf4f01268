//! Rules about the files themselves: the three root files, names, content types, what can be read.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{Flaw, FlawKind, Unclaimed};
use crate::package::{EntryId, Layout, Package, normal_name};
use crate::source::Span;
use crate::xml;

const BAD_ZIP: u32 = 0x8004_8060;
const NOT_WELL_FORMED: u32 = 0x8004_8013;
const BROKEN_FLOW: u32 = 0x8006_0468;
const SAME_NAMES: u32 = 0x8004_8484;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "missing-root-file",
        severity: Severity::Error,
        summary: "a package lacks customizations.xml or [Content_Types].xml",
        codes: &[BAD_ZIP],
        docs: RuleDocs {
            what: "A package must have solution.xml, customizations.xml and [Content_Types].xml at its root; a source \
                   folder must have Other/Customizations.xml, and YAML source solutioncomponents.yml and \
                   rootcomponents.yml beside solution.yml.",
            why: "The platform refuses the file before it looks at anything else.",
            fix: "Export the solution again, or add the file when you zip by hand.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/the-solution-file-is-invalid",
        },
        stage: Stage::Package,
        scope: Scope::Package(missing_root_file),
    },
    Rule {
        id: "malformed-file",
        severity: Severity::Error,
        summary: "an XML, JSON or YAML file that an import or a pack reads is not well-formed",
        codes: &[NOT_WELL_FORMED, BROKEN_FLOW],
        docs: RuleDocs {
            what: "Every definition, process, connector and control manifest must be well-formed XML or JSON in the \
                   encoding it claims; in YAML source every definition must be well-formed YAML.",
            why: "The import stops at the file; solvet cannot see what is in it either.",
            fix: "Correct the file at the place named, or export the solution again.",
            source: "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes",
        },
        stage: Stage::Package,
        scope: Scope::Package(malformed_file),
    },
    Rule {
        id: "unreadable-entry",
        severity: Severity::Error,
        summary: "a file of the package cannot be unpacked",
        codes: &[],
        docs: RuleDocs {
            what: "Every entry of the zip must unpack to the size and checksum it declares, without a password.",
            why: "A damaged or encrypted entry cannot be imported.",
            fix: "Copy or download the package again; if that does not help, export the solution again.",
            source: "the zip format itself",
        },
        stage: Stage::Package,
        scope: Scope::Package(unreadable_entry),
    },
    Rule {
        id: "limit-exceeded",
        severity: Severity::Error,
        summary: "a file is beyond one of solvet's limits and was not read",
        codes: &[],
        docs: RuleDocs {
            what: "solvet reads packages within limits, so that a hostile one can exhaust neither time nor memory.",
            why: "What was not read was not checked; the package must not pass unseen.",
            fix: "If the package is trustworthy, raise the limit with the option that is named.",
            source: "a choice of solvet's own",
        },
        stage: Stage::Package,
        scope: Scope::Package(limit_exceeded),
    },
    Rule {
        id: "duplicate-entry",
        severity: Severity::Error,
        summary: "two files of the package have one name",
        codes: &[SAME_NAMES],
        docs: RuleDocs {
            what: "No two entries may have the same name; names compare without case, and '\\' equals '/'.",
            why: "Readers disagree about which of the two counts, and the platform refuses the file.",
            fix: "Zip the files again from a folder.",
            source: "DuplicateFileNamesInZip in the web service error codes",
        },
        stage: Stage::Package,
        scope: Scope::Package(duplicate_entry),
    },
    Rule {
        id: "unsafe-entry-name",
        severity: Severity::Warning,
        summary: "an entry's name is absolute or leads out of the package",
        codes: &[],
        docs: RuleDocs {
            what: "Names of entries must be relative and must not contain '..'.",
            why: "No export writes such names; tools that unpack them may overwrite files elsewhere.",
            fix: "Find out where the package comes from before anyone unpacks it.",
            source: "the packaging conventions (ECMA-376 part 2) allow no such part names",
        },
        stage: Stage::Package,
        scope: Scope::Package(unsafe_entry_name),
    },
    Rule {
        id: "missing-content-type",
        severity: Severity::Warning,
        summary: "a file has no content type in [Content_Types].xml",
        codes: &[],
        docs: RuleDocs {
            what: "[Content_Types].xml must have a Default for the file's extension, or an Override for the file.",
            why: "A part without a content type does not exist for readers of the packaging format, so the import may \
                  not find it.",
            fix: "Add <Default Extension=\"…\" ContentType=\"application/octet-stream\" /> for the extension.",
            source: "ECMA-376 part 2; that the platform does not see such a part is inferred",
        },
        stage: Stage::Package,
        scope: Scope::Package(missing_content_type),
    },
    Rule {
        id: "symbolic-link",
        severity: Severity::Warning,
        summary: "a folder holds a symbolic link, which is not followed",
        codes: &[],
        docs: RuleDocs {
            what: "Links in a source folder are not followed, for they may lead out of it.",
            why: "What a link leads to was not checked.",
            fix: "Replace the link by the file.",
            source: "a choice of solvet's own",
        },
        stage: Stage::Package,
        scope: Scope::Package(symbolic_link),
    },
    Rule {
        id: "unclaimed-content",
        severity: Severity::Note,
        summary: "the package holds something that solvet does not understand",
        codes: &[],
        docs: RuleDocs {
            what: "Every file and every element of customizations.xml should belong to a component.",
            why: "Newer platforms write things nobody has met yet; files left over from hand packing are refused by \
                  some handlers (ImportFileUnprocessed).",
            fix: "Remove the file if nothing needs it; if the platform wrote it, solvet ignores it safely.",
            source: "a choice of solvet's own",
        },
        stage: Stage::Package,
        scope: Scope::Package(unclaimed_content),
    },
];

fn flaws<'a>(subject: &Subject<'a>, kind: FlawKind) -> impl Iterator<Item = &'a Flaw> {
    subject
        .solution
        .flaws
        .iter()
        .filter(move |flaw| flaw.kind == kind)
}

fn missing_root_file(subject: &Subject<'_>, out: &mut Findings) {
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let needed: Vec<String> = match subject.package.layout() {
        Layout::Zip | Layout::Unzipped => named(&["customizations.xml", "[Content_Types].xml"]),
        Layout::SolutionPackager => named(&["Other/Customizations.xml"]),
        Layout::Yaml => ["rootcomponents.yml", "solutioncomponents.yml"]
            .map(|name| subject.package.manifest_path(name))
            .into(),
    };
    for name in needed
        .iter()
        .filter(|name| subject.package.find(name).is_none())
    {
        // Repositories keep unzipped exports without the content types and add them when they zip.
        let comes_later = subject.package.layout() == Layout::Unzipped && name.starts_with('[');
        let span = subject.solution.manifest.span;
        let message = format!("The package has no {name}.");
        if subject.package.layout().is_source() {
            let help = if subject.package.layout() == Layout::Yaml {
                "Restore the file, or commit the solution again."
            } else {
                "Restore the file, or unpack the solution again."
            };
            out.add(span, message, help).distinct(name);
            continue;
        }
        let help = "Export the solution again, or add the file when you zip by hand.";
        out.add(span, message, help)
            .severity(if comes_later {
                Severity::Warning
            } else {
                Severity::Error
            })
            .distinct(name)
            .platform(BAD_ZIP, &[]);
    }
}

fn malformed_file(subject: &Subject<'_>, out: &mut Findings) {
    const HELP: &str = "Correct the file at this place, or export the solution again.";
    let xml = flaws(subject, FlawKind::MalformedXml);
    for flaw in xml.chain(flaws(subject, FlawKind::UndecodableText)) {
        let message = format!("{} is not well-formed: {}.", flaw.subject, flaw.detail);
        let described = out.add(flaw.span, message, HELP);
        let described = described.distinct(&flaw.subject);
        // What the platform says of a broken list of content types is not published.
        if !flaw.subject.starts_with('[') {
            described.platform(NOT_WELL_FORMED, &[]);
        }
    }
    for flaw in flaws(subject, FlawKind::MalformedValue) {
        let message = format!(
            "A text within the {} is not well-formed: {}. What it refers to is not known.",
            flaw.subject, flaw.detail
        );
        out.add(flaw.span, message, HELP)
            .severity(Severity::Warning)
            .distinct(&flaw.subject);
    }
    for flaw in flaws(subject, FlawKind::MalformedYaml) {
        let message = format!("{} is not well-formed YAML: {}.", flaw.subject, flaw.detail);
        out.add(
            flaw.span,
            message,
            "Correct the file at this place, or commit the solution again.",
        )
        .distinct(&flaw.subject);
    }
    for flaw in flaws(subject, FlawKind::MalformedJson) {
        let described = out.add(
            flaw.span,
            format!("{} is not well-formed JSON: {}.", flaw.subject, flaw.detail),
            HELP,
        );
        if flaw.subject.to_ascii_lowercase().starts_with("workflows/") {
            described.platform(BROKEN_FLOW, &["…"]);
        }
    }
}

fn unreadable_entry(subject: &Subject<'_>, out: &mut Findings) {
    for flaw in flaws(subject, FlawKind::UnreadableEntry) {
        out.add(
            flaw.span,
            format!("{} cannot be unpacked: {}.", flaw.subject, flaw.detail),
            "Copy or download the package again; if that does not help, export the solution again.",
        )
        .distinct(&flaw.subject);
    }
}

fn limit_exceeded(subject: &Subject<'_>, out: &mut Findings) {
    for flaw in flaws(subject, FlawKind::BeyondLimit) {
        out.add(
            flaw.span,
            format!("{} was not read: it has {}.", flaw.subject, flaw.detail),
            if flaw.detail.contains("(--") {
                "If the package is trustworthy, raise the limit with the option named, or under [limits] in solvet.toml where that sets it."
            } else {
                "No export has that many; find out where the package comes from."
            },
        )
        .distinct(&flaw.subject);
    }
}

fn duplicate_entry(subject: &Subject<'_>, out: &mut Findings) {
    for flaw in flaws(subject, FlawKind::DuplicateEntry) {
        let message = if flaw.subject.is_empty() {
            "The archive lists a name more than once.".to_owned()
        } else {
            format!(
                "More than one file of the package is named {}.",
                flaw.subject
            )
        };
        out.add(flaw.span, message, "Zip the files again from a folder.")
            .distinct(&flaw.subject)
            .platform(SAME_NAMES, &[]);
    }
}

fn unsafe_entry_name(subject: &Subject<'_>, out: &mut Findings) {
    for flaw in flaws(subject, FlawKind::UnsafeEntryName) {
        out.add(
            flaw.span,
            format!(
                "The entry name '{}' is absolute or leads out of the package.",
                flaw.subject
            ),
            "Find out where the package comes from before anyone unpacks it.",
        )
        .distinct(&flaw.subject)
        .evidence(Evidence::Fair);
    }
}

fn symbolic_link(subject: &Subject<'_>, out: &mut Findings) {
    for flaw in flaws(subject, FlawKind::SymbolicLink) {
        out.add(
            flaw.span,
            format!(
                "{} is a symbolic link, which is not followed.",
                flaw.subject
            ),
            "Replace the link by the file.",
        )
        .distinct(&flaw.subject);
    }
}

fn unclaimed_content(subject: &Subject<'_>, out: &mut Findings) {
    // What would claim a file may be what could not be read.
    if subject.is_incomplete() {
        return;
    }
    let mut folders: BTreeMap<&str, Vec<&Unclaimed>> = BTreeMap::new();
    for unclaimed in &subject.solution.unclaimed {
        let within = unclaimed
            .what
            .match_indices('/')
            .nth(1)
            .map(|(at, _)| &unclaimed.what[..at]);
        folders
            .entry(within.unwrap_or(&unclaimed.what))
            .or_default()
            .push(unclaimed);
    }
    for (folder, unclaimed) in folders {
        let message = match unclaimed.as_slice() {
            [only] if subject.package.find(&only.what).is_none() => {
                format!("No component accounts for the element {}.", only.what)
            }
            [only] => format!("No component accounts for {}.", only.what),
            several => format!(
                "No component accounts for {} files in {folder}.",
                several.len()
            ),
        };
        let help =
            "Remove it if nothing needs it; if the platform wrote it, it is safely ignored here.";
        if let Some(first) = unclaimed.first() {
            out.add(first.span, message, help)
                .distinct(folder)
                .summary(unclaimed.iter().map(|one| Part::named(&*one.what)));
        }
    }
}

fn missing_content_type(subject: &Subject<'_>, out: &mut Findings) {
    let package = subject.package;
    let types = package.find("[Content_Types].xml");
    let Some(covered) = types.and_then(|id| ContentTypes::read(package, id)) else {
        return;
    };
    let anomalies = package.anomalies().iter();
    let odd: FxHashSet<&str> = anomalies.map(|anomaly| &*anomaly.name).collect();
    for (id, entry) in package.entries() {
        let is_odd = odd.contains(&*entry.raw);
        if Some(id) == types || covered.covers(&entry.name) || is_odd {
            continue;
        }
        out.add(
            Span::start_of(id.file()),
            format!("{} has no content type in [Content_Types].xml.", entry.name),
            match entry.extension().as_str() {
                // Exports append identifiers to names, which look like extensions and are none.
                "" => format!("Add an Override for the part name /{}.", entry.name),
                long if long.len() > 12 => {
                    format!("Add an Override for the part name /{}.", entry.name)
                }
                extension => format!("Add a Default for the extension '{extension}'."),
            },
        )
        .evidence(Evidence::Fair);
    }
}

/// What `[Content_Types].xml` covers: extensions and whole part names, compared without case.
struct ContentTypes {
    extensions: FxHashSet<String>,
    parts: FxHashSet<String>,
}

impl ContentTypes {
    fn read(package: &Package, id: EntryId) -> Option<Self> {
        let text = package.text(id).ok()?;
        let document = xml::parse(&text, package.limits()).ok()?;
        let values = |element: &str, attribute: &str| -> FxHashSet<String> {
            let elements = document
                .descendants()
                .filter(|node| node.tag_name().name() == element);
            elements
                .filter_map(|node| node.attribute(attribute))
                .map(|value| normal_name(value).to_ascii_lowercase())
                .collect()
        };
        Some(Self {
            extensions: values("Default", "Extension"),
            parts: values("Override", "PartName"),
        })
    }

    fn covers(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        let file = lower.rsplit('/').next().unwrap_or_default();
        let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
        (!extension.is_empty() && self.extensions.contains(extension))
            || self.parts.contains(&lower)
    }
}

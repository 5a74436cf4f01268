//! The report for people: findings with the lines they stand in, then what is required and from whom.

use owo_colors::Style;

pub use super::paper::HumanOptions;
use super::paper::Paper;
use super::text::{count, safe, shown_path, wrapped};
use super::{CheckReport, Entry, Outlook, Summary, shopping, supply};
use crate::check::{
    Checked, Requirement, ShoppingList, SupplierGroup, group_by_supplier, most_settling,
};
use crate::error::Error;
use crate::finding::PlacedFinding;
use crate::model::{Identity, SupplierOrigin};
use crate::target::Presence;

/// Required components of one supplier that are named before the rest is only counted.
const SHOWN_PER_SUPPLIER: usize = 6;

/// The width of the column that says whether a group is there, in characters. Styles are added after padding.
const STATE: usize = 10;
/// Links of a chain that are named before the rest is left out.
const SHOWN_LINKS: usize = 4;

/// Writes the report of a check.
pub fn check(report: &CheckReport, options: HumanOptions) -> String {
    let mut paper = Paper::new(options, report.target.is_some());
    for entry in &report.packages {
        match entry {
            Entry::Checked(checked) => paper.package(checked),
            Entry::Failed(error) => paper.failed(error),
        }
    }
    paper.findings(&report.configuration);
    paper.shopping(report);
    paper.hidden(report.findings());
    paper.verdict(report);
    paper.text
}

/// Writes the last line of a check only: the counts and what they mean.
pub fn verdict(report: &CheckReport, options: HumanOptions) -> String {
    let mut paper = Paper::new(options, report.target.is_some());
    paper.verdict(report);
    paper.text
}

/// Writes findings, with the lines they stand in.
pub(super) fn findings(findings: &[PlacedFinding], options: HumanOptions) -> String {
    let mut paper = Paper::new(options, false);
    paper.findings(findings);
    paper.text
}

/// Writes what is counted and not shown.
pub(super) fn hidden<'a>(
    findings: impl Iterator<Item = &'a PlacedFinding>,
    options: HumanOptions,
) -> String {
    let mut paper = Paper::new(options, false);
    paper.hidden(findings);
    paper.text
}

/// Writes why one package could not be read.
pub fn failure(error: &Error, options: HumanOptions) -> String {
    let mut paper = Paper::new(options, false);
    paper.failed(error);
    paper.text
}

impl Paper {
    fn package(&mut self, checked: &Checked) {
        let manifest = &checked.solution.manifest;
        let kind = manifest.package_type.name();
        let name = if manifest.name().is_empty() {
            "(no name)"
        } else {
            manifest.name()
        };
        let name = self.styled(&safe(name), Style::new().bold());
        let version = manifest
            .version_text
            .as_ref()
            .map_or("", |version| &version.value);
        let version = if version.is_empty() {
            "(no version)"
        } else {
            version
        };
        self.line(&format!(
            "{name} {} ({kind}) in {}",
            safe(version),
            safe(shown_path(&checked.path))
        ));
        let counts = checked.solution.counts();
        let counts: Vec<_> = counts
            .iter()
            .map(|(kind, number)| count(*number, &kind.label()))
            .collect();
        let counts = if counts.is_empty() {
            "no components".into()
        } else {
            counts.join(", ")
        };
        for line in wrapped(&counts, self.options.width.saturating_sub(4)) {
            self.line(&format!("  {line}"));
        }
        self.line("");
        self.findings(&checked.findings);
        self.requirements(&checked.requirements);
    }

    fn requirements(&mut self, requirements: &[Requirement]) {
        if requirements.is_empty() {
            self.line("  Requires nothing from elsewhere.");
            self.line("");
            return;
        }
        let total = count(requirements.len(), "component");
        let counts = if self.has_target {
            supply::presence_counts(requirements)
        } else {
            " (give --target to learn whether they are there)".to_owned()
        };
        let title = self.styled(
            &format!("Requires {total} from elsewhere{counts}"),
            Style::new().bold(),
        );
        self.line(&format!("  {title}"));
        let settling = most_settling(requirements).filter(|(_, number)| *number > 1);
        if let Some((settle, number)) = settling.filter(|_| self.has_target) {
            let text = format!("To settle {number} of the unknown: {settle}");
            for line in wrapped(&text, self.options.width.saturating_sub(6)) {
                self.line(&format!("    {line}"));
            }
        }
        for group in group_by_supplier(requirements) {
            self.group(&group);
        }
        self.line("");
    }

    fn group(&mut self, group: &SupplierGroup<'_>) {
        let supplier = &group.supplier;
        let version = supplier
            .version
            .as_ref()
            .map_or(String::new(), |version| format!(" {version}"));
        let name = safe(supplier.solution.as_str());
        let (name, remark) = match supplier.origin() {
            SupplierOrigin::Unnamed => ("solution not known".to_owned(), String::new()),
            SupplierOrigin::Unmanaged => {
                let remark = ": the unmanaged layer. These were not added to the solution; nothing installs them";
                (name.into_owned(), remark.to_owned())
            }
            SupplierOrigin::Platform | SupplierOrigin::Solution => {
                (format!("{name}{version}"), supply::way(group))
            }
        };
        let state = self.group_state(group);
        // Colour codes have no width, so lines are broken before they are set.
        let lines = wrapped(
            &format!("{name}{remark}"),
            self.options.width.saturating_sub(16),
        );
        let mut state = state;
        for (number, line) in lines.iter().enumerate() {
            let rest = line.strip_prefix(&name).filter(|_| number == 0);
            let line = rest.map_or_else(
                || line.clone(),
                |rest| self.styled(&name, Style::new().bold()) + rest,
            );
            self.line(&format!("    {state}{line}"));
            state = " ".repeat(STATE);
        }
        let limit = if self.options.verbose {
            usize::MAX
        } else {
            SHOWN_PER_SUPPLIER
        };
        for requirement in group.requirements.iter().take(limit) {
            self.requirement(group, requirement);
        }
        if let Some(more) = group
            .requirements
            .len()
            .checked_sub(limit)
            .filter(|more| *more > 0)
        {
            self.line(&format!(
                "              … and {more} more; --verbose shows them all"
            ));
        }
    }

    /// The worst of a group, or nothing to say where no target was asked.
    fn group_state(&self, group: &SupplierGroup<'_>) -> String {
        if !self.has_target && group.count(Presence::Absent) == 0 {
            return format!("{:<STATE$}", "from");
        }
        let first = group
            .requirements
            .first()
            .map(|requirement| requirement.answer.presence);
        self.presence(first.unwrap_or(Presence::Unknown), STATE)
    }

    fn presence(&self, presence: Presence, width: usize) -> String {
        let (word, style) = match presence {
            Presence::Present => ("present", Style::new().green()),
            Presence::Absent => ("ABSENT", Style::new().red()),
            Presence::Unknown => ("unknown", Style::new().yellow()),
        };
        self.styled(&format!("{word:<width$}"), style)
    }

    fn requirement(&mut self, group: &SupplierGroup<'_>, requirement: &Requirement) {
        let count = group.count(requirement.answer.presence);
        let mixed = count != group.requirements.len()
            && (self.has_target || requirement.answer.presence != Presence::Unknown);
        let state = if mixed {
            format!(" ({})", self.presence(requirement.answer.presence, 0))
        } else {
            String::new()
        };
        self.line(&format!(
            "              {}{state}",
            safe(&requirement.required.to_string())
        ));
        if requirement.answer.presence == Presence::Present && !self.options.verbose {
            return;
        }
        let needed = needed_by(requirement);
        if !needed.is_empty() {
            for line in wrapped(&needed, self.options.width.saturating_sub(20)) {
                self.line(&format!("                {line}"));
            }
        }
    }

    /// What to do before the import. Without a target nothing is known to be needed, and the suppliers stand above.
    fn shopping(&mut self, report: &CheckReport) {
        if !self.has_target && !self.options.verbose {
            return;
        }
        let list = ShoppingList::of(report.checked());
        let lines = shopping::lines(&list, report.names(), self.options);
        self.titled(lines);
    }

    fn verdict(&mut self, report: &CheckReport) {
        let summary = report.summary();
        let counts = [
            count(report.packages.len(), "package"),
            count(summary.errors, "error"),
            count(summary.warnings, "warning"),
            count(summary.notes, "note"),
        ];
        let unreadable = match summary.unreadable {
            0 => String::new(),
            number => format!(", {number} unreadable"),
        };
        let [packages, errors, warnings, notes] = counts;
        let meaning = self.styled(&meaning(&summary, report), Style::new().bold());
        self.line(&format!(
            "{packages}{unreadable}: {errors}, {warnings}, {notes}. {meaning}"
        ));
    }
}

/// What the counts of a check mean for the import, as a sentence.
pub(super) fn meaning(summary: &Summary, report: &CheckReport) -> String {
    let target = report.target.as_deref();
    let into = target.map_or(String::new(), |target| format!(" into {}", safe(target)));
    let known = if report.knows_all() {
        ", of what the baseline knows"
    } else {
        ""
    };
    let aside = aside(summary.accepted);
    let not_known = |number| {
        let components = components_are(number);
        format!("whether {components} there is not known")
    };
    match report.outlook() {
        Outlook::Fails => format!("The import{into} would fail{known}."),
        Outlook::ProbablyFails => format!("The import{into} would very probably fail{known}."),
        Outlook::NotRead => "Not everything was read, so nothing can be said of the import.".into(),
        Outlook::NotKnown => format!("Whether the import{into} would succeed is not known."),
        Outlook::Unreadable => "What cannot be read cannot be imported.".to_owned(),
        Outlook::Open if summary.errors > 0 => {
            format!(
                "Nothing found that stops the import{into}, but findings that are errors here{aside}."
            )
        }
        Outlook::Open if summary.absent > summary.accepted => {
            let components = components_are(summary.absent - summary.accepted);
            format!("The import{into} will probably fail: {components} probably not there.")
        }
        Outlook::Open if summary.unknown > 0 && target.is_some() => {
            let unknown = not_known(summary.unknown);
            format!("Nothing found that stops the import{into}, but {unknown}{aside}.")
        }
        Outlook::Open if target.is_none() && summary.warnings == 0 => {
            "Nothing is wrong with the package itself.".to_owned()
        }
        Outlook::Open if target.is_none() => "No error found, but see the warnings.".to_owned(),
        Outlook::Open => format!("Nothing found that stops the import{into}{aside}."),
    }
}

/// What is left out of account, as the end of a sentence.
pub(super) fn aside(accepted: usize) -> String {
    match accepted {
        0 => String::new(),
        1 => ", leaving 1 accepted absence aside".to_owned(),
        _ => format!(", leaving {accepted} accepted absences aside"),
    }
}

fn components_are(number: usize) -> String {
    if number == 1 {
        "1 required component is".to_owned()
    } else {
        format!("{number} required components are")
    }
}

fn needed_by(requirement: &Requirement) -> String {
    let others: Vec<&Identity> = requirement
        .needed_by
        .iter()
        .filter(|needed| !needed.is_same_as(&requirement.required))
        .collect();
    let Some(first) = others.first() else {
        return "the package only changes it; the target must already have it".to_owned();
    };
    let links = requirement.chain.iter().rev().skip(1);
    let mut chain: Vec<_> = links
        .take(SHOWN_LINKS + 1)
        .map(ToString::to_string)
        .collect();
    if chain.len() > SHOWN_LINKS {
        chain.truncate(SHOWN_LINKS);
        chain.push("…".to_owned());
    }
    let through = if chain.is_empty() {
        first.to_string()
    } else {
        chain.join(" ← ")
    };
    match others.len() - 1 {
        0 => safe(&format!("needed by {through}")).into_owned(),
        more => safe(&format!("needed by {through}, and {more} more")).into_owned(),
    }
}

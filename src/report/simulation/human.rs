//! The simulated import for people: the verdict first, then the steps with counts and what matters.

use std::collections::BTreeMap;

use owo_colors::Style;

use super::SimulationReport;
use crate::check::{Operation, Stage};
use crate::finding::{PlacedFinding, Severity};
use crate::model::PackageType;
use crate::report::human::HumanOptions;
use crate::report::paper::Paper;
use crate::report::shopping;
use crate::report::text::{count, safe, shown_path, wrapped};
use crate::simulate::{
    ActionKind, ComponentAction, StageOutcome, Step, Verdict, Winner, is_fatal, stage_of,
};

/// Removed or overwritten components that are named before the rest is only counted.
const SHOWN_COMPONENTS: usize = 8;

/// Writes the report of a simulation.
pub fn human(report: &SimulationReport, options: HumanOptions) -> String {
    let mut page = Page {
        paper: Paper::new(options, true),
        report,
    };
    page.verdict();
    page.paper.line("");
    for error in &report.failed {
        page.paper.failed(error);
    }
    for note in &report.simulation.notes {
        page.text(0, note);
        page.paper.line("");
    }
    page.paper.findings(&report.simulation.settings);
    page.paper.findings(&report.configuration);
    for (number, step) in report.simulation.steps.iter().enumerate() {
        page.step(number + 1, step);
    }
    let list = report.shopping();
    let lines = shopping::lines(&list, report.names(), options);
    page.paper.titled(lines);
    page.paper.hidden(report.findings());
    page.paper.text
}

/// Writes the verdict only.
pub fn verdict(report: &SimulationReport, options: HumanOptions) -> String {
    let mut page = Page {
        paper: Paper::new(options, true),
        report,
    };
    page.verdict();
    page.paper.text
}

struct Page<'a> {
    paper: Paper,
    report: &'a SimulationReport,
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Succeeds => Style::new().green().bold(),
        Verdict::SucceedsWithWarnings | Verdict::Unknown => Style::new().yellow().bold(),
        Verdict::Fails => Style::new().red().bold(),
    }
}

impl Page<'_> {
    fn text(&mut self, indent: usize, text: &str) {
        let width = self.paper.options.width.saturating_sub(indent);
        for line in wrapped(text, width) {
            self.paper.line(&format!("{}{line}", " ".repeat(indent)));
        }
    }

    fn verdict(&mut self) {
        let simulation = &self.report.simulation;
        let what = self.report.sentence();
        let verdict = self.report.verdict();
        let line = self.paper.styled(&what, style(verdict));
        self.paper.line(&line);
        let failing = simulation
            .steps
            .iter()
            .find(|step| step.verdict == Verdict::Fails);
        if let Some((step, stage)) = failing.and_then(|step| Some((step, step.stops_at()?))) {
            let name = shown_name(step);
            let code = first_code(step, stage).map_or(String::new(), |code| format!(": {code}"));
            self.text(2, &format!("{name} stops at the stage \"{stage}\"{code}"));
        }
    }

    fn step(&mut self, number: usize, step: &Step) {
        let mode = match &step.checked {
            Some(checked) => format!(" ({})", checked.solution.manifest.package_type.name()),
            None => String::new(),
        };
        let title = format!("{number}. {}{mode}: {}", shown_name(step), step.operation);
        let title = self.paper.styled(&title, Style::new().bold());
        let verdict = match step.verdict {
            Verdict::Unknown => "whether it would succeed cannot be told".to_owned(),
            verdict @ (Verdict::Succeeds | Verdict::SucceedsWithWarnings | Verdict::Fails) => {
                verdict.to_string()
            }
        };
        let verdict = self.paper.styled(&verdict, style(step.verdict));
        self.paper.line(&format!("{title} – {verdict}"));
        if let Some(checked) = step
            .checked
            .as_ref()
            .filter(|checked| !checked.path.is_empty())
        {
            let path = safe(shown_path(&checked.path)).into_owned();
            self.paper.line(&format!("   in {path}"));
        }
        self.text(3, &safe(&step.because));
        self.stages(step);
        self.actions(step);
        for assumed in &step.assumed {
            self.text(3, &format!("Assumed: {}", safe(assumed)));
        }
        for doubt in &step.doubts {
            let text = format!("Not known: {} {}", safe(&doubt.what), safe(&doubt.settle));
            self.text(3, &text);
        }
        if let Some(left) = &step.left {
            self.text(3, &safe(left));
        }
        self.paper.line("");
        let verbose = self.paper.options.verbose;
        let (shown, notes): (Vec<_>, Vec<_>) = step
            .findings
            .iter()
            .filter(|placed| placed.finding.counts())
            .cloned()
            .partition(|placed| verbose || placed.finding.severity > Severity::Note);
        self.paper.findings(&shown);
        self.notes(&notes);
    }

    /// Notes in one sentence for each rule.
    fn notes(&mut self, notes: &[PlacedFinding]) {
        let mut of_rule: BTreeMap<&str, (&PlacedFinding, usize)> = BTreeMap::new();
        for placed in notes {
            of_rule.entry(placed.finding.rule).or_insert((placed, 0)).1 += 1;
        }
        for (rule, (first, number)) in &of_rule {
            let more = match number - 1 {
                0 => String::new(),
                more => format!(" And {more} more of {rule}."),
            };
            self.text(3, &format!("Note: {}{more}", safe(&first.finding.message)));
        }
        if !of_rule.is_empty() {
            self.paper.line("");
        }
    }

    /// The stage at which it stops; with --verbose all of them.
    fn stages(&mut self, step: &Step) {
        if self.paper.options.verbose {
            for (stage, outcome) in &step.stages {
                let word = match outcome {
                    StageOutcome::Passes => "passes",
                    StageOutcome::Unknown => "not known",
                    StageOutcome::Fails => "FAILS",
                    StageOutcome::NotReached => "not reached",
                    StageOutcome::NotPart => continue,
                };
                self.paper
                    .line(&format!("   {:<36}{word}", stage.to_string()));
            }
            return;
        }
        if let Some(stage) = step.stops_at() {
            self.text(
                3,
                &format!("Stops at the stage \"{stage}\". {}", undone(step, stage)),
            );
        }
    }

    fn actions(&mut self, step: &Step) {
        let mut counts: BTreeMap<ActionKind, usize> = BTreeMap::new();
        for action in &step.actions {
            *counts.entry(action.kind).or_default() += 1;
        }
        if counts.is_empty() {
            if step
                .checked
                .as_ref()
                .is_some_and(|checked| !checked.path.is_empty())
            {
                self.text(3, "The package holds no components.");
            }
            return;
        }
        let counts: Vec<_> = counts
            .iter()
            .map(|(kind, number)| counted(*kind, *number))
            .collect();
        let would = if step.verdict == Verdict::Fails {
            "Would otherwise: "
        } else {
            ""
        };
        self.text(3, &format!("{would}{}.", counts.join(", ")));
        let hidden = step
            .actions
            .iter()
            .filter(|action| action.winner == Winner::Active);
        let hidden = if is_managed(step) { hidden.count() } else { 0 };
        if hidden > 0 {
            let components = count(hidden, "component");
            self.text(
                3,
                &format!("Unmanaged customizations in the target hide {components} of it."),
            );
        }
        if self.paper.options.verbose {
            for action in &step.actions {
                self.action(step, action, "");
            }
            return;
        }
        self.named(step, ActionKind::Delete, "removed");
        self.named(step, ActionKind::Convert, "becomes managed");
        self.lost(step);
    }

    /// The first components with which something is done that people must know of.
    fn named(&mut self, step: &Step, kind: ActionKind, word: &str) {
        let mut of_kind = step.actions.iter().filter(|action| action.kind == kind);
        for action in of_kind.by_ref().take(SHOWN_COMPONENTS) {
            self.action(step, action, word);
        }
        let more = of_kind.count();
        if more > 0 {
            self.paper
                .line(&format!("     … and {more} more; --verbose shows them all"));
        }
    }

    /// The components whose unmanaged customizations are lost.
    fn lost(&mut self, step: &Step) {
        let lost = step.actions.iter().filter(|one| one.loses_customizations);
        let lost: Vec<_> = lost.filter_map(|one| step.component(one)).collect();
        let Some(first) = lost.first() else {
            return;
        };
        let more = match lost.len() {
            1 => String::new(),
            number => format!(" and {} more components", number - 1),
        };
        let text = format!(
            "What was customized in the target of the {first}{more} is lost; deleting the solution does not bring it back."
        );
        self.text(5, &safe(&text));
    }

    fn action(&mut self, step: &Step, action: &ComponentAction, word: &str) {
        let Some(component) = step.component(action) else {
            return;
        };
        let word = if word.is_empty() {
            action.kind.name()
        } else {
            word
        };
        let data = if action.loses_data(component) {
            ", with its data"
        } else {
            ""
        };
        let winner = match &action.winner {
            Winner::Active if self.paper.options.verbose && is_managed(step) => {
                " (the unmanaged layer wins)".to_owned()
            }
            Winner::Other(solution) => format!(" (the layer of {} wins)", safe(solution)),
            Winner::Active | Winner::Imported | Winner::Unknown | Winner::None => String::new(),
        };
        let component = safe(&component.to_string()).into_owned();
        self.text(5, &format!("{word}: {component}{data}{winner}"));
    }
}

/// Whether the package of a step is managed.
pub(in crate::report) fn is_managed(step: &Step) -> bool {
    step.checked
        .as_ref()
        .is_some_and(|checked| checked.solution.manifest.package_type == PackageType::Managed)
}

/// The solution of a step with its version.
pub(in crate::report) fn shown_name(step: &Step) -> String {
    let version = step
        .version
        .as_ref()
        .map_or(String::new(), |version| format!(" {version}"));
    let name = match step.solution.as_str() {
        "" => "(no name)",
        name => name,
    };
    format!("{}{version}", safe(name))
}

/// How many components something is done with, and what.
pub(in crate::report) fn counted(kind: ActionKind, number: usize) -> String {
    let word = match kind {
        ActionKind::Create => "created",
        ActionKind::Update => "updated",
        ActionKind::CreateOrUpdate => "created or updated",
        ActionKind::Overwrite => "overwritten",
        ActionKind::Unchanged => "unchanged",
        ActionKind::Keep => "kept that the package lacks",
        ActionKind::Delete => "removed",
        ActionKind::Skip => "passed over",
        ActionKind::Convert => "converted to managed",
    };
    format!("{number} {word}")
}

/// What becomes of what was done before the stage that fails.
fn undone(step: &Step, stage: Stage) -> &'static str {
    match (stage, step.operation) {
        (Stage::ApplyUpgrade, Operation::Upgrade | Operation::ApplyUpgrade) => {
            "What was imported before it stays."
        }
        _ => "The platform undoes what was done before it.",
    }
}

/// The platform's code and symbol of the first error of a stage.
fn first_code(step: &Step, stage: Stage) -> Option<String> {
    let errors = step.findings.iter().map(|placed| &placed.finding);
    let mut errors = errors.filter(|finding| is_fatal(finding) && stage_of(finding) == stage);
    let first = errors.next()?;
    Some(match &first.platform {
        Some((error, _)) => format!("{error} ({}) {}", error.decimal(), error.symbol),
        None => first.message.clone(),
    })
}

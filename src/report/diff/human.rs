//! Two packages compared, for people: counts first, then components by type.

use owo_colors::Style;

use super::{DiffReport, Names, TargetOutcome, Upgrade};
use crate::diff::{Change, Class, Difference, Field, Version, What, apart};
use crate::model::Identity;
use crate::report::human::HumanOptions;
use crate::report::paper::Paper;
use crate::report::text::{bounded, count, safe, shown_path, wrapped};
use crate::simulate::holds_data;

/// Components of one type that are shown before the rest is only counted.
const SHOWN: usize = 12;
/// Fields of one component that are shown before the rest is only counted.
const SHOWN_FIELDS: usize = 5;
/// Characters of a value that are shown.
const SHOWN_VALUE: usize = 60;

/// Writes the report of a comparison.
pub fn human(report: &DiffReport<'_>, options: HumanOptions) -> String {
    let mut page = Page {
        paper: Paper::new(options, false),
        report,
    };
    page.verdict();
    page.components();
    page.fields_of("Solution", &report.diff.solution);
    page.fields_of("Files of no component", &report.diff.files);
    if let Some(upgrade) = &report.upgrade {
        page.upgrade(upgrade);
    }
    page.paper.text
}

/// Writes the verdict only.
pub fn verdict(report: &DiffReport<'_>, options: HumanOptions) -> String {
    let mut page = Page {
        paper: Paper::new(options, false),
        report,
    };
    page.verdict();
    page.paper.text
}

struct Page<'a> {
    paper: Paper,
    report: &'a DiffReport<'a>,
}

fn style(class: Class) -> Style {
    match class {
        Class::Breaking => Style::new().red(),
        Class::Changed => Style::new().yellow(),
        Class::Additive => Style::new().green(),
        Class::Cosmetic => Style::new().dimmed(),
    }
}

fn mark(change: Change) -> char {
    match change {
        Change::Removed => '-',
        Change::Changed => '~',
        Change::Added => '+',
    }
}

fn title(version: &Version) -> String {
    let manifest = &version.solution().manifest;
    let number = manifest
        .version_text
        .as_ref()
        .map(|text| format!(" {}", safe(&text.value)));
    format!(
        "{}{} ({}) in {}",
        safe(manifest.name()),
        number.unwrap_or_default(),
        manifest.package_type.name(),
        safe(shown_path(version.package().path()))
    )
}

impl Page<'_> {
    fn text(&mut self, indent: usize, text: &str) {
        let width = self.paper.options.width.saturating_sub(indent);
        for line in wrapped(text, width) {
            self.paper.line(&format!("{}{line}", " ".repeat(indent)));
        }
    }

    fn bold(&mut self, text: &str) {
        let line = self.paper.styled(text, Style::new().bold());
        self.paper.line(&line);
    }

    fn verdict(&mut self) {
        let report = self.report;
        self.bold(&title(report.old));
        self.bold(&format!("→ {}", title(report.new)));
        let diff = &report.diff;
        if diff.is_empty() {
            self.text(2, "Nothing changed.");
        } else {
            let [added, removed, changed] =
                [Change::Added, Change::Removed, Change::Changed].map(|change| diff.count(change));
            self.text(
                2,
                &format!("Components: {added} added, {removed} removed, {changed} changed"),
            );
            let classes: Vec<String> = report
                .classes()
                .into_iter()
                .map(|(class, count)| {
                    self.paper
                        .styled(&format!("{count} {}", class.name()), style(class))
                })
                .collect();
            self.paper
                .line(&format!("  Differences: {}", classes.join(", ")));
        }
        for note in &diff.notes {
            self.text(2, &format!("note: {}", safe(note)));
        }
    }

    fn components(&mut self) {
        let all = self.report.diff.components.as_slice();
        for group in all.chunk_by(|a, b| a.component.kind == b.component.kind) {
            let Some(first) = group.first() else { continue };
            self.paper.line("");
            self.bold(&count(group.len(), &first.component.kind.label()));
            // What breaks is told before what does not.
            let mut sorted: Vec<&Difference> = group.iter().collect();
            sorted.sort_by_key(|one| std::cmp::Reverse(one.class));
            let shown = if self.paper.options.verbose {
                usize::MAX
            } else {
                SHOWN
            };
            let names = Names::of(group.iter().map(|one| &one.component));
            for one in sorted.iter().take(shown) {
                self.difference(one, &names.of_one(&one.component));
            }
            self.more(2, group.len(), shown);
        }
    }

    fn more(&mut self, indent: usize, all: usize, shown: usize) {
        if let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) {
            let line = format!("… and {more} more; --verbose shows them all");
            self.text(indent, &line);
        }
    }

    fn difference(&mut self, one: &Difference, name: &str) {
        let class = self.paper.styled(one.class.name(), style(one.class));
        self.paper
            .line(&format!("  {} {}: {class}", mark(one.change), safe(name)));
        self.fields(6, &one.fields);
    }

    fn fields(&mut self, indent: usize, fields: &[Field]) {
        let shown = if self.paper.options.verbose {
            usize::MAX
        } else {
            SHOWN_FIELDS
        };
        for field in fields.iter().take(shown) {
            let line = written(field);
            self.paper.line(&format!("{}{line}", " ".repeat(indent)));
        }
        self.more(indent, fields.len(), shown);
    }

    fn fields_of(&mut self, title: &str, fields: &[Field]) {
        if fields.is_empty() {
            return;
        }
        self.paper.line("");
        self.bold(title);
        self.fields(2, fields);
    }

    fn upgrade(&mut self, upgrade: &Upgrade) {
        self.paper.line("");
        let place = upgrade.target.as_ref().map_or(String::new(), |target| {
            format!(" in {}", safe(&target.name))
        });
        match upgrade.removed.len() {
            0 => self.bold(&format!("An upgrade removes nothing{place}.")),
            number => {
                let what = count(number, "component");
                self.bold(&format!("An upgrade removes {what}{place}"));
            }
        }
        for note in &upgrade.notes {
            self.text(2, &format!("note: {}", safe(note)));
        }
        self.identities(&upgrade.removed, |one| {
            if holds_data(one) {
                ", with its data"
            } else {
                ""
            }
        });
        if !upgrade.kept.is_empty() {
            self.text(2, "It leaves, because others have it too:");
            self.identities(&upgrade.kept, |_| "");
        }
        if let Some(target) = &upgrade.target {
            self.target(target);
        }
    }

    fn identities(&mut self, all: &[Identity], suffix: impl Fn(&Identity) -> &'static str) {
        let shown = if self.paper.options.verbose {
            usize::MAX
        } else {
            SHOWN
        };
        let names = Names::of(all);
        for one in all.iter().take(shown) {
            let line = format!("  {}{}", safe(&names.of_one(one)), suffix(one));
            self.paper.line(&line);
        }
        self.more(2, all.len(), shown);
    }

    fn target(&mut self, target: &TargetOutcome) {
        let blocking: Vec<_> = target.blocking().cloned().collect();
        if !blocking.is_empty() {
            self.paper.line("");
            self.paper.findings(&blocking);
        }
        for doubt in target.doubts() {
            self.text(
                2,
                &format!("not known: {} {}", safe(&doubt.what), safe(&doubt.settle)),
            );
        }
    }
}

/// A field in one line: what it was, what it is.
fn written(field: &Field) -> String {
    let value = |value: &str| bounded(value, SHOWN_VALUE).into_owned();
    let prefix = if field.what == What::Reference {
        "reference "
    } else {
        ""
    };
    let name = format!("{prefix}{}", safe(&field.path));
    let told = |sign: char, value: &str| {
        let value = if value.is_empty() {
            String::new()
        } else {
            format!(": {value}")
        };
        format!("{sign} {name}{value}")
    };
    match (&field.old, &field.new) {
        (Some(old), Some(new)) => {
            let [old, new] = apart(old, new, SHOWN_VALUE).map(|value| safe(&value).into_owned());
            format!("~ {name}: {old} → {new}")
        }
        (Some(old), None) => told('-', &value(old)),
        (None, Some(new)) => told('+', &value(new)),
        (None, None) => format!("~ {name}"),
    }
}

//! The picture of what is missing: absent components by their supplier, and what needs them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::check::Requirement;
use crate::diff::cut;
use crate::model::Identity;
use crate::report::common::Report;
use crate::report::graph::mermaid_label;
use crate::report::text::{count, one_line};
use crate::target::Presence;

/// Absent components that are drawn.
const ABSENT: usize = 24;
/// Components that are drawn at all.
const DRAWN: usize = 40;
/// The longest text in a box, in characters.
const LABEL: usize = 60;

/// The picture with what it leaves out; nothing where nothing is absent.
pub(super) fn picture(report: &Report<'_>) -> Option<String> {
    let mut drawing = Drawing::default();
    let checked = report.packages.iter().filter_map(|package| package.checked);
    for requirement in checked.flat_map(|checked| &checked.requirements) {
        if requirement.answer.presence == Presence::Absent {
            drawing.add(requirement);
        }
    }
    (!drawing.suppliers.is_empty()).then(|| drawing.text())
}

/// What is drawn, in the order in which it is found.
#[derive(Default)]
struct Drawing<'a> {
    /// Absent components by their supplier.
    suppliers: BTreeMap<String, Vec<usize>>,
    numbers: BTreeMap<String, usize>,
    /// What needs something, and is not absent itself.
    needing: Vec<usize>,
    absent: Vec<usize>,
    arrows: Vec<(usize, usize)>,
    left_out: usize,
    arrows_left_out: usize,
    components: Vec<&'a Identity>,
}

impl<'a> Drawing<'a> {
    fn add(&mut self, requirement: &'a Requirement) {
        let name = requirement.required.to_string();
        let known = self.numbers.get(&name).copied();
        let required = match known {
            Some(number) => number,
            None if self.absent.len() == ABSENT => {
                self.left_out += 1;
                return;
            }
            None => self.component(name, &requirement.required),
        };
        if !self.absent.contains(&required) {
            self.needing.retain(|number| *number != required);
            self.absent.push(required);
            let supplier = &requirement.supplier;
            let version = supplier.version.as_ref();
            let version = version.map_or(String::new(), |version| format!(" {version}"));
            let supplier = match supplier.solution.as_str() {
                "" => "solution not known".to_owned(),
                solution => format!("{solution}{version}"),
            };
            self.suppliers.entry(supplier).or_default().push(required);
        }
        for needed in &requirement.needed_by {
            self.arrow(needed, required);
        }
    }

    fn arrow(&mut self, from: &'a Identity, to: usize) {
        let name = from.to_string();
        let known = self.numbers.get(&name).copied();
        let from = match known {
            Some(number) => number,
            // Room is kept for what is absent.
            None if self.needing.len() == DRAWN - ABSENT => {
                self.arrows_left_out += 1;
                return;
            }
            None => {
                let number = self.component(name, from);
                self.needing.push(number);
                number
            }
        };
        if from != to && !self.arrows.contains(&(from, to)) {
            self.arrows.push((from, to));
        }
    }

    fn component(&mut self, name: String, identity: &'a Identity) -> usize {
        let number = self.components.len();
        self.components.push(identity);
        self.numbers.insert(name, number);
        number
    }

    fn text(&self) -> String {
        let mut text = String::from("```mermaid\nflowchart LR\n");
        let boxed = |number: usize| {
            let name = self.components.get(number);
            label(&name.map_or_else(String::new, ToString::to_string))
        };
        for number in &self.needing {
            let _ = writeln!(text, "  c{number}[{}]", boxed(*number));
        }
        for (place, (supplier, absent)) in self.suppliers.iter().enumerate() {
            let _ = writeln!(text, "  subgraph s{place}[{}]", label(supplier));
            for number in absent {
                let _ = writeln!(text, "    c{number}[{}]:::absent", boxed(*number));
            }
            text.push_str("  end\n");
        }
        for (from, to) in &self.arrows {
            let _ = writeln!(text, "  c{from} --> c{to}");
        }
        text.push_str("  classDef absent fill:#fde8e8,stroke:#b54a4a\n```\n");
        if self.left_out + self.arrows_left_out > 0 {
            let components = count(self.left_out, "component");
            let needs = count(self.arrows_left_out, "need");
            let _ = writeln!(
                text,
                "\nNot drawn: {components} that the target lacks, and {needs} of what is drawn."
            );
        }
        text + "\n"
    }
}

/// A text in a box, cut where it is long.
fn label(text: &str) -> String {
    let text = one_line(text);
    mermaid_label(&cut(&text, LABEL))
}

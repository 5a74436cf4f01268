//! What all reports for people are written on: lines, styles, findings with the lines they stand in.

use std::collections::BTreeMap;

use miette::{GraphicalReportHandler, GraphicalTheme};
use owo_colors::{OwoColorize, Style};

use super::excerpt::{Shown, shown};
use super::hidden;
use super::text::safe;
use crate::error::Error;
use crate::finding::{PlacedFinding, Severity};

/// How the report looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HumanOptions {
    /// Whether to use colour.
    pub color: bool,
    /// Whether to show everything instead of the first few of each sort.
    pub verbose: bool,
    /// Whether to draw with more signs than those of ASCII.
    pub unicode: bool,
    /// The width to wrap at, in columns.
    pub width: usize,
    /// The columns that there are, to which lines of files are cut; `None` where there is no terminal.
    pub columns: Option<usize>,
    /// The address of the pages of rules, with `{rule}` for the rule's id, to which ids are linked; `None` for no links. It
    /// lives as long as the program, because options are copied into every report.
    pub rule_pages: Option<&'static str>,
}

impl Default for HumanOptions {
    fn default() -> Self {
        Self {
            color: false,
            verbose: false,
            unicode: true,
            width: 100,
            columns: None,
            rule_pages: None,
        }
    }
}

/// Findings of one rule that are shown in full before the rest is only counted.
const SHOWN_PER_RULE: usize = 4;

/// A report while it is written.
pub(super) struct Paper {
    pub(super) text: String,
    pub(super) options: HumanOptions,
    pub(super) has_target: bool,
}

impl Paper {
    pub(super) fn new(options: HumanOptions, has_target: bool) -> Self {
        Self {
            text: String::new(),
            options,
            has_target,
        }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Lines of which those that are not indented are titles.
    pub(super) fn titled(&mut self, lines: Vec<String>) {
        for line in lines {
            let is_title = line.starts_with(|c: char| !c.is_whitespace());
            let style = if is_title {
                Style::new().bold()
            } else {
                Style::new()
            };
            let line = self.styled(&line, style);
            self.line(&line);
        }
    }

    /// The text in a style, where the report has colour.
    pub(super) fn styled(&self, text: &str, style: Style) -> String {
        if self.options.color {
            text.style(style).to_string()
        } else {
            text.to_owned()
        }
    }

    /// Why a package could not be read.
    pub(super) fn failed(&mut self, error: &Error) {
        self.diagnostic(&Shown {
            message: safe(&error.to_string()).into_owned(),
            help: error.remedy().to_owned(),
            severity: Severity::Error,
            rule: None,
            window: None,
        });
    }

    /// The findings with the lines they stand in, the first few of each rule.
    pub(super) fn findings(&mut self, findings: &[PlacedFinding]) {
        let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
        let findings = || findings.iter().filter(|placed| placed.finding.counts());
        for placed in findings() {
            *totals.entry(placed.finding.rule).or_default() += 1;
        }
        let mut shown_of: BTreeMap<&str, usize> = BTreeMap::new();
        for placed in findings() {
            let rule = placed.finding.rule;
            let before = shown_of.entry(rule).or_default();
            *before += 1;
            if *before <= SHOWN_PER_RULE || self.options.verbose {
                self.diagnostic(&shown(placed, self.options.columns));
            } else if *before == SHOWN_PER_RULE + 1 {
                let more = totals.get(rule).copied().unwrap_or_default() - SHOWN_PER_RULE;
                self.line(&format!(
                    "  … and {more} more of {rule}; --verbose shows them all"
                ));
                self.line("");
            }
        }
    }

    /// What is counted and not shown.
    pub(super) fn hidden<'a>(&mut self, findings: impl Iterator<Item = &'a PlacedFinding>) {
        for line in hidden::lines(findings, self.options.verbose) {
            self.line(&line);
        }
    }

    /// One message with its window.
    fn diagnostic(&mut self, shown: &Shown) {
        let theme = theme(self.options);
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(self.options.width)
            .with_links(false);
        let mut text = String::new();
        if handler.render_report(&mut text, shown).is_err() {
            text.clone_from(&shown.message);
        }
        let mut page = self.page(shown.rule);
        for line in text.trim_matches('\n').lines() {
            // The id of the rule is the first line.
            match page.take() {
                Some(page) => {
                    self.line(&format!("\u{1b}]8;;{page}\u{1b}\\{line}\u{1b}]8;;\u{1b}\\"));
                }
                None => self.line(line),
            }
        }
        self.line("");
    }

    /// The address of a rule's page, where there are such pages.
    fn page(&self, rule: Option<&str>) -> Option<String> {
        let pages = self.options.rule_pages?;
        Some(pages.replace("{rule}", rule?))
    }
}

/// The signs and colours of findings.
fn theme(options: HumanOptions) -> GraphicalTheme {
    match (options.unicode, options.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    }
}

//! What a stream can show: decided from the stream and the environment, in one place, by functions that are given both.

use std::io::IsTerminal;

use anstream::ColorChoice;
use solvet::report::human::HumanOptions;
use terminal_size::{Width, terminal_size_of};

/// The narrowest that reports are made, in columns: below it every word would have a line of its own.
const NARROWEST: usize = 40;

/// What a stream can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a thing of its own that a terminal can or cannot"
)]
pub(super) struct Terminal {
    /// Whether it shows colour.
    pub(super) color: bool,
    /// Whether it shows links.
    pub(super) links: bool,
    /// Whether it shows more signs than those of ASCII.
    pub(super) unicode: bool,
    /// Its width in columns, or the usual one where it has none.
    pub(super) width: usize,
    /// The columns that it has, where it is a terminal.
    pub(super) columns: Option<usize>,
    /// Whether its screen can be cleared for the next report.
    pub(super) clears: bool,
    /// Whether a line may be written over while work is going on.
    pub(super) progress: bool,
}

impl Terminal {
    /// Standard output.
    pub(super) fn output() -> Self {
        let stream = std::io::stdout();
        let size = terminal_size_of(&stream);
        Self::of(stream.is_terminal(), size.map(|(width, _)| width))
    }

    /// Standard error.
    pub(super) fn errors() -> Self {
        let stream = std::io::stderr();
        let size = terminal_size_of(&stream);
        Self::of(stream.is_terminal(), size.map(|(width, _)| width))
    }

    /// What the stream that writes to it does with colour.
    pub(super) fn choice(self) -> ColorChoice {
        if self.color {
            ColorChoice::Always
        } else {
            ColorChoice::Never
        }
    }

    fn of(is_terminal: bool, width: Option<Width>) -> Self {
        let given = Given {
            choice: ColorChoice::global(),
            is_terminal,
            is_windows: cfg!(windows),
            variable: Box::new(|name| {
                std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
            }),
        };
        let color = given.has_color();
        Self {
            color,
            // Which terminals show links is a list that others keep.
            links: color && supports_hyperlinks::supports_hyperlinks() && given.may_link(),
            unicode: given.has_unicode(),
            columns: width.map(|Width(columns)| columns.into()),
            width: shown_width(width.map(|Width(columns)| columns)),
            clears: given.has_screen(),
            progress: given.has_progress(),
        }
    }
}

/// The width of reports on a terminal so many columns wide, or on none.
fn shown_width(columns: Option<u16>) -> usize {
    columns.map_or(HumanOptions::default().width, |columns| {
        usize::from(columns).max(NARROWEST)
    })
}

/// Answers the value of a variable.
type Variable = Box<dyn Fn(&str) -> Option<String>>;

/// What a decision rests on.
struct Given {
    /// What the command line asks for.
    choice: ColorChoice,
    is_terminal: bool,
    is_windows: bool,
    /// The environment.
    variable: Variable,
}

impl Given {
    /// The value of a variable; one that is empty counts as not set.
    fn value(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    fn is(&self, name: &str, values: &[&str]) -> bool {
        self.value(name)
            .is_some_and(|value| values.contains(&&*value))
    }

    fn is_dumb(&self) -> bool {
        self.is("TERM", &["dumb"])
    }

    /// The command line decides, then `NO_COLOR`, then what forces colour, then the terminal.
    fn has_color(&self) -> bool {
        match self.choice {
            ColorChoice::Always | ColorChoice::AlwaysAnsi => return true,
            ColorChoice::Never => return false,
            ColorChoice::Auto => {}
        }
        let forced = ["CLICOLOR_FORCE", "FORCE_COLOR"].into_iter();
        let forced: Vec<_> = forced.filter_map(|name| self.value(name)).collect();
        if self.value("NO_COLOR").is_some() {
            false
        } else if forced.iter().any(|value| value != "0") {
            true
        } else {
            let is_refused = !forced.is_empty() || self.is("CLICOLOR", &["0"]);
            self.is_terminal && !is_refused && !self.is_dumb()
        }
    }

    /// Whether a link may be written, where the terminal is known to show links.
    fn may_link(&self) -> bool {
        (self.is_terminal || self.value("FORCE_HYPERLINK").is_some()) && !self.is_dumb()
    }

    /// Whether signs beyond ASCII are shown as what they are.
    ///
    /// On Windows a console is given text, not bytes, and only the font decides; a pipe is read in the code page of the
    /// console, which is seldom UTF-8. Elsewhere the locale decides; where none is set, nearly everything reads UTF-8.
    fn has_unicode(&self) -> bool {
        let mut names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
        let locale = names.find_map(|name| self.value(name));
        let is_utf8 = locale.map(|locale| {
            let locale = locale.to_ascii_uppercase();
            locale.contains("UTF-8") || locale.contains("UTF8")
        });
        if self.is_windows {
            let is_modern = self.value("WT_SESSION").is_some()
                || self.is("ConEmuTask", &["{cmd:Cmder}"])
                || self.is("TERM_PROGRAM", &["vscode"])
                || self.is("TERM", &["xterm-256color", "alacritty"]);
            let is_read_as_utf8 = is_utf8 == Some(true) || self.runs_in_pipeline();
            return is_read_as_utf8 || self.is_terminal && is_modern;
        }
        // The console of Linux has a font of a few hundred signs.
        let is_console = self.is_terminal && self.is("TERM", &["linux"]);
        is_utf8.unwrap_or(true) && !is_console
    }

    fn has_screen(&self) -> bool {
        self.is_terminal && !self.is_dumb()
    }

    fn has_progress(&self) -> bool {
        self.has_screen() && !self.runs_in_pipeline()
    }

    fn runs_in_pipeline(&self) -> bool {
        let names = ["CI", "GITHUB_ACTIONS", "TF_BUILD"].into_iter();
        let mut values = names.filter_map(|name| self.value(name));
        values.any(|value| !value.eq_ignore_ascii_case("false") && value != "0")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// What is given on a terminal or not, in an environment; on Linux, without a choice.
    fn given(is_terminal: bool, variables: &[(&str, &str)]) -> Given {
        let variables: BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Given {
            choice: ColorChoice::Auto,
            is_terminal,
            is_windows: false,
            variable: Box::new(move |name| variables.get(name).cloned()),
        }
    }

    fn color(is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        given(is_terminal, variables).has_color()
    }

    fn unicode(is_windows: bool, is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        let given = given(is_terminal, variables);
        Given {
            is_windows,
            ..given
        }
        .has_unicode()
    }

    #[test]
    fn colour_is_for_terminals_that_have_it() {
        assert!(color(true, &[("TERM", "xterm")]));
        assert!(!color(true, &[("TERM", "dumb")]));
        assert!(!color(false, &[("TERM", "xterm")]));
    }

    #[test]
    fn no_color_takes_colour_away_and_counts_only_if_it_is_not_empty() {
        assert!(!color(true, &[("NO_COLOR", "1")]));
        assert!(color(true, &[("NO_COLOR", "")]));
        assert!(!color(false, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    }

    #[test]
    fn colour_can_be_forced_where_there_is_no_terminal() {
        for name in ["CLICOLOR_FORCE", "FORCE_COLOR"] {
            assert!(color(false, &[(name, "1")]), "{name}");
            assert!(color(true, &[(name, "1"), ("TERM", "dumb")]), "{name}");
            assert!(!color(false, &[(name, "0")]), "{name}");
        }
        assert!(!color(true, &[("FORCE_COLOR", "0")]));
        assert!(!color(true, &[("CLICOLOR", "0")]));
    }

    #[test]
    fn the_command_line_goes_before_the_environment() {
        let color = |choice, is_terminal, variables: &[_]| {
            let given = given(is_terminal, variables);
            Given { choice, ..given }.has_color()
        };
        let refusing = [("NO_COLOR", "1"), ("TERM", "dumb")];
        assert!(color(ColorChoice::Always, false, &refusing));
        let forcing = [("CLICOLOR_FORCE", "1")];
        assert!(!color(ColorChoice::Never, true, &forcing));
    }

    #[test]
    fn the_locale_says_whether_there_is_more_than_ascii() {
        for (name, value, expected) in [
            ("LC_ALL", "C", false),
            ("LANG", "POSIX", false),
            ("LANG", "de_DE.ISO-8859-1", false),
            ("LANG", "en_GB.UTF-8", true),
            ("LC_CTYPE", "C.utf8", true),
            ("LANG", "", true),
        ] {
            assert_eq!(
                unicode(false, false, &[(name, value)]),
                expected,
                "{name}={value}"
            );
        }
        assert!(!unicode(
            false,
            true,
            &[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")]
        ));
        assert!(unicode(false, true, &[("TERM", "xterm")]));
        assert!(!unicode(
            false,
            true,
            &[("TERM", "linux"), ("LANG", "C.UTF-8")]
        ));
    }

    #[test]
    fn on_windows_an_old_console_and_a_pipe_get_ascii() {
        assert!(!unicode(true, true, &[]));
        assert!(!unicode(true, false, &[("WT_SESSION", "1")]));
        assert!(unicode(true, true, &[("WT_SESSION", "1")]));
        assert!(unicode(true, false, &[("TF_BUILD", "True")]));
        assert!(unicode(true, false, &[("LANG", "en_US.UTF-8")]));
    }

    #[test]
    fn links_need_a_terminal_or_to_be_forced() {
        let may_link = |is_terminal, variables: &[_]| given(is_terminal, variables).may_link();
        assert!(may_link(true, &[("TERM", "xterm")]));
        assert!(!may_link(true, &[("TERM", "dumb")]));
        assert!(!may_link(false, &[]));
        assert!(may_link(false, &[("FORCE_HYPERLINK", "1")]));
    }

    #[test]
    fn the_screen_of_a_terminal_is_cleared_unless_it_has_none() {
        let clears = |is_terminal, variables: &[_]| given(is_terminal, variables).has_screen();
        assert!(clears(true, &[("TERM", "xterm")]));
        assert!(!clears(true, &[("TERM", "dumb")]));
        assert!(!clears(false, &[("TERM", "xterm")]));
    }

    #[test]
    fn progress_is_shown_on_terminals_and_never_in_a_pipeline() {
        let progress = |is_terminal, variables: &[_]| given(is_terminal, variables).has_progress();
        assert!(progress(true, &[("TERM", "xterm")]));
        assert!(progress(true, &[("CI", "false")]));
        assert!(!progress(false, &[]));
        assert!(!progress(true, &[("TERM", "dumb")]));
        for name in ["CI", "GITHUB_ACTIONS", "TF_BUILD"] {
            assert!(!progress(true, &[(name, "true")]), "{name}");
        }
    }

    #[test]
    fn reports_are_as_wide_as_the_terminal_and_never_narrower_than_can_be_read() {
        assert_eq!(shown_width(None), 100);
        assert_eq!(shown_width(Some(132)), 132);
        assert_eq!(shown_width(Some(20)), NARROWEST);
    }
}

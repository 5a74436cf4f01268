//! Where reports go: standard output holds reports only, notes go to standard error.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::OnceLock;

use clap::{Args, ValueEnum};
use solvet::Error;
use solvet::config::Config;
use solvet::report::human::{self, HumanOptions};
use solvet::report::{harmless_lines, in_ascii};

use super::sharing::Shared;
use super::terminal::Terminal;

/// How to report, in the formats that the command has.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputOptions<F: Formats = Format> {
    #[arg(long, value_name = "NAME[=FILE]", value_parser = parse_format::<F>, help = F::HELP)]
    format: Vec<FormatTo<F>>,

    /// Print the verdict only, and no notes
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,

    /// Show everything instead of the first few of each sort
    #[arg(long, short)]
    pub(super) verbose: bool,

    /// When to use colour
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    color: When,

    /// The pages of rules, once the configuration is read.
    #[arg(skip)]
    rule_pages: OnceLock<&'static str>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// The formats that a command has.
pub(super) trait Formats: Copy + PartialEq + Send + Sync + 'static {
    /// The formats by their names, in the order in which they are offered, the one for people first.
    const ALL: &'static [(&'static str, Self)];
    /// The help of the option.
    const HELP: &'static str;
    /// The report for people, which is written where none is asked for.
    const HUMAN: Self = Self::ALL[0].1;

    /// The format of the pipeline that the program runs in, written beside that.
    fn of_pipeline() -> Option<Self> {
        None
    }

    /// Whether the report for people is printed although formats are written to files.
    const KEEPS_PRINTING: bool = false;

    /// Whether it may stand on standard output beside the report for people.
    fn is_for_log(self) -> bool {
        self == Self::HUMAN
    }
}

/// The formats of most commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    Human,
    Json,
}

impl Formats for Format {
    const ALL: &'static [(&'static str, Self)] = &[("human", Self::Human), ("json", Self::Json)];
    const HELP: &'static str =
        "human or json, with =FILE to write to a file; may be given several times [default: human]";
}

/// The formats of commands that find things.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ReportFormat {
    Human,
    Json,
    Shared(Shared),
}

impl Formats for ReportFormat {
    const ALL: &'static [(&'static str, Self)] = &[
        ("human", Self::Human),
        ("json", Self::Json),
        ("sarif", Self::Shared(Shared::Sarif)),
        ("junit", Self::Shared(Shared::Junit)),
        ("github", Self::Shared(Shared::Github)),
        ("azure", Self::Shared(Shared::Azure)),
        ("markdown", Self::Shared(Shared::Markdown)),
        ("html", Self::Shared(Shared::Html)),
    ];
    const KEEPS_PRINTING: bool = true;
    const HELP: &'static str = "human, json, sarif, junit, markdown, github, azure or html, with =FILE to write to a file; may be given several times \
                                [default: human, and that of the pipeline it runs in]";

    fn of_pipeline() -> Option<Self> {
        Shared::of_pipeline().map(Self::Shared)
    }

    fn is_for_log(self) -> bool {
        match self {
            Self::Human => true,
            Self::Json => false,
            Self::Shared(shared) => shared.is_for_log(),
        }
    }
}

#[derive(Clone, Debug)]
struct FormatTo<F> {
    format: F,
    file: Option<String>,
}

fn parse_format<F: Formats>(text: &str) -> Result<FormatTo<F>, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "" | "-")) => {
            return Err(
                "name a file after '='; without it the report goes to standard output".into(),
            );
        }
        Some((name, file)) => (name, Some(file.to_owned())),
        None => (text, None),
    };
    let found = F::ALL.iter().find(|(known, _)| *known == name);
    let Some((_, format)) = found else {
        let names: Vec<_> = F::ALL.iter().map(|(name, _)| *name).collect();
        let (last, others) = names.split_last().unwrap_or((&"", &[]));
        return Err(format!(
            "there is no format '{name}'; the formats are {} and {last}",
            others.join(", ")
        ));
    };
    Ok(FormatTo {
        format: *format,
        file,
    })
}

/// A report for people with the signs that whoever reads it can show, and nothing in it that commands a pipeline.
pub(super) fn drawn(text: String, human: HumanOptions) -> String {
    let text = match harmless_lines(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(harmless) => harmless,
    };
    if human.unicode { text } else { in_ascii(&text) }
}

/// Extensions of files that packages are made of. A report has one of them only as `JUnit`.
const OF_SOURCE: [&str; 8] = ["xml", "xaml", "yml", "yaml", "zip", "dll", "msapp", "js"];

/// Whether a file that exists is an input, or a file of the source in a folder that is one.
fn is_part_of(file: &str, input: &str) -> bool {
    if same_file::is_same_file(file, input).unwrap_or(false) {
        return true;
    }
    let extension = Path::new(file).extension().unwrap_or_default();
    let is_source = OF_SOURCE
        .iter()
        .any(|of| extension.eq_ignore_ascii_case(of));
    let (Ok(file), Ok(folder)) = (fs::canonicalize(file), fs::canonicalize(input)) else {
        return false;
    };
    is_source && folder.is_dir() && file.starts_with(folder) && !is_report(&file)
}

/// Whether a file begins as the test results of an earlier run do.
fn is_report(file: &Path) -> bool {
    let mut start = [0; 200];
    let read = fs::File::open(file).and_then(|mut file| file.read(&mut start));
    let start = String::from_utf8_lossy(start.get(..read.unwrap_or(0)).unwrap_or_default());
    start.contains("<testsuites name=\"solvet")
}

/// Writes reports and notes.
#[derive(Debug)]
pub(super) struct Output;

impl Output {
    /// Writes every report that was asked for.
    pub(super) fn write<F: Formats>(
        options: &OutputOptions<F>,
        render: impl Fn(F, HumanOptions) -> String,
    ) -> Result<(), Error> {
        for to in &options.formats() {
            let human = match to.file {
                None => options.human(),
                Some(_) => HumanOptions {
                    verbose: options.verbose,
                    ..HumanOptions::default()
                },
            };
            let mut text = render(to.format, human);
            if to.format == F::HUMAN {
                text = drawn(text, human);
            }
            match &to.file {
                None => Self::print(&text)?,
                Some(file) => fs::write(file, text).map_err(|error| Error::Usage {
                    what: format!("the report cannot be written to {file}: {error}"),
                    remedy: "Give a file in a folder that exists and that you may write to.".into(),
                })?,
            }
        }
        Ok(())
    }

    /// Writes a report to standard output. A reader that went away is no error; a full disk is one.
    fn print(text: &str) -> Result<(), Error> {
        match Self::try_stdout(text) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Usage {
                what: format!("the report cannot be written to standard output: {error}"),
                remedy: "Send it to where there is room and you may write.".into(),
            }),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes to standard output. A reader that went away is no error.
    pub(super) fn stdout(text: &str) {
        let _ = Self::try_stdout(text);
    }

    /// Writes to standard output; fails where the reader went away.
    pub(super) fn try_stdout(text: &str) -> io::Result<()> {
        let choice = Terminal::output().choice();
        let mut stream = anstream::AutoStream::new(io::stdout().lock(), choice);
        stream.write_all(text.as_bytes())?;
        stream.flush()
    }

    /// Writes a note to standard error.
    pub(super) fn stderr(text: &str) {
        let terminal = Terminal::errors();
        let text = harmless_lines(text.trim_matches('\n'));
        let text = if terminal.unicode {
            text
        } else {
            in_ascii(&text).into()
        };
        let stream = io::stderr().lock();
        let _ = writeln!(
            anstream::AutoStream::new(stream, terminal.choice()),
            "{text}"
        );
    }

    /// Writes a command of a pipeline to standard error, which pipelines read as well as standard output.
    pub(super) fn command(text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Writes to standard error what stops the command, and what to do.
    pub(super) fn error(error: &Error) {
        let terminal = Terminal::errors();
        Self::stderr(&human::failure(
            error,
            HumanOptions {
                color: terminal.color,
                unicode: terminal.unicode,
                width: terminal.width,
                ..HumanOptions::default()
            },
        ));
    }
}

impl<F: Formats> OutputOptions<F> {
    /// For a command that writes no report, and notes only.
    pub(super) fn plain() -> Self {
        Self {
            format: Vec::new(),
            quiet: false,
            verbose: false,
            color: When::Auto,
            rule_pages: OnceLock::new(),
        }
    }

    /// Refuses what would write two reports to one place or one over what is read, before any work is done.
    pub(super) fn validate<'a>(
        &self,
        inputs: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Error> {
        // What is asked for counts for errors and notes as well.
        match self.color {
            When::Always => anstream::ColorChoice::Always.write_global(),
            When::Never => anstream::ColorChoice::Never.write_global(),
            When::Auto => {}
        }
        for (index, to) in self.format.iter().enumerate() {
            // A log holds the report for people and what a pipeline reads; other formats are alone where they are.
            let shares = |earlier: &FormatTo<F>| {
                let is_log = to.file.is_none() && to.format != earlier.format;
                is_log && to.format.is_for_log() && earlier.format.is_for_log()
            };
            let earlier = &self.format[..index];
            if earlier
                .iter()
                .any(|earlier| earlier.file == to.file && !shares(earlier))
            {
                let place = to.file.as_deref().unwrap_or("standard output");
                return Err(Error::Usage {
                    what: format!("more than one format is to go to {place}"),
                    remedy: "Send each to a file of its own, as in --format json=report.json."
                        .into(),
                });
            }
        }
        self.protect(inputs)
    }

    /// What is to be written where. Without a word from whoever runs it that is the report for people, and what the
    /// pipeline reads that it runs in; the verdict alone where only that is wanted.
    fn formats(&self) -> Vec<FormatTo<F>> {
        let prints = self.format.iter().any(|to| to.file.is_none());
        let keeps = F::KEEPS_PRINTING && !self.has(F::HUMAN);
        if prints || !(self.format.is_empty() || keeps) {
            return self.format.clone();
        }
        let of_pipeline = F::of_pipeline().filter(|_| !self.quiet);
        let formats = std::iter::once(F::HUMAN).chain(of_pipeline);
        let printed = formats.map(|format| FormatTo { format, file: None });
        printed.chain(self.format.iter().cloned()).collect()
    }

    /// Whether a format goes to standard output.
    pub(super) fn prints(&self, format: F) -> bool {
        let formats = self.formats();
        let mut printed = formats.iter().filter(|to| to.file.is_none());
        printed.any(|to| to.format == format)
    }

    /// The format that is asked for on standard output, where one is: of several that share it the one for programs.
    pub(super) fn on_standard_output(&self) -> Option<F> {
        let printed = self.format.iter().filter(|to| to.file.is_none());
        let printed = printed.map(|to| to.format);
        printed.max_by_key(|format| *format != F::HUMAN)
    }

    /// Refuses to write a report over what is read: an input itself, or a file of the source in a folder.
    fn protect<'a>(&self, inputs: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
        for input in inputs {
            if let Some(file) = self.files().find(|file| is_part_of(file, input)) {
                return Err(Error::Usage {
                    what: format!("a report to {file} would overwrite what is read"),
                    remedy: "Name a file that is no part of the packages and no other input."
                        .into(),
                });
            }
        }
        Ok(())
    }

    /// The files that reports are written to.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.format.iter().filter_map(|to| to.file.as_deref())
    }

    /// Links the ids of rules to the pages that a configuration names.
    pub(super) fn link(&self, config: &Config) {
        if let Some(pages) = &config.rule_pages {
            // Once in a run, and needed to its end.
            self.rule_pages
                .get_or_init(|| Box::leak(pages.clone().into_boxed_str()));
        }
    }

    /// How a report for people looks on standard output.
    pub(super) fn human(&self) -> HumanOptions {
        let terminal = Terminal::output();
        HumanOptions {
            color: terminal.color,
            verbose: self.verbose,
            unicode: terminal.unicode,
            width: terminal.width,
            columns: terminal.columns,
            rule_pages: self.rule_pages.get().copied().filter(|_| terminal.links),
        }
    }

    /// Whether a format is asked for.
    pub(super) fn has(&self, format: F) -> bool {
        self.format.iter().any(|to| to.format == format)
    }

    /// Writes a note to standard error, unless only the verdict is wanted.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            Output::stderr(&format!("note: {text}"));
        }
    }
}

//! `check --watch`: the same check again whenever a file changes, as far as the change goes.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use same_file::Handle;
use solvet::check::{Kept, Outcome, Renewal};
use solvet::package::{Location, LocationSource};
use solvet::report::CheckReport;
use solvet::report::watch::{Difference, Memory, Round, below, between};
use solvet::target::{Target, baseline_path};
use solvet::{Error, ExitStatus};

use super::check::{Check, Given};
use super::output::{Output, ReportFormat, drawn};
use super::places::{Changes, Places, ways};
use super::terminal::Terminal;
use super::watcher::{ChangeSource, Watcher};

/// Checks, and checks again whenever something changes, until nobody reads the reports any more.
pub(super) fn run(check: &Check) -> Result<ExitStatus, Error> {
    refuse(check)?;
    // A mistake in what is given at the start is told as in any run; later it is waited for its correction.
    let given = check.given()?;
    Session::new(check, given).follow(&mut Watcher::new()?)
}

fn refuse(check: &Check) -> Result<(), Error> {
    let usage = |what: &str, remedy: &str| {
        Err(Error::Usage {
            what: what.into(),
            remedy: remedy.into(),
        })
    };
    if check.packages.packages.iter().any(|one| one == "-") {
        return usage(
            "standard input cannot be watched",
            "Give the package as a file or folder, or leave --watch away.",
        );
    }
    match check.output.on_standard_output() {
        Some(ReportFormat::Human) | None => Ok(()),
        Some(ReportFormat::Json | ReportFormat::Shared(_)) => usage(
            "with --watch standard output is for people",
            "Send other formats to files, as in --format json=report.json.",
        ),
    }
}

/// What a check was told and found so far.
struct Session<'a> {
    check: &'a Check,
    /// What is given beside packages, or why it cannot be used at present.
    given: Result<Given, Error>,
    /// The files that it was read from.
    files: Vec<String>,
    kept: Kept,
    /// Changes of packages that no check has met yet.
    pending: Changes,
    memory: Memory,
    status: ExitStatus,
}

/// What changes lead to.
enum Next {
    /// Nothing: they concern nothing that is read.
    Nothing,
    /// What is given beside packages cannot be used.
    Failure(Error),
    /// Another report.
    Report(Renewal),
}

impl<'a> Session<'a> {
    fn new(check: &'a Check, given: Given) -> Self {
        let files = files(check, Some(&given));
        Self {
            check,
            given: Ok(given),
            files,
            kept: Kept::default(),
            pending: Changes::default(),
            memory: Memory::default(),
            status: ExitStatus::Clean,
        }
    }

    /// Checks whenever there are changes.
    fn follow(mut self, source: &mut impl ChangeSource) -> Result<ExitStatus, Error> {
        let everything = Changes::everything();
        // What changes while packages are read must not be missed, so the watch begins before.
        source.watch(&self.places(), &everything)?;
        let next = self.renew(&everything);
        let mut is_read = self.show(next, None)?;
        while is_read && let Some(told) = source.next() {
            let changes = without_own(told, self.check);
            self.read_given(&changes);
            if let Err(error) = source.watch(&self.places(), &changes) {
                tell(&error);
            }
            let next = self.renew(&changes);
            let names = shown(&self.places().concerned_by(changes).paths);
            is_read = self.show(next, Some(&names))?;
        }
        Ok(self.status)
    }

    fn places(&self) -> Places {
        Places::new(&self.check.packages.packages, &self.files)
    }

    /// Whether something changed that is given beside packages.
    fn is_given_of(&self, changes: &Changes) -> bool {
        Places::new(&[], &self.files).has_files_of(changes)
    }

    /// Reads what is given beside packages again, where it changed.
    fn read_given(&mut self, changes: &Changes) {
        if !self.is_given_of(changes) {
            return;
        }
        self.given = self.check.given();
        match &self.given {
            Ok(given) => self.files = files(self.check, Some(given)),
            // What the last one named may be what is wrong.
            Err(_) => self.files.extend(files(self.check, None)),
        }
        self.files.sort();
        self.files.dedup();
    }

    /// Examines packages again, as far as they changed.
    fn renew(&mut self, changes: &Changes) -> Next {
        let is_given = self.is_given_of(changes);
        let is_packages = self.places().has_packages_of(changes);
        if !is_given && !is_packages {
            return Next::Nothing;
        }
        self.pending.add(changes.clone());
        let given = match &self.given {
            Ok(given) => given,
            Err(error) if is_given => return Next::Failure(error.clone()),
            Err(_) => return Next::Nothing,
        };
        self.check.timing.begin();
        let changes = std::mem::take(&mut self.pending);
        let reading = &self.check.packages.reading;
        let opening = reading.open_options(&given.config);
        let is_changed = |location: &Location| match &location.source {
            LocationSource::File(path) | LocationSource::Folder(path) => changes.touch(path),
            LocationSource::StandardInput => false,
        };
        let (kept, arguments) = (&mut self.kept, &self.check.packages.packages);
        let renewal =
            reading.in_pool(|| kept.renew(arguments, &opening, &given.options, &is_changed));
        if renewal.is_same && !is_given {
            return Next::Nothing;
        }
        Next::Report(renewal)
    }

    /// Shows what changes led to, after the first time with the files; `false` where nobody reads it any more. Fails where
    /// the first reports cannot be written; later ones may be written the next time.
    fn show(&mut self, next: Next, changed: Option<&BTreeSet<String>>) -> Result<bool, Error> {
        let (renewal, difference) = match next {
            Next::Nothing => return Ok(true),
            Next::Failure(error) => {
                begin(self.check, changed.is_some());
                tell(&error);
                (self.watched(), None)
            }
            Next::Report(renewal) => {
                begin(self.check, changed.is_some());
                let (difference, written) = self.judge();
                match written {
                    Err(error) if changed.is_none() => return Err(error),
                    Err(error) => tell(&error),
                    Ok(()) => {}
                }
                (renewal, difference)
            }
        };
        let round = Round {
            changed,
            difference: difference.as_ref().filter(|_| changed.is_some()),
            renewal,
        };
        let human = self.check.output.human();
        let text = drawn(below(&round, human), human);
        Ok(Output::try_stdout(&text).is_ok())
    }

    /// What is watched while nothing can be judged.
    fn watched(&self) -> Renewal {
        let outcomes = self.kept.outcomes();
        let packages = outcomes.iter();
        let packages = packages.filter(|outcome| !matches!(outcome, Outcome::PassedOver(_)));
        Renewal {
            kept: packages.count(),
            is_same: true,
            ..Renewal::default()
        }
    }

    /// Judges what is kept, writes the reports, and says what is otherwise than before.
    fn judge(&mut self) -> (Option<Difference>, Result<(), Error>) {
        let Some((report, difference)) = self.report() else {
            return (None, Ok(()));
        };
        let given = self.given.as_ref();
        let written = given.map_or(Ok(()), |given| self.check.write(&report, given));
        self.check.timing.tell(&self.check.output);
        (Some(difference), written)
    }

    /// Judges what is kept, where it can be judged, and says what is otherwise than before.
    fn report(&mut self) -> Option<(CheckReport, Difference)> {
        let given = self.given.as_ref().ok()?;
        self.check.tell_age(given);
        let outcomes = self.kept.outcomes();
        let reading = &self.check.packages.reading;
        let report = reading.in_pool(|| self.check.report(outcomes, given));
        let difference = self.memory.renew(&report);
        self.status = self.check.status(&report);
        Some((report, difference))
    }
}

fn tell(error: &Error) {
    Output::error(error);
}

/// Makes room for a report: on a terminal in the place of the one before, else below it.
fn begin(check: &Check, is_again: bool) {
    /// Clears the screen and goes to its beginning; what was scrolled away stays.
    const CLEAR: &str = "\u{1b}[2J\u{1b}[H";
    if Terminal::output().clears {
        // Not through the stream that takes colours away: this is none.
        let _ = std::io::stdout().lock().write_all(CLEAR.as_bytes());
    } else if is_again {
        let human = check.output.human();
        Output::stdout(&drawn(between(human), human));
    }
}

/// The files that are read beside packages.
fn files(check: &Check, given: Option<&Given>) -> Vec<String> {
    let mut files = check.packages.reading.configuration_places();
    files.extend(check.judging.baseline().map(str::to_owned));
    if let Some(given) = given
        && let Some(path) = check.target.path(&given.config)
    {
        files.push(path.to_owned());
        let manifest = given.target.as_ref().map(Target::manifest);
        let below = manifest.and_then(|manifest| baseline_path(path, manifest).ok().flatten());
        files.extend(below);
    }
    files
}

/// The changes that are not of reports: a report in a watched folder must not lead to the next one.
fn without_own(mut changes: Changes, check: &Check) -> Changes {
    let reports: BTreeSet<PathBuf> = check
        .output
        .files()
        .flat_map(|file| ways(Path::new(file)))
        .collect();
    let streams = [Handle::stdout(), Handle::stderr()].into_iter().flatten();
    let streams: Vec<_> = streams.collect();
    let is_stream = |path: &Path| {
        path.is_file() && Handle::from_path(path).is_ok_and(|handle| streams.contains(&handle))
    };
    let is_own = |path: &PathBuf| reports.contains(path) || is_stream(path);
    changes.paths.retain(|path| !is_own(path));
    changes
}

/// Changed files as people know them: below the working directory by their path from there.
fn shown(paths: &BTreeSet<PathBuf>) -> BTreeSet<String> {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let here = here.unwrap_or_default();
    let paths = paths.iter();
    let shown = paths.map(|path| {
        let short = path.strip_prefix(&here).unwrap_or(path);
        short.to_string_lossy().replace('\\', "/")
    });
    shown.collect()
}

#[cfg(test)]
mod tests;

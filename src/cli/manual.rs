//! `completions` and `man`: what shells and readers of manuals are given, made from the arguments themselves.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use solvet::{Error, ExitStatus};

use super::Arguments;
use super::output::Output;

/// The program as shells call it.
const PROGRAM: &str = "solvet";

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell that is to complete
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(super) struct Manual {
    /// Write one page for each command into this folder, which is made where it is missing
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,

    /// Replace pages that exist
    #[arg(long, requires = "output_dir")]
    force: bool,
}

impl Completions {
    pub(super) fn run(&self) -> ExitStatus {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), PROGRAM, &mut script);
        Output::stdout(&String::from_utf8_lossy(&script));
        ExitStatus::Clean
    }
}

impl Manual {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        let mut command = Arguments::command().disable_help_subcommand(true);
        command.build();
        let Some(folder) = &self.output_dir else {
            let (_, page) = page(&command).map_err(|error| cannot_write("the page", &error))?;
            Output::stdout(&String::from_utf8_lossy(&page));
            return Ok(ExitStatus::Clean);
        };
        let pages = pages(&command).map_err(|error| cannot_write("the pages", &error))?;
        if !self.force {
            refuse_existing(folder, &pages)?;
        }
        fs::create_dir_all(folder)
            .map_err(|error| cannot_write(&folder.to_string_lossy(), &error))?;
        for (name, page) in &pages {
            self.write(&folder.join(name), page)?;
        }
        Output::stdout(&format!(
            "{} pages are written to {}.\n",
            pages.len(),
            folder.display()
        ));
        Ok(ExitStatus::Clean)
    }

    /// Writes one page. Without --force only a file that is new is opened, whatever happened since it was asked for.
    fn write(&self, file: &Path, page: &[u8]) -> Result<(), Error> {
        let mut options = OpenOptions::new();
        options.write(true).truncate(true);
        if self.force {
            options.create(true);
        } else {
            options.create_new(true);
        }
        let written = options.open(file).and_then(|mut file| file.write_all(page));
        written.map_err(|error| cannot_write(&file.to_string_lossy(), &error))
    }
}

/// The page of one command, with the name of its file.
fn page(command: &clap::Command) -> io::Result<(String, Vec<u8>)> {
    let version = concat!("solvet ", env!("CARGO_PKG_VERSION"));
    let manual = Man::new(command.clone()).source(version);
    let mut page = Vec::new();
    manual.render(&mut page)?;
    Ok((manual.get_filename(), page))
}

/// The pages of a command and of all below it.
fn pages(command: &clap::Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut found = vec![page(command)?];
    for below in command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
    {
        found.extend(pages(below)?);
    }
    Ok(found)
}

/// Refuses before anything is written, so that a folder never holds pages of two versions.
fn refuse_existing(folder: &Path, pages: &[(String, Vec<u8>)]) -> Result<(), Error> {
    let mut files = pages.iter().map(|(name, _)| folder.join(name));
    files.find(|file| file.exists()).map_or(Ok(()), |file| {
        Err(Error::Usage {
            what: format!("{} exists and would be overwritten", file.display()),
            remedy: "Name another folder with --output-dir, or say --force.".into(),
        })
    })
}

fn cannot_write(what: &str, error: &io::Error) -> Error {
    if error.kind() == ErrorKind::AlreadyExists {
        return Error::Usage {
            what: format!("{what} exists and would be overwritten"),
            remedy: "Name another folder with --output-dir, or say --force.".into(),
        };
    }
    Error::Usage {
        what: format!("{what} cannot be written: {error}"),
        remedy: "Give a folder that you may write to.".into(),
    }
}

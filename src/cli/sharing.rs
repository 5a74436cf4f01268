//! The formats that all commands that find things share, each written from a [`Report`].

use clap::Args;
use solvet::config::Config;
use solvet::finding::Severity;
use solvet::package::{Opened, holds_no_solution, locate, open};
use solvet::parse::parse;
use solvet::report::{
    PathMap, Report, azure, azure_error, github, github_error, html, junit, markdown, sarif,
};
use solvet::{Error, package};

use super::options::ReadingOptions;
use super::output::{Formats, OutputOptions};

/// A format for pipelines or pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shared {
    Sarif,
    Junit,
    Github,
    Azure,
    Markdown,
    Html,
}

impl Shared {
    /// Writes a report. What is at or above `fail_on` counts as failed.
    pub(super) fn write(self, report: &Report<'_>, fail_on: Severity) -> String {
        match self {
            Self::Sarif => sarif(report),
            Self::Junit => junit(report, fail_on),
            Self::Github => github(report),
            Self::Azure => azure(report),
            Self::Markdown => markdown(report),
            Self::Html => html::report(report),
        }
    }

    /// The format of the pipeline that the program runs in, which says so in its environment.
    pub(super) fn of_pipeline() -> Option<Self> {
        let says =
            |name: &str| std::env::var(name).is_ok_and(|value| value.eq_ignore_ascii_case("true"));
        match () {
            () if says("GITHUB_ACTIONS") => Some(Self::Github),
            () if says("TF_BUILD") => Some(Self::Azure),
            () => None,
        }
    }

    /// What tells a pipeline why a command could not do its work.
    pub(super) fn command(self, error: &Error) -> Option<String> {
        match self {
            Self::Github => Some(github_error(error)),
            Self::Azure => Some(azure_error(error)),
            Self::Sarif | Self::Junit | Self::Markdown | Self::Html => None,
        }
    }

    /// Whether a pipeline reads it among the other lines of a log.
    pub(super) fn is_for_log(self) -> bool {
        match self {
            Self::Github | Self::Azure => true,
            Self::Sarif | Self::Junit | Self::Markdown | Self::Html => false,
        }
    }
}

/// How these formats are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct SharingOptions {
    /// The source folder that a zip is packed from: pipelines show its findings there; may be given several times
    #[arg(long = "path-map", value_name = "ZIP=FOLDER", value_parser = archive_and_folder)]
    maps: Vec<(String, String)>,
}

fn archive_and_folder(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((archive, folder)) if !archive.is_empty() && !folder.is_empty() => {
            Ok((archive.to_owned(), folder.to_owned()))
        }
        Some(_) | None => Err(
            "write the zip, '=' and its source folder, as in out/contoso.zip=src/Contoso".into(),
        ),
    }
}

impl SharingOptions {
    /// Reads the source folders of archives.
    pub(super) fn maps(
        &self,
        reading: &ReadingOptions,
        config: &Config,
    ) -> Result<Vec<PathMap>, Error> {
        let options = reading.open_options(config);
        let maps = self.maps.iter();
        let read = maps.map(|(archive, folder)| {
            map(archive, folder, &options).map_err(|error| Error::Usage {
                what: format!("--path-map {archive}={folder}: {error}"),
                remedy: error.remedy().to_owned(),
            })
        });
        read.collect()
    }
}

/// Says which of the source folders are used for nothing, because no package is the archive.
pub(super) fn tell_unused<'a, F: Formats>(
    output: &OutputOptions<F>,
    maps: &[PathMap],
    report: impl Fn() -> Report<'a>,
) {
    if maps.is_empty() {
        return;
    }
    for archive in report().unused_maps() {
        output.note(&format!(
            "no package of this run is {archive} and holds the solution of its folder, so --path-map does nothing for it; write the zip as the packages are given"
        ));
    }
}

fn map(archive: &str, folder: &String, options: &package::OpenOptions) -> Result<PathMap, Error> {
    for location in locate(std::slice::from_ref(folder)) {
        for opened in open(&location?, options) {
            match opened {
                Opened::Package(package) => {
                    return Ok(PathMap::new(archive, &package, &parse(&package)?));
                }
                Opened::Failed(error) => return Err(error),
                Opened::PassedOver(_) => {}
            }
        }
    }
    Err(holds_no_solution(folder))
}

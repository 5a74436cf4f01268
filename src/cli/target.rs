//! `target`: make and keep target manifests, the files that say what an environment has.

use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};
use solvet::report::target::{
    Additions, Reading, differences_human, differences_json, knowledge_human, knowledge_json,
};
use solvet::report::{harmless_json, harmless_lines};
use solvet::target::{
    self, Contradictions, DEFAULT_MAX_AGE, Family, ImportOptions, Knowledge, MANIFEST_VERSION,
    Overwrite, Shell, TableMap, TargetManifest, read_manifest, write_manifest,
};
use solvet::{Error, ExitStatus};

use super::options::ReadingOptions;
use super::output::{Format, Output, OutputOptions};

/// Arguments of `target`.
#[derive(Debug, Args)]
pub(super) struct Target {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a manifest that knows nothing yet
    New(New),
    /// Enter what sources say: lists of pac, answers of the Web API, $metadata, packages, import logs, tables
    Add(Box<Add>),
    /// Print a read-only script that gathers everything from an environment
    Collect(Collect),
    /// Join manifests of one environment; where they differ the newer one counts
    Merge(Merge),
    /// Is the manifest valid, and what is doubtful in it?
    Check(Check),
    /// How much does the manifest know, and what would tell more?
    Show(Show),
    /// What do two manifests say differently?
    Diff(Diff),
    /// Take out what should not be shared: names, addresses, ids
    Strip(Strip),
}

impl Target {
    pub(super) fn run(&self) -> Result<ExitStatus, Error> {
        match &self.command {
            Command::New(command) => command.run(),
            Command::Add(command) => command.run(),
            Command::Collect(command) => Ok(command.run()),
            Command::Merge(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Diff(command) => command.run(),
            Command::Strip(command) => command.run(),
        }
    }
}

/// Where a manifest is written.
#[derive(Debug, Args)]
struct To {
    /// The file to write; without it standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,

    /// Overwrite the file where it exists
    #[arg(long, requires = "output")]
    force: bool,
}

impl To {
    /// Writes a manifest that is made of the one at `former`.
    fn write(&self, manifest: &TargetManifest, former: Option<&str>) -> Result<(), Error> {
        let overwrite = if self.force {
            Overwrite::Allowed
        } else {
            Overwrite::Refused
        };
        match &self.output {
            None => Output::stdout(&harmless_json(&target::manifest_json(manifest))),
            Some(file) => write_manifest(file, manifest, former, overwrite)?,
        }
        Ok(())
    }
}

#[derive(Debug, Args)]
struct New {
    #[command(flatten)]
    to: To,

    /// What people call the environment
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl New {
    fn run(&self) -> Result<ExitStatus, Error> {
        let mut manifest = TargetManifest {
            manifest_version: MANIFEST_VERSION,
            ..TargetManifest::default()
        };
        manifest.environment.name.clone_from(&self.name);
        self.to.write(&manifest, None)?;
        Ok(ExitStatus::Clean)
    }
}

#[derive(Debug, Args)]
struct Add {
    /// The manifest to add to; it is changed in place unless --output names another file
    #[arg(value_name = "MANIFEST")]
    manifest: String,

    /// What to read; each is recognised by its content
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,

    /// The file to write instead of MANIFEST
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,

    /// Overwrite the file of --output where it exists
    #[arg(long, requires = "output")]
    force: bool,

    /// Families of which the sources list everything, such as processes,roles: what they do not list is absent
    #[arg(long, value_name = "FAMILY,...", value_delimiter = ',', value_parser = family)]
    complete: Vec<Family>,

    /// When the sources were captured, such as 2026-11-20 or 2026-11-20T08:15:00Z; else when each file was written
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    captured: Option<String>,

    /// What the rows of a CSV table are: a family such as solutions, or a component type such as workflow
    #[arg(long, value_name = "KIND", requires = "map")]
    kind: Option<String>,

    /// Which columns of a CSV table hold what, such as name=UniqueName,version=Version
    #[arg(long, value_name = "KEY=COLUMN,...", value_delimiter = ',', value_parser = mapping, requires = "kind")]
    map: Vec<(String, String)>,

    /// Where a component is said to be there and not to be there, believe what was captured last
    #[arg(long)]
    newer: bool,

    #[command(flatten)]
    reading: ReadingOptions,

    #[command(flatten)]
    report: OutputOptions,
}

fn family(name: &str) -> Result<Family, String> {
    Family::named(name).ok_or_else(|| {
        let names: Vec<_> = Family::all().map(Family::name).collect();
        format!(
            "there is no family '{name}'; the families are {}",
            names.join(", ")
        )
    })
}

fn moment(text: &str) -> Result<String, String> {
    if target::is_moment(text) {
        Ok(text.to_owned())
    } else {
        Err("write it as 2026-11-20 or 2026-11-20T08:15:00Z".to_owned())
    }
}

fn mapping(text: &str) -> Result<(String, String), String> {
    let (key, column) = text
        .split_once('=')
        .ok_or("write KEY=COLUMN, as in name=UniqueName")?;
    Ok((key.trim().to_owned(), column.trim().to_owned()))
}

impl Add {
    fn run(&self) -> Result<ExitStatus, Error> {
        let inputs = self.sources.iter().map(String::as_str);
        self.report
            .validate(inputs.chain([self.manifest.as_str()]))?;
        if !Path::new(&self.manifest).exists() {
            return Err(Error::Target {
                path: self.manifest.clone(),
                what: "there is no such manifest".into(),
                remedy: format!("Begin one: solvet target new --output {}", self.manifest),
            });
        }
        let mut manifest = read_manifest(&self.manifest)?;
        let path = self.output.as_ref().unwrap_or(&self.manifest);
        let overwrite = if self.output.is_none() || self.force {
            Overwrite::Allowed
        } else {
            Overwrite::Refused
        };
        target::may_write(path, overwrite)?;
        let options = ImportOptions {
            complete: self.complete.clone(),
            captured: self.captured.clone(),
            table: self.kind.clone().map(|kind| TableMap {
                kind,
                columns: self.map.clone(),
            }),
            packages: self.reading.open_options(&self.reading.configuration()?),
        };
        let imported = self
            .reading
            .in_pool(|| target::import(&self.sources, &options))?;
        let contradictions = if self.newer {
            Contradictions::NewerCounts
        } else {
            Contradictions::Refused
        };
        let mut conflicts = Vec::new();
        // Rows go into the manifest; there may be many, and the report tells of none.
        let read: Vec<Reading> = imported.iter().map(Reading::of).collect();
        for one in imported {
            conflicts.extend(target::add(&mut manifest, one, contradictions)?);
        }
        write_manifest(path, &manifest, Some(&self.manifest), overwrite)?;
        let additions = Additions {
            path,
            manifest: &manifest,
            read: &read,
            conflicts: &conflicts,
        };
        Output::write(&self.report, |format, _| match format {
            Format::Human if self.report.quiet => String::new(),
            Format::Human => additions.human(),
            Format::Json => additions.json(),
        })?;
        Ok(ExitStatus::Clean)
    }
}

#[derive(Debug, Args)]
struct Collect {
    /// The shell that the script is for
    #[arg(long, value_enum, value_name = "SHELL")]
    shell: ShellName,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ShellName {
    /// PowerShell 7 and Windows PowerShell 5.1
    Pwsh,
    /// Bash, with curl and jq
    Bash,
}

impl Collect {
    fn run(&self) -> ExitStatus {
        let shell = match self.shell {
            ShellName::Pwsh => Shell::Pwsh,
            ShellName::Bash => Shell::Bash,
        };
        Output::stdout(&target::collect_script(shell));
        ExitStatus::Clean
    }
}

#[derive(Debug, Args)]
struct Merge {
    /// The manifests to join
    #[arg(required = true, num_args = 2.., value_name = "MANIFEST")]
    manifests: Vec<String>,

    #[command(flatten)]
    to: To,
}

impl Merge {
    fn run(&self) -> Result<ExitStatus, Error> {
        let mut paths = self.manifests.iter();
        let first = paths.next().map(String::as_str).unwrap_or_default();
        let mut merged = read_manifest(first)?;
        let mut conflicts = Vec::new();
        for path in paths {
            conflicts.extend(target::merge(&mut merged, read_manifest(path)?, path)?);
        }
        self.to.write(&merged, Some(first))?;
        // The manifest itself may go to standard output.
        for conflict in &conflicts {
            Output::stderr(&format!("note: {conflict}"));
        }
        Ok(ExitStatus::Clean)
    }
}

/// From which age on a manifest is doubted.
#[derive(Debug, Args)]
struct MaxAge {
    /// After how many days a capture is old
    #[arg(long, default_value_t = DEFAULT_MAX_AGE, value_name = "DAYS")]
    max_age: u32,
}

#[derive(Debug, Args)]
struct Check {
    /// The manifests to check
    #[arg(required = true, value_name = "MANIFEST")]
    manifests: Vec<String>,

    #[command(flatten)]
    age: MaxAge,
}

impl Check {
    fn run(&self) -> Result<ExitStatus, Error> {
        for path in &self.manifests {
            let target = target::load(path)?;
            let knowledge = Knowledge::of(target.manifest(), target::now(), self.age.max_age);
            let mut text = format!("{path}: valid\n");
            for doubt in &knowledge.doubts {
                text.push_str("  doubtful: ");
                text.push_str(doubt);
                text.push('\n');
            }
            Output::stdout(&harmless_lines(&text));
        }
        Ok(ExitStatus::Clean)
    }
}

#[derive(Debug, Args)]
struct Show {
    /// The manifest
    #[arg(value_name = "MANIFEST")]
    manifest: String,

    #[command(flatten)]
    age: MaxAge,

    #[command(flatten)]
    report: OutputOptions,
}

impl Show {
    fn run(&self) -> Result<ExitStatus, Error> {
        self.report.validate([self.manifest.as_str()])?;
        let manifest = read_manifest(&self.manifest)?;
        let knowledge = Knowledge::of(&manifest, target::now(), self.age.max_age);
        Output::write(&self.report, |format, _| match format {
            Format::Human => knowledge_human(&self.manifest, &manifest, &knowledge),
            Format::Json => knowledge_json(&self.manifest, &manifest, &knowledge),
        })?;
        Ok(ExitStatus::Clean)
    }
}

#[derive(Debug, Args)]
struct Diff {
    /// The first manifest
    old: String,

    /// The second manifest
    new: String,

    #[command(flatten)]
    report: OutputOptions,
}

impl Diff {
    fn run(&self) -> Result<ExitStatus, Error> {
        self.report
            .validate([self.old.as_str(), self.new.as_str()])?;
        let (old, new) = (read_manifest(&self.old)?, read_manifest(&self.new)?);
        let differences = target::differences(&old, &new);
        Output::write(&self.report, |format, _| match format {
            Format::Human => differences_human(&differences),
            Format::Json => differences_json(&differences),
        })?;
        Ok(ExitStatus::Clean)
    }
}

#[derive(Debug, Args)]
struct Strip {
    /// The manifest
    #[arg(value_name = "MANIFEST")]
    manifest: String,

    #[command(flatten)]
    to: To,
}

impl Strip {
    fn run(&self) -> Result<ExitStatus, Error> {
        let stripped = target::strip(read_manifest(&self.manifest)?);
        self.to.write(&stripped, None)?;
        Ok(ExitStatus::Clean)
    }
}

//! Options that several commands share.

use clap::{Args, ValueEnum};
use solvet::Error;
use solvet::config::{self, Config};
use solvet::finding::{PlacedFinding, Severity};
use solvet::limits::{JSON_DEPTH_CEILING, Limits};
use solvet::model::PackageType;
use solvet::package::OpenOptions;
use solvet::source::slashed;
use solvet::target::{self, DEFAULT_MAX_AGE, Target};

use super::output::Output;

/// Which packages to read, and how.
#[derive(Debug, Args)]
pub(super) struct PackageOptions {
    /// Solution zips, unzipped or unpacked folders, Package Deployer packages, folders of these, globs, or - for standard
    /// input
    #[arg(required = true, value_name = "PACKAGE")]
    pub(super) packages: Vec<String>,

    #[command(flatten)]
    pub(super) reading: ReadingOptions,
}

/// The environment that is asked.
#[derive(Debug, Args)]
pub(super) struct TargetOptions {
    /// A target manifest: what the environment has
    #[arg(long, value_name = "FILE")]
    target: Option<String>,

    /// After how many days a capture proves absence less surely
    #[arg(long, default_value_t = DEFAULT_MAX_AGE, value_name = "DAYS")]
    max_age: u32,
}

impl TargetOptions {
    /// The manifest that the command line names.
    pub(super) fn file(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// Reads the manifest, without which there is nothing to ask.
    pub(super) fn required(&self, config: &Config) -> Result<Target, Error> {
        self.load(config)?.ok_or_else(|| Error::Usage {
            what: "no target is given".into(),
            remedy: "Give a target manifest with --target; 'solvet target new' makes one.".into(),
        })
    }

    /// Reads the manifest, where the command line or the configuration names one.
    pub(super) fn load(&self, config: &Config) -> Result<Option<Target>, Error> {
        let target = self.path(config).map(target::load).transpose();
        let target = target.map_err(|error| self.told(error, config))?;
        Ok(target.map(|target| target.aged(self.max_age, target::now())))
    }

    /// An error that the target is to blame for: where the configuration names the target, it says so.
    pub(super) fn told(&self, error: Error, config: &Config) -> Error {
        let Some(target) = config.target.as_ref().filter(|_| self.target.is_none()) else {
            return error;
        };
        let way = format!(
            "{} names the target {target}: correct that, give another with --target, or say --no-config.",
            config.path
        );
        match error {
            Error::Usage { what, remedy } => Error::Usage {
                what,
                remedy: format!("{remedy} {way}"),
            },
            Error::Target { path, what, remedy } => Error::Target {
                path,
                what,
                remedy: format!("{remedy} {way}"),
            },
            error @ Error::Unreadable { .. } => error,
        }
    }

    /// What reports call the environment.
    pub(super) fn name(&self, target: &Target, config: &Config) -> String {
        let name = target.manifest().environment.name.clone();
        let path = || self.path(config).map(|path| slashed(path).into_owned());
        name.or_else(path).unwrap_or_default()
    }

    /// Whether the command line names it, and not only the configuration.
    pub(super) fn is_given(&self) -> bool {
        self.target.is_some()
    }

    /// The path of the manifest, where the command line or the configuration names one.
    pub(super) fn path<'a>(&'a self, config: &'a Config) -> Option<&'a str> {
        self.target.as_deref().or(config.target.as_deref())
    }
}

/// Which configuration is read.
#[derive(Debug, Args)]
struct ConfigurationOptions {
    /// The configuration, in place of the nearest solvet.toml in the working directory and above it
    #[arg(long, value_name = "FILE")]
    config: Option<String>,

    /// Read no configuration
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

impl ConfigurationOptions {
    fn read(&self) -> Result<Config, Error> {
        let path = self.path();
        path.map_or_else(|| Ok(Config::default()), |path| config::load(&path))
    }

    /// The file that is read, where there is one.
    fn path(&self) -> Option<String> {
        let found = || {
            let folder = std::env::current_dir().ok()?;
            config::find(&folder).map(|path| path.to_string_lossy().into_owned())
        };
        match &self.config {
            _ if self.no_config => None,
            Some(path) => Some(path.clone()),
            None => found(),
        }
    }

    /// Where a configuration is, or would be found if it were written.
    fn places(&self) -> Vec<String> {
        let is_sought = !self.no_config && self.config.is_none();
        let sought = is_sought.then(|| config::FILE_NAME.to_owned());
        self.path().into_iter().chain(sought).collect()
    }
}

/// The severity from which on the exit status is 1.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Note,
}

impl FailOn {
    /// Says what else than errors makes the exit status 1, also where only the verdict is wanted.
    pub(super) fn tell<'a>(self, findings: impl Iterator<Item = &'a PlacedFinding>) {
        if let Some(reason) = self.reason(findings) {
            Output::stderr(&format!("note: {reason}"));
        }
    }

    fn reason<'a>(self, findings: impl Iterator<Item = &'a PlacedFinding>) -> Option<String> {
        let counted = findings.filter(|placed| placed.finding.counts());
        let severities = counted.map(|placed| placed.finding.severity);
        let failing = severities.filter(|one| (self.severity()..Severity::Error).contains(one));
        let (name, what) = match self {
            Self::Error => return None,
            Self::Warning => ("warning", "warnings"),
            Self::Note => ("note", "warnings and notes"),
        };
        match failing.count() {
            0 => None,
            1 => Some(format!(
                "1 finding is at or above --fail-on {name}, so the exit status is 1"
            )),
            number => Some(format!(
                "{number} {what} are at or above --fail-on {name}, so the exit status is 1"
            )),
        }
    }

    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

/// How packages are read.
#[derive(Debug, Args)]
pub(super) struct ReadingOptions {
    /// The package type to read where a source folder holds both
    #[arg(long, value_enum, default_value_t = PackageTypeName::Unmanaged, value_name = "TYPE")]
    package_type: PackageTypeName,

    /// Threads to use; 0 means one per core
    #[arg(long, default_value_t = 0, value_name = "N",
          value_parser = clap::value_parser!(u16).range(0..=512))]
    threads: u16,

    #[command(flatten)]
    configuration: ConfigurationOptions,

    #[command(flatten)]
    limits: LimitOptions,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PackageTypeName {
    Managed,
    Unmanaged,
}

/// The command line's value, else the configuration's, else the usual one.
fn first<T>(given: Option<T>, own: Option<T>, usual: T) -> T {
    given.or(own).unwrap_or(usual)
}

/// The help of a limit. It has no default of its own, so that a configuration can give it one.
fn limit(what: &str, usual: impl std::fmt::Display) -> String {
    format!("{what} [default: {usual}]")
}

/// The heading of the limits in the help.
const LIMITS: &str = "Limits";

/// Limits on what is read; a package beyond one is refused with a message that names it.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are the options, and every one of them is a maximum"
)]
struct LimitOptions {
    #[arg(long, help = limit("Files in one package", Limits::default().entries), value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_entries: Option<usize>,

    #[arg(long, help = limit("Bytes of one file, unpacked", Limits::default().entry_bytes), value_name = "BYTES", hide_short_help = true, help_heading = LIMITS)]
    max_entry_bytes: Option<u64>,

    #[arg(long, help = limit("Bytes of all files of a package, unpacked, and of the package itself", Limits::default().total_bytes), value_name = "BYTES", hide_short_help = true, help_heading = LIMITS)]
    max_total_bytes: Option<u64>,

    #[arg(long, help = limit("How many times its packed size a file of more than 1 MiB may have", Limits::default().ratio), value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_ratio: Option<u64>,

    #[arg(long, help = limit("Nodes of one XML file", Limits::default().xml_nodes), value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_xml_nodes: Option<u32>,

    #[arg(long, help = limit("XML elements within elements", Limits::default().xml_depth), value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_xml_depth: Option<u32>,

    #[arg(long, help = limit("Attributes of one XML element", Limits::default().xml_attributes), value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_xml_attributes: Option<u32>,

    #[arg(long, help = limit("JSON values within values", Limits::default().json_depth), value_name = "N", hide_short_help = true, help_heading = LIMITS,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(JSON_DEPTH_CEILING)))]
    max_json_depth: Option<u32>,

    #[arg(long, help = limit("Archives within archives", Limits::default().nesting), value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_nesting: Option<u32>,
}

impl ReadingOptions {
    /// Reads the configuration.
    pub(super) fn configuration(&self) -> Result<Config, Error> {
        self.configuration.read()
    }

    /// Where the configuration is, or would be found if it were written.
    pub(super) fn configuration_places(&self) -> Vec<String> {
        self.configuration.places()
    }

    /// How packages are read: as the command line says, else as the configuration does.
    pub(super) fn open_options(&self, config: &Config) -> OpenOptions {
        let (given, own, usual) = (&self.limits, &config.limits, Limits::default());
        OpenOptions {
            limits: Limits {
                entries: first(given.max_entries, own.max_entries, usual.entries),
                entry_bytes: first(
                    given.max_entry_bytes,
                    own.max_entry_bytes,
                    usual.entry_bytes,
                ),
                total_bytes: first(
                    given.max_total_bytes,
                    own.max_total_bytes,
                    usual.total_bytes,
                ),
                ratio: first(given.max_ratio, own.max_ratio, usual.ratio),
                xml_nodes: first(given.max_xml_nodes, own.max_xml_nodes, usual.xml_nodes),
                xml_depth: first(given.max_xml_depth, own.max_xml_depth, usual.xml_depth),
                xml_attributes: first(
                    given.max_xml_attributes,
                    own.max_xml_attributes,
                    usual.xml_attributes,
                ),
                json_depth: first(given.max_json_depth, own.max_json_depth, usual.json_depth),
                nesting: first(given.max_nesting, own.max_nesting, usual.nesting),
            },
            package_type: match self.package_type {
                PackageTypeName::Managed => PackageType::Managed,
                PackageTypeName::Unmanaged => PackageType::Unmanaged,
            },
        }
    }

    /// Runs work on the number of threads asked for.
    pub(super) fn in_pool<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads.into())
            .build()
        {
            Ok(pool) => pool.install(work),
            // Without a pool of its own the work still gets done, on the default one.
            Err(_) => work(),
        }
    }
}

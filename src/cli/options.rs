//! Options that several commands share.

use clap::{Args, ValueEnum};
use solvet::Error;
use solvet::finding::Severity;
use solvet::limits::{JSON_DEPTH_CEILING, Limits};
use solvet::model::PackageType;
use solvet::package::OpenOptions;
use solvet::target::{self, DEFAULT_MAX_AGE, Target};

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
    pub(super) target: Option<String>,

    /// After how many days a capture proves absence less surely
    #[arg(long, default_value_t = DEFAULT_MAX_AGE, value_name = "DAYS")]
    max_age: u32,
}

impl TargetOptions {
    /// Reads the manifest, without which there is nothing to ask.
    pub(super) fn required(&self) -> Result<Target, Error> {
        self.load()?.ok_or_else(|| Error::Usage {
            what: "no target is given".into(),
            remedy: "Give a target manifest with --target; 'solvet target new' makes one.".into(),
        })
    }

    /// Reads the manifest, where one is given.
    pub(super) fn load(&self) -> Result<Option<Target>, Error> {
        let target = self.target.as_deref().map(target::load).transpose()?;
        Ok(target.map(|target| target.aged(self.max_age, target::now())))
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
    limits: LimitOptions,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PackageTypeName {
    Managed,
    Unmanaged,
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
    /// Files in one package
    #[arg(long, default_value_t = Limits::default().entries, value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_entries: usize,

    /// Bytes of one file, unpacked
    #[arg(long, default_value_t = Limits::default().entry_bytes, value_name = "BYTES", hide_short_help = true, help_heading = LIMITS)]
    max_entry_bytes: u64,

    /// Bytes of all files of a package, unpacked, and of the package itself
    #[arg(long, default_value_t = Limits::default().total_bytes, value_name = "BYTES", hide_short_help = true, help_heading = LIMITS)]
    max_total_bytes: u64,

    /// How many times its packed size a file of more than 1 MiB may have
    #[arg(long, default_value_t = Limits::default().ratio, value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_ratio: u64,

    /// Nodes of one XML file
    #[arg(long, default_value_t = Limits::default().xml_nodes, value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_xml_nodes: u32,

    /// XML elements within elements
    #[arg(long, default_value_t = Limits::default().xml_depth, value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_xml_depth: u32,

    /// Attributes of one XML element
    #[arg(long, default_value_t = Limits::default().xml_attributes, value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_xml_attributes: u32,

    /// JSON values within values
    #[arg(long, default_value_t = Limits::default().json_depth, value_name = "N", hide_short_help = true, help_heading = LIMITS,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(JSON_DEPTH_CEILING)))]
    max_json_depth: u32,

    /// Archives within archives
    #[arg(long, default_value_t = Limits::default().nesting, value_name = "N", hide_short_help = true, help_heading = LIMITS)]
    max_nesting: u32,
}

impl ReadingOptions {
    pub(super) fn open_options(&self) -> OpenOptions {
        let given = &self.limits;
        OpenOptions {
            limits: Limits {
                entries: given.max_entries,
                entry_bytes: given.max_entry_bytes,
                total_bytes: given.max_total_bytes,
                ratio: given.max_ratio,
                xml_nodes: given.max_xml_nodes,
                xml_depth: given.max_xml_depth,
                xml_attributes: given.max_xml_attributes,
                json_depth: given.max_json_depth,
                nesting: given.max_nesting,
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

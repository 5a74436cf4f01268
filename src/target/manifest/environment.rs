//! What a manifest says of the environment itself, of its sources and of who imports.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::manifest_types;
use crate::model::Version;

manifest_types! {
    /// The environment itself.
    pub struct Environment {
        /// What people call it.
        pub name: Option<String>,
        /// Its address.
        pub url: Option<String>,
        /// Its environment id.
        pub environment_id: Option<String>,
        /// Its organization id.
        pub organization_id: Option<String>,
        /// What it is for.
        #[serde(rename = "type")]
        pub kind: Option<EnvironmentType>,
        /// Its region.
        pub geo: Option<String>,
        /// Its cloud.
        pub cloud: Option<Cloud>,
        /// The platform's version, such as `9.2.26094.133`.
        #[schemars(regex(pattern = r"^\d+(\.\d+){0,3}$"))]
        pub version: Option<String>,
        /// Which sets of tables it has, as exports state it in `OrganizationSchemaType`.
        pub schema_type: Option<SchemaType>,
        /// The base language, an LCID.
        pub base_language: Option<u32>,
        /// The enabled languages, LCIDs.
        pub languages: Vec<u32>,
        /// Whether it was made with "Enable Dynamics 365 apps", which cannot be changed later; null where nobody knows.
        #[serde(rename = "dynamics365AppsEnabled")]
        pub dynamics_365_apps_enabled: Option<bool>,
        /// The largest file it takes as an attachment or web resource, in bytes.
        pub max_upload_file_size: Option<u64>,
        /// Whether it is a managed environment.
        pub is_managed_environment: Option<bool>,
        /// Whether unmanaged customizations are blocked.
        pub block_unmanaged_customizations: Option<bool>,
    }

    /// When and from what the manifest was made.
    pub struct Captured {
        /// The moment, RFC 3339: of several sources the oldest counts for what names no source.
        #[schemars(extend("format" = "date-time"))]
        pub at: Option<String>,
        /// The tool that wrote it.
        pub tool: Option<String>,
        /// Where the facts come from.
        pub sources: Vec<CapturedSource>,
    }

    /// A source of facts.
    #[schemars(extend("required" = ["id"]))]
    pub struct CapturedSource {
        /// What rows call it in `src`.
        pub id: String,
        /// What sort of source it is.
        pub kind: SourceKind,
        /// The file it was read from.
        pub file: Option<String>,
        /// The file's SHA-256.
        #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
        pub sha256: Option<String>,
        /// When it was captured, RFC 3339.
        #[schemars(extend("format" = "date-time"))]
        pub at: Option<String>,
        /// How many rows it had.
        pub rows: Option<u64>,
        /// For packages: the solution.
        pub solution: Option<String>,
        /// For packages: the solution's version.
        pub version: Option<String>,
        /// For packages: whether the package is managed.
        pub managed: Option<bool>,
        /// A remark.
        pub note: Option<String>,
    }

    /// Features that are switched on or off; one that is not named is not known.
    pub struct Features {
        /// Sales accelerator, with sequences and work lists.
        pub sales_accelerator: Option<bool>,
        /// E-mail engagement, which automated e-mail steps of sequences need.
        pub email_engagement: Option<bool>,
        /// Text messages from Sales, which text steps of sequences need.
        pub text_messages: Option<bool>,
        /// `LinkedIn` Sales Navigator, which `LinkedIn` steps of sequences need.
        pub linked_in_sales_navigator: Option<bool>,
        /// Telephony, which phone steps of sequences may use.
        pub telephony: Option<bool>,
        /// Code components in canvas apps.
        pub canvas_code_components: Option<bool>,
        /// Code apps.
        pub code_apps: Option<bool>,
        /// Whether the solution checker is enforced on import: `none`, `warn` or `block`.
        pub solution_checker: Option<CheckerEnforcement>,
    }

    /// The environment's own limits.
    pub struct ManifestLimits {
        /// The largest solution file it takes, in bytes.
        pub solution_file_bytes: Option<u64>,
        /// The largest solution file once unpacked, in bytes.
        pub unpacked_bytes: Option<u64>,
        /// Columns of one table.
        pub columns_per_table: Option<u32>,
        /// Custom tables that can still be added.
        pub custom_tables_left: Option<u32>,
        /// Flows that can share one connection reference.
        pub flows_per_connection_reference: Option<u32>,
    }

    /// Who will import, as stated by the user; nothing of it is looked up.
    pub struct Caller {
        /// The security roles, by name.
        pub roles: Vec<String>,
        /// The licences, by name, such as `Sales Premium`.
        pub licences: Vec<String>,
    }
}

impl CapturedSource {
    /// The version of a package's solution, where what is written is one.
    pub fn parsed_version(&self) -> Option<Version> {
        self.version.as_ref()?.parse().ok()
    }
}

/// What an environment is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub enum EnvironmentType {
    /// Production.
    Production,
    /// A sandbox.
    Sandbox,
    /// A developer's own.
    Developer,
    /// A trial.
    Trial,
    /// The tenant's default environment.
    Default,
    /// Dataverse for Teams.
    Teams,
    /// Dynamics 365 on-premises.
    OnPremises,
    /// Not known.
    #[default]
    Unknown,
}

/// The cloud that an environment is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub enum Cloud {
    /// The commercial cloud.
    #[default]
    Commercial,
    /// US government.
    #[serde(rename = "GCC")]
    Gcc,
    /// US government, high.
    #[serde(rename = "GCCHigh")]
    GccHigh,
    /// US Department of Defense.
    DoD,
    /// China.
    China,
    /// None: on-premises.
    OnPremises,
}

/// Which sets of tables an organization has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub enum SchemaType {
    /// Without the tables of Dynamics 365 apps.
    #[default]
    Standard,
    /// With them.
    Full,
}

/// What the solution checker does on import in a managed environment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckerEnforcement {
    /// Nothing.
    #[default]
    None,
    /// It warns.
    Warn,
    /// It blocks imports with critical findings.
    Block,
}

/// What sort of source facts come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// `pac solution list`.
    PacSolutionList,
    /// `pac application list`, or the answer of the app management service.
    PacApplicationList,
    /// An answer of the Web API.
    Webapi,
    /// `$metadata`.
    Csdl,
    /// A solution zip of what is installed.
    SolutionZip,
    /// A solution folder of what is installed.
    SolutionFolder,
    /// The text or log of a failed import.
    ImportLog,
    /// The answer of `StageSolution`.
    StageSolution,
    /// A table with columns that the user named.
    Csv,
    /// Another manifest.
    Manifest,
    /// Written by hand.
    Hand,
    /// Anything else.
    #[default]
    Other,
}

impl SourceKind {
    /// The word for it, as manifests write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PacSolutionList => "pac-solution-list",
            Self::PacApplicationList => "pac-application-list",
            Self::Webapi => "webapi",
            Self::Csdl => "csdl",
            Self::SolutionZip => "solution-zip",
            Self::SolutionFolder => "solution-folder",
            Self::ImportLog => "import-log",
            Self::StageSolution => "stage-solution",
            Self::Csv => "csv",
            Self::Manifest => "manifest",
            Self::Hand => "hand",
            Self::Other => "other",
        }
    }

    /// Whether it is a package of what is installed.
    pub fn is_package(self) -> bool {
        matches!(self, Self::SolutionZip | Self::SolutionFolder)
    }
}

//! The types behind the JSON contracts. They borrow from what is reported, so that writing a report copies nothing.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::catalog::PlatformError;
use crate::check::{Requirement, Source};
use crate::error::Error;
use crate::finding::{Hidden, PlacedFinding, Severity};
use crate::model::{
    ApplicationPackage, ComponentType, Identity, LogicalName, PackageType, Solution, Supplier,
    Version,
};

/// A component as every contract writes one.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Component")]
pub(super) struct ComponentJson<'a> {
    /// A number of the platform, or the logical name of a table.
    #[serde(rename = "type", serialize_with = "type_number")]
    #[schemars(schema_with = "super::schema::number_or_text")]
    kind: &'a ComponentType,
    /// The name of the type.
    type_name: String,
    /// Its schema name or logical name, where it has one.
    schema_name: Option<&'a str>,
    /// The table or other component that it belongs to.
    parent_schema_name: Option<&'a str>,
    /// Its identifier, in lower case and without braces.
    object_id: Option<String>,
    /// Alternate keys and their values.
    #[serde(serialize_with = "pairs")]
    #[schemars(with = "BTreeMap<String, String>")]
    keys: &'a [(Box<str>, Box<str>)],
    /// What people call it.
    display_name: Option<&'a str>,
}

impl<'a> From<&'a Identity> for ComponentJson<'a> {
    fn from(identity: &'a Identity) -> Self {
        Self {
            kind: &identity.kind,
            type_name: identity.kind.name(),
            schema_name: identity.schema_name.as_ref().map(LogicalName::as_str),
            parent_schema_name: identity.table.as_ref().map(LogicalName::as_str),
            object_id: identity.object_id.map(|id| id.to_string()),
            keys: &identity.keys,
            display_name: identity.display_name.as_deref(),
        }
    }
}

/// A numbered type as a number, any other as its table's name.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is the serializer's"
)]
fn type_number<S: Serializer>(kind: &&ComponentType, serializer: S) -> Result<S::Ok, S::Error> {
    match kind {
        ComponentType::Number(number) => serializer.serialize_u32(*number),
        ComponentType::Table(_) => serializer.collect_str(kind),
    }
}

fn pairs<S: Serializer, K: AsRef<str>, V: Serialize>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(pairs.len()))?;
    for (key, value) in pairs {
        map.serialize_entry(key.as_ref(), value)?;
    }
    map.end()
}

fn owned_pairs<S: Serializer>(
    counts: &[(String, usize)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    pairs(counts, serializer)
}

/// A package: read, or not.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Package")]
pub(super) struct PackageJson<'a> {
    /// Where it is, as it was given; within an archive after an exclamation mark.
    path: Option<&'a str>,
    /// How it is packed.
    layout: Option<&'static str>,
    /// The unique name of the solution.
    solution: Option<&'a str>,
    /// The version of the solution, as it is written.
    version: Option<&'a str>,
    /// Whether it is managed.
    managed: Option<bool>,
    /// The unique name of the publisher.
    publisher: Option<&'a str>,
    /// How many components of each type it holds.
    #[serde(serialize_with = "owned_pairs")]
    #[schemars(with = "BTreeMap<String, usize>")]
    components: Vec<(String, usize)>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorJson<'a>>,
}

/// Why something could not be read.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Error")]
struct ErrorJson<'a> {
    /// What is wrong.
    message: String,
    /// What to do about it.
    help: &'a str,
    /// What the platform says to the same.
    platform: Option<PlatformJson<'a>>,
}

impl<'a> PackageJson<'a> {
    pub(super) fn read(path: &'a str, layout: &'static str, solution: &'a Solution) -> Self {
        let manifest = &solution.manifest;
        let publisher = manifest.publisher.as_ref();
        let publisher = publisher.and_then(|publisher| publisher.unique_name.as_ref());
        let counts = solution.counts().into_iter();
        Self {
            path: Some(path),
            layout: Some(layout),
            solution: Some(manifest.name()),
            version: manifest.version_text.as_ref().map(|text| &*text.value),
            managed: Some(manifest.package_type == PackageType::Managed),
            publisher: publisher.map(|name| &*name.value),
            components: counts.map(|(kind, number)| (kind.name(), number)).collect(),
            error: None,
        }
    }

    pub(super) fn failed(error: &'a Error) -> Self {
        let (path, platform) = match error {
            Error::Unreadable { path, platform, .. } => (Some(path.as_str()), *platform),
            Error::Target { path, .. } => (Some(path.as_str()), None),
            Error::Usage { .. } => (None, None),
        };
        Self {
            path,
            layout: None,
            solution: None,
            version: None,
            managed: None,
            publisher: None,
            components: Vec::new(),
            error: Some(ErrorJson {
                message: error.to_string(),
                help: error.remedy(),
                platform: platform.map(PlatformJson::published),
            }),
        }
    }
}

/// An error of the platform as every contract writes one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformError")]
pub(super) struct PlatformJson<'a> {
    /// Its code, in hexadecimal digits.
    code: String,
    /// The same as a number.
    decimal: i32,
    /// Its name.
    symbol: &'static str,
    /// What it says.
    message: &'a str,
}

impl<'a> PlatformJson<'a> {
    fn new(error: &PlatformError, message: &'a str) -> Self {
        Self {
            code: error.to_string(),
            decimal: error.decimal(),
            symbol: error.symbol,
            message,
        }
    }

    /// The error with its message as published, without arguments.
    pub(super) fn published(error: &PlatformError) -> Self {
        Self::new(error, error.message)
    }
}

/// A required component.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Requirement")]
pub(super) struct RequirementJson<'a> {
    /// The package that requires it, by its place among the packages.
    package: usize,
    /// What is required.
    required: ComponentJson<'a>,
    /// Whether the target has it.
    #[schemars(schema_with = "crate::report::schema::presence")]
    state: &'static str,
    /// How sure that is.
    #[schemars(schema_with = "crate::report::schema::evidence")]
    evidence: String,
    /// Why, in words.
    because: &'a str,
    /// What would settle it, where it is not known.
    settle: Option<&'a str>,
    /// Whether it is managed where the package was exported, where that is said.
    managed: Option<bool>,
    /// Who has it.
    supplier: SupplierJson<'a>,
    /// How it is known to be required: declared in `MissingDependencies`, or derived from what the package holds.
    #[schemars(schema_with = "crate::report::schema::sources")]
    sources: Vec<&'static str>,
    /// What needs it.
    needed_by: Vec<ComponentJson<'a>>,
    /// From a root component to what is required.
    chain: Vec<ComponentJson<'a>>,
}

impl<'a> RequirementJson<'a> {
    pub(super) fn new(package: usize, requirement: &'a Requirement) -> Self {
        let sources = requirement.sources.iter().map(|source| match source {
            Source::Declared => "declared",
            Source::Derived => "derived",
        });
        let answer = &requirement.answer;
        Self {
            package,
            required: (&requirement.required).into(),
            state: answer.presence.name(),
            evidence: answer.evidence.to_string(),
            because: &answer.because,
            settle: answer.settle.as_deref(),
            managed: requirement.managed,
            supplier: (&requirement.supplier).into(),
            sources: sources.collect(),
            needed_by: requirement.needed_by.iter().map(Into::into).collect(),
            chain: requirement.chain.iter().map(Into::into).collect(),
        }
    }
}

/// A supplier as every contract writes one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Supplier")]
pub(super) struct SupplierJson<'a> {
    /// The unique name of the solution.
    solution: &'a str,
    /// Its version where the package was exported.
    version: Option<String>,
    /// The application packages that install it.
    packages: Vec<ApplicationJson<'a>>,
}

/// An application package as every contract writes one.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApplicationPackage")]
pub(super) struct ApplicationJson<'a> {
    /// Its unique name.
    name: &'a str,
    /// Its version.
    version: Option<String>,
    /// What people call the application.
    app_name: Option<&'a str>,
}

impl<'a> From<&'a ApplicationPackage> for ApplicationJson<'a> {
    fn from(package: &'a ApplicationPackage) -> Self {
        Self {
            name: &package.name,
            version: version_text(package.version.as_ref()),
            app_name: package.app_name.as_deref(),
        }
    }
}

/// A version as it is written.
pub(super) fn version_text(version: Option<&Version>) -> Option<String> {
    version.map(ToString::to_string)
}

impl<'a> From<&'a Supplier> for SupplierJson<'a> {
    fn from(supplier: &'a Supplier) -> Self {
        let packages = supplier.packages.iter().map(Into::into);
        Self {
            solution: supplier.solution.as_str(),
            version: version_text(supplier.version.as_ref()),
            packages: packages.collect(),
        }
    }
}

/// A finding. One that lies in no package has none.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Finding")]
pub(super) struct FindingJson<'a> {
    /// The id of the rule.
    rule: &'static str,
    /// How bad it is.
    #[schemars(schema_with = "crate::report::schema::severity")]
    severity: Severity,
    /// How sure it is.
    #[schemars(schema_with = "crate::report::schema::evidence")]
    evidence: String,
    /// What is wrong, as a sentence.
    message: &'a str,
    /// The package, by its place among the packages; none where it lies in settings or in the configuration.
    package: Option<usize>,
    /// The component concerned; of several the first.
    component: Option<ComponentJson<'a>>,
    /// How the package comes to need it: from a root component to the one concerned.
    chain: Vec<ComponentJson<'a>>,
    /// The file; empty where the package as a whole is meant.
    file: &'a str,
    /// The line, from 1; none where the file as a whole is meant, as for the next three.
    line: Option<u32>,
    /// The column, from 1, in code points.
    column: Option<u32>,
    /// The line in which it ends.
    end_line: Option<u32>,
    /// The column after its end.
    end_column: Option<u32>,
    /// What to do.
    help: &'a str,
    /// A number by which the same finding is known again.
    fingerprint: &'a str,
    /// Whether it is counted and not told.
    suppressed: bool,
    /// Why it is.
    suppression: Option<SuppressionJson<'a>>,
    /// What the platform would say.
    platform: Option<PlatformJson<'a>>,
}

/// Why a finding does not count.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FindingSuppression")]
struct SuppressionJson<'a> {
    /// What suppresses it.
    #[schemars(schema_with = "crate::report::schema::suppressor")]
    by: &'static str,
    /// The reason that the configuration gives.
    reason: Option<&'a str>,
}

impl<'a> From<&'a Hidden> for SuppressionJson<'a> {
    fn from(hidden: &'a Hidden) -> Self {
        let (by, reason) = match hidden {
            Hidden::Suppressed { reason, .. } => ("configuration", Some(&**reason)),
            Hidden::Known => ("baseline", None),
        };
        Self { by, reason }
    }
}

impl<'a> FindingJson<'a> {
    pub(super) fn new(package: Option<usize>, placed: &'a PlacedFinding) -> Self {
        let (finding, place) = (&placed.finding, &placed.place);
        let known = |number: u32| Some(number).filter(|number| *number > 0);
        let platform = finding.platform.as_ref();
        Self {
            rule: finding.rule,
            severity: finding.severity,
            evidence: finding.evidence.to_string(),
            message: &finding.message,
            package,
            component: finding.component.as_ref().map(Into::into),
            chain: finding.chain.iter().map(Into::into).collect(),
            file: &place.file,
            line: known(place.line),
            column: known(place.column),
            end_line: known(place.end_line),
            end_column: known(place.end_column),
            help: &finding.help,
            fingerprint: &placed.fingerprint,
            suppressed: !finding.counts(),
            suppression: finding.hidden.as_ref().map(Into::into),
            platform: platform.map(|(error, message)| PlatformJson::new(error, message)),
        }
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

//! A solution as its package describes it.

use super::{
    Component, ComponentId, ComponentType, FormHandler, Identity, LogicalName, Reference, Sequence,
    ShapeFault, Version,
};
use crate::source::Span;

/// A value together with the place it was read from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

/// Whether a package is managed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PackageType {
    /// `<Managed>0</Managed>`.
    Unmanaged,
    /// `<Managed>1</Managed>`.
    Managed,
}

impl PackageType {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unmanaged => "unmanaged",
            Self::Managed => "managed",
        }
    }
}

/// What solution.xml says of the solution itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// The file as a whole.
    pub span: Span,
    /// `UniqueName`: the solution's identity in every environment.
    pub unique_name: Option<Located<Box<str>>>,
    /// `LocalizedNames`, as (language code, name).
    pub names: Vec<(u32, Box<str>)>,
    /// `Descriptions`, as (language code, text).
    pub descriptions: Vec<(u32, Box<str>)>,
    /// `Version` as written; see [`Manifest::version`].
    pub version_text: Option<Located<Box<str>>>,
    /// `Managed` as written: `0`, `1`, or `2` (both, in source folders only).
    pub managed_text: Option<Located<Box<str>>>,
    /// The package type analysed: for `Managed` 2 the one that was asked for.
    pub package_type: PackageType,
    /// `ConfigurationPage`: the name of a web resource.
    pub configuration_page: Option<Located<LogicalName>>,
    /// `ParentSolution`, present in patches only.
    pub parent_solution: Option<Located<LogicalName>>,
    /// Who publishes it.
    pub publisher: Option<Publisher>,
    /// What the platform wrote about the export itself.
    pub export: ExportStamp,
    /// `RootComponents`.
    pub roots: Vec<RootComponent>,
    /// `MissingDependencies`.
    pub missing_dependencies: Vec<MissingDependency>,
}

impl Manifest {
    /// The version, where what is written is one.
    pub fn version(&self) -> Option<Version> {
        self.version_text.as_ref()?.value.parse().ok()
    }

    /// The unique name, or an empty text.
    pub fn name(&self) -> &str {
        self.unique_name.as_ref().map_or("", |name| &name.value)
    }

    /// The name in the package's base language, else the first one.
    pub fn display_name(&self) -> Option<&str> {
        let base = self.export.language_code;
        let in_base = self.names.iter().find(|(code, _)| Some(*code) == base);
        in_base.or(self.names.first()).map(|(_, name)| &**name)
    }
}

/// The attributes of the root element: which platform wrote the package. Informational, except for the package version.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExportStamp {
    /// `version`: the platform build.
    pub platform_version: Option<Box<str>>,
    /// `SolutionPackageVersion`: the format level, such as `9.2`.
    pub package_version: Option<Box<str>>,
    /// `minimumversion`, in CRM 2011 exports only.
    pub minimum_version: Option<Box<str>>,
    /// `languagecode`: the base language, an LCID.
    pub language_code: Option<u32>,
    /// `generatedBy`: `CrmLive` or `OnPremise`.
    pub generated_by: Option<Box<str>>,
    /// `OrganizationVersion`.
    pub organization_version: Option<Box<str>>,
    /// `OrganizationSchemaType`: `Standard` or `Full`.
    pub organization_schema_type: Option<Box<str>>,
    /// `CRMServerServiceabilityVersion`.
    pub serviceability_version: Option<Box<str>>,
    /// `OrganizationType`.
    pub organization_type: Option<Box<str>>,
}

/// The publisher of a solution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Publisher {
    /// Its element.
    pub span: Span,
    /// `UniqueName`.
    pub unique_name: Option<Located<Box<str>>>,
    /// `LocalizedNames`, as (language code, name).
    pub names: Vec<(u32, Box<str>)>,
    /// `Descriptions`, as (language code, text).
    pub descriptions: Vec<(u32, Box<str>)>,
    /// `EMailAddress`.
    pub email: Option<Box<str>>,
    /// `SupportingWebsiteUrl`.
    pub website: Option<Box<str>>,
    /// `CustomizationPrefix`.
    pub prefix: Option<Located<Box<str>>>,
    /// `CustomizationOptionValuePrefix`, as written.
    pub option_value_prefix: Option<Located<Box<str>>>,
    /// `Addresses`: the fields that are filled in, each as (name, text).
    pub addresses: Vec<Vec<(Box<str>, Box<str>)>>,
}

/// How much of a root component travels in the package.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RootBehavior {
    /// 0: with all its sub-components. Also the meaning of an absent attribute (exports before 8.0).
    WithSubcomponents,
    /// 1: its own definition without sub-components.
    WithoutSubcomponents,
    /// 2: a shell; the definition is not in the package.
    Shell,
    /// A number no documentation explains.
    Unknown(u32),
}

/// A row of `RootComponents`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RootComponent {
    /// What it names.
    pub identity: Identity,
    /// The beginning of its `id`, where that is no GUID.
    pub invalid_id: Option<Box<str>>,
    /// How much of it travels.
    pub behavior: RootBehavior,
    /// Its element.
    pub span: Span,
}

/// A row of `MissingDependencies`: what the exporting environment had and the package does not carry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingDependency {
    /// What must exist in the target.
    pub required: Identity,
    /// What needs it.
    pub dependent: Identity,
    /// The parent of the dependent as people call it, where given.
    pub dependent_parent: Option<Box<str>>,
    /// Where the exporting environment had it from.
    pub supplier: Supplier,
    /// The row.
    pub span: Span,
}

/// Who supplied a required component in the exporting environment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Supplier {
    /// The solution's unique name; `Active` is the unmanaged layer, `System` the platform, empty is unknown.
    pub solution: LogicalName,
    /// Its version at export.
    pub version: Option<Version>,
    /// Application packages that install it.
    pub packages: Vec<ApplicationPackage>,
}

/// What sort of supplier it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SupplierOrigin {
    /// None is named.
    Unnamed,
    /// The layer of unmanaged customizations (`Active`), or the default solution that shows it: nothing installs these.
    Unmanaged,
    /// The platform itself (`System`).
    Platform,
    /// A solution.
    Solution,
}

impl SupplierOrigin {
    /// The sort of supplier that a solution name in `MissingDependencies` means.
    pub fn of(solution: &LogicalName) -> Self {
        match solution {
            name if name.is_empty() => Self::Unnamed,
            name if *name == *"Active" || *name == *"Default" => Self::Unmanaged,
            name if *name == *"System" => Self::Platform,
            _ => Self::Solution,
        }
    }
}

impl Supplier {
    /// A supplier that nobody names.
    pub fn unnamed() -> Self {
        Self {
            solution: LogicalName::new(""),
            version: None,
            packages: Vec::new(),
        }
    }

    /// What sort of supplier it is.
    pub fn origin(&self) -> SupplierOrigin {
        SupplierOrigin::of(&self.solution)
    }

    /// Whether what it supplies was managed where the package was exported: the unmanaged layer is not, every named
    /// solution is; a missing name says nothing.
    pub fn is_managed(&self) -> Option<bool> {
        match self.origin() {
            SupplierOrigin::Unnamed => None,
            SupplierOrigin::Unmanaged => Some(false),
            SupplierOrigin::Platform | SupplierOrigin::Solution => Some(true),
        }
    }

    /// The same supplier before any application package is named.
    #[must_use]
    pub fn without_packages(&self) -> Self {
        Self {
            solution: self.solution.clone(),
            version: self.version.clone(),
            packages: Vec::new(),
        }
    }

    /// Takes what is said of the same solution elsewhere: the higher version, and the packages that `is_new` lets in.
    pub fn join<'a>(&mut self, other: &'a Self, mut is_new: impl FnMut(&'a str) -> bool) {
        let version = self.version.take();
        self.version = version.max(other.version.clone());
        let new = other
            .packages
            .iter()
            .filter(|package| is_new(&package.name));
        self.packages.extend(new.cloned());
    }
}

/// An application package (AppSource or Dynamics 365 admin centre) that installs a solution.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ApplicationPackage {
    /// Its unique name, the anchor solution's.
    pub name: Box<str>,
    /// Its version.
    pub version: Option<Version>,
    /// What people call the application.
    pub app_name: Option<Box<str>>,
}

/// Content that no parser understands. It is kept, counted and reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unclaimed {
    /// The element, as a path below the root, or the file.
    pub what: Box<str>,
    /// Where it is.
    pub span: Span,
}

/// Something wrong in how the package is written, found while reading it. Rules turn these into findings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flaw {
    /// What is wrong.
    pub kind: FlawKind,
    /// The file or name concerned.
    pub subject: Box<str>,
    /// What the reader said, as a fragment that completes a sentence; may be empty.
    pub detail: Box<str>,
    /// Where.
    pub span: Span,
}

/// The ways in which a package can be badly written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FlawKind {
    /// An XML file that is not well-formed.
    MalformedXml,
    /// A JSON file that is not well-formed.
    MalformedJson,
    /// XML or JSON written as a value of another file that is not well-formed: what it names is not known.
    MalformedValue,
    /// A YAML file that is not well-formed, or that says what the XML it stands for cannot.
    MalformedYaml,
    /// Text that is not in the encoding it claims.
    UndecodableText,
    /// An archive entry that cannot be read: damaged, encrypted, or compressed in an unsupported way.
    UnreadableEntry,
    /// Two archive entries of one name.
    DuplicateEntry,
    /// An archive entry whose name leaves the package or is absolute.
    UnsafeEntryName,
    /// A file beyond one of the limits.
    BeyondLimit,
    /// A component without the element or attribute that names it.
    Unnamed,
    /// Two definitions of one component; the detail is the first of them.
    DuplicateComponent,
    /// A symbolic link in a folder, which is not followed.
    SymbolicLink,
    /// A file that the manifest of a custom control names and the package lacks; the detail is the control's folder.
    MissingFile,
    /// A record in the folder of another one, whose own definition the package lacks; the detail is that folder.
    OrphanRecord,
    /// A path that solutioncomponents.yml lists and that is not there.
    UnmatchedPath,
    /// A connector of a cloud flow that is reached by a connection of whoever made it; the detail is the connector.
    MakersConnection,
    /// A definition of a form that the platform refuses.
    Shape(ShapeFault),
}

/// A solution: what its package says and holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Solution {
    /// solution.xml.
    pub manifest: Manifest,
    /// All components, in the order of the files and of the elements in them.
    pub components: Vec<Component>,
    /// What the components name, in the order of the files and of the places in them.
    pub references: Vec<Reference>,
    /// What the sequences of Dynamics 365 Sales among the components say, in the order of the components.
    pub sequences: Vec<Sequence>,
    /// The functions that forms call, in the order of the files and of the places in them.
    pub handlers: Vec<FormHandler>,
    /// Language codes listed in `Languages`.
    pub languages: Vec<u32>,
    /// What no parser understands.
    pub unclaimed: Vec<Unclaimed>,
    /// What is badly written.
    pub flaws: Vec<Flaw>,
}

impl FlawKind {
    /// Whether what the file holds is not known, so that what is not found says nothing.
    pub fn hides_content(self) -> bool {
        matches!(
            self,
            Self::MalformedXml
                | Self::MalformedYaml
                | Self::UndecodableText
                | Self::UnreadableEntry
                | Self::BeyondLimit
        )
    }
}

impl Solution {
    /// A solution of which only the name, the version and the mode are known.
    pub fn named(name: &str, version: Option<&str>, managed: Option<bool>, span: Span) -> Self {
        let located = |text: &str| Located {
            value: text.into(),
            span,
        };
        let manifest = Manifest {
            span,
            unique_name: Some(located(name)),
            names: Vec::new(),
            descriptions: Vec::new(),
            version_text: version.map(located),
            managed_text: None,
            package_type: match managed {
                Some(false) => PackageType::Unmanaged,
                Some(true) | None => PackageType::Managed,
            },
            configuration_page: None,
            parent_solution: None,
            publisher: None,
            export: ExportStamp::default(),
            roots: Vec::new(),
            missing_dependencies: Vec::new(),
        };
        Self::of(manifest)
    }

    /// A solution of which only solution.xml is known yet.
    pub fn of(manifest: Manifest) -> Self {
        Self {
            manifest,
            components: Vec::new(),
            references: Vec::new(),
            sequences: Vec::new(),
            handlers: Vec::new(),
            languages: Vec::new(),
            unclaimed: Vec::new(),
            flaws: Vec::new(),
        }
    }

    /// What could not be read, so that what is not found says nothing.
    pub fn unread(&self) -> impl Iterator<Item = &Flaw> {
        self.flaws.iter().filter(|flaw| flaw.kind.hides_content())
    }

    /// Components with their numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (ComponentId, &Component)> {
        (0..).map(ComponentId).zip(&self.components)
    }

    /// The component with this number.
    pub fn component(&self, id: ComponentId) -> Option<&Component> {
        self.components.get(id.index())
    }

    /// How many components there are of each type, in the order of the types.
    pub fn counts(&self) -> Vec<(ComponentType, usize)> {
        let mut counts = std::collections::BTreeMap::<ComponentType, usize>::new();
        for component in &self.components {
            *counts.entry(component.identity.kind.clone()).or_default() += 1;
        }
        counts.into_iter().collect()
    }
}

//! solution.xml: the solution itself, its publisher, root components and missing dependencies.

use super::draft::{Fragment, language_text};
use crate::limits::Limits;
use crate::model::{
    ApplicationPackage, ComponentType, ExportStamp, Flaw, FlawKind, Guid, Identity, Located,
    LogicalName, Manifest, MissingDependency, PackageType, Publisher, RootBehavior, RootComponent,
    Supplier, Version,
};
use crate::source::FileId;
use crate::xml::{self, Element};

/// What a `SolutionManifest` holds.
const CONTENT: [&str; 10] = [
    "UniqueName",
    "LocalizedNames",
    "Descriptions",
    "Version",
    "Managed",
    "ConfigurationPage",
    "ParentSolution",
    "Publisher",
    "RootComponents",
    "MissingDependencies",
];

/// Reads solution.xml from its root element. `asked` decides between package types where the source holds both. Into
/// `out` goes what nobody understands and what names nothing.
pub(super) fn manifest(
    root: Element<'_, '_>,
    text: &str,
    asked: PackageType,
    out: &mut Fragment,
) -> Manifest {
    let stamp = export_stamp(root);
    let solution = root.child("SolutionManifest").unwrap_or(root);
    leave_unknown(root, solution, text, out);
    let managed_text = located(solution, "Managed");
    let package_type = match managed_text.as_ref().map(|managed| &*managed.value) {
        Some("1") => PackageType::Managed,
        Some("2") => asked,
        _ => PackageType::Unmanaged,
    };
    Manifest {
        span: root.tag_span(text),
        unique_name: located(solution, "UniqueName"),
        names: texts(solution, "LocalizedNames"),
        descriptions: texts(solution, "Descriptions"),
        version_text: located(solution, "Version"),
        managed_text,
        package_type,
        configuration_page: located(solution, "ConfigurationPage")
            .filter(|page| !page.value.is_empty())
            .as_ref()
            .map(name),
        parent_solution: parent_solution(solution),
        publisher: solution
            .child("Publisher")
            .map(|publisher| read_publisher(publisher, text)),
        export: stamp,
        roots: solution
            .all("RootComponents/RootComponent")
            .into_iter()
            .map(|root| root_component(root, text))
            .collect(),
        missing_dependencies: missing_dependencies(solution, text, out),
    }
}

/// Reports the elements of the manifest that have no meaning here, so that none vanishes.
fn leave_unknown(root: Element<'_, '_>, solution: Element<'_, '_>, text: &str, out: &mut Fragment) {
    let beside = root
        .children()
        .filter(|child| child.span() != solution.span());
    for child in beside {
        leave(root, child, text, out);
    }
    for child in solution.children() {
        let row = match child.name() {
            "RootComponents" => "RootComponent",
            "MissingDependencies" => "MissingDependency",
            known if CONTENT.contains(&known) => continue,
            _ => {
                leave(solution, child, text, out);
                continue;
            }
        };
        for unknown in child.children().filter(|element| element.name() != row) {
            leave(child, unknown, text, out);
        }
    }
}

fn leave(around: Element<'_, '_>, child: Element<'_, '_>, text: &str, out: &mut Fragment) {
    let what = format!("{}/{}", around.name(), child.name());
    out.leave(&what, child.tag_span(text));
}

fn missing_dependencies(
    solution: Element<'_, '_>,
    text: &str,
    out: &mut Fragment,
) -> Vec<MissingDependency> {
    let mut read = Vec::new();
    let rows = solution.all("MissingDependencies/MissingDependency");
    for (number, row) in (1..).zip(rows) {
        let (required, dependent) = (row.child("Required"), row.child("Dependent"));
        for child in row.children() {
            let is = |known: Option<Element<'_, '_>>| {
                known.is_some_and(|known| known.span() == child.span())
            };
            if !is(required) && !is(dependent) {
                leave(row, child, text, out);
            }
        }
        match required {
            Some(required) => read.push(missing_dependency(required, dependent, text)),
            None => out.flaws.push(Flaw {
                kind: FlawKind::Unnamed,
                subject: format!("missing dependency in row {number}").into(),
                detail: "".into(),
                span: row.tag_span(text),
            }),
        }
    }
    read
}

fn located(parent: Element<'_, '_>, child: &str) -> Option<Located<Box<str>>> {
    let child = parent.child(child)?;
    Some(Located {
        value: child.text().unwrap_or_default().into(),
        span: child.span(),
    })
}

fn name(text: &Located<Box<str>>) -> Located<LogicalName> {
    Located {
        value: LogicalName::new(&text.value),
        span: text.span,
    }
}

/// A patch names its parent as text or, in newer exports, in a `UniqueName` child; no public patch shows which.
fn parent_solution(solution: Element<'_, '_>) -> Option<Located<LogicalName>> {
    let parent = solution.child("ParentSolution")?;
    let text = parent.text().or_else(|| parent.child_text("UniqueName"))?;
    Some(Located {
        value: LogicalName::new(text),
        span: parent.span(),
    })
}

fn texts(parent: Element<'_, '_>, child: &str) -> Vec<(u32, Box<str>)> {
    let labels = parent.child(child).into_iter().flat_map(Element::children);
    labels
        .filter_map(language_text)
        .map(|(language, text)| (language, text.into()))
        .collect()
}

fn export_stamp(root: Element<'_, '_>) -> ExportStamp {
    let text = |name: &str| root.attribute(name).map(Into::into);
    ExportStamp {
        platform_version: text("version"),
        package_version: text("SolutionPackageVersion"),
        minimum_version: text("minimumversion"),
        language_code: root
            .attribute("languagecode")
            .and_then(|code| code.trim().parse().ok()),
        generated_by: text("generatedBy"),
        organization_version: text("OrganizationVersion"),
        organization_schema_type: text("OrganizationSchemaType"),
        serviceability_version: text("CRMServerServiceabilityVersion"),
        organization_type: text("OrganizationType"),
    }
}

fn read_publisher(publisher: Element<'_, '_>, text: &str) -> Publisher {
    Publisher {
        span: publisher.tag_span(text),
        unique_name: located(publisher, "UniqueName"),
        names: texts(publisher, "LocalizedNames"),
        descriptions: texts(publisher, "Descriptions"),
        email: publisher.child_text("EMailAddress").map(Into::into),
        website: publisher.child_text("SupportingWebsiteUrl").map(Into::into),
        prefix: located(publisher, "CustomizationPrefix"),
        option_value_prefix: located(publisher, "CustomizationOptionValuePrefix"),
        addresses: publisher
            .all("Addresses/Address")
            .into_iter()
            .map(address)
            .collect(),
    }
}

fn address(address: Element<'_, '_>) -> Vec<(Box<str>, Box<str>)> {
    address
        .children()
        .filter_map(|field| Some((field.name().into(), field.text()?.into())))
        .collect()
}

/// Letters that are kept of an identifier that is none: more than one has.
const ID_SHOWN: usize = 48;

fn root_component(root: Element<'_, '_>, text: &str) -> RootComponent {
    let behavior = match root
        .attribute("behavior")
        .map(|behavior| behavior.trim().parse())
    {
        None | Some(Ok(0)) => RootBehavior::WithSubcomponents,
        Some(Ok(1)) => RootBehavior::WithoutSubcomponents,
        Some(Ok(2)) => RootBehavior::Shell,
        Some(Ok(other)) => RootBehavior::Unknown(other),
        Some(Err(_)) => RootBehavior::Unknown(u32::MAX),
    };
    let id = root.attribute("id").map(str::trim).unwrap_or_default();
    let is_invalid = !id.is_empty() && id.parse::<Guid>().is_err();
    RootComponent {
        identity: identity(root),
        invalid_id: is_invalid.then(|| id.chars().take(ID_SHOWN).collect::<String>().into()),
        behavior,
        span: root.tag_span(text),
    }
}

fn missing_dependency(
    required: Element<'_, '_>,
    dependent: Option<Element<'_, '_>>,
    text: &str,
) -> MissingDependency {
    MissingDependency {
        required: identity(required),
        dependent: dependent.map_or_else(|| identity(required), identity),
        dependent_parent: dependent
            .and_then(|dependent| dependent.attribute("parentDisplayName"))
            .map(Into::into),
        supplier: supplier(required),
        span: required.tag_span(text),
    }
}

/// Reads a `Required` element that stands alone: what it names and who supplies it.
pub(crate) fn required(element: &str) -> Option<(Identity, Supplier)> {
    let document = xml::parse(element, &Limits::default()).ok()?;
    let element = Element::new(document.root_element(), FileId(0));
    Some((identity(element), supplier(element)))
}

/// Reads what names a component, in every form manifests write: name, name and table, identifier, alternate keys.
fn identity(element: Element<'_, '_>) -> Identity {
    let mut identity = Identity::of(ComponentType::parse(
        element.attribute("type").unwrap_or_default(),
    ));
    if let Some(name) = element.attribute("schemaName") {
        identity = identity.named(name);
    }
    let table = element.attribute("parentSchemaName").map(LogicalName::new);
    // Tables carry an empty parent; a ribbon's parent is the name of its component type.
    identity.table = table.filter(|table| !table.is_empty() && table != "ribboncustomization");
    identity.object_id = element.attribute("id").and_then(Guid::parse_used);
    let keys = element
        .attributes()
        .filter_map(|(name, value)| Some((name.strip_prefix("id.")?.into(), value.trim().into())));
    identity = identity.with_keys(keys.collect());
    identity.display_name = element
        .attribute("displayName")
        .filter(|name| !name.trim().is_empty())
        .map(Into::into);
    identity
}

/// `solution="ContosoCore (1.4.0.12)"` and the `<package>` children.
fn supplier(required: Element<'_, '_>) -> Supplier {
    let (solution, version) = name_and_version(required.attribute("solution").unwrap_or_default());
    let packages = required
        .children()
        .filter(|child| child.name() == "package");
    Supplier {
        solution: LogicalName::new(solution),
        version,
        packages: packages.filter_map(application_package).collect(),
    }
}

fn application_package(package: Element<'_, '_>) -> Option<ApplicationPackage> {
    let (name, version) = name_and_version(package.text()?);
    Some(ApplicationPackage {
        name: name.into(),
        version: version.or_else(|| package.attribute("version")?.parse().ok()),
        app_name: package.attribute("appName").map(Into::into),
    })
}

/// Splits `Name (1.2.3.4)`. The closing parenthesis is missing where the platform cut the text.
fn name_and_version(text: &str) -> (&str, Option<Version>) {
    match text.rsplit_once(" (") {
        Some((name, version)) => {
            let version = version.trim_end().trim_end_matches(')');
            (name.trim(), version.parse().ok())
        }
        None => (text.trim(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_version_is_still_read() {
        let (name, version) = name_and_version("msdyn_AppCopilot (9.1.2026023.26021");
        assert_eq!(
            (name, version.unwrap().to_string()),
            ("msdyn_AppCopilot", "9.1.2026023.26021".into())
        );
    }

    #[test]
    fn nothing_of_the_manifest_vanishes() {
        let text = "<ImportExportXml><SolutionManifest><Newthing/>\
                    <RootComponents><Root type='1'/></RootComponents><MissingDependencies>\
                    <MissingDependency><Required type='1' schemaName='a'/><Required type='1' schemaName='b'/>\
                    </MissingDependency><MissingDependency><Dependent type='1' schemaName='c'/></MissingDependency>\
                    <Row/></MissingDependencies></SolutionManifest><SolutionManifest/></ImportExportXml>";
        let document = xml::parse(text, &Limits::default()).unwrap();
        let root = Element::new(document.root_element(), FileId(0));
        let mut out = Fragment::default();
        let read = manifest(root, text, PackageType::Unmanaged, &mut out);
        assert_eq!(read.missing_dependencies.len(), 1);
        assert_eq!(
            out.flaws
                .iter()
                .map(|flaw| &*flaw.subject)
                .collect::<Vec<_>>(),
            ["missing dependency in row 2"]
        );
        let left: Vec<_> = out.unclaimed.iter().map(|left| &*left.what).collect();
        assert_eq!(
            left,
            [
                "ImportExportXml/SolutionManifest",
                "SolutionManifest/Newthing",
                "RootComponents/Root",
                "MissingDependencies/Row",
                "MissingDependency/Required",
            ]
        );
    }

    #[test]
    fn the_unmanaged_layer_has_no_version() {
        assert_eq!(name_and_version("Active"), ("Active", None));
    }
}

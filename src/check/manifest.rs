//! Rules about solution.xml: names, version, publisher, configuration page.

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{ComponentType, Identity, Located, Manifest, PackageType};
use crate::package::Layout;
use crate::source::Span;

const BAD_NAME: u32 = 0x8004_F002;
const RESTRICTED_NAME: u32 = 0x8004_F022;
const DEFAULT_MANAGED: u32 = 0x8004_8049;
const BAD_VERSION: u32 = 0x8004_F01E;
const NO_PUBLISHER: u32 = 0x8004_F01C;
const BAD_OPTION_PREFIX: u32 = 0x8004_8402;
const BAD_PAGE: u32 = 0x8004_701C;

const ERROR_CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "solution-unique-name",
        severity: Severity::Error,
        summary: "the solution's unique name is missing or has characters that are not allowed",
        codes: &[BAD_NAME],
        docs: RuleDocs {
            what: "UniqueName starts with a letter or underscore and has letters, digits and underscores only.",
            why: "The platform refuses the solution.",
            fix: "Rename the solution where it is built, and export it again.",
            source: ERROR_CODES,
        },
        stage: Stage::Manifest,
        scope: Scope::Package(unique_name),
    },
    Rule {
        id: "restricted-solution-name",
        severity: Severity::Error,
        summary: "the solution has a name that the platform keeps for itself",
        codes: &[RESTRICTED_NAME, DEFAULT_MANAGED],
        docs: RuleDocs {
            what: "System, Active and Basic are names of the platform's own layers; Default is the default solution, \
                   which cannot be managed.",
            why: "The platform refuses the solution.",
            fix: "Put the components into a solution with a name of its own and export that.",
            source: "RestrictedSolutionName in older published copies of the error codes; ImportDefaultAsPackageError",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(restricted_name),
    },
    Rule {
        id: "solution-version",
        severity: Severity::Error,
        summary: "the solution's version is missing or not two to four numbers",
        codes: &[BAD_VERSION],
        docs: RuleDocs {
            what: "Version has two to four numeric parts, such as 1.0 or 1.0.0.0.",
            why: "The platform refuses the solution.",
            fix: "Write the version as major.minor.build.revision.",
            source: "InvalidSolutionVersion in the error codes; two and three parts are common in real exports",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(version),
    },
    Rule {
        id: "managed-flag",
        severity: Severity::Warning,
        summary: "solution.xml does not say whether the package is managed",
        codes: &[],
        docs: RuleDocs {
            what: "Managed is 0 or 1 in a package; 2 (both) stands in source folders only.",
            why: "What the platform makes of another value is not documented; solvet treats it as unmanaged.",
            fix: "Write 0 or 1, or pack the source folder with 'pac solution pack'.",
            source: "observed in exports and source folders",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(managed_flag),
    },
    Rule {
        id: "publisher-unique-name",
        severity: Severity::Error,
        summary: "the solution has no publisher, or the publisher has no unique name",
        codes: &[NO_PUBLISHER],
        docs: RuleDocs {
            what: "Publisher must be there and have a UniqueName.",
            why: "The platform finds the publisher in the target by this name.",
            fix: "Export the solution again, or restore the Publisher element.",
            source: "InvalidPublisherUniqueName in older published copies of the error codes",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(publisher),
    },
    Rule {
        id: "publisher-prefix",
        severity: Severity::Error,
        summary: "the publisher's prefix is not one the platform accepts",
        codes: &[],
        docs: RuleDocs {
            what: "CustomizationPrefix has two to eight letters and digits, starts with a letter and is not mscrm.",
            why: "Names of new components begin with the prefix; the platform accepts no other form.",
            fix: "Set a valid prefix on the publisher and export the solution again.",
            source: "learn.microsoft.com/power-platform/alm/solution-concepts-alm",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(prefix),
    },
    Rule {
        id: "option-value-prefix",
        severity: Severity::Error,
        summary: "the publisher's option value prefix is not between 10000 and 99999",
        codes: &[BAD_OPTION_PREFIX],
        docs: RuleDocs {
            what: "CustomizationOptionValuePrefix is a whole number from 10000 to 99999.",
            why: "Values of new choices are numbered from it; the platform refuses another number.",
            fix: "Set a valid option value prefix on the publisher and export the solution again.",
            source: "OptionValuePrefixOutOfRange in older published copies of the error codes",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(option_value_prefix),
    },
    Rule {
        id: "configuration-page",
        severity: Severity::Error,
        summary: "the configuration page is not a web resource of the solution",
        codes: &[BAD_PAGE],
        docs: RuleDocs {
            what: "ConfigurationPage names an HTML web resource that the solution contains.",
            why: "The platform refuses a solution whose configuration page is elsewhere.",
            fix: "Add the web resource to the solution, or clear the configuration page.",
            source: ERROR_CODES,
        },
        stage: Stage::Manifest,
        scope: Scope::Package(configuration_page),
    },
];

fn place(manifest: &Manifest, value: Option<&Located<Box<str>>>) -> Span {
    value.map_or(manifest.span, |value| value.span)
}

fn text(value: Option<&Located<Box<str>>>) -> &str {
    value.map_or("", |value| &value.value)
}

fn unique_name(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let name = text(manifest.unique_name.as_ref());
    let is_start = |first: char| first.is_ascii_alphabetic() || first == '_';
    let is_rest = |other: char| other.is_ascii_alphanumeric() || other == '_';
    let valid = name.chars().next().is_some_and(is_start) && name.chars().all(is_rest);
    if !valid {
        let message = if name.is_empty() {
            "The solution has no unique name.".to_owned()
        } else {
            format!("The solution's unique name '{name}' has characters that are not allowed.")
        };
        let help = "Use letters, digits and underscores, beginning with a letter or underscore.";
        out.add(
            place(manifest, manifest.unique_name.as_ref()),
            message,
            help,
        )
        .platform(BAD_NAME, &[]);
    }
}

fn restricted_name(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let name = text(manifest.unique_name.as_ref());
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let help = "Put the components into a solution with a name of its own and export that.";
    let span = place(manifest, manifest.unique_name.as_ref());
    if is("System") || is("Active") || is("Basic") {
        out.add(
            span,
            format!("The solution name '{name}' belongs to the platform."),
            help,
        )
        .evidence(Evidence::Fair)
        .platform(RESTRICTED_NAME, &[name]);
    } else if is("Default") && manifest.package_type == PackageType::Managed {
        out.add(
            span,
            "The default solution cannot be imported as managed.".to_owned(),
            help,
        )
        .platform(DEFAULT_MANAGED, &[]);
    }
}

fn version(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    if manifest
        .version()
        .is_some_and(|version| version.written_parts() >= 2)
    {
        return;
    }
    let message = match text(manifest.version_text.as_ref()) {
        "" => "The solution has no version.".to_owned(),
        other => format!("The solution's version '{other}' is not two to four numbers."),
    };
    let help = "Write the version as major.minor.build.revision, such as 1.0.0.0.";
    out.add(
        place(manifest, manifest.version_text.as_ref()),
        message,
        help,
    )
    .platform(BAD_VERSION, &[]);
}

fn managed_flag(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let layout = subject.package.layout();
    let value = text(manifest.managed_text.as_ref());
    // Git integration is of unmanaged solutions; what a package becomes is decided when it is packed.
    let is_free = value == "2" && layout.is_source() || value.is_empty() && layout == Layout::Yaml;
    if matches!(value, "0" | "1") || is_free {
        return;
    }
    let message = match value {
        "" => "solution.xml does not say whether the package is managed.".to_owned(),
        other => format!("solution.xml says Managed '{other}', which a package never does."),
    };
    let help = "Write 0 or 1, or pack the source folder with 'pac solution pack'.";
    out.add(
        place(manifest, manifest.managed_text.as_ref()),
        message,
        help,
    )
    .evidence(Evidence::Fair);
}

fn publisher(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let publisher = manifest.publisher.as_ref();
    let name = publisher.and_then(|publisher| publisher.unique_name.as_ref());
    if !text(name).is_empty() {
        return;
    }
    let message = match publisher {
        None => "The solution has no publisher.",
        Some(_) => "The publisher has no unique name.",
    };
    let help = "Export the solution again, or restore the Publisher element.";
    out.add(
        publisher.map_or(manifest.span, |publisher| publisher.span),
        message.to_owned(),
        help,
    )
    .platform(NO_PUBLISHER, &[]);
}

fn prefix(subject: &Subject<'_>, out: &mut Findings) {
    let Some(publisher) = &subject.solution.manifest.publisher else {
        return;
    };
    let prefix = text(publisher.prefix.as_ref());
    let valid = (2..=8).contains(&prefix.len())
        && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
        && prefix.chars().all(|other| other.is_ascii_alphanumeric())
        && !prefix.eq_ignore_ascii_case("mscrm");
    if !valid {
        let span = publisher
            .prefix
            .as_ref()
            .map_or(publisher.span, |prefix| prefix.span);
        let message = match prefix {
            "" => "The publisher has no prefix.".to_owned(),
            other => format!("The publisher's prefix '{other}' is not one the platform accepts."),
        };
        let help = "Use two to eight letters and digits, beginning with a letter, and not mscrm.";
        out.add(span, message, help).evidence(Evidence::Fair);
    }
}

fn option_value_prefix(subject: &Subject<'_>, out: &mut Findings) {
    let Some(publisher) = &subject.solution.manifest.publisher else {
        return;
    };
    let prefix = text(publisher.option_value_prefix.as_ref());
    let is_number = prefix.bytes().all(|byte| byte.is_ascii_digit());
    let in_range = |number: u32| (10_000..=99_999).contains(&number);
    if is_number && prefix.parse().is_ok_and(in_range) {
        return;
    }
    let span = publisher
        .option_value_prefix
        .as_ref()
        .map_or(publisher.span, |prefix| prefix.span);
    let message = match prefix {
        "" => "The publisher has no option value prefix.".to_owned(),
        other => {
            format!(
                "The publisher's option value prefix '{other}' is not a whole number from 10000 to 99999."
            )
        }
    };
    out.add(span, message, "Use a whole number from 10000 to 99999.")
        .platform(BAD_OPTION_PREFIX, &["10000", "99999"]);
}

fn configuration_page(subject: &Subject<'_>, out: &mut Findings) {
    let Some(page) = &subject.solution.manifest.configuration_page else {
        return;
    };
    let wanted = Identity::of(ComponentType::Number(61)).named(page.value.as_str());
    let found = subject.graph.find(&wanted);
    let found = found.and_then(|id| subject.solution.component(id));
    let message = match found {
        None => format!(
            "The configuration page {} is not in the solution.",
            page.value
        ),
        Some(resource) => match resource.property("WebResourceType") {
            Some("1") | None => return,
            Some(_) => format!(
                "The configuration page {} is not an HTML web resource.",
                page.value
            ),
        },
    };
    let help = "Add the HTML web resource to the solution, or clear the configuration page.";
    out.add(page.span, message, help)
        .component(&wanted)
        .platform(BAD_PAGE, &[]);
}

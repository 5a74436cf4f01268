//! How a supplying solution comes into an environment, as a remark behind its name.

use super::text::safe;
use crate::check::{Choice, Requirement, SupplierGroup, Way};
use crate::model::ApplicationPackage;
use crate::target::{Basis, Presence};

/// How the solution of a group comes into an environment.
pub(super) fn way(group: &SupplierGroup<'_>) -> String {
    let supplies = group.requirements.iter();
    let mut supplies = supplies.filter_map(|requirement| requirement.remedy.supply());
    let own = supplies.find(|supply| supply.solution.as_ref() == Some(&group.supplier.solution));
    match own.map(|supply| &supply.way) {
        Some(Way::Platform) => ": comes with the platform".to_owned(),
        Some(Way::Feature(feature)) => format!(
            ": part of {}, which is switched on and cannot be installed by hand",
            feature.name
        ),
        Some(Way::Application(choice)) => installed_by(choice),
        Some(Way::Obtained { application, .. }) => format!(": {application}"),
        Some(Way::UnknownApplication) => ": part of an application of Microsoft".to_owned(),
        Some(Way::Package(given)) => {
            format!(": the package {} of this run", safe(&given.named()))
        }
        Some(Way::Retired) => ": retired; another solution may have it now".to_owned(),
        Some(Way::Solution) | None => String::new(),
    }
}

fn installed_by(choice: &Choice) -> String {
    let name = |package: &ApplicationPackage| {
        let version = package
            .version
            .as_ref()
            .map_or(String::new(), |version| format!(" {version}"));
        let app = package
            .app_name
            .as_ref()
            .map_or(String::new(), |app| format!(" \"{app}\""));
        format!("{}{version}{app}", package.name)
    };
    let packages = std::iter::once(&choice.package).chain(&choice.others);
    let names: Vec<_> = packages.map(name).collect();
    match names.as_slice() {
        [package] => format!(", installed by the application package {}", safe(package)),
        names => format!(", installed by one of {}", safe(&names.join(", "))),
    }
}

/// How many requirements are there, are not there, or are unknown; and how many of those that are there only the catalogue
/// knows of, for it matters how much rests on the manifest.
pub(super) fn presence_counts(requirements: &[Requirement]) -> String {
    let answers = || requirements.iter().map(|requirement| &requirement.answer);
    let of = |presence| {
        answers()
            .filter(|answer| answer.presence == presence)
            .count()
    };
    let known = answers()
        .filter(|answer| answer.presence == Presence::Present && answer.basis == Basis::Baseline);
    let known = match known.count() {
        0 => String::new(),
        count => format!(" ({count} as in every environment or by its applications)"),
    };
    format!(
        ": {} present{known}, {} absent, {} unknown",
        of(Presence::Present),
        of(Presence::Absent),
        of(Presence::Unknown)
    )
}

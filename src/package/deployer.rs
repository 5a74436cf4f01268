//! Package Deployer packages: `ImportConfig.xml` and the solution zips it lists, or any archive of solution zips.

use super::open::{Nest, beyond, file_name, open_bytes};
use super::{Entry, Opened, ReadFailure, Store, normal_name};
use crate::decode;
use crate::error::Error;
use crate::limits::{Exceeded, Limits};
use crate::xml;

/// What holds the inner packages.
pub(super) struct Container {
    pub(super) store: Store,
    /// Symbolic links of a folder, which are not followed.
    pub(super) links: Vec<String>,
}

impl Container {
    fn is_link(&self, path: &str) -> bool {
        self.links.iter().any(|link| {
            link.eq_ignore_ascii_case(path) || file_name(link).eq_ignore_ascii_case(file_name(path))
        })
    }
}

/// Opens every solution inside: those that `ImportConfig.xml` lists in its order, then the others by name.
pub(super) fn open_inner(
    name: &str,
    container: &Container,
    entries: &[Entry],
    nest: &mut Nest<'_>,
) -> Vec<Opened> {
    let options = nest.options;
    if nest.depth >= options.limits.nesting {
        return vec![Opened::Failed(beyond(
            name,
            &Exceeded {
                limit: "archives within archives",
                option: Some("max-nesting"),
                allowed: options.limits.nesting.into(),
            },
        ))];
    }
    let order = match import_order(name, container, entries, &options.limits) {
        Ok(order) => order,
        Err(error) => return vec![Opened::Failed(error)],
    };
    let mut opened = Vec::new();
    nest.depth += 1;
    for item in order {
        match item {
            Inner::Missing(listed) if container.is_link(&listed) => {
                opened.push(Opened::Failed(link(name, &listed)));
            }
            Inner::Missing(listed) => opened.push(Opened::Failed(missing(name, &listed))),
            Inner::Entry { entry, listed } => {
                let inner = format!("{name}!{}", entry.name);
                match container.store.read(entry, &options.limits) {
                    Ok(bytes) => {
                        let mut solutions =
                            open_bytes(&inner, &bytes.into(), listed.is_some(), nest);
                        for one in &mut solutions {
                            if let Opened::Package(package) = one {
                                package.deployer = package.deployer.or(listed);
                            }
                        }
                        opened.extend(solutions);
                    }
                    Err(failure) => opened.push(Opened::Failed(damaged(&inner, &failure))),
                }
            }
        }
    }
    nest.depth -= 1;
    opened
}

/// Whether there was neither a solution inside nor anything that may have been meant to be one.
pub(super) fn is_nothing(opened: &[Opened]) -> bool {
    opened
        .iter()
        .all(|one| matches!(one, Opened::PassedOver(_)))
}

enum Inner<'a> {
    Entry {
        entry: &'a Entry,
        listed: Option<DeployerSettings>,
    },
    Missing(String),
}

/// What `ImportConfig.xml` says of the import of one solution.
///
/// Source: learn.microsoft.com/power-platform/alm/importconfig-reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeployerSettings {
    /// `overwriteunmanagedcustomizations`; what it does not say keeps them.
    pub overwrite_unmanaged_customizations: bool,
    /// `publishworkflowsandactivateplugins`; what it does not say switches them on.
    pub activate: bool,
}

fn import_order<'a>(
    name: &str,
    container: &Container,
    entries: &'a [Entry],
    limits: &Limits,
) -> Result<Vec<Inner<'a>>, Error> {
    let mut zips: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.extension() == "zip")
        .collect();
    zips.sort_by(|a, b| a.name.cmp(&b.name));
    let config = entries
        .iter()
        .find(|entry| file_name(&entry.name).eq_ignore_ascii_case("ImportConfig.xml"));
    let listed = match config {
        Some(config) => listed_solutions(name, container, config, limits)?,
        None => Vec::new(),
    };
    let mut order = Vec::new();
    for (path, settings) in listed {
        let found = zips
            .iter()
            .position(|zip| zip.name.eq_ignore_ascii_case(&path));
        // Packages are also written with the zips in a folder of another name than the configuration says.
        let found = found.or_else(|| {
            let wanted = file_name(&path);
            zips.iter()
                .position(|zip| file_name(&zip.name).eq_ignore_ascii_case(wanted))
        });
        order.push(match found {
            Some(index) => Inner::Entry {
                entry: zips.remove(index),
                listed: Some(settings),
            },
            None => Inner::Missing(path),
        });
    }
    order.extend(zips.into_iter().map(|entry| Inner::Entry {
        entry,
        listed: None,
    }));
    Ok(order)
}

/// The solution files that `ImportConfig.xml` lists, as paths beside it, in import order.
///
/// Source: learn.microsoft.com/power-platform/alm/importconfig-reference.
fn listed_solutions(
    name: &str,
    container: &Container,
    config: &Entry,
    limits: &Limits,
) -> Result<Vec<(String, DeployerSettings)>, Error> {
    let place = format!("{name}!{}", config.name);
    let bytes = container
        .store
        .read(config, limits)
        .map_err(|failure| damaged(&place, &failure))?;
    let text = decode::text(bytes).map_err(|detail| malformed(&place, &detail))?;
    let document =
        xml::parse(&text, limits).map_err(|failure| malformed(&place, &failure.detail))?;
    let folder = config
        .name
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let names = document
        .descendants()
        .filter(|node| {
            node.tag_name()
                .name()
                .eq_ignore_ascii_case("configsolutionfile")
        })
        .filter_map(|node| {
            let attribute = |name: &str| {
                let mut attributes = node.attributes();
                let found = attributes.find(|one| one.name().eq_ignore_ascii_case(name));
                found.map(|one| one.value())
            };
            let is_true = |name: &str| {
                let value = attribute(name)?.trim();
                Some(value.eq_ignore_ascii_case("true") || value == "1")
            };
            let settings = DeployerSettings {
                overwrite_unmanaged_customizations: is_true("overwriteunmanagedcustomizations")
                    .unwrap_or(false),
                activate: is_true("publishworkflowsandactivateplugins").unwrap_or(true),
            };
            Some((attribute("solutionpackagefilename")?, settings))
        })
        .map(|(name, settings)| match folder {
            "" => (normal_name(name), settings),
            folder => (format!("{folder}/{}", normal_name(name)), settings),
        });
    Ok(names.collect())
}

fn missing(name: &str, listed: &str) -> Error {
    Error::Unreadable {
        path: format!("{name}!{listed}"),
        what: "is listed in ImportConfig.xml but is not in the package".into(),
        remedy: "Add the solution zip to the package, or remove its configsolutionfile entry."
            .into(),
        platform: None,
    }
}

fn link(name: &str, listed: &str) -> Error {
    Error::Unreadable {
        path: format!("{name}!{listed}"),
        what: "is a symbolic link, which is not followed".into(),
        remedy: "Put the solution zip itself into the package.".into(),
        platform: None,
    }
}

fn damaged(path: &str, failure: &ReadFailure) -> Error {
    Error::Unreadable {
        path: path.into(),
        what: format!("cannot be unpacked: {}", failure.detail),
        remedy: "Copy or download the package again; if that does not help, build it again.".into(),
        platform: None,
    }
}

fn malformed(path: &str, detail: &str) -> Error {
    Error::Unreadable {
        path: path.into(),
        what: format!("is not well-formed: {detail}"),
        remedy: "Correct the XML and try again.".into(),
        platform: None,
    }
}

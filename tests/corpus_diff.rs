//! Real packages compared: every package with itself, and the versions of one solution with each other, against counts that
//! are made of the files by other means. Runs where `SOLVET_CORPUS` is set.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "what helpers of tests cannot do, the test may die of"
)]

#[path = "support/reexport.rs"]
mod reexport;
mod support;
#[path = "support/unpack.rs"]
mod unpack;
#[path = "support/versions.rs"]
mod versions;
#[path = "support/yaml.rs"]
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use roxmltree::{Document, Node, ParsingOptions};
use solvet::diff::{Change, Diff, Version, diff};
use solvet::model::{ComponentType, Identity, PackageType, Solution, Version as Number};
use solvet::package::{OpenOptions, Opened, Package};
use solvet::simulate::removed;

/// Everything in a folder of packages that is one.
fn packages(path: &Path) -> Vec<Package> {
    let opened = support::open_all(path, &OpenOptions::default()).into_iter();
    let packages = opened.filter_map(|opened| match opened {
        Opened::Package(package) => Some(*package),
        Opened::Failed(_) | Opened::PassedOver(_) => None,
    });
    packages.collect()
}

fn zips(corpus: &Path) -> Vec<PathBuf> {
    let pattern = corpus.join("zips/*/*.zip");
    let found = glob::glob(&pattern.to_string_lossy()).unwrap().flatten();
    let mut zips: Vec<_> = found.collect();
    zips.sort();
    assert!(!zips.is_empty(), "no packages in {}", corpus.display());
    zips
}

#[test]
fn every_package_and_every_source_folder_is_the_same_as_itself() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let table = fs::read_to_string(corpus.join("unpacked.tsv")).unwrap();
    let folders = table
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next());
    let mut paths: Vec<PathBuf> = folders.map(|folder| corpus.join(folder)).collect();
    let sources = paths.len();
    paths.extend(zips(&corpus));
    let compared = paths.par_iter().map(|path| {
        let pairs = packages(path).into_iter().zip(packages(path));
        let compared =
            pairs.filter_map(|(a, b)| Some((Version::read(a).ok()?, Version::read(b).ok()?)));
        compared
            .map(|(a, b)| {
                let diff = diff(&a, &b);
                assert!(diff.is_empty(), "{}: {diff:#?}", path.display());
            })
            .count()
    });
    let compared: usize = compared.sum();
    println!("{compared} packages, {sources} folders of source among what was read");
    assert!(compared > 250, "{compared}");
}

/// Files under names that a folder can have; none where a name leads out of it.
fn unzip(package: &Package, folder: &Path) -> Option<()> {
    for (id, entry) in package.entries() {
        let path = folder.join(&*entry.name);
        fs::create_dir_all(path.parent()?).ok()?;
        fs::write(path, package.bytes(id).ok()?).ok()?;
    }
    Some(())
}

#[test]
fn a_zip_is_the_same_as_its_files_in_every_layout() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let compared = zips(&corpus).into_par_iter().map(|path| {
        let desk = tempfile::tempdir().unwrap();
        let folders = ["plain", "source", "yaml"].map(|name| desk.path().join(name));
        let mut opened = packages(&path);
        let Some(package) = opened.pop().filter(|_| opened.is_empty()) else {
            return 0;
        };
        if unzip(&package, &folders[0]).is_none() {
            return 0;
        }
        let Ok(zip) = Version::read(package) else {
            return 0;
        };
        // What cannot be read is not moved to another layout.
        if zip.solution().unread().next().is_none() {
            unpack::to_solution_packager(&folders[0], &folders[1]);
            yaml::to_yaml_source(&folders[0], &folders[2]);
        }
        let there = folders.iter().filter(|folder| folder.is_dir());
        there
            .map(|folder| {
                let other = Version::read(support::open_one(folder)).unwrap();
                let found = diff(&zip, &other);
                assert!(
                    found.is_empty(),
                    "{} {}: {found:#?}",
                    path.display(),
                    folder.display()
                );
            })
            .count()
    });
    let compared: usize = compared.sum();
    println!("{compared} copies in other layouts");
    assert!(compared > 700, "{compared}");
}

#[test]
fn a_new_export_of_the_same_content_is_the_same() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let others = zips(&corpus).into_par_iter().map(|path| {
        let mut opened = packages(&path);
        let package = opened.pop().filter(|_| opened.is_empty())?;
        let files: Option<Vec<_>> = package
            .entries()
            .map(|(id, entry)| Some((entry.name.to_string(), package.bytes(id).ok()?)))
            .collect();
        let files = files?;
        let again = reexport::exported_again(&files, reexport::Appended::Same);
        let found = versions::readable(&versions::Files(files), &versions::Files(again))?;
        let fields = found.components.iter().map(|one| {
            let field = one.fields.first();
            format!("{} {} {field:?}", one.change.name(), one.component)
        });
        let files = found.files.iter().chain(&found.solution);
        let fields = fields.chain(files.map(|field| format!("{field:?}")));
        let fields: Vec<_> = fields.take(5).collect();
        Some((!found.is_empty()).then(|| format!("{} {fields:#?}", path.display())))
    });
    let compared: Vec<_> = others.flatten().collect();
    println!("{} packages and new exports of them", compared.len());
    let others: Vec<_> = compared.iter().flatten().collect();
    assert!(others.is_empty(), "{} {others:#?}", others.len());
    assert!(compared.len() > 200, "{}", compared.len());
}

/// Every two versions of one solution in one mode, the older one first.
fn pairs(corpus: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut known: BTreeMap<(String, bool), BTreeMap<Number, PathBuf>> = BTreeMap::new();
    let read: Vec<_> = zips(corpus)
        .into_par_iter()
        .flat_map_iter(|path| {
            let manifest = packages(&path).pop().and_then(|package| {
                let parsed = solvet::parse::parse(&package).ok()?;
                Some(parsed.solution.manifest)
            });
            manifest.map(|manifest| (manifest, path))
        })
        .collect();
    for (manifest, path) in read {
        if let Some(number) = manifest.version() {
            let managed = manifest.package_type == PackageType::Managed;
            let versions = known
                .entry((manifest.name().to_owned(), managed))
                .or_default();
            versions.entry(number).or_insert(path);
        }
    }
    let mut pairs = Vec::new();
    for versions in known.values() {
        let versions: Vec<_> = versions.values().collect();
        for (place, old) in versions.iter().enumerate() {
            let later = versions[place + 1..].iter();
            pairs.extend(later.map(|new| ((*old).clone(), (*new).clone())));
        }
    }
    pairs
}

/// What a solution holds: its components, and roots that are none of them.
fn members(solution: &Solution) -> Vec<&Identity> {
    let mut members: Vec<&Identity> = solution
        .components
        .iter()
        .map(|one| &one.identity)
        .collect();
    let known = members.len();
    let others: Vec<&Identity> = solution
        .manifest
        .roots
        .iter()
        .map(|root| &root.identity)
        .filter(|root| !members.iter().any(|member| member.is_same_as(root)))
        .collect();
    let by_id = |one: &Identity| one.object_id.is_some() && one.schema_name.is_none();
    for identity in &others {
        // Roots by identifiers alone and as many definitions with names alone are the same.
        let like = others.iter().filter(|other| other.kind == identity.kind);
        let nameless = like.filter(|other| by_id(other)).count();
        let definitions = members[..known].iter();
        let definitions = definitions.filter(|one| one.kind == identity.kind);
        let is_meant = by_id(identity)
            && definitions.filter(|one| one.object_id.is_none()).count() >= nameless;
        if identity.address().is_some() && !is_meant {
            members.push(identity);
        }
    }
    assert!(members.len() <= known + solution.manifest.roots.len());
    members
}

/// What the one holds and the other lacks, by comparing each with each.
fn lacking(of: &[&Identity], other: &[&Identity]) -> BTreeSet<String> {
    let lacking = of
        .par_iter()
        .filter(|one| one.address().is_some() && !other.iter().any(|held| held.is_same_as(one)));
    lacking.map(|one| format!("{:?}", one.address())).collect()
}

fn told(diff: &Diff, change: Change) -> BTreeSet<String> {
    let components = diff.components.iter().filter(|one| one.change == change);
    let components = components.filter(|one| one.component.address().is_some());
    components
        .map(|one| format!("{:?}", one.component.address()))
        .collect()
}

#[test]
fn added_and_removed_are_what_only_one_version_holds() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let versions = pairs(&corpus);
    assert!(versions.len() >= 40, "{}", versions.len());
    let (mut added, mut gone, mut changed, mut deleted) = (0, 0, 0, 0);
    for (old_path, new_path) in &versions {
        let [old, new] =
            [old_path, new_path].map(|path| Version::read(support::open_one(path)).unwrap());
        let name = format!("{} {}", old_path.display(), new_path.display());
        let diff = diff(&old, &new);
        let (of_old, of_new) = (members(old.solution()), members(new.solution()));
        assert_eq!(
            told(&diff, Change::Removed),
            lacking(&of_old, &of_new),
            "{name}"
        );
        assert_eq!(
            told(&diff, Change::Added),
            lacking(&of_new, &of_old),
            "{name}"
        );
        // What an upgrade deletes is part of what is gone.
        let removed = removed(old.solution(), new.solution());
        let removed: BTreeSet<String> = removed
            .iter()
            .map(|one| format!("{:?}", one.address()))
            .collect();
        assert!(removed.is_subset(&told(&diff, Change::Removed)), "{name}");
        added += diff.count(Change::Added);
        gone += diff.count(Change::Removed);
        changed += diff.count(Change::Changed);
        deleted += removed.len();
    }
    println!(
        "{} pairs of versions: {added} added, {gone} removed ({deleted} by an upgrade), {changed} changed",
        versions.len()
    );
    assert!(added > 1_000 && gone > 500 && changed > 100);
}

/// The text of customizations.xml.
fn customizations(version: &Version) -> String {
    let package = version.package();
    let file = package.find("customizations.xml").unwrap();
    package.text(file).unwrap()
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<&'a str> {
    let child = node.children().find(|child| child.has_tag_name(name))?;
    child.text().map(str::trim)
}

fn bare(id: &str) -> String {
    id.trim().trim_matches(['{', '}']).to_ascii_lowercase()
}

/// Columns, relationships, processes, web resources and views that a text defines, without any parser of the crate.
fn defined(text: &str) -> BTreeSet<String> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: u32::MAX,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).unwrap();
    let mut found = BTreeSet::new();
    let parent =
        |node: Node<'_, '_>, name: &str| node.parent().is_some_and(|one| one.has_tag_name(name));
    for node in document.descendants().filter(Node::is_element) {
        let name = match node.tag_name().name() {
            "attribute" if parent(node, "attributes") => {
                let table = node.ancestors().find(|one| one.has_tag_name("Entity"));
                let table = table.and_then(|table| child(table, "Name"));
                let column = child(node, "LogicalName").or_else(|| child(node, "Name"));
                table
                    .zip(column)
                    .map(|(table, column)| format!("2 {table}.{column}"))
            }
            "EntityRelationship" if parent(node, "EntityRelationships") => {
                node.attribute("Name").map(|name| format!("10 {name}"))
            }
            "Workflow" if parent(node, "Workflows") => node
                .attribute("WorkflowId")
                .map(|id| format!("29 {}", bare(id))),
            "WebResource" if parent(node, "WebResources") => {
                child(node, "Name").map(|name| format!("61 {name}"))
            }
            "savedquery" => child(node, "savedqueryid").map(|id| format!("26 {}", bare(id))),
            _ => None,
        };
        found.extend(name.map(|name| name.to_ascii_lowercase()));
    }
    found
}

/// The same of what a comparison tells.
fn told_of(diff: &Diff, change: Change) -> BTreeSet<String> {
    let components = diff.components.iter().filter(|one| one.change == change);
    let names = components.filter_map(|one| {
        let identity = &one.component;
        let ComponentType::Number(number) = identity.kind else {
            return None;
        };
        let name = identity.schema_name.as_ref().map(ToString::to_string);
        let name = match number {
            2 => format!("{}.{}", identity.table.as_ref()?, name?),
            10 | 61 => name?,
            26 | 29 => identity.object_id?.to_string(),
            _ => return None,
        };
        Some(format!("{number} {name}").to_ascii_lowercase())
    });
    names.collect()
}

#[test]
fn columns_relationships_processes_scripts_and_views_are_those_of_the_definitions() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let mut counted = 0;
    for (old_path, new_path) in pairs(&corpus) {
        let [old, new] =
            [&old_path, &new_path].map(|path| Version::read(support::open_one(path)).unwrap());
        let diff = diff(&old, &new);
        let (of_old, of_new) = (
            defined(&customizations(&old)),
            defined(&customizations(&new)),
        );
        let name = format!("{} {}", old_path.display(), new_path.display());
        let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| -> BTreeSet<String> {
            a.difference(b).cloned().collect()
        };
        let (gone, added) = (only(&of_old, &of_new), only(&of_new, &of_old));
        assert_eq!(told_of(&diff, Change::Removed), gone, "{name}");
        assert_eq!(told_of(&diff, Change::Added), added, "{name}");
        counted += gone.len() + added.len();
    }
    println!("{counted} definitions that only one version has");
    assert!(counted > 500, "{counted}");
}

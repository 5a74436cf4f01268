//! Reading a manifest file: JSON or TOML, packed or not, in any encoding PowerShell writes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::answer::Target;
use super::family::Family;
use super::manifest::{BaselineSource, MANIFEST_VERSION, SolutionRow, TargetManifest};
use super::read::{self, Mistake};
use crate::error::Error;
use crate::model::{ComponentType, Guid, IdentifiedBy, LogicalName, Version};

/// Reads a target manifest, ready to be asked.
///
/// Unknown keys are errors, for a typing mistake must not weaken a check; keys that begin with `x-` are the user's own.
/// Fails where the file or its baseline file cannot be read or is larger than 256 MiB, is not valid, has a version other
/// than 1, a row that names nothing, or a component that is listed both as present and as absent.
///
/// ```
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let target = solvet::target::load("samples/targets/contoso-uat.json")?;
/// assert!(target.solution(&"FabrikamEngagement".into()).is_some());
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn load(path: &str) -> Result<Target, Error> {
    let manifest = read_manifest(path)?;
    let baseline = baseline_path(path, &manifest)?
        .map(|file| read_manifest(&file))
        .transpose()?;
    Ok(Target::new(manifest).with_baseline(baseline))
}

/// The path of a manifest's own baseline, which is relative to the manifest; `None` where it uses no file. Fails where it
/// is to use one and names none.
pub fn baseline_path(path: &str, manifest: &TargetManifest) -> Result<Option<String>, Error> {
    if manifest.baseline.source != BaselineSource::File {
        return Ok(None);
    }
    let Some(file) = &manifest.baseline.file else {
        return Err(Error::Target {
            path: path.into(),
            what: "baseline.use is 'file', and baseline.file names none".into(),
            remedy: "Name the manifest of a plain environment in baseline.file.".into(),
        });
    };
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    Ok(Some(folder.join(file).to_string_lossy().into_owned()))
}

/// Reads and checks a target manifest as it is written: TOML where the file says so by its extension, else JSON; both may
/// be packed with gzip or Zstandard. Fails as [`load`] does.
pub fn read_manifest(path: &str) -> Result<TargetManifest, Error> {
    let read = || {
        let text = read::text(Path::new(path))?;
        if is_toml(path) {
            from_toml(&text)
        } else {
            from_json(&text)
        }
    };
    read().map_err(|mistake: Mistake| Error::Target {
        path: path.into(),
        what: mistake.what,
        remedy: mistake.remedy,
    })
}

/// Whether a path is that of a manifest in TOML, packed or not.
pub(super) fn is_toml(path: &str) -> bool {
    let path = Path::new(path);
    let is = |path: &Path, wanted: &str| {
        path.extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
    };
    let is_packed = is(path, "gz") || is(path, "zst");
    is(path, "toml")
        || (is_packed
            && path
                .file_stem()
                .is_some_and(|stem| is(Path::new(stem), "toml")))
}

const SYNTAX: &str = "Correct the file; docs/target-manifest.md describes the format.";

fn syntax(what: String) -> Mistake {
    Mistake::new(what, SYNTAX)
}

fn from_json(text: &str) -> Result<TargetManifest, Mistake> {
    if text.trim().is_empty() {
        return Err(Mistake::new(
            "the manifest is empty",
            "Begin one with 'solvet target new'.",
        ));
    }
    let mut unknown = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let manifest = serde_ignored::deserialize(&mut deserializer, |path| {
        note_unknown(&mut unknown, &path.to_string());
    })
    .and_then(|manifest| deserializer.end().map(|()| manifest));
    let version = || serde_json::from_str::<Probe>(text).ok();
    finish(manifest, &unknown, version, |error| {
        // What everybody tries first.
        let is_source =
            text.contains("\"SolutionUniqueName\"") || text.contains("\"@odata.context\"");
        // Half a document is told as such, whatever it is of.
        if is_source && !error.is_eof() {
            return Mistake::new("this is no manifest but a source of one", ADD);
        }
        syntax(format!("the manifest is not valid: {error}"))
    })
}

const ADD: &str = "Make a manifest of it: solvet target new --output prod.target.json, then solvet target add \
                   prod.target.json and the file.";

fn from_toml(text: &str) -> Result<TargetManifest, Mistake> {
    let mut unknown = Vec::new();
    let deserializer = toml::Deserializer::parse(text)
        .map_err(|error| syntax(format!("the manifest is not valid TOML: {error}")))?;
    let manifest = serde_ignored::deserialize(deserializer, |path| {
        note_unknown(&mut unknown, &path.to_string());
    });
    let version = || toml::from_str::<Probe>(text).ok();
    finish(manifest, &unknown, version, |error| {
        syntax(format!("the manifest is not valid: {error}"))
    })
}

/// The version alone: of a newer format nothing else may be readable.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    manifest_version: u32,
}

/// Refuses a newer format before anything else is said of it, then what was not read, then what is not understood.
fn finish<E>(
    manifest: Result<TargetManifest, E>,
    unknown: &[String],
    version: impl Fn() -> Option<Probe>,
    broken: impl Fn(E) -> Mistake,
) -> Result<TargetManifest, Mistake> {
    let manifest = manifest.map_err(|error| match version() {
        Some(Probe { manifest_version }) if manifest_version > MANIFEST_VERSION => {
            newer(manifest_version)
        }
        _ => broken(error),
    })?;
    if manifest.manifest_version > MANIFEST_VERSION {
        return Err(newer(manifest.manifest_version));
    }
    if let Some(first) = unknown.first() {
        return Err(Mistake::new(
            format!("the manifest has an unknown key '{first}'"),
            "Correct its spelling, or begin it with 'x-' if it is your own.",
        ));
    }
    validate(&manifest)?;
    Ok(manifest)
}

fn newer(version: u32) -> Mistake {
    Mistake::new(
        format!(
            "the manifest has version {version}, and this program reads version {MANIFEST_VERSION}"
        ),
        "Use a newer version of this program.",
    )
}

fn note_unknown(unknown: &mut Vec<String>, path: &str) {
    let is_own = path.split('.').any(|key| key.starts_with("x-"));
    if !is_own {
        unknown.push(path.to_owned());
    }
}

/// What the types cannot say: required names, version and identifier forms, known families, no contradictions.
pub(super) fn validate(manifest: &TargetManifest) -> Result<(), Mistake> {
    let mistake = |what: String| Err(syntax(what));
    if manifest.manifest_version != MANIFEST_VERSION {
        return mistake(
            "the manifest does not say \"manifestVersion\": 1, the only version there is".into(),
        );
    }
    for family in manifest.coverage.keys() {
        if Family::named(family).is_none() {
            return mistake(format!("coverage names an unknown family '{family}'"));
        }
    }
    validate_solutions(manifest)?;
    if let Some((rows, index)) = nameless(manifest) {
        return mistake(format!("{rows}[{index}] has no name"));
    }
    validate_components(manifest)?;
    if let Some(contradiction) = super::answer::contradiction(manifest) {
        return Err(Mistake::new(
            format!("{contradiction} is listed both as present and as absent"),
            "Remove one of the two; solvet does not guess which is right.",
        ));
    }
    Ok(())
}

fn validate_solutions(manifest: &TargetManifest) -> Result<(), Mistake> {
    let mut seen: BTreeMap<LogicalName, &SolutionRow> = BTreeMap::new();
    for (index, solution) in manifest.solutions.iter().enumerate() {
        let mistake = |what: &str| Err(syntax(format!("solutions[{index}]: {what}")));
        let name = &solution.name;
        if name.is_empty() {
            return mistake("a solution has no name");
        }
        let earlier = seen.insert(LogicalName::new(name), solution);
        if earlier.is_some_and(|earlier| earlier.version != solution.version) {
            return mistake(&format!("solution {name} is listed with two versions"));
        }
        let version = solution.version.as_deref().unwrap_or("0");
        if version.parse::<Version>().is_err() {
            return mistake(&format!(
                "solution {name} has the version '{version}', which is none"
            ));
        }
    }
    Ok(())
}

/// The list and the place of a row that has no name.
fn nameless(manifest: &TargetManifest) -> Option<(&'static str, usize)> {
    fn among<T>(rows: &[T], name: impl Fn(&T) -> bool) -> Option<usize> {
        rows.iter().position(name)
    }
    let tables = &manifest.tables;
    let lists = [
        ("tables", among(tables, |row| row.name.is_empty())),
        (
            "a column of tables",
            among(tables, |row| {
                row.columns.iter().any(|column| column.0.name.is_empty())
            }),
        ),
        (
            "a key of tables",
            among(tables, |row| {
                row.keys.iter().any(|key| key.0.name.is_empty())
            }),
        ),
        (
            "relationships",
            among(&manifest.relationships, |row| row.name.is_empty()),
        ),
        (
            "choices",
            among(&manifest.choices, |row| row.name.is_empty()),
        ),
        (
            "publishers",
            among(&manifest.publishers, |row| row.name.is_empty()),
        ),
        (
            "applications",
            among(&manifest.applications, |row| row.name.is_empty()),
        ),
        (
            "connectionReferences",
            among(&manifest.connection_references, |row| row.name.is_empty()),
        ),
        (
            "environmentVariables",
            among(&manifest.environment_variables, |row| row.name.is_empty()),
        ),
        ("connectors", among(&manifest.connectors, String::is_empty)),
    ];
    let mut found = lists.into_iter();
    found.find_map(|(list, index)| Some((list, index?)))
}

/// Rows of components must say enough to find the component by: an id where names repeat, a table where names are its own.
/// What is found by name alone may have an id instead: that of metadata, which tables and columns may tell the name of.
fn validate_components(manifest: &TargetManifest) -> Result<(), Mistake> {
    let rows = manifest.components.iter().enumerate();
    let rows = rows.map(|(index, row)| ("components", index, row.identity(), &row.id));
    let absent = manifest.absent.iter().enumerate();
    let absent = absent.map(|(index, row)| ("absent", index, row.identity(), &row.id));
    for (list, index, identity, id) in rows.chain(absent) {
        let mistake = |what: String| Err(syntax(format!("{list}[{index}]: {what}")));
        if identity.kind == ComponentType::Number(0) {
            return mistake("it has no type".into());
        }
        if let Some(id) = id.as_ref().filter(|id| id.parse::<Guid>().is_err()) {
            return mistake(format!("'{id}' is not a component id"));
        }
        if identity.address().is_none() && identity.object_id.is_none() {
            let needs = match identity.kind.identified_by() {
                IdentifiedBy::Id => "an id",
                IdentifiedBy::Name => "a name",
                IdentifiedBy::NameInTable => "a name and the parent table",
                IdentifiedBy::IdOrName => "a name, id or key",
            };
            let label = identity.kind.label();
            return mistake(format!("a {label} needs {needs}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_its_path() {
        let Mistake { what, .. } =
            from_json(r#"{"manifestVersion":1,"tables":[{"name":"a","colums":[]}]}"#).unwrap_err();
        assert!(what.contains("tables.0.colums"), "{what}");
    }

    #[test]
    fn keys_of_ones_own_are_left_alone() {
        assert!(from_json(r#"{"manifestVersion":1,"x-owner":{"team":"a"}}"#).is_ok());
    }

    #[test]
    fn toml_takes_the_short_form_of_solutions() {
        let manifest =
            from_toml("manifestVersion = 1\n[solutions]\nContosoCore = \"1.4.0.12\"\n").unwrap();
        assert_eq!(manifest.solutions[0].name, "ContosoCore");
    }

    #[test]
    fn a_mistake_inside_a_long_form_keeps_its_reason() {
        let Mistake { what, .. } =
            from_json(r#"{"manifestVersion":1,"coverage":{"tables":{"state":"whole"}}}"#)
                .unwrap_err();
        assert!(what.contains("whole") && what.contains("line 1"), "{what}");
    }
}

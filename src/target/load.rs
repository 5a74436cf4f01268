//! Reading a manifest file: JSON or TOML, in any encoding PowerShell writes.

use std::collections::BTreeMap;
use std::path::Path;

use super::answer::Target;
use super::family::Family;
use super::manifest::{SolutionRow, TargetManifest};
use crate::decode;
use crate::error::Error;
use crate::model::{ComponentType, Guid, IdentifiedBy, LogicalName, Version};

/// The largest manifest that is read, in bytes: a full inventory of an environment is 10 to 20 megabytes.
const MANIFEST_BYTES: u64 = 256 * 1024 * 1024;

/// Reads a target manifest: TOML where the file says so by its extension, else JSON.
///
/// Unknown keys are errors, for a typing mistake must not weaken a check; keys that begin with `x-` are the user's own.
/// Fails where the file cannot be read or is larger than 256 MiB, is not valid, has a version other than 1, a row that
/// names nothing, or a component that is listed both as present and as absent.
///
/// ```
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let target = solvet::target::load("samples/targets/contoso-uat.json")?;
/// assert!(target.solution(&"FabrikamEngagement".into()).is_some());
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn load(path: &str) -> Result<Target, Error> {
    let fail = |what: String, remedy: &str| Error::Target {
        path: path.into(),
        what,
        remedy: remedy.into(),
    };
    let size = std::fs::metadata(path).map(|metadata| metadata.len());
    if size.is_ok_and(|size| size > MANIFEST_BYTES) {
        return Err(fail(
            format!("the target manifest is larger than {MANIFEST_BYTES} bytes"),
            "Keep what the packages need: the solutions, and the tables and components they refer to.",
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        fail(
            format!("the target manifest cannot be read: {error}"),
            "Give the path of a manifest file; docs/target-manifest.md says how to write one.",
        )
    })?;
    let text = decode::text(bytes).map_err(|detail| {
        fail(
            format!("the target manifest cannot be read: {detail}"),
            "Save it as UTF-8 or UTF-16.",
        )
    })?;
    let is_toml = Path::new(path)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    let read = if is_toml {
        from_toml(&text)
    } else {
        from_json(&text)
    };
    let manifest = read.map_err(|(what, remedy)| {
        // What everybody tries first.
        let is_pac_list = text.contains("\"SolutionUniqueName\"");
        fail(what, if is_pac_list { PAC_LIST } else { remedy })
    })?;
    validate(&manifest).map_err(|(what, remedy)| fail(what, remedy))?;
    let target = Target::new(manifest);
    if let Some(contradiction) = target.contradiction() {
        return Err(fail(
            format!("{contradiction} is listed both as present and as absent"),
            "Remove one of the two; solvet does not guess which is right.",
        ));
    }
    Ok(target)
}

type Mistake = (String, &'static str);

const PAC_LIST: &str = "This is the output of 'pac solution list'. Write a manifest from it: {\"manifestVersion\": 1, \
                        \"solutions\": {\"SolutionUniqueName\": \"VersionNumber\", …}}.";

const SYNTAX: &str = "Correct the file; docs/target-manifest.md describes the format.";

fn from_json(text: &str) -> Result<TargetManifest, Mistake> {
    let mut unknown = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let manifest = serde_ignored::deserialize(&mut deserializer, |path| {
        note_unknown(&mut unknown, &path.to_string());
    })
    .and_then(|manifest| deserializer.end().map(|()| manifest))
    .map_err(|error| (format!("the manifest is not valid: {error}"), SYNTAX))?;
    refuse_unknown(manifest, &unknown)
}

fn from_toml(text: &str) -> Result<TargetManifest, Mistake> {
    let mut unknown = Vec::new();
    let deserializer = toml::Deserializer::parse(text)
        .map_err(|error| (format!("the manifest is not valid TOML: {error}"), SYNTAX))?;
    let manifest = serde_ignored::deserialize(deserializer, |path| {
        note_unknown(&mut unknown, &path.to_string());
    })
    .map_err(|error| (format!("the manifest is not valid: {error}"), SYNTAX))?;
    refuse_unknown(manifest, &unknown)
}

fn note_unknown(unknown: &mut Vec<String>, path: &str) {
    let is_own = path.split('.').any(|key| key.starts_with("x-"));
    if !is_own {
        unknown.push(path.to_owned());
    }
}

fn refuse_unknown(manifest: TargetManifest, unknown: &[String]) -> Result<TargetManifest, Mistake> {
    match unknown.first() {
        None => Ok(manifest),
        Some(first) => Err((
            format!("the manifest has an unknown key '{first}'"),
            "Correct its spelling, or begin it with 'x-' if it is your own.",
        )),
    }
}

/// What the types cannot say: required names, version and identifier forms, known families.
fn validate(manifest: &TargetManifest) -> Result<(), Mistake> {
    let mistake = |what: String| Err((what, SYNTAX));
    if manifest.manifest_version != 1 {
        return mistake(
            "the manifest does not say \"manifestVersion\": 1, the only version there is".into(),
        );
    }
    for family in manifest.coverage.keys() {
        if Family::named(family).is_none() {
            return mistake(format!("coverage names an unknown family '{family}'"));
        }
    }
    let mut seen: BTreeMap<LogicalName, &SolutionRow> = BTreeMap::new();
    for solution in &manifest.solutions {
        let earlier = seen.insert(LogicalName::new(&solution.name), solution);
        if earlier.is_some_and(|earlier| earlier.version != solution.version) {
            return mistake(format!(
                "solution {} is listed with two versions",
                solution.name
            ));
        }
        let version = solution.version.as_deref().unwrap_or("0");
        if solution.name.is_empty() {
            return mistake("a row of 'solutions' has no name".into());
        }
        if version.parse::<Version>().is_err() {
            return mistake(format!(
                "solution {} has the version '{version}', which is none",
                solution.name
            ));
        }
    }
    if let Some(rows) = nameless(manifest) {
        return mistake(format!("a row of '{rows}' has no name"));
    }
    validate_components(manifest)
}

/// A list with a row that has no name.
fn nameless(manifest: &TargetManifest) -> Option<&'static str> {
    fn among<T>(rows: &[T], name: impl Fn(&T) -> &String) -> bool {
        rows.iter().any(|row| name(row).is_empty())
    }
    let tables = &manifest.tables;
    let lists = [
        ("tables", among(tables, |row| &row.name)),
        (
            "columns",
            tables
                .iter()
                .any(|table| among(&table.columns, |row| &row.0.name)),
        ),
        (
            "keys",
            tables.iter().any(|table| among(&table.keys, |key| key)),
        ),
        (
            "relationships",
            among(&manifest.relationships, |row| &row.name),
        ),
        ("choices", among(&manifest.choices, |row| &row.name)),
        ("publishers", among(&manifest.publishers, |row| &row.name)),
        (
            "applications",
            among(&manifest.applications, |row| &row.name),
        ),
        (
            "connectionReferences",
            among(&manifest.connection_references, |row| &row.name),
        ),
        (
            "environmentVariables",
            among(&manifest.environment_variables, |row| &row.name),
        ),
        ("connectors", among(&manifest.connectors, |name| name)),
    ];
    lists
        .iter()
        .find(|(_, nameless)| *nameless)
        .map(|(list, _)| *list)
}

/// Rows of components must say enough to find the component by: an id where names repeat, a table where names are its own.
fn validate_components(manifest: &TargetManifest) -> Result<(), Mistake> {
    let mistake = |what: String| Err((what, SYNTAX));
    let rows = manifest.components.iter();
    let rows = rows.map(|row| ("components", row.identity(), &row.id));
    let absent = manifest.absent.iter();
    let absent = absent.map(|row| ("absent", row.identity(), &row.id));
    for (list, identity, id) in rows.chain(absent) {
        if identity.kind == ComponentType::Number(0) {
            return mistake(format!("a row of '{list}' has no type"));
        }
        if let Some(id) = id.as_ref().filter(|id| id.parse::<Guid>().is_err()) {
            return mistake(format!("'{id}' is not a component id"));
        }
        if identity.address().is_none() {
            let needs = match identity.kind.identified_by() {
                IdentifiedBy::Id => "an id",
                IdentifiedBy::Name => "a name",
                IdentifiedBy::NameInTable => "a name and the parent table",
                IdentifiedBy::IdOrName => "a name, id or key",
            };
            let label = identity.kind.label();
            return mistake(format!("a row of '{list}' for a {label} needs {needs}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_its_path() {
        let (what, _) =
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
        let (what, _) =
            from_json(r#"{"manifestVersion":1,"coverage":{"tables":{"state":"whole"}}}"#)
                .unwrap_err();
        assert!(what.contains("whole") && what.contains("line 1"), "{what}");
    }
}

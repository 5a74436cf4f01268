//! The manifest of a custom control, `Controls/<name>/ControlManifest.xml`: the files it names must lie beside it.

use super::draft::Fragment;
use crate::model::{Flaw, FlawKind};
use crate::package::{Package, normal_name};
use crate::xml::Element;

/// Whether a lower-case path is that of a control's manifest.
pub(super) fn is_manifest(lower: &str) -> bool {
    lower.starts_with("controls/") && lower.ends_with("/controlmanifest.xml")
}

/// Records each file that a manifest names and the package lacks: code, styles, pictures, texts and pages.
pub(super) fn missing_files(
    package: &Package,
    path: &str,
    manifest: Element<'_, '_>,
    text: &str,
    out: &mut Fragment,
) {
    let Some((folder, _)) = path.rsplit_once('/') else {
        return;
    };
    let control = folder.rsplit('/').next().unwrap_or(folder);
    let resources = manifest.all("control/resources");
    for resource in resources.into_iter().flat_map(Element::children) {
        let Some(named) = resource.attribute("path").map(str::trim) else {
            continue;
        };
        let relative = normal_name(named);
        let relative = relative.trim_start_matches("./");
        // What leads out of the control's folder is nobody's to judge.
        let leads_out = relative.split('/').any(|part| part == "..");
        if named.is_empty() || leads_out || package.find(&format!("{folder}/{relative}")).is_some()
        {
            continue;
        }
        out.flaws.push(Flaw {
            kind: FlawKind::MissingFile,
            subject: format!("{folder}/{relative}").into(),
            detail: control.into(),
            span: resource.tag_span(text),
        });
    }
}

//! Power Fx functions, whose definition is written in JSON: `fxexpressions/<unique name>/fxexpression.json`.

use serde_json::Value;

use super::draft::{Draft, Fragment};
use crate::model::{ComponentType, Identity, Origin};
use crate::source::Span;

/// Whether a file, by its path in lower case, defines a function.
pub(super) fn is_definition(lower: &str) -> bool {
    lower.starts_with("fxexpressions/") && lower.ends_with("/fxexpression.json")
}

/// Reads a definition. The function is named by it, else by its folder.
pub(super) fn function(text: &str, path: &str, span: Span, out: &mut Fragment) {
    let value: Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let text = |name: &str| {
        let value = value.get(name).and_then(Value::as_str);
        value.filter(|text| !text.trim().is_empty())
    };
    let Some(name) = text("uniquename").or_else(|| path.rsplit('/').nth(1)) else {
        return;
    };
    let mut identity = Identity::of(ComponentType::table("fxexpression"))
        .with_keys(vec![("uniquename".into(), name.into())]);
    identity.display_name = text("name").map(Into::into);
    let draft = Draft {
        identity,
        properties: Vec::new(),
        parts: Vec::new(),
        origin: Origin::Package,
        around: &[],
    };
    out.add(draft, span);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn named(text: &str) -> String {
        let mut out = Fragment::default();
        let path = "fxexpressions/new_folder/fxexpression.json";
        assert!(is_definition(path));
        function(text, path, Span::start_of(FileId(0)), &mut out);
        out.components[0]
            .identity
            .schema_name
            .as_ref()
            .unwrap()
            .as_str()
            .to_owned()
    }

    #[test]
    fn a_function_is_named_by_its_definition_else_by_its_folder() {
        assert_eq!(
            named(r#"{"uniquename": "new_own", "name": "Own"}"#),
            "new_own"
        );
        assert_eq!(named("{}"), "new_folder");
    }
}

//! The scripts of a form: which function of which library it calls.

use rustc_hash::FxHashSet;

use super::super::links::{Links, resource_name};
use super::fetch::is_removed;
use crate::model::LogicalName;
use crate::xml::Element;

/// Reads the handlers that are switched on. Those of the platform itself (`InternalHandlers`) are none of the form's.
pub(super) fn handlers(form: Element<'_, '_>, links: &mut Links<'_>) {
    let mut libraries: FxHashSet<LogicalName> = FxHashSet::default();
    let mut handlers = Vec::new();
    let mut is_whole = true;
    for element in form.within(is_removed) {
        is_whole &= element.attribute("solutionaction").is_none();
        match element.name() {
            "Library" => {
                let name = element.attribute("name").and_then(resource_name);
                libraries.extend(name.map(LogicalName::new));
            }
            "Handler" => {
                let is_own = element
                    .parent()
                    .is_some_and(|list| list.name() == "Handlers");
                let is_off = element
                    .attribute("enabled")
                    .is_some_and(|text| text.eq_ignore_ascii_case("false") || text == "0");
                let library = element.attribute("libraryName").and_then(resource_name);
                if let (true, false, Some(library), Some((function, span))) = (
                    is_own,
                    is_off,
                    library,
                    element.attribute_at("functionName"),
                ) {
                    handlers.push((LogicalName::new(library), function, span));
                }
            }
            _ => {}
        }
    }
    for (library, function, span) in handlers {
        let is_listed = !is_whole || libraries.contains(&library);
        links.handler(library, function, is_listed, span);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::of_form;

    #[test]
    fn handlers_name_a_function_of_a_library() {
        let handler =
            "<Handler functionName='A.b' libraryName='$webresource:new_a.js' enabled='true'/>";
        let form = |libraries: &str, handlers: &str| {
            format!(
                "<form><formLibraries>{libraries}</formLibraries><events><event>{handlers}</event></events></form>"
            )
        };
        let listed = "<Library name='new_A.js'/>";
        let own = format!("<Handlers>{handler}</Handlers>");
        assert_eq!(of_form(&form(listed, &own)), ["new_a.js A.b true"]);
        assert_eq!(of_form(&form("", &own)), ["new_a.js A.b false"]);
        let part = "<Library name='new_c.js' solutionaction='Added'/>";
        assert_eq!(of_form(&form(part, &own)), ["new_a.js A.b true"]);
        let others = format!("<InternalHandlers>{handler}</InternalHandlers>");
        assert!(of_form(&form(listed, &others)).is_empty());
        let off = own.replace("'true'", "'false'");
        assert!(of_form(&form(listed, &off)).is_empty());
    }
}

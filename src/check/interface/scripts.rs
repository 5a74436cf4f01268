//! Rules about the scripts of forms: the library is in the form's list, and has the function that the form calls.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::web_resources;
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{Component, ComponentId, FormHandler, LogicalName};
use crate::package::EntryId;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "form-function-undefined",
        severity: Severity::Warning,
        summary: "a form calls a function that its library does not have",
        codes: &[],
        docs: RuleDocs {
            what: "The last name of each function that a form calls occurs in the script that is to have it, where that script \
                   is in the package. Where the name before it does not occur either, the script may build its names, and \
                   nothing is said.",
            why: "The import succeeds, and whoever opens the form sees a script error.",
            fix: "Correct the name of the function in the form's events, or add the function to the script.",
            source: "learn.microsoft.com/power-apps/developer/model-driven-apps/clientapi/events-forms-grids",
        },
        stage: Stage::Publish,
        scope: Scope::Package(function_undefined),
    },
    Rule {
        id: "form-library-not-listed",
        severity: Severity::Warning,
        summary: "a form calls a function of a library that it does not load",
        codes: &[],
        docs: RuleDocs {
            what: "The library of each function that a form calls is among the form's libraries, where the library is in the \
                   package. Events of the platform itself are not looked at.",
            why: "A form loads the libraries of its list only: the import succeeds, and the event finds no function.",
            fix: "Add the library to the form, or remove the event.",
            source: "learn.microsoft.com/power-apps/developer/model-driven-apps/clientapi/walkthrough-write-your-first-client-script",
        },
        stage: Stage::Publish,
        scope: Scope::Package(library_not_listed),
    },
];

/// The scripts that the package brings, by name.
fn scripts<'a>(subject: &Subject<'a>) -> FxHashMap<&'a LogicalName, &'a Component> {
    let scripts = web_resources(subject.solution);
    let scripts = scripts.filter(|script| script.property("WebResourceType") == Some("3"));
    scripts
        .filter_map(|script| Some((script.identity.schema_name.as_ref()?, script)))
        .collect()
}

/// The handlers of each form and library that are such, the forms in their order.
fn by_form<'a>(
    subject: &Subject<'a>,
    is_such: impl Fn(&FormHandler) -> bool,
) -> BTreeMap<(ComponentId, &'a LogicalName), Vec<&'a FormHandler>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for handler in subject.solution.handlers.iter().filter(|one| is_such(one)) {
        let key = (handler.form, &handler.library);
        found.entry(key).or_default().push(handler);
    }
    found
}

/// The functions of some handlers, each once: the first few, and how many more.
fn functions(handlers: &[&FormHandler]) -> String {
    const SHOWN: usize = 3;
    let mut seen = FxHashSet::default();
    let mut names: Vec<&str> = handlers.iter().map(|handler| &*handler.function).collect();
    names.retain(|name| seen.insert(*name));
    let shown: Vec<_> = names.iter().take(SHOWN).copied().collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn library_not_listed(subject: &Subject<'_>, out: &mut Findings) {
    let scripts = scripts(subject);
    let is_such =
        |handler: &FormHandler| !handler.is_listed && scripts.contains_key(&handler.library);
    for ((form, library), handlers) in by_form(subject, is_such) {
        let (Some(form), Some(first)) = (subject.solution.component(form), handlers.first()) else {
            continue;
        };
        out.add(
            first.span,
            format!(
                "The {} calls {} of the web resource {library}, which is not among its libraries.",
                form.identity,
                functions(&handlers)
            ),
            "Add the library to the form, or remove the event.",
        )
        .evidence(Evidence::Fair)
        .component(&form.identity)
        .distinct(library.as_str())
        .naming(
            handlers
                .iter()
                .map(|handler| Part::named(&*handler.function)),
        );
    }
}

/// The words of a script that may be names.
fn words(text: &str) -> FxHashSet<&str> {
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    text.split(|letter| !is_of_name(letter))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether a script surely lacks a function: its last name occurs nowhere, although the object before it does.
fn lacks(words: &FxHashSet<&str>, function: &str) -> bool {
    let names: Vec<&str> = function.trim().split('.').map(str::trim).collect();
    let is_name = |name: &&str| {
        !name.is_empty()
            && name
                .chars()
                .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'))
    };
    if !names.iter().all(is_name) {
        return false;
    }
    let Some((last, objects)) = names.split_last() else {
        return false;
    };
    // Escapes would hide a name, and such scripts are rare.
    !words.contains(last) && objects.last().is_some_and(|object| words.contains(object))
}

fn function_undefined(subject: &Subject<'_>, out: &mut Findings) {
    let scripts = scripts(subject);
    let mut called: BTreeMap<&LogicalName, Vec<&FormHandler>> = BTreeMap::new();
    for handler in &subject.solution.handlers {
        called.entry(&handler.library).or_default().push(handler);
    }
    // A file that several scripts name is read once.
    let mut files: BTreeMap<EntryId, Vec<(&LogicalName, Vec<&FormHandler>)>> = BTreeMap::new();
    for (library, handlers) in called {
        let script = scripts.get(library);
        if let Some(file) = script.and_then(|script| file(subject, script)) {
            files.entry(file).or_default().push((library, handlers));
        }
    }
    for (file, libraries) in files {
        let Ok(text) = subject.package.text(file) else {
            continue;
        };
        let words = words(&text);
        for (library, mut handlers) in libraries {
            handlers.retain(|handler| lacks(&words, &handler.function));
            report_undefined(subject, library, &handlers, out);
        }
    }
}

/// Reports that a library lacks the functions of some handlers.
fn report_undefined(
    subject: &Subject<'_>,
    library: &LogicalName,
    missing: &[&FormHandler],
    out: &mut Findings,
) {
    let Some(first) = missing.first() else {
        return;
    };
    let form_of = |handler: &FormHandler| {
        let form = subject.solution.component(handler.form);
        form.map(|form| &form.identity)
    };
    let form = form_of(first);
    let named = form.map_or_else(|| "form".into(), ToString::to_string);
    let described = out
        .add(
            first.span,
            format!(
                "The {named} calls {}, which does not occur in the web resource {library}.",
                functions(missing)
            ),
            "Correct the name of the function in the form's events, or add it to the script.",
        )
        .evidence(Evidence::Fair)
        .distinct(library.as_str())
        .summary(missing.iter().map(|handler| Part {
            component: form_of(handler).cloned(),
            name: handler.function.clone(),
        }));
    if let Some(form) = form {
        described.component(form);
    }
}

/// The file of a script, where it is in the package.
fn file(subject: &Subject<'_>, script: &Component) -> Option<EntryId> {
    let definition = &*subject.package.entry_at(script.span).name;
    subject
        .package
        .find_part(&script.parts.first()?.path, definition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_missing_only_where_its_object_is_there() {
        let script = "var Contoso = Contoso || {}; Contoso.Order = { onLoad: function () {} };";
        let words = words(script);
        assert!(lacks(&words, "Contoso.Order.onSave"));
        for function in [
            "Contoso.Order.onLoad",
            "Contoso.Invoice.onSave",
            "onSave",
            "Contoso.Order['onSave']",
            "",
        ] {
            assert!(!lacks(&words, function), "{function}");
        }
    }
}

use super::*;

fn refused(text: &str) -> XmlFailure {
    parse(text, &Limits::default()).unwrap_err()
}

#[test]
fn deep_nesting_is_refused_before_the_tree_is_built() {
    let failure = refused(&"<a>".repeat(1_000_000));
    assert_eq!(failure.kind, FlawKind::BeyondLimit);
    assert!(
        failure.detail.contains("--max-xml-depth"),
        "{}",
        failure.detail
    );
}

#[test]
fn many_attributes_of_one_element_are_refused() {
    let names = (0..2_000).map(|n| format!(" a{n}=\"\""));
    let attributes = names.collect::<Vec<_>>().concat();
    assert!(
        refused(&format!("<a{attributes}/>"))
            .detail
            .contains("attributes")
    );
}

#[test]
fn markup_inside_comments_and_values_does_not_count() {
    let text = format!(
        "<a><!--{0}--><![CDATA[{0}]]><b c=\"/>\"/></a>",
        "<x>".repeat(1000)
    );
    assert!(parse(&text, &Limits::default()).is_ok());
}

#[test]
fn many_namespaces_are_refused_however_they_are_spaced() {
    let child = "<b xmlns:c = 'd'/>".repeat(20_000);
    assert!(
        refused(&format!("<a>{child}</a>"))
            .detail
            .contains("namespace")
    );
}

#[test]
fn a_document_type_declaration_is_refused() {
    assert!(
        refused("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
            .detail
            .contains("document type")
    );
}

#[test]
fn a_syntax_error_has_its_place() {
    assert_eq!(refused("<a>\nä<b></a>").offset, 9);
}

//! XML.

use std::fmt::Write as _;

use super::{Answer, limits, zip_with};

/// Asserts a limit of solution.xml and the same one of customizations.xml.
fn refused_in_both(xml: &str, limit: &str) {
    let answer = Answer::of(&zip_with("solution.xml", xml));
    answer.refuses("has a solution.xml with more than");
    answer.refuses(limit);
    let answer = Answer::of(&zip_with("customizations.xml", xml));
    assert_eq!(answer.solutions, ["Hostile"]);
    answer.finds("limit-exceeded", limit);
}

#[test]
fn a_million_nested_elements_are_refused_by_depth() {
    let limit = "XML elements within elements (--max-xml-depth)";
    refused_in_both(&"<a>".repeat(1_000_000), limit);
    let whole = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    refused_in_both(&whole, limit);
}

#[test]
fn as_many_nested_elements_as_allowed_are_read() {
    let xml = format!("{}{}", "<a>".repeat(400), "</a>".repeat(400));
    let answer = Answer::of(&zip_with("customizations.xml", xml));
    assert_eq!(answer.solutions, ["Hostile"]);
    assert!(
        !answer
            .findings
            .iter()
            .any(|(rule, _)| rule == "limit-exceeded")
    );
}

#[test]
fn more_nodes_than_allowed_are_refused() {
    let xml = format!(
        "<ImportExportXml>{}</ImportExportXml>",
        "<a/>".repeat(20_000)
    );
    let few = limits(|limits| limits.xml_nodes = 10_000);
    let answer = Answer::of_bytes(&zip_with("customizations.xml", &*xml), &few);
    answer.finds(
        "limit-exceeded",
        "more than 10000 XML nodes (--max-xml-nodes)",
    );
    let answer = Answer::of_bytes(&zip_with("solution.xml", xml), &few);
    answer.refuses("has a solution.xml with more than 10000 XML nodes (--max-xml-nodes)");
}

#[test]
fn an_element_with_a_hundred_thousand_attributes_is_refused() {
    let mut xml = String::from("<ImportExportXml");
    for number in 0..100_000 {
        let _ = write!(xml, " a{number}=''");
    }
    xml.push_str(" />");
    refused_in_both(&xml, "attributes of one XML element (--max-xml-attributes)");
}

#[test]
fn a_million_namespaces_are_refused_on_one_element_and_on_many() {
    let mut one = String::from("<ImportExportXml");
    let mut many = String::from("<ImportExportXml>");
    let mut unquoted = String::from("<ImportExportXml>");
    for number in 0..1_000_000 {
        let _ = write!(one, " xmlns:n{number}=\"n{number}\"");
        let _ = write!(many, "<a xmlns='n{number}'/>");
        let _ = write!(unquoted, "<a b='' xmlns:c = 'n{number}'/>");
    }
    one.push_str(" />");
    many.push_str("</ImportExportXml>");
    unquoted.push_str("</ImportExportXml>");
    refused_in_both(&one, "attributes of one XML element (--max-xml-attributes)");
    refused_in_both(&many, "XML namespace declarations");
    refused_in_both(&unquoted, "XML namespace declarations");
}

#[test]
fn document_types_are_refused_whatever_they_declare() {
    let mut laughs = String::from("<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">");
    for level in 1..10 {
        let inner = format!("&lol{};", level - 1).repeat(10);
        let _ = write!(laughs, "<!ENTITY lol{level} \"{inner}\">");
    }
    laughs.push_str("]><ImportExportXml>&lol9;</ImportExportXml>");
    let quadratic = format!(
        "<!DOCTYPE a [<!ENTITY b \"{}\">]><a>{}</a>",
        "b".repeat(50_000),
        "&b;".repeat(50_000)
    );
    for xml in [
        &*laughs,
        &*quadratic,
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a />",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1:1/x.dtd\"> %x;]><a />",
        "<!DOCTYPE a PUBLIC \"-//X\" \"http://127.0.0.1:1/x.dtd\"><a />",
    ] {
        let answer = Answer::of(&zip_with("customizations.xml", xml));
        answer.finds("malformed-file", "it has a document type declaration");
        let answer = Answer::of(&zip_with("solution.xml", xml));
        answer.refuses("it has a document type declaration");
        answer.refuses("0x80048013");
        assert!(!answer.human.contains("root:"));
    }
}

#[test]
fn entities_that_nothing_declares_are_malformed() {
    let answer = Answer::of(&zip_with("customizations.xml", "<a>&xxe;</a>"));
    answer.finds("malformed-file", "customizations.xml is not well-formed");
}

#[test]
fn markup_that_never_ends_is_malformed() {
    for xml in [
        "",
        " ",
        "<",
        "<a",
        "<a b",
        "<a b=",
        "<a b='",
        "<a b=\"c\"",
        "<!--",
        "<a><![CDATA[",
        "<?xml",
        "<?",
        "<!",
        "</",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "text",
        "<a>\u{0}</a>",
        "<a b='1' b='2'/>",
        "<x:a/>",
        "<a>]]></a>",
        "\u{feff}",
        "<a>&#0;</a>",
        "<a>&#xffffffffff;</a>",
        "<a xmlns:xml='b'/>",
        "<<a>>",
        "<a><b></a></b>",
    ] {
        let answer = Answer::of(&zip_with("solution.xml", xml));
        answer.refuses("has a solution.xml that is not well-formed");
        let answer = Answer::of(&zip_with("customizations.xml", xml));
        answer.finds("malformed-file", "customizations.xml is not well-formed");
    }
}

// Not all of these is XML, and roxmltree is known to be lenient in places: nothing may break, that is all.
#[test]
fn odd_but_harmless_xml_does_no_harm() {
    for xml in [
        "<a/>",
        "<a>&#x10ffff;</a>",
        "<?xml version='1.1'?><a/>",
        "<a b='&lt;'/>",
        "<ImportExportXml>text</ImportExportXml>",
    ] {
        let answer = Answer::of(&zip_with("customizations.xml", xml));
        assert_eq!(answer.solutions, ["Hostile"]);
        let answer = Answer::of(&zip_with("solution.xml", xml));
        assert_eq!(answer.solutions.len() + answer.errors.len(), 1);
    }
}

#[test]
fn a_line_of_five_megabytes_is_reported_in_a_few_lines() {
    let xml = format!(
        "<ImportExportXml>{}</Wrong>",
        "<Entities><Entity><Name>ä</Name></Entity></Entities>".repeat(100_000)
    );
    assert!(xml.len() > 5_000_000);
    let answer = Answer::of(&zip_with("customizations.xml", &*xml));
    answer.finds("malformed-file", "customizations.xml is not well-formed");
    assert!(answer.human.len() < 10_000 && answer.json.len() < 10_000);
    assert!(
        answer.json.contains("\"column\": 5200018"),
        "{}",
        answer.json
    );
    let answer = Answer::of(&zip_with("solution.xml", xml));
    answer.refuses("has a solution.xml that is not well-formed");
}

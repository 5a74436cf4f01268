//! Templates of e-mails: the columns that placeholders in subject and body show.

use super::super::links::Links;
use crate::model::{LogicalName, ReferenceKind as Kind};
use crate::source::FileId;
use crate::xml::Element;

/// Reads the placeholders of a template.
pub(in crate::parse) fn placeholders(
    template: Element<'_, '_>,
    _: Option<&LogicalName>,
    links: &mut Links<'_>,
) {
    for element in template.within(|_| false) {
        slug(element, links);
        let Some(text) = element.text().filter(|text| text.starts_with('<')) else {
            continue;
        };
        let span = element.span();
        match element.name() {
            "presentationxml" | "subjectpresentationxml" => {
                links.document(text, span, inside);
            }
            // Bodies are style sheets in older templates, and pages that need not be XML in newer ones.
            _ if text.contains("<xsl:") => {
                links.sound(text, span, inside);
            }
            _ => {}
        }
    }
}

/// Reads a text of a template that has a file of its own: `Templates/EmailDocuments/1033/{id}/body.xsl`.
pub(in crate::parse) fn document(text: &str, file: FileId, links: &mut Links<'_>) {
    links.sound_file(text, file, inside);
}

fn inside(root: Element<'_, '_>, links: &mut Links<'_>) {
    for element in root.within(|_| false) {
        slug(element, links);
    }
}

/// `<slug><entity>contact</entity><attribute>fullname</attribute></slug>`, and `select="contact/fullname"` in a style
/// sheet.
fn slug(element: Element<'_, '_>, links: &mut Links<'_>) {
    let kind = Kind::TemplateColumn;
    match element.name() {
        "slug" => {
            let table = element.value("entity|@entity").unwrap_or_default();
            for (name, span) in element.values("attribute|@attribute") {
                links.column(kind, table, name, span);
            }
        }
        "value-of" | "when" | "if" => {
            for attribute in ["select", "test"] {
                if let Some((path, span)) = element.attribute_at(attribute)
                    && let Some((table, name)) = path.split_once('/')
                {
                    let name = name.split('/').next().unwrap_or_default();
                    links.column(kind, table, name.trim_start_matches('@'), span);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        found(
            &format!("<emailtemplate>{text}</emailtemplate>"),
            |element, links| {
                placeholders(element, None, links);
            },
        )
    }

    #[test]
    fn slugs_of_the_presentation_name_columns() {
        let text = "<presentationxml>&lt;template&gt;&lt;slug&gt;&lt;entity&gt;new_a&lt;/entity&gt;\
                    &lt;attribute&gt;new_b&lt;/attribute&gt;&lt;/slug&gt;&lt;/template&gt;</presentationxml>";
        assert_eq!(read(text), ["template-column 2 new_a.new_b"]);
    }

    #[test]
    fn style_sheets_select_columns() {
        let text = "<subject>&lt;xsl:stylesheet xmlns:xsl='x'&gt;&lt;xsl:choose&gt;&lt;xsl:when test='new_a/new_b'&gt;\
                    &lt;xsl:value-of select='new_a/new_c/@name'/&gt;&lt;/xsl:when&gt;&lt;/xsl:choose&gt;&lt;/xsl:stylesheet&gt;</subject>";
        assert_eq!(
            read(text),
            [
                "template-column 2 new_a.new_b",
                "template-column 2 new_a.new_c"
            ]
        );
    }

    #[test]
    fn a_body_that_is_a_page_is_no_style_sheet() {
        assert!(read("<body>&lt;p&gt;Dear&lt;br&gt;you</body>").is_empty());
    }
}

use super::*;
use crate::limits::Limits;
use crate::model::Address;
use crate::parse::draft::Fragment;

#[expect(clippy::wildcard_enum_match_arm, reason = "formulas name nothing else")]
fn columns(text: &str) -> Vec<String> {
    let limits = Limits::default();
    let mut out = Fragment::default();
    formulas(text, FileId(0), &mut Links::of_file(&mut out, &limits));
    assert!(out.references.is_empty());
    let named = out.of_columns.iter().map(|(column, reference)| {
        let column = column.as_str();
        let span = reference.span;
        let place = &text[span.start as usize..span.end as usize];
        match &reference.to {
            Pointer::Through(_, lookup, name) => {
                format!(
                    "{column} -> {}.{} at {place}",
                    lookup.as_str(),
                    name.as_str()
                )
            }
            Pointer::At(Address::InTable(_, _, name)) => {
                format!("{column} -> {} at {place}", name.as_str())
            }
            other => panic!("{other:?}"),
        }
    });
    named.collect()
}

#[test]
fn each_column_names_the_columns_of_its_formula() {
    let text = "new_sum: =new_a + new_b\nnew_twice: =new_sum * 2\n";
    assert_eq!(
        columns(text),
        [
            "new_sum -> new_a at new_a",
            "new_sum -> new_b at new_b",
            "new_twice -> new_sum at new_sum",
        ]
    );
}

#[test]
fn a_block_of_lines_is_one_formula() {
    let text = "new_sum: |-\n  =If(\n    new_a > 1e5, name)\nnew_b: =new_c";
    assert_eq!(
        columns(text),
        [
            "new_sum -> new_a at new_a",
            "new_sum -> name at name",
            "new_b -> new_c at new_c",
        ]
    );
}

#[test]
fn a_column_of_a_related_record_is_named_through_its_lookup() {
    assert_eq!(
        columns("new_x: =new_Owner.new_name"),
        [
            "new_x -> new_Owner at new_Owner.new_name",
            "new_x -> new_Owner.new_name at new_Owner.new_name",
        ]
    );
}

#[test]
fn texts_comments_functions_and_enumerations_name_nothing() {
    for formula in [
        "Text(Now(), \"new_b\")",
        "1 // new_b",
        "1 /* new_b */",
        "DateDiff(Today(), Today(), TimeUnit.Days)",
        "'new_state (Things)'.Active",
        "true",
    ] {
        assert_eq!(columns(&format!("new_x: ={formula}")), [""; 0], "{formula}");
    }
}

#[test]
fn what_a_formula_names_itself_is_no_column() {
    let text = "new_x: |\n  =With({part: new_a},\n    part + 1)";
    assert_eq!(columns(text), ["new_x -> new_a at new_a"]);
}

#[test]
fn braces_of_an_interpolated_text_hold_formulas() {
    let text = "new_x: =$\"new_no {new_a} new_no {{new_no}}\"";
    assert_eq!(columns(text), ["new_x -> new_a at new_a"]);
}

#[test]
fn the_record_itself_is_no_column() {
    let text = "new_x: =ThisRecord.new_a + 'new_b'";
    assert_eq!(
        columns(text),
        ["new_x -> new_a at new_a", "new_x -> new_b at new_b"]
    );
}

#[test]
fn a_scalar_in_quotes_is_read_without_them() {
    assert_eq!(
        columns("new_x: '=new_a & \"new_no\"'"),
        ["new_x -> new_a at  '=new_a & \"new_no\"'"]
    );
    assert_eq!(
        columns("new_x: \"=new_a & \\\"new_no\\\"\""),
        ["new_x -> new_a at  \"=new_a & \\\"new_no\\\"\""]
    );
}

#[test]
fn a_line_without_a_column_is_reported_and_the_rest_is_read() {
    let (limits, mut out) = (Limits::default(), Fragment::default());
    let text = "what is this\nnew_x: =new_a\n";
    formulas(text, FileId(0), &mut Links::of_file(&mut out, &limits));
    assert_eq!((out.flaws.len(), out.of_columns.len()), (1, 1));
}

#[test]
fn unfinished_formulas_are_read_to_their_end() {
    for text in [
        "a_b: ='",
        "a_b: =$\"{",
        "a_b: =/*",
        "a_b: =\"",
        "a_b: =$\"{}",
    ] {
        assert_eq!(columns(text), [""; 0], "{text}");
    }
}

#[test]
fn a_function_needs_the_tables_and_columns_of_its_dependencies() {
    let text = r#"{"RequiredEntityAttributeMap": {"new_item": ["new_name"]},
        "RequiredEntityReferences": ["new_other", {"LogicalName": "new_third"}]}"#;
    let (limits, mut out) = (Limits::default(), Fragment::default());
    let document = Json::parse(text, FileId(0), &limits).unwrap();
    dependencies(&document, &mut Links::of_file(&mut out, &limits));
    let found: Vec<_> = out
        .references
        .iter()
        .map(|reference| &reference.to)
        .collect();
    assert_eq!(
        found,
        [
            &Pointer::table("new_item"),
            &Pointer::column("new_item", "new_name"),
            &Pointer::table("new_other"),
            &Pointer::table("new_third"),
        ]
    );
}

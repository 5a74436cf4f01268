//! Queries of the Web API (OData) with expressions of flows in them: which columns they name.

use std::borrow::Cow;

/// What a text says without the expressions in it, `@{…}`; nothing where all of it is one.
pub(super) fn without_expressions(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if !text.contains('@') {
        return (!text.is_empty()).then_some(Cow::Borrowed(text));
    }
    if text.starts_with('@') && !text.starts_with("@{") {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, expression)) = rest.split_once("@{") {
        plain.push_str(before);
        // What an expression gives is unknown, but it is something.
        plain.push('0');
        rest = after_expression(expression);
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}

/// What follows an expression whose opening brace has been read; nothing where it does not end. Texts in it are in
/// single quotes.
fn after_expression(text: &str) -> &str {
    let (mut depth, mut quoted) = (1_u32, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return text.get(at + 1..).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    ""
}

/// The columns that a list of columns names, such as `$select` and `$orderby` are; those of other tables are left out.
pub(super) fn listed(list: &str) -> Vec<&str> {
    let parts = list.split(',');
    let first = parts.filter_map(|part| part.split_whitespace().next());
    first.filter(|name| !name.contains('/')).map(bare).collect()
}

/// The navigation properties that `$expand` follows: `new_parent($select=name),new_items`.
pub(super) fn expanded(list: &str) -> Vec<&str> {
    let (mut depth, mut from) = (0_u32, 0);
    let mut found = Vec::new();
    let bounds = list.bytes().enumerate();
    for (at, byte) in bounds.chain(std::iter::once((list.len(), b','))) {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                let item = list.get(from..at).unwrap_or_default();
                found.push(item.split(['(', '/']).next().unwrap_or(item).trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// A column without what the Web API puts around the name of a lookup: `_new_parent_value`.
pub(super) fn bare(name: &str) -> &str {
    let inner = name
        .strip_prefix('_')
        .and_then(|name| name.strip_suffix("_value"));
    inner.unwrap_or(name)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'a> {
    Name(&'a str),
    Text(&'a str),
    Sign(u8),
}

/// The columns that a filter compares or hands to a function; those of other tables, `parent/name`, are left out.
pub(super) fn filtered(filter: &str) -> Vec<&str> {
    const COMPARED: [&str; 8] = ["eq", "ne", "gt", "ge", "lt", "le", "in", "has"];
    let tokens = tokens(filter);
    let token = |at: usize| tokens.get(at).copied();
    let mut found = Vec::new();
    for (at, one) in tokens.iter().enumerate() {
        match *one {
            // `Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=3)`
            Token::Name(name) if name.eq_ignore_ascii_case("PropertyName") => {
                if let (Some(Token::Sign(b'=')), Some(Token::Text(column))) =
                    (token(at + 1), token(at + 2))
                {
                    found.push(bare(column));
                }
            }
            Token::Name(name) => {
                let is_compared = matches!(token(at + 1), Some(Token::Name(word))
                    if COMPARED.iter().any(|known| word.eq_ignore_ascii_case(known)));
                let is_argument = at >= 2
                    && token(at - 1) == Some(Token::Sign(b'('))
                    && matches!(token(at - 2), Some(Token::Name(function)) if is_function(function))
                    && matches!(token(at + 1), Some(Token::Sign(b',' | b')')));
                if (is_compared || is_argument) && !name.contains(['/', '.']) {
                    found.push(bare(name));
                }
            }
            Token::Text(_) | Token::Sign(_) => {}
        }
    }
    found
}

fn is_function(name: &str) -> bool {
    const KNOWN: [&str; 13] = [
        "contains",
        "startswith",
        "endswith",
        "tolower",
        "toupper",
        "trim",
        "length",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "date",
    ];
    KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/');
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let inner = rest.get(1..).unwrap_or_default();
            let (quoted, after) = inner.split_once('\'').unwrap_or((inner, ""));
            found.push(Token::Text(quoted));
            rest = after;
        } else if is_name(first) {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            found.push(Token::Name(name));
            rest = after;
        } else {
            let sign = u8::try_from(first).unwrap_or(b'?');
            found.push(Token::Sign(sign));
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
        rest = rest.trim_start();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_taken_out_of_a_text() {
        assert_eq!(
            without_expressions("a eq '@{items('x')?['}']}' and b eq 1").as_deref(),
            Some("a eq '0' and b eq 1")
        );
        assert_eq!(without_expressions("@variables('x')"), None);
        assert_eq!(without_expressions("a @{open").as_deref(), Some("a 0"));
    }

    #[test]
    fn a_filter_names_the_columns_it_compares_and_hands_to_functions() {
        assert_eq!(
            filtered("(new_a eq 1 and _new_b_value ne null) or contains(new_c,'x eq 1')"),
            ["new_a", "new_b", "new_c"]
        );
        let query = "Microsoft.Dynamics.CRM.LastXDays(PropertyName='new_d',PropertyValue=3)";
        assert_eq!(filtered(query), ["new_d"]);
    }

    #[test]
    fn columns_of_other_tables_are_left_out_of_filters_and_lists() {
        assert!(filtered("new_parent/name eq 'a'").is_empty());
        assert_eq!(
            listed("new_a, new_parent/name,_new_b_value desc"),
            ["new_a", "new_b"]
        );
    }

    #[test]
    fn expanding_follows_navigation_properties() {
        assert_eq!(
            expanded("new_parent($select=a,b;$filter=x eq 1),new_items"),
            ["new_parent", "new_items"]
        );
    }
}

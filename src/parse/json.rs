//! JSON that an import reads itself must be well-formed.

use crate::limits::{Exceeded, Limits};
use crate::model::FlawKind;
use crate::source::line_start;

/// What is wrong, as a sentence fragment, and where.
pub(super) type JsonFailure = (FlawKind, String, u32);

/// Whether a text is JSON, without building a tree; depth is measured first, for readers recurse.
pub(super) fn check_json(text: &str, limits: &Limits) -> Result<(), JsonFailure> {
    if let Some(offset) = too_deep(text, limits.json_depth) {
        let exceeded = Exceeded {
            limit: "JSON values within values",
            option: Some("max-json-depth"),
            allowed: limits.json_depth.into(),
        };
        return Err((FlawKind::BeyondLimit, exceeded.detail(), offset));
    }
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map(|_| ())
        .map_err(|error| {
            let start = line_start(text, error.line());
            let offset = (start + error.column().saturating_sub(1)).min(text.len());
            let message = match error.to_string() {
                _ if text.trim().is_empty() => "it is empty".to_owned(),
                _ if error.is_eof() => "it ends in the middle of a value".to_owned(),
                message => message,
            };
            let detail = message
                .rsplit_once(" at line ")
                .map_or(&*message, |(what, _)| what);
            (
                FlawKind::MalformedJson,
                detail.to_owned(),
                u32::try_from(offset).unwrap_or(u32::MAX),
            )
        })
}

/// The place where brackets outside strings are nested deeper than allowed.
fn too_deep(text: &str, allowed: u32) -> Option<u32> {
    // Most files have fewer brackets than may be nested.
    let brackets = memchr::memchr2_iter(b'{', b'[', text.as_bytes()).count();
    if brackets <= allowed as usize {
        return None;
    }
    let (mut depth, mut in_string, mut escaped) = (0_u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > allowed {
                    return u32::try_from(at).ok();
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_is_cut_off_is_malformed_at_its_end() {
        let (kind, _, offset) = check_json("{\n \"a\": [1,", &Limits::default()).unwrap_err();
        assert_eq!((kind, offset), (FlawKind::MalformedJson, 10));
    }

    #[test]
    fn deep_json_is_refused_and_brackets_in_strings_do_not_count() {
        let limits = Limits::default();
        let (kind, ..) = check_json(&"[".repeat(100_000), &limits).unwrap_err();
        assert_eq!(kind, FlawKind::BeyondLimit);
        let text = format!("\"{}\"", "[".repeat(1000));
        assert!(check_json(&text, &limits).is_ok());
    }
}

//! Kinds of components by the words that people write.

use super::table;
use crate::model::{ComponentType, alike};

/// The kind that a word means. A word that would be a table's name is one only where such a table is known, or where it has
/// a prefix: a typing mistake must not pass for a kind of which there is nothing.
///
/// ```
/// assert!(solvet::catalog::kind("view").is_some());
/// assert!(solvet::catalog::kind("veiw").is_none());
/// ```
pub fn kind(word: &str) -> Option<ComponentType> {
    ComponentType::from_word(word).filter(|kind| match kind {
        ComponentType::Number(_) => true,
        ComponentType::Table(name) => {
            let name = name.as_str();
            name.contains('_') || kind.label() != name.to_ascii_lowercase() || table(name).is_some()
        }
    })
}

/// What is wrong with a word that is no kind, as a sentence fragment, with what may be meant.
pub fn no_kind(word: &str) -> String {
    let near = alike(word, ComponentType::labels());
    let meant = match near.as_slice() {
        [] => String::new(),
        near => format!("; is '{}' meant?", near.join("' or '")),
    };
    format!("'{word}' is no kind of component{meant}")
}

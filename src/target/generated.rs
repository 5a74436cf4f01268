//! Columns that exist because another column or the table does.

use crate::model::generating_columns;

pub(super) use crate::model::is_standard_column as is_standard;

/// Whether columns of this type, as metadata names types, bring others with them: names of what they point at, amounts
/// in the base currency.
pub(super) fn brings_others(kind: &str) -> bool {
    const KINDS: [&str; 9] = [
        "Lookup",
        "Customer",
        "Owner",
        "Picklist",
        "State",
        "Status",
        "Boolean",
        "MultiSelectPicklist",
        "Money",
    ];
    KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind))
}

/// The columns that may have generated this one, in lower case.
pub(super) fn sources(column: &str) -> impl Iterator<Item = String> {
    generating_columns(column).map(|(source, _)| source.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_column_leads_to_its_lookup() {
        assert!(sources("cts_accountname").any(|source| source == "cts_account"));
    }
}

//! Messages that plug-in steps and requests name.
//!
//! Source: data/catalog/messages.tsv (messages of each table, reference pages of February 2019) and `sdk_messages.tsv`
//! (request names of an SDK assembly). Neither is fit to say that a message does not exist.

use super::format::section;
use super::index::find;

/// Whether the table is known to have this message, names in any case.
///
/// ```
/// assert!(solvet::catalog::is_table_message("account", "Assign"));
/// ```
pub fn is_table_message(table: &str, message: &str) -> bool {
    find(section::TABLE_MESSAGE, &[table, message]).is_some()
}

/// Whether the platform is known to have this message, named in any case.
pub fn is_sdk_message(name: &str) -> bool {
    find(section::SDK_MESSAGE, &[name]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_can_be_assigned_and_not_won() {
        assert!(is_table_message("Account", "assign"));
        assert!(!is_table_message("account", "Win"));
    }

    #[test]
    fn a_request_of_the_sdk_is_a_message() {
        assert!(is_sdk_message("AddAppComponents"));
        assert!(!is_sdk_message("cts_Approve"));
    }
}

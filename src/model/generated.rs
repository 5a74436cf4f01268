//! Columns that the platform makes for another column.

/// What the platform appends to a column's name for a column that it makes beside it.
///
/// Source: read off exported solutions and the reference of tables; `_base` holds amounts in the base currency, `_date`
/// and `_state` the time and outcome of a rollup, the others what a lookup or choice shows.
const SUFFIXES: [&str; 6] = ["yominame", "name", "type", "_base", "_date", "_state"];

/// The columns that may have generated this one, each with the suffix that this one has beyond it: `<lookup>name`,
/// `<lookup>yominame`, `<lookup>type`, `<money>_base`, `<rollup>_date` and `<rollup>_state`.
///
/// ```
/// let sources: Vec<_> = solvet::model::generating_columns("cts_Amount_Base").collect();
/// assert_eq!(sources, [("cts_Amount", "_base")]);
/// ```
pub fn generating_columns(column: &str) -> impl Iterator<Item = (&str, &'static str)> {
    SUFFIXES.into_iter().filter_map(move |suffix| {
        let at = column.len().checked_sub(suffix.len())?;
        let (source, end) = column.split_at_checked(at)?;
        (at > 0 && end.eq_ignore_ascii_case(suffix)).then_some((source, suffix))
    })
}

//! Solutions and publishers.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Answer, Taken, number, text, yes};
use crate::json::Value;
use crate::model::Version;
use crate::target::manifest::{PublisherRow, SolutionRow};
use crate::target::read::Mistake;

pub(super) fn read(answer: &Answer<'_, '_>) -> Result<Taken, Mistake> {
    let mut taken = Taken {
        families: vec!["solutions"],
        ..Taken::default()
    };
    let names: FxHashMap<String, String> = answer
        .rows
        .iter()
        .filter_map(|row| {
            Some((
                text(row, "solutionid")?.to_ascii_lowercase(),
                text(row, "uniquename")?,
            ))
        })
        .collect();
    let mut publishers: FxHashSet<String> = FxHashSet::default();
    for (index, row) in answer.rows.iter().enumerate() {
        let name = text(row, "uniquename").ok_or_else(|| {
            Mistake::new(
                format!("row {} of its solutions has no uniquename", index + 1),
                "Select uniquename and version, and ask again.",
            )
        })?;
        let publisher = row.get("publisherid");
        let of_publisher = |key: &str| publisher.and_then(|publisher| text(publisher, key));
        let parent = text(row, "_parentsolutionid_value").map(|id| id.to_ascii_lowercase());
        taken.manifest.solutions.push(SolutionRow {
            version: text(row, "version").filter(|text| text.parse::<Version>().is_ok()),
            managed: yes(row, "ismanaged"),
            display_name: text(row, "friendlyname"),
            id: text(row, "solutionid"),
            publisher: of_publisher("uniquename"),
            prefix: of_publisher("customizationprefix"),
            patch_of: parent.map(|id| names.get(&id).cloned().unwrap_or(id)),
            visible: yes(row, "isvisible"),
            installed_on: text(row, "installedon"),
            holding: SolutionRow::is_holding_name(&name).then_some(true),
            name,
            src: None,
        });
        if let Some(publisher) = publisher.and_then(publisher_row)
            && publishers.insert(publisher.name.clone())
        {
            taken.manifest.publishers.push(publisher);
        }
    }
    taken.rows = answer.rows.len() as u64;
    Ok(taken)
}

pub(super) fn read_publishers(answer: &Answer<'_, '_>) -> Taken {
    let rows = answer.rows.iter().filter_map(|row| publisher_row(row));
    let mut taken = Taken {
        families: vec!["publishers"],
        ..Taken::default()
    };
    taken.manifest.publishers = rows.collect();
    taken.rows = answer.rows.len() as u64;
    taken.lost = taken.rows - taken.manifest.publishers.len() as u64;
    taken
}

fn publisher_row(row: &Value<'_>) -> Option<PublisherRow> {
    let value = number(row.get("customizationoptionvalueprefix"));
    Some(PublisherRow {
        name: text(row, "uniquename")?,
        prefix: text(row, "customizationprefix"),
        option_value_prefix: value.and_then(|value| value.try_into().ok()),
        src: None,
    })
}

//! What a reference names, in words; nobody looks it up.

use crate::model::{Address, Pointer};

/// A pointer as people read it.
pub(super) fn written(pointer: &Pointer) -> String {
    match pointer {
        Pointer::At(address) => match address {
            Address::Id(kind, id) => format!("{} {id}", kind.label()),
            Address::Name(kind, name) | Address::Keys(kind, name) => {
                format!("{} {name}", kind.label())
            }
            Address::InTable(kind, table, name) => format!("{} {table}.{name}", kind.label()),
        },
        Pointer::EntitySet(set) | Pointer::EntitySetLike(set, _) => format!("entity set {set}"),
        Pointer::ColumnOfSet(set, _, column) => format!("column {column} of entity set {set}"),
        Pointer::Navigation(set, _, property) => format!("property {property} of entity set {set}"),
        Pointer::Api(name) => format!("connector {name}"),
        Pointer::TypeCode(code) => format!("table of type code {code}"),
        Pointer::Lookup(table, column) => format!("relationship of column {table}.{column}"),
        Pointer::LookupTo(table, column, to) => {
            format!("relationship of column {table}.{column} to {to}")
        }
        Pointer::Across(relationship, table, column) => {
            format!("column {column} across {relationship} from {table}")
        }
        Pointer::Through(table, lookup, column) => format!("column {table}.{lookup}.{column}"),
        Pointer::Message(name) => format!("message {name}"),
        Pointer::Record(_, key, value) => format!("record {key}={value}"),
        Pointer::Keyed(_, keys) => format!("record {keys}"),
        Pointer::Privilege(name) => format!("privilege {name}"),
        Pointer::Relative(path) => format!("web resource {path}"),
        Pointer::AnyRecord(id) => format!("record {id}"),
        Pointer::Suffix(kind, name) => format!("{} …{name}", kind.label()),
    }
}

//! How long the catalogue takes for its first answer and for later ones.
#![forbid(unsafe_code)]
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and its numbers are small"
)]

use std::hint::black_box;
use std::time::Instant;

use solvet::catalog::{column, held, relationship, relationships_of, table};
use solvet::model::{ComponentType, Identity};

const ROUNDS: u32 = 20_000;

fn measure<T>(what: &str, ask: impl Fn() -> T) {
    let start = Instant::now();
    black_box(ask());
    let first = start.elapsed().as_nanos() as f64 / 1000.0;
    let start = Instant::now();
    for _ in 0..ROUNDS {
        black_box(ask());
    }
    let later = start.elapsed().as_nanos() as f64 / 1000.0 / f64::from(ROUNDS);
    println!("{what}: first {first:.1} µs, later {later:.2} µs");
}

fn main() {
    measure("table", || table(black_box("account")));
    measure("column", || {
        column("account", black_box("primarycontactid"))
    });
    measure("relationship", || {
        relationship(black_box("account_primary_contact"))
    });
    measure("relationships of a column", || {
        relationships_of("account", black_box("primarycontactid"))
    });
    let of = |number| Identity::of(ComponentType::Number(number));
    let name = of(2)
        .named("emailaddress1")
        .in_table(Some("account".into()));
    measure("held column", || held(black_box(&name)));
    let control = of(66).named("Microsoft.AddressInputUCI");
    measure("held control", || held(black_box(&control)));
    let own = of(2).named("cts_region").in_table(Some("account".into()));
    measure("column of somebody else", || held(black_box(&own)));
}

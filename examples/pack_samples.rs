//! Packs `samples/sequence-apac-leads` into `samples/SequenceAPACleads_1_0_0_1.zip`: the same bytes every time.
//!
//! Run it after any change of the sample; `tests/layouts.rs` fails where folder and zip differ.

use std::io::{self, Write};
use std::path::Path;

#[path = "../tests/support/pack.rs"]
mod pack;

fn main() -> io::Result<()> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let packed = pack::zip_folder(&samples.join("sequence-apac-leads"));
    let to = samples.join("SequenceAPACleads_1_0_0_1.zip");
    std::fs::write(&to, &packed)?;
    writeln!(
        io::stdout(),
        "wrote {} ({} bytes)",
        to.display(),
        packed.len()
    )
}

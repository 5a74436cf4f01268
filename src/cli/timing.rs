//! How long phases and rules took, where somebody asks.

use clap::Args;
use solvet::check::{start_timings, timings};

use super::output::{Formats, OutputOptions};

/// Whether somebody asks.
#[derive(Debug, Args)]
pub(super) struct TimingOptions {
    /// Print on standard error how long each phase and each rule took, on all threads together; exact with --threads 1
    #[arg(long, hide_short_help = true)]
    timings: bool,
}

impl TimingOptions {
    /// Measures from now on.
    pub(super) fn begin(&self) {
        if self.timings {
            start_timings();
        }
    }

    /// Tells what was measured.
    pub(super) fn tell<F: Formats>(&self, output: &OutputOptions<F>) {
        if !self.timings {
            return;
        }
        let timings = timings();
        let phases = timings.phases();
        let phases = phases.map(|(phase, time)| ("phase", phase.name(), time));
        let rules = timings.rules().into_iter();
        let rules = rules.map(|(rule, time)| ("rule", rule, time));
        for (sort, name, time) in phases.chain(rules) {
            let milliseconds = time.as_secs_f64() * 1000.0;
            output.note(&format!("{sort} {name}: {milliseconds:.3} ms"));
        }
    }
}

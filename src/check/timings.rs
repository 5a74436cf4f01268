//! How long rules and phases take, where somebody asks.
//!
//! The clock belongs to the process, for rules run on many threads and far from whoever asks; without one nothing is
//! measured. Times are those of all threads together. A thread that waits for its share of a phase may work on another
//! package meanwhile, so that times are exact on one thread only.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Part of a check, as far as it is measured by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// Packages are opened.
    Open,
    /// They are read.
    Parse,
    /// What refers to what is put together.
    Graph,
    /// What they require is collected.
    Requirements,
    /// Requirements are answered.
    Answer,
    /// Rules are run.
    Rules,
}

impl Phase {
    /// The name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Parse => "parse",
            Self::Graph => "graph",
            Self::Requirements => "requirements",
            Self::Answer => "answer",
            Self::Rules => "rules",
        }
    }
}

/// What was measured.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    phases: BTreeMap<Phase, Duration>,
    rules: BTreeMap<&'static str, Duration>,
}

impl Timings {
    /// The phases, in their order.
    pub fn phases(&self) -> impl Iterator<Item = (Phase, Duration)> + '_ {
        self.phases.iter().map(|(phase, time)| (*phase, *time))
    }

    /// The rules that have run, the slowest first.
    pub fn rules(&self) -> Vec<(&'static str, Duration)> {
        let mut rules: Vec<_> = self
            .rules
            .iter()
            .map(|(rule, time)| (*rule, *time))
            .collect();
        rules.sort_by_key(|(rule, time)| (std::cmp::Reverse(*time), *rule));
        rules
    }

    /// All phases together.
    pub fn total(&self) -> Duration {
        self.phases.values().sum()
    }
}

static CLOCK: OnceLock<Mutex<Timings>> = OnceLock::new();

/// Measures from now on, and forgets what was measured before.
pub fn start_timings() {
    let clock = CLOCK.get_or_init(Mutex::default);
    *clock.lock().unwrap_or_else(PoisonError::into_inner) = Timings::default();
}

/// What was measured since then; nothing where nobody asked.
pub fn timings() -> Timings {
    let clock = CLOCK.get();
    clock.map_or_else(Timings::default, |clock| {
        clock.lock().unwrap_or_else(PoisonError::into_inner).clone()
    })
}

/// Does a part of a phase, measured where somebody asks.
pub fn in_phase<T>(phase: Phase, work: impl FnOnce() -> T) -> T {
    measured(work, |timings, time| {
        *timings.phases.entry(phase).or_default() += time;
    })
}

/// Runs a rule.
pub(super) fn in_rule<T>(rule: &'static str, work: impl FnOnce() -> T) -> T {
    measured(work, |timings, time| {
        *timings.rules.entry(rule).or_default() += time;
        *timings.phases.entry(Phase::Rules).or_default() += time;
    })
}

fn measured<T>(work: impl FnOnce() -> T, note: impl FnOnce(&mut Timings, Duration)) -> T {
    let Some(clock) = CLOCK.get() else {
        return work();
    };
    let start = Instant::now();
    let done = work();
    let time = start.elapsed();
    note(
        &mut clock.lock().unwrap_or_else(PoisonError::into_inner),
        time,
    );
    done
}

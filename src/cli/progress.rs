//! A line on standard error that says how far the work is, for work over a second on a terminal.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use solvet::check::Told;

use super::terminal::Terminal;

/// Work that takes no longer has no line.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is written again.
const TICK: Duration = Duration::from_millis(100);

/// The line, from the beginning of the work until it is dropped, which takes the line away.
pub(super) struct Progress {
    bar: ProgressBar,
    /// What is done with packages, in the past tense.
    verb: &'static str,
    found: AtomicUsize,
    done: AtomicUsize,
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to count. Nothing is ever shown where only the verdict is wanted, or standard error is no terminal.
    pub(super) fn begin(verb: &'static str, is_quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        let is_shown = !is_quiet && Terminal::errors().progress;
        Self {
            waiting: is_shown.then(|| show_later(&bar)),
            bar,
            verb,
            found: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        }
    }

    /// Counts.
    pub(super) fn tell(&self, told: Told) {
        let (counter, number) = match told {
            Told::Found(number) => (&self.found, number),
            Told::Done => (&self.done, 1),
        };
        counter.fetch_add(number, Ordering::Relaxed);
        if self.waiting.is_some() {
            let (done, found) = (&self.done, &self.found);
            let (done, found) = (done.load(Ordering::Relaxed), found.load(Ordering::Relaxed));
            self.bar.set_message(message(self.verb, done, found));
        }
    }

    /// Writes something else to the terminal meanwhile.
    pub(super) fn aside(&self, write: impl FnOnce()) {
        self.bar.suspend(write);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.waiting.take() {
            drop(end);
            // A line that could not be shown needs not be taken away.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

/// Shows the line once the work has taken long enough, unless it ends before.
fn show_later(bar: &ProgressBar) -> (Sender<()>, JoinHandle<()>) {
    let (end, ended) = channel::<()>();
    let bar = bar.clone();
    let thread = spawn(move || {
        if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
        }
    });
    (end, thread)
}

fn message(verb: &str, done: usize, found: usize) -> String {
    let noun = if found == 1 { "package" } else { "packages" };
    format!("{verb} {done} of {found} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_many_of_how_many() {
        assert_eq!(message("checked", 12, 40), "checked 12 of 40 packages");
        assert_eq!(message("read", 0, 1), "read 0 of 1 package");
    }

    #[test]
    fn packages_are_counted_where_nothing_is_shown() {
        let progress = Progress::begin("read", true);
        progress.tell(Told::Found(3));
        progress.tell(Told::Done);
        assert_eq!(progress.found.load(Ordering::Relaxed), 3);
        assert_eq!(progress.done.load(Ordering::Relaxed), 1);
        assert!(progress.bar.is_hidden());
    }
}

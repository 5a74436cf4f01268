//! Changes of files as the system tells them, put together until it is quiet.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use notify_debouncer_full::notify::event::{EventKind, ModifyKind};
use notify_debouncer_full::notify::{self, Config, ErrorKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, DebouncedEvent, Debouncer, NoCache, new_debouncer_opt,
};
use solvet::Error;

use super::places::{Changes, Places, replaced};

/// For how long a file must rest before its change is told.
const REST: Duration = Duration::from_millis(100);

/// For how long nothing may be told before changes are handed on; longer than changes of one file that is still written
/// take to be told one after the other.
const QUIET: Duration = Duration::from_millis(150);

/// After which time changes are handed on although there is no quiet.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where changes come from.
pub(super) trait ChangeSource {
    /// Watches these places and no others. Folders that changes may have replaced are watched anew.
    fn watch(&mut self, places: &Places, changes: &Changes) -> Result<(), Error>;

    /// Waits for changes; `None` where there will be no more.
    fn next(&mut self) -> Option<Changes>;
}

/// The system's watch over folders.
#[derive(Debug)]
pub(super) struct Watcher {
    debouncer: Debouncer<RecommendedWatcher, NoCache>,
    changes: Receiver<Changes>,
    /// What is watched, each with whether everything below it is watched too.
    folders: BTreeMap<PathBuf, bool>,
}

impl Watcher {
    /// Begins to watch nothing. Fails where the system offers no way to watch files.
    pub(super) fn new() -> Result<Self, Error> {
        let (told, changes) = channel();
        let tell = move |result: DebounceEventResult| {
            let changes = changes_of(result);
            if changes != Changes::default() {
                // Whoever listened may have ended.
                let _ = told.send(changes);
            }
        };
        // Packages are read without following links to folders.
        let config = Config::default().with_follow_symlinks(false);
        let debouncer = new_debouncer_opt(REST, None, tell, NoCache, config);
        Ok(Self {
            debouncer: debouncer.map_err(|error| unwatched(&error))?,
            changes,
            folders: BTreeMap::new(),
        })
    }
}

impl ChangeSource for Watcher {
    fn watch(&mut self, places: &Places, changes: &Changes) -> Result<(), Error> {
        let wanted = places.folders();
        let mut ended = replaced(self.folders.keys(), changes);
        let is_otherwise = |(folder, is_deep): (&PathBuf, &bool)| {
            let differs = wanted.get(folder) != Some(is_deep);
            differs.then(|| folder.clone())
        };
        ended.extend(self.folders.iter().filter_map(is_otherwise));
        for folder in ended {
            // The system may have ended the watch with the folder.
            let _ = self.debouncer.unwatch(&folder);
            self.folders.remove(&folder);
        }
        for (folder, is_deep) in wanted {
            if self.folders.contains_key(&folder) {
                continue;
            }
            let mode = if is_deep {
                RecursiveMode::Recursive
            } else {
                RecursiveMode::NonRecursive
            };
            match self.debouncer.watch(&folder, mode) {
                Ok(()) => {
                    self.folders.insert(folder, is_deep);
                }
                // It went in the meantime; the folder above it tells when it comes back.
                Err(_) if !folder.exists() => {}
                Err(error) => return Err(unwatched(&error)),
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Changes> {
        let mut changes = self.changes.recv().ok()?;
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE
            && let Ok(more) = self.changes.recv_timeout(QUIET)
        {
            changes.add(more);
        }
        Some(changes)
    }
}

/// What the system tells, without what only reading does.
fn changes_of(result: DebounceEventResult) -> Changes {
    let mut changes = Changes::default();
    match result {
        Ok(events) => {
            for event in events {
                changes.is_everything |= event.need_rescan();
                if is_change(&event) {
                    changes.paths.extend(event.event.paths);
                }
            }
        }
        // What it could not tell is not known.
        Err(_) => changes.is_everything = true,
    }
    changes
}

fn is_change(event: &DebouncedEvent) -> bool {
    match event.kind {
        // Packages are read by opening files.
        EventKind::Access(_) | EventKind::Other => false,
        // What happens in a folder is told of what is in it.
        EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any) => {
            !event.paths.iter().all(|path| path.is_dir())
        }
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(ModifyKind::Metadata(_) | ModifyKind::Name(_) | ModifyKind::Other)
        | EventKind::Remove(_) => true,
    }
}

fn unwatched(error: &notify::Error) -> Error {
    let remedy = match error.kind {
        ErrorKind::MaxFilesWatch => {
            "Watch fewer folders, or allow more watches: sysctl fs.inotify.max_user_watches."
        }
        ErrorKind::Generic(_)
        | ErrorKind::Io(_)
        | ErrorKind::PathNotFound
        | ErrorKind::WatchNotFound
        | ErrorKind::InvalidConfig(_) => {
            "Check that you may read the folders, or leave --watch away and run the check again by hand."
        }
    };
    Error::Usage {
        what: format!("files cannot be watched: {error}"),
        remedy: remedy.into(),
    }
}

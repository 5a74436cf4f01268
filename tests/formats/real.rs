//! Real packages, where they are at hand.

use super::support::corpus;
use super::{agree, all_formats};

/// How many packages are reported in every format.
const PACKAGES: usize = 20;

#[test]
fn every_format_tells_the_same_of_real_packages_and_is_the_same_bytes_again() {
    let Some(corpus) = corpus() else {
        return;
    };
    let zips = corpus.join("zips");
    let mut packages = Vec::new();
    for folder in std::fs::read_dir(&zips).unwrap() {
        let folder = folder.unwrap().path();
        let files = std::fs::read_dir(&folder).into_iter().flatten();
        packages.extend(files.map(|file| file.unwrap().path()));
    }
    packages.retain(|path| path.extension().is_some_and(|extension| extension == "zip"));
    packages.sort();
    // Spread over all of them, and the largest.
    let largest = packages
        .iter()
        .max_by_key(|path| std::fs::metadata(path).unwrap().len());
    let largest = largest.unwrap().clone();
    let step = packages.len().div_ceil(PACKAGES - 1);
    let chosen = packages.iter().step_by(step).chain([&largest]);
    let mut count = 0;
    for package in chosen {
        let package = package.to_str().unwrap();
        let target = "samples/targets/contoso-prod.json";
        for run in [
            ["check", package, "--no-config", "--target", target],
            ["simulate", package, "--no-config", "--target", target],
        ] {
            let (texts, _) = all_formats(&run, &[]);
            agree(&texts);
            assert_eq!(texts, all_formats(&run, &["--threads", "1"]).0, "{run:?}");
        }
        count += 1;
    }
    eprintln!("{count} real packages are told alike by every format");
}

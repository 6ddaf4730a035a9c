//! What the machine allows the process, and what the process allows others.

use std::time::Duration;

use rustix::fs::Mode;

/// From now on, what the process makes is its owner's alone: the database with what lies beside it, keys, backups, results.
pub fn keep_to_oneself() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// How many files and connections it may have open at once; `None` where nobody says.
pub fn open_files() -> Option<usize> {
    said(&std::fs::read_to_string("/proc/self/limits").ok()?)
}

/// Lets this thread give way to the others whenever they have something to do, the further back it steps (0–19) the
/// more; one of its own, since it can't go back. Where the machine doesn't know of it, nothing changes.
pub fn step_back(steps: i32) {
    let me = rustix::thread::gettid();
    let _as_far_as_it_goes = rustix::process::setpriority_process(Some(me), steps);
}

/// Processor time of this thread so far: what it worked, not what it waited beside others.
pub fn worked() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

fn said(limits: &str) -> Option<usize> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_no_work() {
        let before = worked();
        while worked() == before {}
        let before = worked();
        let waited = Duration::from_millis(50);
        std::thread::sleep(waited);
        assert!(worked() - before < waited);
    }

    #[test]
    fn the_soft_limit_counts_and_none_is_none() {
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n";
        assert_eq!(said(limits), Some(1024));
        assert_eq!(said(&limits.replace("1024 ", "unlimited ")), None);
        assert_eq!(said(""), None);
    }
}

//! A disk that stays full, read-only or broken: it's said for what it is, reading goes on, and when it's over the
//! product goes on by itself.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::disk::{EIO, ENOSPC, EROFS, FOREVER, Fault, Manner, On, Op};
use super::ledger::{Deed, number};
use super::load::{call, entry, wait};
use super::place::{is_root, on_disk, place};
use super::rounds::World;
use super::sqlite::Failing;
use crate::browser::wire::Reply;
use crate::support::binary::{Script, Server, command, free_address, readings_wait_in, token};

/// What of the database can't be written; other files of its folder can.
pub(super) const DATABASE: &[On] = &[On::Main, On::Wal, On::Journal, On::Shm];
/// How long the product may need once the disk is well again.
const RECOVERY: Duration = Duration::from_secs(20);

const fn lasting(ops: &'static [Op], error: u64) -> Fault {
    Fault { ops, on: DATABASE, error, manner: Manner::Fail, skip: 0, times: FOREVER }
}

const FULL: Fault = lasting(&[Op::Write], ENOSPC);
const READ_ONLY: Fault = lasting(&[Op::Open, Op::Write, Op::Sync, Op::Truncate], EROFS);
const BROKEN: Fault = lasting(&[Op::Write, Op::Sync], EIO);

/// A server, and a ticket that it knows.
struct Served<'a> {
    url: &'a str,
    with: Vec<(&'a str, String)>,
    script: Script,
    server: Option<Server>,
    ticket: String,
}

impl<'a> Served<'a> {
    fn on(url: &'a str, with: Vec<(&'a str, String)>) -> Self {
        let script = Script { to: free_address(), token: token(url) };
        let with: Vec<_> = with.into_iter().chain([("MADOGUCHI_LOG__LEVEL", "off".to_owned())]).collect();
        let server = Some(Server::start(url, &script.to, &with));
        let mut served = Self { url, with, script, server, ticket: String::new() };
        let reply = served.ask(&call("before"));
        assert_eq!(reply.status, 201, "{}", reply.body);
        served.ticket = reply.json()["ticket"].as_str().expect("a ticket").to_owned();
        served
    }

    fn on_failing(world: &'a Failing) -> Self {
        Self::on(&world.url, world.environment())
    }

    fn ask(&self, deed: &Deed) -> Reply {
        self.script.post(&deed.path, &deed.key, &deed.body).expect("an answer")
    }

    fn read(&self) -> Reply {
        self.script.get(&format!("/api/v1/tickets/{}", self.ticket)).expect("an answer")
    }

    /// SIGKILL, and up again.
    fn restart(&mut self) {
        drop(self.server.take());
        self.server = Some(Server::start(self.url, &self.script.to, &self.with));
    }

    /// Entries of the audit that tell of the ticket having been read.
    async fn reads_written_down(&self) -> i64 {
        number(self.url, "audit_entries WHERE action = 'ticket.view' AND result = 'done'").await
    }

    /// Waits until the trail tells of so many reads since it told of `before`: how many it tells of.
    async fn told_at_last(&self, before: i64, reads: i64) -> i64 {
        for _ in 0..200 {
            if self.reads_written_down().await - before >= reads {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.reads_written_down().await - before
    }

    /// Waits until a deed is done.
    fn done_at_last(&self, deed: &Deed) {
        let done = wait(RECOVERY, || [200, 201].contains(&self.ask(deed).status));
        assert!(done, "{} was never done: {}", deed.key, self.ask(deed).body);
    }

    /// What is refused while it lasts, and done with the same key when it's over.
    fn refuses(&self, status: u16, code: &str) -> [Deed; 2] {
        let deeds = [call("meanwhile"), entry("meanwhile-too", &self.ticket)];
        for deed in &deeds {
            let reply = self.ask(deed);
            assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.body);
            let words = reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
            assert!(words.contains('。') && !words.contains("SQLite") && !words.contains("disk I/O"), "{words}");
        }
        deeds
    }
}

fn verified(url: &str) {
    let verified = command(url).args(["audit", "verify"]).output().expect("the program");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

async fn once_each(url: &str) {
    for key in ["before", "meanwhile"] {
        assert_eq!(number(url, &format!("tickets WHERE summary = '{key}'")).await, 1, "{key}");
    }
    assert_eq!(number(url, "entries WHERE body = 'meanwhile-too'").await, 1);
}

/// While it lasts writes are refused with this status and code; afterwards they are done by the same key, once.
async fn is_said_and_passes(fault: &Fault, status: u16, code: &str) {
    let _place = place().await;
    let world = Failing::new();
    let mut served = Served::on_failing(&world);
    world.disk.arm(fault);
    let deeds = served.refuses(status, code);
    assert!(world.disk.hits() > 0, "nothing was intercepted");
    world.disk.calm();
    deeds.iter().for_each(|deed| served.done_at_last(deed));
    assert_eq!(served.read().status, 200);
    served.restart();
    once_each(&world.url).await;
    assert_eq!(world.at_rest().await, Vec::<String>::new());
    verified(&world.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_507_and_passes_by_itself() {
    is_said_and_passes(&FULL, 507, "store.full").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_disk_is_503_and_passes_by_itself() {
    is_said_and_passes(&READ_ONLY, 503, "store.unreachable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_disk_is_503_and_passes_by_itself() {
    is_said_and_passes(&BROKEN, 503, "store.unreachable").await;
}

/// While it lasts reads are answered, and the trail tells of each of them afterwards: once. `dies`: the server is
/// killed before the disk is well again.
async fn reading_goes_on(fault: &Fault, dies: bool) {
    const READS: i64 = 12;
    let _place = place().await;
    let world = Failing::new();
    let mut served = Served::on_failing(&world);
    assert_eq!(served.read().status, 200);
    let before = served.reads_written_down().await;
    world.disk.arm(fault);
    let deed = call("meanwhile");
    assert!(served.ask(&deed).status >= 500);
    for nth in 0..READS {
        let reply = served.read();
        assert_eq!(reply.status, 200, "the read number {nth} while nothing can be written: {}", reply.body);
    }
    assert!(world.disk.hits() > 0, "nothing was intercepted");
    if dies {
        drop(served.server.take());
        world.disk.calm();
        served.restart();
    }
    world.disk.calm();
    served.done_at_last(&deed);
    let told = served.told_at_last(before, READS).await;
    assert_eq!(told, READS, "the trail tells of each read once");
    served.restart();
    assert_eq!(served.reads_written_down().await - before, READS, "and only once after a restart");
    verified(&world.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_read_while_the_disk_is_full_and_the_trail_tells_of_it() {
    reading_goes_on(&FULL, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_read_while_the_disk_is_read_only_and_the_trail_tells_of_it() {
    reading_goes_on(&READ_ONLY, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_a_server_that_died_meanwhile_are_in_the_trail_after_its_start() {
    reading_goes_on(&FULL, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_starts_while_the_disk_is_full_for_people_to_read() {
    let _place = place().await;
    let world = Failing::new();
    let mut served = Served::on_failing(&world);
    let before = served.reads_written_down().await;
    // Its index of the log SQLite makes anew at every start: some pages of room there must be.
    world.disk.arm(&Fault { on: &[On::Main, On::Wal, On::Journal], ..FULL });
    served.restart();
    assert_eq!(served.read().status, 200);
    let [deed, _] = served.refuses(507, "store.full");
    assert!(world.disk.hits() > 0, "nothing was intercepted");
    world.disk.calm();
    served.done_at_last(&deed);
    assert_eq!(served.told_at_last(before, 1).await, 1, "the trail tells of the read");
    served.restart();
    assert_eq!(number(&world.url, "journals").await, 1, "and the journal is known");
    verified(&world.url);
}

/// A small volume in memory, unmounted in the end.
struct Volume(TempDir);

impl Volume {
    /// Nothing where the machine doesn't allow it.
    fn mounted() -> Option<Self> {
        let folder = on_disk(None);
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=32m,mode=700", "none"]).arg(folder.path());
        (is_root() && mount.output().is_ok_and(|o| o.status.success())).then(|| Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut fill = Command::new("dd");
        fill.args(["if=/dev/zero", "bs=4096"]).arg(format!("of={}", self.path().join("ballast").display()));
        assert!(!fill.output().expect("dd").status.success(), "the volume can't be filled");
    }

    fn empty(&self) {
        std::fs::remove_file(self.path().join("ballast")).expect("room again");
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(self.path()).output());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_without_room_is_507_and_passes_by_itself() {
    let Some(volume) = Volume::mounted() else {
        eprintln!("Mounting isn't allowed here: a full disk is shown by calls that are made to fail");
        return is_said_and_passes(&FULL, 507, "store.full").await;
    };
    let _place = place().await;
    let url = format!("sqlite://{}", volume.path().join("test.db").display());
    let journal = volume.path().join("journal");
    let mut served = Served::on(&url, readings_wait_in(&journal).to_vec());
    volume.fill();
    // What has room in the log already still succeeds.
    let refused = |of: &dyn Fn(&str) -> Deed| {
        let mut tried = (0..2_000).map(|n| of(&format!("filling-{n}")));
        tried.find(|deed| served.ask(deed).status == 507).expect("2,000 of them fitted into a full volume")
    };
    let deeds = [refused(&call), refused(&|key| entry(&format!("too-{key}"), &served.ticket))];
    assert_eq!(served.read().status, 200, "reading goes on");
    volume.empty();
    deeds.iter().for_each(|deed| served.done_at_last(deed));
    served.restart();
    assert_eq!(number(&url, &format!("tickets WHERE summary = '{}'", deeds[0].key)).await, 1);
    assert_eq!(number(&url, &format!("entries WHERE body = '{}'", deeds[1].key)).await, 1);
    verified(&url);
    drop(served);
}

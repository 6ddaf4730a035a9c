//! Every single call of a command on the files of the database fails once: the command says so or is done, and the
//! next one finds everything whole.

use std::process::Stdio;

use super::disk::{EIO, Fault, Manner, Op};
use super::ledger::number;
use super::place::place;
use super::rounds::World;
use super::sqlite::Failing;
use crate::support::binary::{Script, Server, command, free_address, token};

/// More calls of one kind than a command makes.
const MOST: u64 = 400;

/// Makes tokens while the nth call of a kind fails, for each n that comes by; those that were printed.
fn printed(world: &Failing, op: &'static [Op], manner: Manner) -> (Vec<String>, u64) {
    let mut tokens = Vec::new();
    for skip in 0..MOST {
        world.disk.arm(&Fault { ops: op, on: &[], error: EIO, manner, skip, times: 1 });
        let mut create = command(&world.url);
        create.args(["token", "create", "--role", "operator"]).envs(world.environment());
        let made = create.stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("the program");
        world.disk.calm();
        assert!(made.status.code().is_some(), "it ended by a signal");
        if made.status.success() {
            tokens.push(format!("Bearer {}", String::from_utf8_lossy(&made.stdout).trim()));
        } else {
            assert!(made.stdout.is_empty(), "{op:?} {skip}: it failed and printed a token");
        }
        if world.disk.hits() == 0 {
            return (tokens, skip);
        }
    }
    panic!("{op:?}: more than {MOST} calls");
}

async fn every_call_fails_once(op: &'static [Op], manner: Manner) {
    let _place = place().await;
    let world = Failing::new();
    let first = token(&world.url);
    let (mut tokens, failed) = printed(&world, op, manner);
    assert!(failed > 0, "nothing was intercepted");
    tokens.push(first);
    let to = free_address();
    let _server = Server::start(&world.url, &to, &world.environment());
    for token in &tokens {
        let script = Script { to: to.clone(), token: token.clone() };
        assert_eq!(script.get("/api/v1/me").expect("an answer").status, 200, "{op:?}: a printed token doesn't work");
    }
    let held = number(&world.url, "tokens").await;
    let kept = i64::try_from(tokens.len()).expect("a count");
    // A failure may have come after the commit; it never makes two.
    assert!((kept..=kept + i64::try_from(failed).expect("a count")).contains(&held), "{op:?}: {held} of {kept}");
    assert_eq!(world.at_rest().await, Vec::<String>::new());
    eprintln!(
        "{op:?} {manner:?}: {failed} calls failed once each, {} tokens were printed, {held} are held",
        tokens.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flush_of_a_command_fails_once() {
    every_call_fails_once(&[Op::Sync], Manner::Fail).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cut_of_a_file_fails_once() {
    every_call_fails_once(&[Op::Truncate], Manner::Fail).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "at length: tests/faults/run"]
async fn every_write_of_a_command_fails_once() {
    every_call_fails_once(&[Op::Write], Manner::Fail).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "at length: tests/faults/run"]
async fn every_write_of_a_command_is_done_and_said_to_have_failed_once() {
    every_call_fails_once(&[Op::Write, Op::Sync], Manner::Late).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "at length: tests/faults/run"]
async fn every_read_and_opening_of_a_command_fails_once() {
    every_call_fails_once(&[Op::Read, Op::Open], Manner::Fail).await;
}

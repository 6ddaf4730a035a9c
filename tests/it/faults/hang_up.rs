//! People who hang up: whatever a request was doing when nobody waited for it any more, it is done whole or not at
//! all, and asked for again with its key it is done once.

use std::time::Duration;

use super::ledger::number;
use super::load::{call, hang_up};
use super::place::place;
use super::postgres::Behind;
use super::rounds::World;
use super::sqlite::Failing;
use crate::support::binary::{Script, Server, free_address, token};

/// Hang-ups, one at each moment of so many microseconds after another.
const TIMES: u32 = 240;
const STEP: Duration = Duration::from_micros(60);

async fn whole_or_not_at_all(world: &impl World) {
    let script = Script { to: free_address(), token: token(world.direct()) };
    let mut with = world.environment();
    with.push(("MADOGUCHI_LOG__LEVEL", "off".into()));
    let server = Server::start(world.url(), &script.to, &with);
    let mut bodies = Vec::new();
    for n in 0..TIMES {
        let deed = call(&format!("gone-{n}"));
        hang_up(&script, &deed, STEP * n);
        bodies.push(deed);
        // Somebody who stays is served meanwhile.
        if n % 20 == 0 {
            assert_eq!(
                script.post("/api/v1/calls", &format!("stays-{n}"), &call("stays").body).expect("an answer").status,
                201
            );
        }
    }
    let done = number(world.direct(), "tickets WHERE summary LIKE 'gone-%'").await;
    let halves = "calls WHERE caller_name LIKE 'gone-%' AND NOT EXISTS \
                  (SELECT 1 FROM tickets WHERE summary = calls.caller_name)";
    assert_eq!(number(world.direct(), halves).await, 0, "a part of a call stands");
    for deed in &bodies {
        let again = script.post(&deed.path, &deed.key, &deed.body).expect("an answer");
        assert_eq!(again.status, 201, "{}: {}", deed.key, again.body);
    }
    drop(server);
    let once = "tickets WHERE summary LIKE 'gone-%'";
    assert_eq!(number(world.direct(), once).await, i64::from(TIMES), "each stands once");
    assert_eq!(world.at_rest().await, Vec::<String>::new());
    eprintln!("{TIMES} hung up, {done} of them were done all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_leaves_nothing_half_done_in_sqlite() {
    let _place = place().await;
    whole_or_not_at_all(&Failing::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_leaves_nothing_half_done_in_postgres() {
    let _place = place().await;
    whole_or_not_at_all(&Behind::new().await).await;
}

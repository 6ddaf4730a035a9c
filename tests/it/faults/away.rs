//! PostgreSQL that isn't there for a while, or says no: it's said within a moment, and passes by itself.

use std::time::{Duration, Instant};

use super::cluster::Cluster;
use super::ledger::{Deed, number};
use super::load::{call, wait};
use super::place::place;
use super::postgres::Behind;
use super::rounds::World;
use crate::support::binary::{Script, Server, free_address, token};
use crate::support::db::execute;

const RECOVERY: Duration = Duration::from_secs(30);
/// Readiness is to be answered within a second; a busy machine may need more, never as long as a connection's wait.
const SOON: Duration = Duration::from_secs(4);

struct Served {
    script: Script,
    /// A ticket that it knows.
    ticket: String,
    _server: Server,
}

fn served(world: &Behind) -> Served {
    let script = Script { to: free_address(), token: token(world.direct()) };
    let mut with = world.environment();
    with.push(("MADOGUCHI_LOG__LEVEL", "off".into()));
    let server = Server::start(world.url(), &script.to, &with);
    let made = script.post("/api/v1/calls", "before", &call("before").body).expect("an answer");
    assert_eq!(made.status, 201, "{}", made.body);
    let ticket = made.json()["ticket"].as_str().expect("a ticket").to_owned();
    Served { script, ticket, _server: server }
}

impl Served {
    fn done_at_last(&self, deed: &Deed) {
        let ask = || self.script.post(&deed.path, &deed.key, &deed.body);
        let said = || ask().map_or_else(|e| e.to_string(), |r| format!("{} {}", r.status, r.body));
        assert!(wait(RECOVERY, || ask().is_ok_and(|r| r.status == 201)), "never done: {}", said());
    }

    /// Whether the process lives and the database is known to be away.
    fn says_so(&self) {
        for _ in 0..3 {
            let since = Instant::now();
            let ready = self.script.get("/readyz").expect("an answer");
            assert_eq!(ready.status, 503, "{}", ready.body);
            assert!(since.elapsed() < SOON, "readiness took {:?}", since.elapsed());
            assert_eq!(self.script.get("/healthz").expect("an answer").status, 200);
        }
    }
}

async fn goes_and_comes_back(go: impl Fn(&Cluster), come: impl Fn(&Cluster)) {
    let _place = place().await;
    let world = Behind::new().await;
    let served = served(&world);
    go(world.cluster());
    let deed = call("meanwhile");
    let (script, asked) = (served.script.clone(), deed.clone());
    let waiting = std::thread::spawn(move || script.post(&asked.path, &asked.key, &asked.body).map(|r| r.status));
    served.says_so();
    come(world.cluster());
    let meanwhile = waiting.join().expect("somebody who asks");
    assert!(meanwhile.as_ref().is_ok_and(|s| [201, 503, 408].contains(s)), "{meanwhile:?}");
    served.done_at_last(&deed);
    assert!(wait(RECOVERY, || served.script.get("/readyz").is_ok_and(|r| r.status == 200)), "never ready again");
    assert_eq!(number(world.direct(), "tickets WHERE summary = 'meanwhile'").await, 1);
    assert_eq!(world.at_rest().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_is_said_and_comes_back() {
    goes_and_comes_back(Cluster::fall, Cluster::up).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_is_said_and_comes_back() {
    goes_and_comes_back(Cluster::freeze, Cluster::thaw).await;
}

/// What PostgreSQL answers to a write, and what is made of it.
async fn is_said_as(state: &str, status: u16, code: &str) {
    let _place = place().await;
    let world = Behind::new().await;
    let served = served(&world);
    let function = format!(
        "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = '{state}'; END $$"
    );
    execute(world.direct(), &function).await;
    execute(world.direct(), "CREATE TRIGGER fails BEFORE INSERT ON calls FOR EACH ROW EXECUTE FUNCTION fails()").await;
    let deed = call("meanwhile");
    let refused = served.script.post(&deed.path, &deed.key, &deed.body).expect("an answer");
    assert_eq!((refused.status, refused.code().as_str()), (status, code), "{state}: {}", refused.body);
    assert!(!refused.body.contains("made to fail"), "{}", refused.body);
    execute(world.direct(), "DROP TRIGGER fails ON calls").await;
    served.done_at_last(&deed);
    assert_eq!(number(world.direct(), "tickets WHERE summary = 'meanwhile'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_postgres_finds_full_is_507() {
    is_said_as("53100", 507, "store.full").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_or_output_error_of_postgres_is_503() {
    is_said_as("58030", 503, "store.unreachable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_shuts_down_is_503() {
    is_said_as("57P01", 503, "store.unreachable").await;
}

/// Makes it so that PostgreSQL may only be read, or not; connections of before are ended.
async fn only_read(world: &Behind, yes: bool) {
    let only = if yes { "on" } else { "off" };
    execute(world.admin(), &format!("ALTER DATABASE faults SET default_transaction_read_only = {only}")).await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'madoguchi'";
    execute(world.admin(), end).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_may_only_be_read_is_503() {
    let _place = place().await;
    let world = Behind::new().await;
    let served = served(&world);
    only_read(&world, true).await;
    let deed = call("meanwhile");
    let said = || served.script.post(&deed.path, &deed.key, &deed.body).expect("an answer");
    // Connections that were ended answer so first.
    for _ in 0..20 {
        let refused = said();
        assert_eq!((refused.status, refused.code().as_str()), (503, "store.unreachable"), "{}", refused.body);
    }
    only_read(&world, false).await;
    served.done_at_last(&deed);
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_read_while_postgres_may_only_be_read_and_the_trail_tells_of_it() {
    const READS: i64 = 12;
    const TOLD: &str = "audit_entries WHERE action = 'ticket.view' AND result = 'done'";
    let _place = place().await;
    let world = Behind::new().await;
    let served = served(&world);
    let read = || served.script.get(&format!("/api/v1/tickets/{}", served.ticket)).expect("an answer").status;
    only_read(&world, true).await;
    // Connections that were ended answer so first.
    let mut asked = 0;
    assert!(
        wait(RECOVERY, || {
            asked += 1;
            read() == 200
        }),
        "no read was answered"
    );
    for nth in 1..READS {
        assert_eq!(read(), 200, "the read number {nth} while nothing can be written");
    }
    assert_eq!(number(world.direct(), TOLD).await, 0, "it could be written all the same");
    only_read(&world, false).await;
    served.done_at_last(&call("afterwards"));
    let mut told = 0;
    for _ in 0..200 {
        told = number(world.direct(), TOLD).await;
        if told >= READS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!((READS..READS + asked).contains(&told), "{READS} reads were answered, the trail tells of {told}");
}

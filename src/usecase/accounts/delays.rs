//! Counting of failed proofs, kept in the database (`quality.md` section 4): what is counted by itself and how long one
//! waits says `domain::accounts::guessing`. Names that exist and names that don't are treated alike.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use unicode_normalization::UnicodeNormalization;

use super::super::{Error, Services};
use crate::domain::accounts::FAILURES_FORGOTTEN_HOURS;
use crate::domain::accounts::guessing::{Tally, Tries, known_until};
use crate::domain::accounts::line::{Entrant, Rank};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::source::Source;
use crate::gateway::password::{Busy, Turn};
use crate::gateway::secret::digest;
use crate::store::accounts::delays;
use crate::store::accounts::delays::Delay;
use crate::store::accounts::known_sources;
use crate::store::{Access, Tx};

/// Removes what no longer counts, so that names made up by an attacker don't pile up: how many failures went.
pub async fn forget_old(services: &Services, now: DateTime<Utc>) -> Result<u64, Error> {
    let tx = services.store.begin().await?;
    let forgotten = delays::forget_older(&tx, now - Duration::hours(FAILURES_FORGOTTEN_HOURS)).await?;
    known_sources::forget_over(&tx, now).await?;
    tx.commit().await?;
    Ok(forgotten)
}

type Subject = [u8; 32];

/// Somebody about to prove who they are: by what it is counted, and where they stand in the line.
pub(in crate::usecase) struct Knock {
    counted_by: Vec<(Subject, Tries)>,
    /// Where the name isn't known at the source: the name there, which counts once against the source.
    name_here: Option<NameHere>,
    /// What is forgotten when it succeeds all the way.
    clears: Vec<Subject>,
    /// The name at this source.
    place: Subject,
    entrant: Entrant,
}

/// An attempt under way: counted as a failure until it has succeeded, so that attempts at the same moment can't
/// slip past the count.
pub(in crate::usecase) struct Attempt {
    counted: Vec<Delay>,
    name_here: Option<NameHere>,
    clears: Vec<Subject>,
    place: Subject,
}

/// A name at a source where it isn't known, and the source.
#[derive(Clone, Copy)]
struct NameHere {
    name: Subject,
    source: Subject,
}

impl NameHere {
    /// Counts a failure of the name; its first counts against the source.
    async fn count(self, tx: &Tx, now: DateTime<Utc>) -> Result<(), Error> {
        let name = held(tx, self.name, now).await?;
        if name.failures == 0 {
            let tally = held(tx, self.source, now).await?.counted(Tries::Source, now);
            delays::put(tx, &Delay { subject: self.source, tally }, now).await?;
        }
        let tally = Tally { failures: name.failures + 1, blocked_until: None };
        Ok(delays::put(tx, &Delay { subject: self.name, tally }, now).await?)
    }

    /// The name has succeeded here: whatever it had mistyped counts against nobody.
    async fn forgive(self, tx: &Tx, now: DateTime<Utc>) -> Result<(), Error> {
        if held(tx, self.name, now).await?.failures > 0 {
            let tally = held(tx, self.source, now).await?.forgiven();
            left(tx, self.source, tally, now).await?;
        }
        Ok(delays::forget(tx, self.name).await?)
    }

    fn both(self) -> [Subject; 2] {
        [self.name, self.source]
    }
}

fn folded(login: &str) -> String {
    login.trim().nfkc().flat_map(char::to_lowercase).take(100).collect()
}

fn source(peer: &str) -> String {
    peer.parse::<IpAddr>().map_or_else(|_| peer.to_owned(), |ip| Source::of(ip).to_string())
}

/// Names and places of what is counted about a sign-in name at the context's source.
struct Counted {
    place: Subject,
    here: NameHere,
    password: (Subject, Tries),
    second: Subject,
    known: bool,
}

impl Counted {
    async fn of(services: &Services, ctx: &Ctx, login: &str, inside: bool) -> Result<Self, Error> {
        let (login, source) = (folded(login), source(&ctx.peer));
        let place = digest(&format!("place:{source}:{login}"));
        let known = inside || known_sources::is_known(&services.store, place, ctx.now).await?;
        let at = if known { format!("{source}:{login}") } else { format!(":{login}") };
        Ok(Self {
            place,
            here: NameHere {
                name: digest(&format!("here:{source}:{login}")),
                source: digest(&format!("source:{source}")),
            },
            password: (digest(&format!("login:{at}")), if known { Tries::Known } else { Tries::Elsewhere }),
            second: digest(&format!("second:{at}")),
            known,
        })
    }
}

impl Knock {
    /// By password, from outside. Where the name is known, or its session still lives in the same browser (`inside`), the
    /// source's count doesn't matter, and isn't raised.
    ///
    /// # Errors
    /// When name or source must wait: known without writing, so that a crowd costs the desk little.
    pub(in crate::usecase) async fn by_password(
        services: &Services,
        ctx: &Ctx,
        login: &str,
        inside: bool,
    ) -> Result<Self, Error> {
        let of = Counted::of(services, ctx, login, inside).await?;
        let name_here = (!of.known).then_some(of.here);
        let entrant = Entrant { rank: Rank::Known, share: of.place };
        let mut knock = Self { counted_by: vec![of.password], name_here, clears: Vec::new(), place: of.place, entrant };
        let failures = knock.may_go_on(&services.store, ctx).await?;
        if !of.known {
            knock.entrant = Entrant { rank: Rank::Stranger(failures), share: of.here.source };
        }
        Ok(knock)
    }

    /// By the second factor, on the way in: failures count by the name, however often its password is given anew.
    pub(in crate::usecase) async fn by_second(services: &Services, ctx: &Ctx, login: &str) -> Result<Self, Error> {
        let of = Counted::of(services, ctx, login, false).await?;
        let counted_by = vec![(of.second, Tries::Proof)];
        let entrant = Entrant { rank: Rank::Inside, share: of.second };
        Ok(Self { counted_by, name_here: None, clears: vec![of.second, of.password.0], place: of.place, entrant })
    }

    /// Within a session: its failures are its own.
    pub(in crate::usecase) async fn inside(services: &Services, ctx: &Ctx, login: &str) -> Result<Self, Error> {
        let of = Counted::of(services, ctx, login, true).await?;
        let own = match ctx.session {
            Some(session) => session.id,
            None => digest(&ctx.actor.id.to_string()),
        };
        let inside = digest(&format!("inside:{own:02x?}"));
        let entrant = Entrant { rank: Rank::Inside, share: inside };
        let counted_by = vec![(inside, Tries::Proof)];
        Ok(Self { counted_by, name_here: None, clears: vec![inside], place: of.place, entrant })
    }

    /// Waits in the line for a turn to hash.
    ///
    /// # Errors
    /// At once, when the line is full: how long to wait.
    pub(in crate::usecase) async fn turn(&self, services: &Services) -> Result<Turn, Error> {
        services.passwords.turn(self.entrant).await.map_err(busy)
    }

    /// Counts the attempt, before anything is looked at.
    ///
    /// # Errors
    /// When one of what it is counted by must wait.
    pub(in crate::usecase) async fn count(self, services: &Services, ctx: &Ctx) -> Result<Attempt, Error> {
        let tx = services.store.begin().await?;
        lock_all(&tx, self.subjects().into_iter(), ctx.now).await?;
        self.may_go_on(&tx, ctx).await?;
        let mut counted = Vec::new();
        for (subject, tries) in self.counted_by {
            let tally = held(&tx, subject, ctx.now).await?.counted(tries, ctx.now);
            let delay = Delay { subject, tally };
            delays::put(&tx, &delay, ctx.now).await?;
            counted.push(delay);
        }
        if let Some(here) = self.name_here {
            here.count(&tx, ctx.now).await?;
        }
        tx.commit().await?;
        Ok(Attempt { counted, name_here: self.name_here, clears: self.clears, place: self.place })
    }

    fn subjects(&self) -> Vec<Subject> {
        let here = self.name_here.map(NameHere::both).into_iter().flatten();
        self.counted_by.iter().map(|(subject, _)| *subject).chain(here).collect()
    }

    /// The failures that count against it, unless it must wait.
    async fn may_go_on(&self, on: &impl Access, ctx: &Ctx) -> Result<i64, Error> {
        let kept = delays::of(on, &self.subjects(), ctx.now - Duration::hours(FAILURES_FORGOTTEN_HOURS)).await?;
        match kept.iter().filter_map(|delay| delay.tally.waits(ctx.now)).max() {
            Some(until) => Err(wait(until, ctx.now)),
            None => Ok(kept.iter().map(|delay| delay.tally.failures).sum()),
        }
    }
}

/// Takes rows in one order, whoever takes them: nobody waits for each other.
async fn lock_all(tx: &Tx, subjects: impl Iterator<Item = Subject>, now: DateTime<Utc>) -> Result<(), Error> {
    let mut subjects: Vec<Subject> = subjects.collect();
    subjects.sort_unstable();
    for subject in subjects {
        delays::lock(tx, subject, now).await?;
    }
    Ok(())
}

async fn held(on: &impl Access, subject: Subject, now: DateTime<Utc>) -> Result<Tally, Error> {
    let since = now - Duration::hours(FAILURES_FORGOTTEN_HOURS);
    Ok(delays::of(on, &[subject], since).await?.pop().map_or_else(Tally::default, |kept| kept.tally))
}

/// Keeps what is left of a count.
async fn left(tx: &Tx, subject: Subject, tally: Tally, now: DateTime<Utc>) -> Result<(), Error> {
    match tally == Tally::default() {
        true => Ok(delays::forget(tx, subject).await?),
        false => Ok(delays::put(tx, &Delay { subject, tally }, now).await?),
    }
}

impl Attempt {
    /// It succeeded, but more is to come: it is taken back, what failed before still counts.
    pub(in crate::usecase) async fn half_done(self, tx: &Tx, now: DateTime<Utc>) -> Result<(), Error> {
        let here = self.name_here.map(NameHere::both).into_iter().flatten();
        lock_all(tx, self.counted.iter().map(|mine| mine.subject).chain(here), now).await?;
        for Delay { subject, tally: mine } in self.counted {
            let tally = held(tx, subject, now).await?.taken_back(mine);
            left(tx, subject, tally, now).await?;
        }
        match self.name_here {
            Some(here) => here.forgive(tx, now).await,
            None => Ok(()),
        }
    }

    /// It succeeded all the way: the name is known at this source from now on.
    pub(in crate::usecase) async fn done(self, tx: &Tx, now: DateTime<Utc>) -> Result<(), Error> {
        for subject in self.clears {
            delays::forget(tx, subject).await?;
        }
        Ok(known_sources::remember(tx, self.place, known_until(now)).await?)
    }
}

fn wait(until: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let seconds = (until - now).num_seconds() + 1;
    Refusal::too_many("sign_in.wait", format!("続けて失敗したため、あと{seconds}秒お待ちください")).into()
}

/// There is no place in the line before the hashing.
pub(in crate::usecase) fn busy(Busy { seconds }: Busy) -> Error {
    let words = format!(
        "いまサインインが混み合っているため、パスワードを確認できませんでした。約{seconds}秒待ってから、もう一度パスワードを入力してください"
    );
    Refusal::too_many("sign_in.busy", words).into()
}

//! Hashing of passwords: argon2id, off the async threads, as many at once as there are cores, in the order and within
//! the bounds of `domain::accounts::line`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;

use super::limits;
use crate::domain::accounts::insistence::Insistence;
use crate::domain::accounts::line::{Bounds, Came, Entrant, Line, Rank};

/// How hard a guess is made.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
}

impl Cost {
    /// `quality.md` section 4: m = 64 MiB, t = 3, p = 1.
    pub const REAL: Cost = Cost { memory_kib: 65_536, passes: 3 };
    /// For tests, which sign in hundreds of times.
    pub const TRIAL: Cost = Cost { memory_kib: 64, passes: 1 };
}

/// There is no place in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy {
    /// Seconds after which a new try is worth it.
    pub seconds: u64,
}

/// Hashes and checks passwords.
pub struct Passwords(Arc<Desk>);

struct Desk {
    cost: Cost,
    bounds: Bounds,
    line: Mutex<Line<oneshot::Sender<Turn>>>,
    insistence: Mutex<Insistence>,
    opened: Instant,
    dummy: String,
    computed: AtomicU64,
    /// What a hash takes, in milliseconds, of late.
    each_ms: AtomicU64,
}

impl Passwords {
    /// A hasher of that cost.
    ///
    /// # Errors
    /// When the cost is out of argon2's range.
    pub fn new(cost: Cost) -> Result<Self, String> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self::within(cost, Bounds::of_cores(cores))
    }

    /// The same within other bounds.
    ///
    /// # Errors
    /// As [`Passwords::new`].
    pub fn within(cost: Cost, bounds: Bounds) -> Result<Self, String> {
        let dummy = hash(cost, "nobody has this password")?;
        let line = Mutex::new(Line::new(bounds));
        Ok(Self(Arc::new(Desk {
            cost,
            bounds,
            line,
            insistence: Mutex::default(),
            opened: Instant::now(),
            dummy,
            computed: AtomicU64::new(0),
            each_ms: AtomicU64::new(100),
        })))
    }

    /// How many hashes were computed so far: the same for every name that somebody tries.
    pub fn computed(&self) -> u64 {
        self.0.computed.load(Ordering::Relaxed)
    }

    /// How many wait for their turn.
    pub fn waiting(&self) -> usize {
        self.0.line().waiting()
    }

    /// Waits in the line for a turn: to hash once. Of strangers those come first who didn't insist.
    ///
    /// # Errors
    /// [`Busy`]: at once when there is no place, or somebody trusted more takes it; or when it takes too long.
    pub async fn turn(&self, who: Entrant) -> Result<Turn, Busy> {
        let turn = self.stand(self.0.ranked(who)).await;
        if turn.is_err() && who.rank.is_stranger() {
            self.0.insistence().count(who.share, self.0.opened.elapsed());
        }
        turn
    }

    async fn stand(&self, who: Entrant) -> Result<Turn, Busy> {
        let (call, called) = oneshot::channel();
        let came = {
            let mut line = self.0.line();
            line.retain(|waits| !waits.is_closed());
            line.come(who, call)
        };
        match came {
            Came::Turn(_) => return Ok(Turn { desk: self.0.clone(), rank: who.rank }),
            Came::Full(_) => return Err(self.busy()),
            Came::Waits => {}
            // Whose end of the channel goes is told by that.
            Came::InsteadOf(gone) => drop(gone),
        }
        match tokio::time::timeout(self.0.bounds.patience_of(who.rank), called).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(self.busy()),
        }
    }

    fn busy(&self) -> Busy {
        Busy { seconds: self.0.bounds.again_in_seconds(self.0.each_ms.load(Ordering::Relaxed)) }
    }
}

impl Desk {
    fn line(&self) -> MutexGuard<'_, Line<oneshot::Sender<Turn>>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn insistence(&self) -> MutexGuard<'_, Insistence> {
        self.insistence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What counts against a stranger's source in the database, and what it insisted.
    fn ranked(&self, who: Entrant) -> Entrant {
        let Rank::Stranger(failures) = who.rank else { return who };
        let insisted = self.insistence().of(who.share, self.opened.elapsed());
        Entrant { rank: Rank::Stranger(failures.saturating_add(insisted)), ..who }
    }

    /// Counts one in, and notes what it took.
    fn timed<T>(&self, compute: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        self.computed.fetch_add(1, Ordering::Relaxed);
        let done = compute();
        let took = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let before = self.each_ms.load(Ordering::Relaxed);
        self.each_ms.store(before.saturating_mul(3).saturating_add(took) / 4, Ordering::Relaxed);
        done
    }
}

/// The right to hash once. Dropped, the next in the line is called.
pub struct Turn {
    desk: Arc<Desk>,
    rank: Rank,
}

impl Turn {
    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// When argon2 or the machine refuses.
    pub async fn hash(self, password: &str) -> Result<String, String> {
        let (cost, password) = (self.desk.cost, password.to_owned());
        self.aside(move |_| hash(cost, &password)).await?
    }

    /// Whether a password has that hash. Without a hash it takes as long and says no,
    /// so that nobody learns from the time which accounts exist.
    ///
    /// # Errors
    /// When the machine refuses.
    pub async fn verify(self, password: &str, hash: Option<&str>) -> Result<bool, String> {
        let (hash, password) = (hash.map(str::to_owned), password.to_owned());
        self.aside(move |desk| {
            let held = PasswordHash::new(hash.as_deref().unwrap_or(&desk.dummy));
            let same = held.is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok());
            same && hash.is_some()
        })
        .await
    }

    /// Computes in a thread of its own, which steps back behind the desk's work for strangers, further for those with
    /// failures. The turn ends with the
    /// computing, also when nobody waits for it any more.
    async fn aside<T: Send + 'static>(self, compute: impl FnOnce(&Desk) -> T + Send + 'static) -> Result<T, String> {
        let (tell, told) = oneshot::channel();
        let work = move || {
            if let Rank::Stranger(failures) = self.rank {
                limits::step_back(if failures == 0 { 5 } else { 10 });
            }
            let done = self.desk.timed(|| compute(&self.desk));
            drop(self);
            // Nobody may wait for it any more.
            drop(tell.send(done));
        };
        std::thread::Builder::new().name("password".into()).spawn(work).map_err(|e| e.to_string())?;
        told.await.map_err(|e| e.to_string())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.desk.line().leave(self.rank);
        loop {
            let Some((rank, call)) = self.desk.line().call() else { return };
            // Whoever went away meanwhile gives the turn back, which calls the next.
            drop(call.send(Turn { desk: self.desk.clone(), rank }));
        }
    }
}

fn hash(cost: Cost, password: &str) -> Result<String, String> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|e| e.to_string())?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|e| e.to_string())
}

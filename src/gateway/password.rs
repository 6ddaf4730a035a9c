//! Hashing of passwords: argon2id, off the async threads, as many at once as there are cores.

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

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

/// Hashes and checks passwords.
pub struct Passwords {
    cost: Cost,
    places: Semaphore,
    dummy: String,
    computed: AtomicU64,
}

impl Passwords {
    /// A hasher of that cost.
    ///
    /// # Errors
    /// When the cost is out of argon2's range.
    pub fn new(cost: Cost) -> Result<Self, String> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let dummy = hash(cost, "nobody has this password")?;
        Ok(Self { cost, places: Semaphore::new(cores), dummy, computed: AtomicU64::new(0) })
    }

    /// How many hashes were computed so far: the same for every name that somebody tries.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The hash of a password, as a PHC string.
    pub async fn hash(&self, password: &str) -> Result<String, String> {
        let (cost, password) = (self.cost, password.to_owned());
        let _place = self.places.acquire().await.map_err(|e| e.to_string())?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        tokio::task::spawn_blocking(move || hash(cost, &password)).await.map_err(|e| e.to_string())?
    }

    /// Whether a password has that hash. Without a hash it takes as long and says no,
    /// so that nobody learns from the time which accounts exist.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        let known = hash.is_some();
        let (hash, password) = (hash.unwrap_or(&self.dummy).to_owned(), password.to_owned());
        let Ok(_place) = self.places.acquire().await else { return false };
        self.computed.fetch_add(1, Ordering::Relaxed);
        let same = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
        });
        same.await.unwrap_or(false) && known
    }
}

fn hash(cost: Cost, password: &str) -> Result<String, String> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|e| e.to_string())?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|e| e.to_string())
}

//! The composition root: the only place that knows every part.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::config::{self, Settings};
use crate::domain::access::actor::Actor;
use crate::domain::ctx::Ctx;
use crate::gateway::clock::{Clock, SystemClock};
use crate::gateway::host;
use crate::gateway::passkey::Passkeys;
use crate::gateway::password::{Cost, Passwords};
use crate::gateway::pdf::Press;
use crate::gateway::seal::Seals;
use crate::gateway::volumes;
use crate::jobs;
use crate::store::{Address, Store};
use crate::usecase::audit::journals;
use crate::usecase::audit::journals::Kept;
use crate::usecase::{IndexHolder, Services};
use crate::web::{self, Web};

/// The product, put together.
pub struct App {
    /// What the steps work with.
    pub services: Services,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The settings it was put together from.
    pub settings: Settings,
}

impl App {
    /// Puts the product together: database open and current, scheme read and checked.
    ///
    /// # Errors
    /// One clear line about what can't be used.
    pub async fn build(settings: Settings) -> Result<Self, String> {
        Self::build_with(settings, Arc::new(SystemClock), Cost::REAL).await
    }

    /// The same with another clock and another cost of hashing: for trials.
    ///
    /// # Errors
    /// As [`App::build`].
    pub async fn build_with(settings: Settings, clock: Arc<dyn Clock>, cost: Cost) -> Result<Self, String> {
        let scheme = config::scheme()?;
        #[cfg(feature = "backups")]
        crate::usecase::backup::sweep(settings.sqlite_file().as_deref());
        let address = Address { url: settings.database.url.clone(), connections: settings.database.connections };
        let store = Store::open(&address).await.map_err(|e| e.to_string())?;
        let passwords = Arc::new(Passwords::new(cost)?);
        let seals = Arc::new(Seals::at(&settings.key_file()));
        let passkeys = Arc::new(Passkeys::at(&settings.base_url()));
        let (scheme, index) = (Arc::new(scheme), IndexHolder::default());
        let press = Arc::new(Press::default());
        let services = Services { store, scheme, passwords, passkeys, seals, press, index };
        Ok(Self { services, clock, settings })
    }

    /// A context for what the product itself does, or a command at the console.
    pub fn console(&self) -> Ctx {
        Ctx::new(Actor::system(), self.clock.now(), uuid::Uuid::new_v4(), String::new())
    }

    /// Takes the file in which readings wait while the database can't be written.
    ///
    /// # Errors
    /// One line that names the folder.
    pub async fn keep_journal(&self) -> Result<Kept, String> {
        let folder = match self.settings.audit.journal_dir.as_str() {
            "" => volumes::beside(self.settings.sqlite_file().as_deref()),
            set => volumes::make(Path::new(set)).map(|()| PathBuf::from(set)),
        };
        let folder =
            folder.map_err(|e| format!("閲覧記録の控えを置くフォルダ（audit.journal_dir）に書き込めません: {e}"))?;
        let room = self.settings.audit.journal_mib.clamp(1, 4_096) << 20;
        let place = journals::Place { folder, mark: self.settings.database_mark(), room };
        let clock = Arc::clone(&self.clock);
        let acts = Arc::new(move || Ctx::new(Actor::system(), clock.now(), uuid::Uuid::new_v4(), String::new()));
        journals::open(&self.services, &self.console(), place, acts).await.map_err(|e| e.to_string())
    }

    /// The front door.
    pub fn web(&self) -> Web {
        web::open(self.services.clone(), self.clock.clone(), &self.settings)
    }

    /// Starts what runs beside the desk.
    pub fn start_jobs(&self, journal: Kept) {
        let place = format!("{}（{}）", host::name(), self.settings.http.listen);
        let index_every = Duration::from_secs(self.settings.directory.refresh_seconds.max(1));
        jobs::start(&self.services, &self.clock, jobs::Server { place, index_every, journal });
    }
}

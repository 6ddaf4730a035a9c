//! The journal of reads: entries that have no transaction of their own. While the database can't be written they wait
//! in a file (`spill.rs`), and go over into the chain when it can again.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::{info, warn};

use super::super::dialect::connection::Writer;
use super::super::entity::{audit_entries, audit_subjects};
use super::super::{StoreError, settled};
use super::spill::Spill;
use super::{Line, Witness, line, write};
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;

/// How many entries may share a commit.
const BATCH: usize = 256;
/// How often it is tried whether the database can be written again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long a reader's answer may wait for a try to write into the database before its entry goes to the file.
const TRYING: Duration = Duration::from_millis(1_500);

/// Makes the context in which the product itself acts, now.
pub type Acts = Arc<dyn Fn() -> Ctx + Send + Sync>;

type Durable = oneshot::Sender<Result<(), Failed>>;

/// Why entries could not be made durable.
#[derive(Debug, Clone, Copy)]
enum Failed {
    Full,
    Away,
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Full => Self::Full,
            Failed::Away => Self::Away("the reading can't be written down"),
        }
    }
}

enum Asked {
    Write(Box<Line>, Durable),
    Take(Spill, Acts),
}

/// The journal of reads.
#[derive(Clone)]
pub struct Journal {
    queue: mpsc::Sender<Asked>,
    /// Entries that wait in the file.
    waiting: Arc<AtomicU64>,
}

impl Journal {
    pub(in crate::store) fn start(writer: Writer) -> Self {
        let (queue, asked) = mpsc::channel(4 * BATCH);
        let waiting = Arc::<AtomicU64>::default();
        let keeper = Keeper { writer, spill: None, waiting: None, count: Arc::clone(&waiting) };
        tokio::spawn(keeper.keep(asked));
        Self { queue, waiting }
    }

    /// How many entries wait until the database can be written again.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Writes an entry and returns when it's durable.
    ///
    /// # Errors
    /// When it can't be made durable; then the answer must not leave either.
    pub async fn write(&self, ctx: &Ctx, entry: AuditEntry) -> Result<(), StoreError> {
        let gone = StoreError::Away("the journal has stopped");
        let (done, durable) = oneshot::channel();
        if self.queue.send(Asked::Write(Box::new(line(ctx, entry)), done)).await.is_err() {
            return Err(gone);
        }
        match durable.await {
            Ok(result) => Ok(result?),
            Err(_) => Err(gone),
        }
    }

    /// Lets entries wait in a file from now on while the database can't be written. What waits in it already goes
    /// over first.
    pub async fn spill_into(&self, spill: Spill, acts: Acts) {
        drop(self.queue.send(Asked::Take(spill, acts)).await);
    }
}

struct Keeper {
    writer: Writer,
    spill: Option<(Spill, Acts)>,
    /// While entries wait in the file: the try under way to write them into the database, and how many those are.
    waiting: Option<(JoinHandle<Result<(), StoreError>>, u64)>,
    /// The same number for others to read.
    count: Arc<AtomicU64>,
}

impl Keeper {
    async fn keep(mut self, mut queue: mpsc::Receiver<Asked>) {
        let mut asked = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                ended = ended(&mut self.waiting) => self.went_over(ended).await,
                count = queue.recv_many(&mut asked, BATCH) => {
                    if count == 0 {
                        return;
                    }
                    self.serve(asked.drain(..)).await;
                }
            }
        }
    }

    async fn serve(&mut self, asked: impl Iterator<Item = Asked>) {
        let (mut lines, mut callers) = (Vec::new(), Vec::new());
        for one in asked {
            match one {
                Asked::Write(line, done) => {
                    lines.push(*line);
                    callers.push(done);
                }
                Asked::Take(spill, acts) => {
                    let waits = spill.holds_something();
                    self.spill = Some((spill, acts));
                    if waits {
                        self.go_over().await;
                    }
                }
            }
        }
        if lines.is_empty() {
            return;
        }
        let result = self.make_durable(lines).await;
        for caller in callers {
            // A caller that has gone away needs no answer.
            caller.send(result).ok();
        }
    }

    /// Into the database, or, while that can't be written, into the file.
    async fn make_durable(&mut self, lines: Vec<Line>) -> Result<(), Failed> {
        if self.waiting.is_some() {
            return self.put_aside(lines).await.map_err(|_| Failed::Away);
        }
        let kept = self.spill.is_some().then(|| lines.clone());
        let trying = commit(&self.writer, lines);
        let error = match kept {
            Some(_) => match tokio::time::timeout(TRYING, trying).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) => error,
                Err(_) => StoreError::Away("takes too long"),
            },
            None => match trying.await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            },
        };
        let failed = if matches!(error, StoreError::Full) { Failed::Full } else { Failed::Away };
        warn!(%error, "Readings can't be written into the database");
        let Some(lines) = kept else { return Err(failed) };
        self.put_aside(lines).await.map_err(|_| failed)?;
        self.go_over().await;
        Ok(())
    }

    async fn put_aside(&mut self, lines: Vec<Line>) -> io::Result<()> {
        let put = self.with_spill(move |spill| spill.append(&lines).map(|()| spill.head())).await;
        match &put {
            // Who keeps the log elsewhere can tell from it whether the file was cut.
            Ok(head) => info!(journal.head = %head, "Readings wait in the journal: {head}"),
            Err(error) => warn!(%error, "Readings can't be written into the journal either"),
        }
        put.map(|_| ())
    }

    /// Files are slow now and then: they are worked on beside the async threads.
    async fn with_spill<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Spill) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let Some((mut spill, acts)) = self.spill.take() else { return Err(io::ErrorKind::NotFound.into()) };
        let worked = tokio::task::spawn_blocking(move || {
            let result = work(&mut spill);
            (spill, result)
        });
        let (spill, result) = worked.await.map_err(io::Error::other)?;
        self.count.store(spill.count(), Ordering::Relaxed);
        self.spill = Some((spill, acts));
        result
    }

    /// Begins to write what waits into the database, until it succeeds.
    async fn go_over(&mut self) {
        let held = match self.with_spill(Spill::held).await {
            Ok(held) => held,
            Err(error) => return warn!(%error, "The journal can't be read"),
        };
        let Some((_, acts)) = &self.spill else { return };
        let count = held.lines.len() as u64;
        let trying = go_over(self.writer.clone(), held.lines, held.broken, Arc::clone(acts));
        self.waiting = Some((tokio::spawn(trying), count));
    }

    /// What waited has gone over; so does what has come meanwhile, before anything else is asked. Then the file is
    /// empty, and the database is written again.
    async fn went_over(&mut self, ended: Result<(), StoreError>) {
        let count = self.waiting.take().map_or(0, |(_, count)| count);
        let rest = match ended {
            Ok(()) => self.rest(count).await,
            Err(error) => Err(error),
        };
        if let Err(error) = rest {
            warn!(%error, "What waits in the journal could not be written into the database");
            return self.go_over().await;
        }
        match self.with_spill(Spill::empty).await {
            Ok(()) => info!("What waited in the journal stands in the audit"),
            // Nothing is lost: what is read again stands already, and isn't written twice.
            Err(error) => warn!(%error, "The journal could not be emptied"),
        }
    }

    /// Writes what lies behind the first so many into the database.
    async fn rest(&mut self, behind: u64) -> Result<(), StoreError> {
        let Some((spill, acts)) = &self.spill else { return Ok(()) };
        if spill.count() <= behind {
            return Ok(());
        }
        let acts = Arc::clone(acts);
        let unreadable = |_| StoreError::Away("the journal can't be read");
        let held = self.with_spill(Spill::held).await.map_err(unreadable)?;
        let behind = usize::try_from(behind).unwrap_or(usize::MAX).min(held.lines.len());
        let slow = |_| StoreError::Away("takes too long");
        tokio::time::timeout(TRYING, once(&self.writer, &held.lines[behind..], held.broken, &acts))
            .await
            .map_err(slow)?
    }
}

async fn ended(waiting: &mut Option<(JoinHandle<Result<(), StoreError>>, u64)>) -> Result<(), StoreError> {
    match waiting {
        Some((trying, _)) => trying.await.unwrap_or(Err(StoreError::Away("stopped"))),
        None => std::future::pending().await,
    }
}

async fn commit(writer: &Writer, lines: Vec<Line>) -> Result<(), StoreError> {
    let on = writer.begin().await?;
    let witness = lines.first().map(|line| Witness(line.entry.clone()));
    write(&on, lines).await?;
    settled(writer, on.commit().await, witness.as_ref()).await
}

/// Tries until it has written them; those that stand already are left as they are.
async fn go_over(writer: Writer, lines: Vec<Line>, broken: bool, acts: Acts) -> Result<(), StoreError> {
    loop {
        tokio::time::sleep(AGAIN).await;
        match once(&writer, &lines, broken, &acts).await {
            Ok(()) => return Ok(()),
            Err(StoreError::Away(_) | StoreError::Full | StoreError::Unknown) => {}
            Err(other) => return Err(other),
        }
    }
}

async fn once(writer: &Writer, lines: &[Line], broken: bool, acts: &Acts) -> Result<(), StoreError> {
    let on = writer.begin().await?;
    for some in lines.chunks(BATCH) {
        let entries = some.iter().map(|line| line.entry.clone().into_active_model().reset_all());
        audit_entries::Entity::insert_many(entries).on_conflict_do_nothing().exec_without_returning(&on).await?;
        let subjects = some.iter().flat_map(|line| &line.subjects);
        let subjects: Vec<_> = subjects.map(|subject| subject.clone().into_active_model().reset_all()).collect();
        for some in subjects.chunks(1_000) {
            let rows = audit_subjects::Entity::insert_many(some.to_vec());
            rows.on_conflict_do_nothing().exec_without_returning(&on).await?;
        }
    }
    let told = AuditEntry::done("audit.journal", Object::kind("audit"))
        .outcome(if broken { Outcome::Failed } else { Outcome::Done })
        .detail(json!({ "entries": lines.len(), "broken": broken }));
    let told = line(&acts(), told);
    let witness = Witness(told.entry.clone());
    write(&on, vec![told]).await?;
    settled(writer, on.commit().await, Some(&witness)).await
}

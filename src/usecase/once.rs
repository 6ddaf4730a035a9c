//! A transaction that is done once, however often it is asked for with the same key.

use std::ops::Deref;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::store::once;
use crate::store::once::RequestKey;
use crate::store::{Access, Store, StoreError, Tx};
use crate::usecase::Error;

/// The idempotency key of a request, if it carried one.
pub type Once = Option<RequestKey>;

/// A transaction with its key: used like any other, and finished with the answer that its key is remembered by.
pub struct OnceTx<'a> {
    tx: Tx,
    store: &'a Store,
    once: &'a Once,
}

impl<'a> OnceTx<'a> {
    /// Begins, unless the same request was answered before.
    ///
    /// # Errors
    /// `Answered` with the answer given then; a refusal when the same key came with another body.
    pub async fn begin(store: &'a Store, ctx: &Ctx, once: &'a Once) -> Result<Self, Error> {
        given_before(store, ctx, once).await?;
        Ok(Self { tx: store.begin().await?, store, once })
    }

    /// Remembers the answer and commits both.
    pub async fn finish<T: Serialize>(self, ctx: &Ctx, answer: T) -> Result<T, Error> {
        if let Some(request) = self.once {
            let text = serde_json::to_string(&answer).map_err(|e| Error::Outside(e.to_string()))?;
            match once::remember(&self.tx, request, 200, &text, ctx.now).await {
                Err(StoreError::Duplicate) => {
                    drop(self.tx);
                    given_before(self.store, ctx, self.once).await?;
                    return Err(Error::Store(StoreError::Duplicate));
                }
                other => other?,
            }
        }
        match self.tx.commit().await {
            // Whether it stands can't be told of the transaction, but of its key: that is written with it.
            Err(StoreError::Unknown) if self.once.is_some() => match given_before(self.store, ctx, self.once).await {
                Err(Error::Answered(_)) => Ok(answer),
                _ => Err(StoreError::Unknown.into()),
            },
            ended => Ok(ended.map(|()| answer)?),
        }
    }
}

impl Deref for OnceTx<'_> {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl Access for OnceTx<'_> {
    type Conn = <Tx as Access>::Conn;

    fn conn(&self) -> &Self::Conn {
        self.tx.conn()
    }
}

/// Whether the same request was answered before.
///
/// # Errors
/// `Answered` with the answer given then; a refusal when the same key came with another body.
pub(super) async fn given_before(store: &Store, ctx: &Ctx, once: &Once) -> Result<(), Error> {
    let Some(request) = once else { return Ok(()) };
    match once::find(store, request, ctx.now).await? {
        None => Ok(()),
        Some(before) if before.body_hash == request.body_hash => Err(Error::Answered(before.answer)),
        Some(_) => Err(Refusal::invalid(
            "idempotency.mismatch",
            "同じ受付キーで異なる内容が送られました。新しいキーで送り直してください",
        )
        .into()),
    }
}

/// Turns an answer given before back into a result: to the caller a repeated request looks like the first.
pub fn answered<T: DeserializeOwned>(result: Result<T, Error>) -> Result<T, Error> {
    match result {
        Err(Error::Answered(text)) => serde_json::from_str(&text).map_err(|e| Error::Outside(e.to_string())),
        other => other,
    }
}

//! Asking only for what may be seen.

use crate::store::StoreError;

/// What a question answers where it may be asked; nothing otherwise.
pub(super) async fn if_shown<T: Default>(
    shown: bool,
    question: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    if shown { question.await } else { Ok(T::default()) }
}

/// What a question answers about something that is known and may be seen; nothing otherwise.
pub(super) async fn if_known<K, T: Default, F: Future<Output = Result<T, StoreError>>>(
    key: Option<K>,
    question: impl FnOnce(K) -> F,
) -> Result<T, StoreError> {
    match key {
        Some(key) => question(key).await,
        None => Ok(T::default()),
    }
}

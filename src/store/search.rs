//! Search over tickets, and over calls that led to none: bigrams made here, kept in each engine's own index, hits checked again to the letter.
//! Two-character words are found; `%` and `_` mean themselves.

pub(super) mod document;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use self::document::{document, tokens};
use super::dialect::{self, Shelf};
use super::entity::{call_docs, search_docs};
use super::{Access, StoreError, Tx};
use crate::domain::id::CallId;
use crate::domain::search::{Question, SearchText};
use crate::domain::tickets::TicketNo;

/// The longest document that is indexed, in characters.
const LONGEST: usize = 20_000;

/// Writes a ticket's document anew.
pub async fn put(tx: &Tx, no: TicketNo, text: &SearchText) -> Result<(), StoreError> {
    let (body, tokens) = indexed(text.as_str());
    Ok(dialect::put_document(tx.conn(), no.as_key(), &body, &tokens).await?)
}

/// The document of a text, cut to what is indexed, and its tokens.
pub(super) fn indexed(text: &str) -> (String, String) {
    let body: String = document(text).chars().take(LONGEST).collect();
    let tokens = tokens(&body);
    (body, tokens)
}

/// A document that an older version wrote, and its tokens, where this one would write another.
pub(in crate::store) fn rewritten(held: &str) -> Option<(String, String)> {
    let (body, tokens) = indexed(held);
    (body != held).then_some((body, tokens))
}

/// Adds text to a ticket's document.
pub async fn add(tx: &Tx, no: TicketNo, text: &SearchText) -> Result<(), StoreError> {
    let held = search_docs::Entity::find_by_id(no.as_key()).one(tx.conn()).await?;
    let held = held.map_or(String::new(), |doc| doc.body);
    let (body, tokens) = indexed(&format!("{held}\n{}", text.as_str()));
    Ok(dialect::put_document(tx.conn(), no.as_key(), &body, &tokens).await?)
}

/// Numbers of tickets that hold every word of a question, or the telephone number that it is, newest first. An empty
/// question finds nothing.
pub async fn find(
    on: &impl Access,
    question: &Question,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    find_on(on, &dialect::TICKETS, question, before, limit).await
}

/// Calls without a ticket that answer a question in the same way, each with its document's number; last written first.
pub async fn find_calls(
    on: &impl Access,
    question: &Question,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<(i64, Uuid)>, StoreError> {
    let numbers = find_on(on, &dialect::CALLS, question, before, limit).await?;
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    Ok(call_docs::Entity::find()
        .select_only()
        .columns([call_docs::Column::Number, call_docs::Column::CallId])
        .filter(call_docs::Column::Number.is_in(numbers))
        .order_by_desc(call_docs::Column::Number)
        .into_tuple()
        .all(on.conn())
        .await?)
}

/// Writes the document of a call that ended without a ticket.
pub async fn put_call(tx: &Tx, call: CallId, text: &SearchText) -> Result<(), StoreError> {
    let (body, tokens) = indexed(text.as_str());
    Ok(dialect::put_call_document(tx.conn(), call.0, &body, &tokens).await?)
}

/// Takes a call's document away: the call has a ticket now, and is found by that.
pub async fn forget_call(tx: &Tx, call: CallId) -> Result<(), StoreError> {
    Ok(dialect::remove_call_document(tx.conn(), call.0).await?)
}

async fn find_on(
    on: &impl Access,
    shelf: &Shelf,
    question: &Question,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    let mut found = with_words(on, shelf, &question.words, before, limit).await?;
    if !question.by_key.is_empty() {
        // A number is written in many ways, and stands in each document by its key.
        found.extend(with_words(on, shelf, &question.by_key, before, limit).await?);
        found.sort_unstable_by_key(|number| std::cmp::Reverse(*number));
        found.dedup();
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(found)
}

async fn with_words(
    on: &impl Access,
    shelf: &Shelf,
    words: &[String],
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    let mut asked: Vec<String> = words.iter().flat_map(|w| question_tokens(w)).collect();
    asked.sort_unstable();
    asked.dedup();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    Ok(dialect::find_documents(on.conn(), shelf, &asked, words, before, limit).await?)
}

/// A word of one character asks for that character; a longer one for its pairs.
fn question_tokens(word: &str) -> Vec<String> {
    let one = word.chars().count() == 1;
    tokens(word).split(' ').filter(|t| one || t.contains('x')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::fold;

    fn held(text: &str) -> Vec<String> {
        tokens(&document(text)).split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_word_of_two_characters_is_one_token_and_the_document_holds_it() {
        let held = held("東京都立のｶﾙﾃ端末");
        for word in ["京都", "カルテ", "端末", "端"] {
            assert!(question_tokens(&fold(word)).iter().all(|t| held.contains(t)), "{word}");
        }
    }

    #[test]
    fn words_do_not_run_together_across_lines() {
        let held = held("東\n京");
        assert!(!question_tokens("東京").iter().all(|t| held.contains(t)));
    }
}

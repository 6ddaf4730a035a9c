//! Search over tickets: bigrams made here, kept in each engine's own index, hits checked again to the letter.
//! Two-character words are found; `%` and `_` mean themselves.

pub(super) mod document;

use sea_orm::EntityTrait;

use self::document::{document, tokens};
use super::entity::search_docs;
use super::{Access, StoreError, Tx, dialect};
use crate::domain::text::fold;
use crate::domain::tickets::TicketNo;

/// The longest document that is indexed, in characters.
const LONGEST: usize = 20_000;
/// Words of a question beyond these are ignored.
const WORDS: usize = 8;

/// Writes a ticket's document anew.
pub async fn put(tx: &Tx, no: TicketNo, text: &str) -> Result<(), StoreError> {
    let body: String = document(text).chars().take(LONGEST).collect();
    Ok(dialect::put_document(tx.conn(), no.as_key(), &body, &tokens(&body)).await?)
}

/// Adds text to a ticket's document.
pub async fn add(tx: &Tx, no: TicketNo, text: &str) -> Result<(), StoreError> {
    let held = search_docs::Entity::find_by_id(no.as_key()).one(tx.conn()).await?;
    let held = held.map_or(String::new(), |doc| doc.body);
    put(tx, no, &format!("{held}\n{text}")).await
}

/// Numbers of tickets that hold every word of a question, newest first. An empty question finds nothing.
pub async fn find(on: &impl Access, question: &str, before: Option<i64>, limit: u64) -> Result<Vec<i64>, StoreError> {
    let words: Vec<String> = question.split_whitespace().map(fold).filter(|w| !w.is_empty()).take(WORDS).collect();
    let mut asked: Vec<String> = words.iter().flat_map(|w| question_tokens(w)).collect();
    asked.sort_unstable();
    asked.dedup();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    Ok(dialect::find_documents(on.conn(), &asked, &words, before, limit).await?)
}

/// A word of one character asks for that character; a longer one for its pairs.
fn question_tokens(word: &str) -> Vec<String> {
    let one = word.chars().count() == 1;
    tokens(word).split(' ').filter(|t| one || t.contains('x')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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

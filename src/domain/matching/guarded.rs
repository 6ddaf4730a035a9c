//! What the desk and the API are told. The number is the only secret among the four items: it is held against the
//! directory only once the other three have said whose it should be, one number against one doctor a try, and what
//! isn't exactly theirs looks the same whether it is a slip away, somebody else's or nobody's.

use super::answer::{Answer, Decision, Item, ItemMark, Note, Reason};
use super::evaluate::NumberState;
use super::explain::{self, READ_NUMBER_AGAIN};
use super::index::DirectoryIndex;
use super::look_up::Finding;
use super::name::NameLevel;
use super::number::{self, NumberLevel};
use super::query::Query;

/// How often a person heard the number said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// It is left out: it's still being typed, or whoever asks has been stopped.
    Unasked,
    /// Said once: only the exact number agrees.
    #[default]
    Once,
    /// Asked for again and said the same: one slip is forgiven.
    Twice,
}

/// What became of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// It was not compared: nothing about it can be told from the answer.
    Nothing,
    /// It is the doctor's.
    Right,
    /// It could have verified, and did not.
    Missed,
}

/// An answer that tells nothing about a number but whether it is the named doctor's.
#[derive(Debug, Clone, PartialEq)]
pub struct Guarded {
    /// The answer.
    pub answer: Answer,
    /// Whether it was a try at the number, and how it went.
    pub tried: Tried,
}

/// The numbers that a query tries: those that the engine reads in it, however they are written, where the other three
/// items are given. Without them a number can't verify, and nothing is told about it.
pub fn numbers_tried(name: &str, facility: &str, address: &str, number: &str) -> Vec<String> {
    if [name, facility, address].iter().any(|item| item.trim().is_empty()) {
        return Vec::new();
    }
    number::readable(number)
}

impl DirectoryIndex {
    /// Who is meant, and what follows for that day, as the desk and the API may know it.
    pub fn look_up_guarded(&self, query: &Query, heard: Heard) -> Guarded {
        let tries = heard != Heard::Unasked
            && !numbers_tried(&query.name, &query.facility, &query.address, &query.number).is_empty();
        if tries {
            let (answer, best) = self.weigh(query);
            if best.is_some_and(|best| is_right(&answer, &best, heard)) {
                return Guarded { answer, tried: Tried::Right };
            }
        }
        let (mut answer, best) = self.weigh(&Query { number: String::new(), ..query.clone() });
        if !number::clean(&query.number).is_empty() {
            let lacks = best.is_some_and(|best| self.lacks_number(best.person, &query.number));
            with_number(&mut answer, best.as_ref(), heard, lacks);
        }
        Guarded { answer, tried: if tries { Tried::Missed } else { Tried::Nothing } }
    }

    /// Whether the directory holds no number of a kind that was said for this person.
    fn lacks_number(&self, person: u32, said: &str) -> bool {
        number::readable(said).iter().any(|digits| self.stored.store.number(person, digits.len()).is_none())
    }
}

/// Whether the number is the named doctor's. Less than a name in full says it only where all is decided: else one
/// number could be tried on everybody of a family name and a town at once.
fn is_right(answer: &Answer, best: &Finding, heard: Heard) -> bool {
    let exact = best.levels.number == NumberState::Compared(NumberLevel::Same);
    let slip = best.levels.number == NumberState::Compared(NumberLevel::Slip) && heard == Heard::Twice;
    let named = best.levels.name.is_some_and(NameLevel::agrees_fully) && answer.reason != Reason::TooVague;
    (exact || slip) && answer.items.all_agree() && (named || answer.decision != Decision::NeedsCheck)
}

/// Adds to an answer made without the number that one was said, and no more of it than may be known.
fn with_number(answer: &mut Answer, best: Option<&Finding>, heard: Heard, lacks: bool) {
    let others = [answer.items.name, answer.items.facility, answer.items.address];
    let levels = best.map(|best| best.levels);
    let (mark, note) = if heard == Heard::Unasked {
        (ItemMark::NotGiven, None)
    } else if others.iter().any(|mark| *mark != ItemMark::Agrees) {
        (ItemMark::NotGiven, Some("ほかの3項目が一致してから照合します"))
    } else if lacks {
        answer.reason = Reason::NumberNotOnFile;
        (ItemMark::NotOnFile, Some("名簿にこの種類の番号がありません。もう一方の番号をお尋ねください"))
    } else {
        answer.reason = if heard == Heard::Once { Reason::NumberHeardOnce } else { Reason::ItemDiffers };
        (ItemMark::Differs, Some(READ_NUMBER_AGAIN))
    };
    if best.is_none() && !others.contains(&ItemMark::NotGiven) {
        answer.reason = Reason::NobodyFound;
    }
    answer.notes.extend(note.map(|text| Note { item: Item::Number, text }));
    // The number is there: only the others may be missing.
    let settled = if mark == ItemMark::NotGiven { ItemMark::Agrees } else { mark };
    let items = super::answer::Items { number: settled, ..answer.items };
    let nothing_else = settled == ItemMark::Agrees && items.all_agree();
    answer.ask_next = match nothing_else {
        true => Some("番号はまだ照合していません".to_owned()),
        false => explain::ask_next(answer.reason, &items, levels.as_ref()),
    };
    if mark == ItemMark::Differs && heard == Heard::Twice {
        answer.ask_next = Some(explain::ASK_OTHER_NUMBER.to_owned());
    }
    answer.items.number = mark;
    if let Some(first) = answer.candidates.first_mut() {
        first.items.number = mark;
    }
}

#[cfg(test)]
#[path = "guarded_tests.rs"]
mod tests;

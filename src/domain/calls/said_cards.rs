//! Which sentences have been said on a call, read from its timeline.

use crate::domain::tickets::{Entry, Event};

/// The codes of the cards that were said and not taken back.
pub fn said_cards(entries: &[Entry]) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for entry in entries {
        match Event::read(&entry.data) {
            Some(Event::CardSaid { card, .. }) if !said.contains(&card) => said.push(card),
            Some(Event::CardTakenBack { card }) => said.retain(|c| *c != card),
            _ => {}
        }
    }
    said
}

/// Which entries say something that was taken back later, a sentence or a move: they stay, struck through.
pub fn taken_back(entries: &[Entry]) -> Vec<bool> {
    let events: Vec<_> = entries.iter().map(|entry| Event::read(&entry.data)).collect();
    // Of two tickets read as one, each takes back its own.
    let later = |at: usize, same: fn(&Entry, &Entry) -> bool| {
        let rest = events.iter().zip(entries).skip(at + 1);
        rest.filter(move |(_, entry)| same(entry, &entries[at])).filter_map(|(event, _)| event.as_ref())
    };
    let back = |at: usize, card: &str| {
        let mut rest = later(at, |a, b| (a.ticket_id, a.call_id) == (b.ticket_id, b.call_id));
        rest.any(|e| matches!(e, Event::CardTakenBack { card: back } if back == card))
    };
    let move_back = |at: usize| {
        let mut moves = later(at, |a, b| a.ticket_id == b.ticket_id);
        let next = moves.find(|e| matches!(e, Event::Transitioned { .. } | Event::MoveTakenBack { .. }));
        matches!(next, Some(Event::MoveTakenBack { .. }))
    };
    let struck = events.iter().enumerate().map(|(at, event)| match event {
        Some(Event::CardSaid { card, .. }) => back(at, card),
        Some(Event::Transitioned { .. }) => move_back(at),
        _ => false,
    });
    struck.collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::{AccountId, CallId, EntryId};
    use crate::domain::scheme::sample::scheme;
    use crate::domain::tickets::Place;

    #[test]
    fn what_was_taken_back_was_not_said_and_stands_struck_through_and_can_be_said_again() {
        let said = |card: &str| Event::CardSaid { card: card.into(), answer: "told".into() };
        let back = |card: &str| Event::CardTakenBack { card: card.into() };
        let at = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        let entries: Vec<Entry> = [said("a"), said("b"), back("a"), said("a")]
            .iter()
            .map(|event| {
                Entry::of(
                    EntryId(Uuid::nil()),
                    Place::Call(CallId(Uuid::nil())),
                    event,
                    &scheme(),
                    at,
                    AccountId(Uuid::nil()),
                )
            })
            .collect();
        assert_eq!(said_cards(&entries[..2]), ["a", "b"]);
        assert_eq!(said_cards(&entries[..3]), ["b"]);
        assert_eq!(said_cards(&entries), ["b", "a"]);
        assert_eq!(taken_back(&entries), [true, false, false, false]);
    }
}

//! Keys as a person presses them: text, chords, and how many of each.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

use super::window::Browser;

/// Keys that only move on to the next field or the next choice are part of typing, not commands.
const MOVES: [&str; 4] = ["Tab", "Shift+Tab", "Down", "Space"];

/// What was pressed besides text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pressed {
    pub(crate) commands: usize,
    pub(crate) moves: usize,
}

impl Browser {
    /// Types text into whatever has the focus.
    pub(crate) async fn types(&self, text: &str) {
        let mut keys = KeyActions::new("keys".into());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(keys).await.expect("typed");
    }

    /// Presses a chord: `Tab`, `F2`, `Alt+4`, `Ctrl+Enter`, `/`.
    pub(crate) async fn press(&self, chord: &str) {
        let mut pressed = self.pressed.get();
        if MOVES.contains(&chord) {
            pressed.moves += 1
        } else {
            pressed.commands += 1
        }
        self.pressed.set(pressed);
        let parts: Vec<char> = chord.split('+').map(key).collect();
        let mut keys = KeyActions::new("keys".into());
        for value in &parts {
            keys = keys.then(KeyAction::Down { value: *value });
        }
        for value in parts.iter().rev() {
            keys = keys.then(KeyAction::Up { value: *value });
        }
        self.client.perform_actions(keys).await.expect("pressed");
    }

    /// Moves on with Tab until the field of this name has the focus; not at all if it has it.
    pub(crate) async fn tab_to(&self, name: &str) {
        for _ in 0..60 {
            if self.holds(&format!("document.activeElement.name === '{name}'")).await {
                return;
            }
            self.press("Tab").await;
        }
        panic!("Tab never came to {name}");
    }
}

fn key(name: &str) -> char {
    match name {
        "Tab" => Key::Tab.into(),
        "Enter" => Key::Enter.into(),
        "Esc" => Key::Escape.into(),
        "Down" => Key::Down.into(),
        "Space" => ' ',
        "Alt" => Key::Alt.into(),
        "Ctrl" => Key::Control.into(),
        "Shift" => Key::Shift.into(),
        "F2" => Key::F2.into(),
        "F4" => Key::F4.into(),
        other => other.chars().next().expect("a key"),
    }
}

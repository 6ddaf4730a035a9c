//! What is read out before remote support, and what a caller needs to connect (domain section 4, Q2-3).

use chrono::NaiveDate;
use serde::Deserialize;

/// `remote.toml`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteSupport {
    /// What is said where a machine was, or may have been, cut off.
    pub keep_apart: String,
    /// What is read out for consent, oldest first; each holds from its day until the next one's.
    pub consent: Vec<Consent>,
    /// How one connects, tool by tool; of one code the last begun holds.
    pub tool: Vec<Tool>,
}

/// What is read out, word for word, before somebody works on a caller's screen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The first day, in Tokyo: its version.
    #[serde(deserialize_with = "super::hours::day")]
    pub from: NaiveDate,
    /// The words.
    pub say: String,
}

/// A tool and how a caller is led to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The code in forms.
    pub code: String,
    /// What it is called.
    pub label: String,
    /// The first day, in Tokyo.
    #[serde(deserialize_with = "super::hours::day")]
    pub from: NaiveDate,
    /// What to say, step by step.
    pub steps: Vec<String>,
    /// What the caller types into the browser, said letter by letter.
    #[serde(default)]
    pub address: String,
    /// Who reads the code out.
    pub code_from: CodeFrom,
}

/// On whose screen the code of a session appears first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeFrom {
    /// On ours: it is told to the caller.
    Desk,
    /// On the caller's: it is read out to us.
    Caller,
}

impl RemoteSupport {
    /// What is read out on a day.
    pub fn consent_on(&self, day: NaiveDate) -> Option<&Consent> {
        self.consent.iter().rev().find(|consent| consent.from <= day)
    }

    /// The tools of a day, in the order in which their codes first stand in the file.
    pub fn tools_on(&self, day: NaiveDate) -> Vec<&Tool> {
        let mut tools: Vec<&Tool> = Vec::new();
        for tool in self.tool.iter().filter(|tool| tool.from <= day) {
            match tools.iter_mut().find(|held| held.code == tool.code) {
                Some(held) if held.from <= tool.from => *held = tool,
                Some(_) => {}
                None => tools.push(tool),
            }
        }
        tools
    }

    /// What can't be used: key and reason.
    pub(super) fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if self.keep_apart.trim().is_empty() {
            faults.push(("keep_apart".to_owned(), "お伝えする文がありません".to_owned()));
        }
        if self.consent.is_empty() {
            faults.push(("consent".to_owned(), "同意をいただくために読み上げる文がありません".to_owned()));
        }
        for (i, consent) in self.consent.iter().enumerate() {
            if consent.say.trim().is_empty() {
                faults.push((format!("consent[{i}].say"), "読み上げる文がありません".to_owned()));
            }
            if i > 0 && self.consent[i - 1].from >= consent.from {
                faults.push((format!("consent[{i}].from"), "適用日は古い順に並べてください".to_owned()));
            }
        }
        if self.tool.is_empty() {
            faults.push(("tool".to_owned(), "ツールがありません".to_owned()));
        }
        for (i, tool) in self.tool.iter().enumerate() {
            if tool.code.trim().is_empty() || tool.label.trim().is_empty() {
                faults.push((format!("tool[{i}].code"), "code と label を書いてください".to_owned()));
            }
            if self.tool.iter().take(i).any(|other| other.code == tool.code && other.from >= tool.from) {
                faults.push((format!("tool[{i}].from"), "同じツールの適用日は古い順に並べてください".to_owned()));
            }
            if !tool.address.is_ascii() {
                faults.push((format!("tool[{i}].address"), "アドレスは半角の英数字で書いてください".to_owned()));
            }
        }
        faults
    }
}

impl Tool {
    /// The address as it is said, letter by letter: 「G・E・T ドット …」.
    pub fn spelled(&self) -> String {
        let mut said = String::new();
        for c in self.address.chars() {
            let sign = match c {
                '.' => " ドット ",
                '-' => " ハイフン ",
                '_' => " アンダーバー ",
                '/' => " スラッシュ ",
                ':' => " コロン ",
                _ => {
                    if said.chars().last().is_some_and(|last| last != ' ') {
                        said.push('・');
                    }
                    said.push(c.to_ascii_uppercase());
                    continue;
                }
            };
            said.push_str(sign);
        }
        said.replace("  ", " ").trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn tool(code: &str, from: &str, label: &str) -> Tool {
        let (code, label, from) = (code.to_owned(), label.to_owned(), day(from));
        Tool { code, label, from, steps: Vec::new(), address: String::new(), code_from: CodeFrom::Desk }
    }

    fn consent(from: &str, say: &str) -> Consent {
        Consent { from: day(from), say: say.into() }
    }

    #[test]
    fn what_holds_on_a_day_is_what_began_last_before_it() {
        let support = RemoteSupport {
            keep_apart: "つながないで".into(),
            consent: vec![consent("2026-01-01", "旧"), consent("2026-07-01", "新")],
            tool: vec![tool("a", "2026-01-01", "旧"), tool("b", "2026-06-01", "別"), tool("a", "2026-07-01", "新")],
        };
        assert_eq!(support.faults(), []);
        assert!(support.consent_on(day("2025-12-31")).is_none());
        assert_eq!(support.consent_on(day("2026-06-30")).map(|c| c.say.as_str()), Some("旧"));
        assert_eq!(support.consent_on(day("2026-07-01")).map(|c| c.say.as_str()), Some("新"));
        let labels = |on: &str| support.tools_on(day(on)).iter().map(|t| t.label.clone()).collect::<Vec<_>>();
        assert_eq!(labels("2026-03-01"), ["旧"]);
        assert_eq!(labels("2026-08-01"), ["新", "別"]);
    }

    #[test]
    fn an_address_is_said_letter_by_letter() {
        let spelled = |address: &str| Tool { address: address.into(), ..tool("a", "2026-01-01", "a") }.spelled();
        assert_eq!(
            spelled("get.example-1.jp/r"),
            "G・E・T ドット E・X・A・M・P・L・E ハイフン 1 ドット J・P スラッシュ R"
        );
        assert_eq!(spelled(""), "");
        assert_eq!(spelled("https://a"), "H・T・T・P・S コロン スラッシュ スラッシュ A");
    }

    #[test]
    fn what_cannot_be_used_is_told_by_its_key() {
        let odd = Tool { address: "ｇｅｔ".into(), ..tool("a", "2026-02-01", "a") };
        let support = RemoteSupport {
            keep_apart: String::new(),
            consent: vec![consent("2026-02-01", "ことば"), consent("2026-01-01", "")],
            tool: vec![odd, tool("a", "2026-01-01", "")],
        };
        let keys: Vec<String> = support.faults().into_iter().map(|(key, _)| key).collect();
        let expected =
            ["keep_apart", "consent[1].say", "consent[1].from", "tool[0].address", "tool[1].code", "tool[1].from"];
        assert_eq!(keys, expected);
    }
}

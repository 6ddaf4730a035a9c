//! Registry numbers (6 digits) and member numbers (10): cleaning, and the slips that may be forgiven (Q&A 1-1).
//! No check digit is known, so none is invented.

use super::normalise::fold;

/// How a typed number stands to one on file. Never shown: people learn only agrees, differs, not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberLevel {
    /// The same digits.
    Same,
    /// One digit wrong, missing, doubled or two neighbours swapped.
    Slip,
    /// Something else.
    Differs,
}

/// Digits of a registry number.
pub const REGISTRY: usize = 6;
/// Digits of a member number.
pub const MEMBER: usize = 10;

/// The digits of a typed number, whatever stands around and between them; two numbers typed together are parted.
pub fn clean(text: &str) -> Vec<String> {
    let folded: Vec<char> = fold(text).chars().collect();
    let digits: String = folded
        .iter()
        .enumerate()
        .filter_map(|(at, c)| match *c {
            c @ '0'..='9' => Some(c),
            // Letters typed for digits, only right behind one: the o of "No." is none.
            'o' if behind_digit(&folded, at) => Some('0'),
            'l' | 'i' | '|' if behind_digit(&folded, at) => Some('1'),
            '〇' | '零' => Some('0'),
            c => "一二三四五六七八九".chars().position(|k| k == c).and_then(|at| char::from_digit(at as u32 + 1, 10)),
        })
        .take(40)
        .collect();
    if digits.is_empty() {
        return Vec::new();
    }
    if digits.len() == REGISTRY + MEMBER {
        let halves = |at: usize| vec![digits[..at].to_owned(), digits[at..].to_owned()];
        let first_run = fold(text).split(|c: char| !c.is_ascii_digit()).map(str::len).find(|n| *n > 0);
        return halves(if first_run == Some(MEMBER) { MEMBER } else { REGISTRY });
    }
    vec![digits]
}

/// The numbers in a text that could be somebody's, exactly or but for a slip: a digit more or less than a whole one.
pub fn readable(text: &str) -> Vec<String> {
    clean(text).into_iter().filter(|n| is_readable(n.len())).collect()
}

fn is_readable(digits: usize) -> bool {
    digits.abs_diff(REGISTRY) <= 1 || digits.abs_diff(MEMBER) <= 1
}

fn behind_digit(chars: &[char], at: usize) -> bool {
    let before = chars[..at].iter().rev().find(|c| !matches!(c, 'o' | 'l' | 'i' | '|'));
    before.is_some_and(char::is_ascii_digit)
}

/// Compares typed digits with a number on file.
pub fn compare(typed: &str, stored: &str) -> NumberLevel {
    if typed == stored {
        NumberLevel::Same
    } else if is_slip(typed.as_bytes(), stored.as_bytes()) {
        NumberLevel::Slip
    } else {
        NumberLevel::Differs
    }
}

fn is_slip(a: &[u8], b: &[u8]) -> bool {
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[front..], &b[front..]);
    match a.len() as isize - b.len() as isize {
        0 => {
            let back = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(x, y)| x == y).count();
            let differing = rest_a.len() - back;
            differing == 1 || (differing == 2 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0])
        }
        1 => rest_a[1..] == *rest_b,
        -1 => *rest_a == rest_b[1..],
        _ => false,
    }
}

/// Every number of the right length one slip away from the typed digits, the typed ones left out.
pub fn neighbours(typed: &str) -> Vec<String> {
    let digits = typed.as_bytes();
    let target = match digits.len() {
        5..=7 => REGISTRY,
        9..=11 => MEMBER,
        _ => return Vec::new(),
    };
    let mut found: Vec<Vec<u8>> = Vec::new();
    if digits.len() == target {
        for at in 0..target {
            found.extend((b'0'..=b'9').filter(|d| *d != digits[at]).map(|d| replaced(digits, at, d)));
            if at + 1 < target && digits[at] != digits[at + 1] {
                found.push(swapped(digits, at));
            }
        }
    } else if digits.len() < target {
        for at in 0..=digits.len() {
            found.extend((b'0'..=b'9').map(|d| [&digits[..at], &[d], &digits[at..]].concat()));
        }
    } else {
        found.extend((0..digits.len()).map(|at| [&digits[..at], &digits[at + 1..]].concat()));
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().filter_map(|n| String::from_utf8(n).ok()).collect()
}

fn replaced(digits: &[u8], at: usize, digit: u8) -> Vec<u8> {
    let mut out = digits.to_vec();
    out[at] = digit;
    out
}

fn swapped(digits: &[u8], at: usize) -> Vec<u8> {
    let mut out = digits.to_vec();
    out.swap(at, at + 1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_remain_whatever_was_typed_around_them() {
        for (typed, expected) in [
            ("293-594", vec!["293594"]),
            ("医籍２９３　５９４号", vec!["293594"]),
            ("№0303097944", vec!["0303097944"]),
            ("二九三五九四", vec!["293594"]),
            ("293594 / 0303097944", vec!["293594", "0303097944"]),
            ("会員0303097944 医籍293594", vec!["0303097944", "293594"]),
            ("No2O3O97944l", vec!["2030979441"]),
            ("不明", vec![]),
        ] {
            assert_eq!(clean(typed), expected, "{typed}");
        }
    }

    #[test]
    fn one_slip_is_told_from_two() {
        for (typed, stored, expected) in [
            ("293594", "293594", NumberLevel::Same),
            ("293595", "293594", NumberLevel::Slip),
            ("239594", "293594", NumberLevel::Slip),
            ("29394", "293594", NumberLevel::Slip),
            ("2993594", "293594", NumberLevel::Slip),
            ("303097944", "0303097944", NumberLevel::Slip),
            ("293585", "293594", NumberLevel::Differs),
            ("953294", "293594", NumberLevel::Differs),
            ("", "293594", NumberLevel::Differs),
        ] {
            assert_eq!(compare(typed, stored), expected, "{typed}");
        }
    }

    #[test]
    fn neighbours_are_exactly_the_numbers_one_slip_away() {
        assert_eq!(neighbours("123456").len(), 6 * 9 + 5);
        assert!(neighbours("012345").contains(&"102345".to_owned()));
        assert!(neighbours("12345").contains(&"012345".to_owned()));
        assert!(neighbours("1234567").iter().all(|n| n.len() == 6));
        assert!(neighbours("12345678").is_empty());
    }
}

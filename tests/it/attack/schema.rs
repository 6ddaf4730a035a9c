//! The API's description, read: what a schema takes, values that fit it and values that don't, and whether an answer
//! keeps to it.

use serde_json::{Map, Value, json};

/// Chance that comes out the same each time.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or_default() % n.max(1)
    }

    pub(super) fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// The document.
pub(super) struct Document(pub(super) Value);

impl Document {
    /// What a reference leads to, however many stand in a row.
    pub(super) fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/schemas/")) {
            Some(name) => self.resolved(&self.0["components"]["schemas"][name]),
            None => schema,
        }
    }

    /// All properties of an object, those of its parts included, and the names it must have.
    pub(super) fn properties(&self, schema: &Value) -> (Map<String, Value>, Vec<String>) {
        let schema = self.resolved(schema);
        let mut all = schema["properties"].as_object().cloned().unwrap_or_default();
        let names = schema["required"].as_array().into_iter().flatten();
        let mut required: Vec<String> = names.filter_map(|n| n.as_str().map(str::to_owned)).collect();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let (inner, more) = self.properties(part);
            all.extend(inner);
            required.extend(more);
        }
        (all, required)
    }

    /// A value that fits.
    pub(super) fn fitting(&self, schema: &Value, dice: &mut Dice) -> Value {
        let schema = self.resolved(schema);
        if let Some(codes) = schema["enum"].as_array() {
            return dice.of(codes).clone();
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            return self.fitting(dice.of(choices), dice);
        }
        match kind(schema, dice).as_str() {
            "null" => Value::Null,
            "boolean" => json!(dice.below(2) == 0),
            "integer" => json!(dice.of(&[0_i64, 1, -1, 7, 2_026_000_001, i64::MAX, i64::MIN])),
            "number" => json!(dice.of(&[0.0, 1.5, -1e300])),
            "array" => json!([self.fitting(&schema["items"], dice)]),
            "string" => json!(text(schema, dice)),
            _ => {
                let (properties, required) = self.properties(schema);
                let mut object = Map::new();
                for (name, of) in &properties {
                    if required.contains(name) || dice.below(3) > 0 {
                        object.insert(name.clone(), self.fitting(of, dice));
                    }
                }
                Value::Object(object)
            }
        }
    }

    /// What is wrong with a value, if anything.
    pub(super) fn fault(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        let schema = self.resolved(schema);
        if let Some(choices) = schema["oneOf"].as_array() {
            let fits = choices.iter().any(|choice| self.fault(choice, value, at).is_none());
            return (!fits).then(|| format!("{at}: {value} is none of those said"));
        }
        if let Some(codes) = schema["enum"].as_array() {
            return (!codes.contains(value)).then(|| format!("{at}: {value} is no code"));
        }
        let kinds = kinds(schema);
        let own = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let fits = kinds.is_empty() || kinds.iter().any(|k| k == own || (k == "number" && own == "integer"));
        if !fits {
            return Some(format!("{at}: {own} where {kinds:?} is said"));
        }
        match value {
            Value::Array(list) => {
                list.iter().enumerate().find_map(|(i, v)| self.fault(&schema["items"], v, &format!("{at}[{i}]")))
            }
            Value::Object(object) => self.object_fault(schema, object, at),
            _ => None,
        }
    }

    fn object_fault(&self, schema: &Value, object: &Map<String, Value>, at: &str) -> Option<String> {
        let (properties, required) = self.properties(schema);
        if let Some(missing) = required.iter().find(|name| !object.contains_key(*name)) {
            return Some(format!("{at}: {missing} is missing"));
        }
        if properties.is_empty() {
            return None;
        }
        object.iter().find_map(|(name, value)| match properties.get(name) {
            Some(of) => self.fault(of, value, &format!("{at}.{name}")),
            None => Some(format!("{at}: nothing is said of {name}")),
        })
    }
}

fn kinds(schema: &Value) -> Vec<String> {
    match &schema["type"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many.iter().filter_map(|k| k.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn kind(schema: &Value, dice: &mut Dice) -> String {
    let kinds = kinds(schema);
    if kinds.is_empty() { "object".to_owned() } else { dice.of(&kinds).clone() }
}

fn text(schema: &Value, dice: &mut Dice) -> String {
    let choices: &[&str] = match schema["format"].as_str() {
        Some("date-time") => {
            &["2026-11-22T01:30:00Z", "2026-11-22T10:30:00+09:00", "2022-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
        }
        Some("date") => &["2026-11-22", "2024-02-29", "9999-12-31"],
        Some("uuid") => &["00000000-0000-0000-0000-000000000000"],
        // Codes that stand in the scheme, so that what fits often goes all the way.
        _ => &[
            "",
            "solved",
            "watch",
            "close",
            "directed",
            "note",
            "ransomware",
            "high",
            "2026-000001",
            "2026-11-22T15:00",
            "2026-11-22T10:30",
            "03-5550-1234",
            "画面に英語の脅迫文が出ている",
            "234567",
            "榎本みどり医院",
            "😱 \u{202e}\u{200b}",
        ],
    };
    (*dice.of(choices)).to_owned()
}

/// Values that fit hardly anything.
pub(super) fn odd(dice: &mut Dice) -> Value {
    let long = "長".repeat(70_000);
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let odd = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(0.5),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{1}\r\n"),
        json!("a".repeat(201)),
        json!("あ".repeat(10_001)),
        json!(long),
        json!([]),
        json!({}),
        json!([[]]),
        json!({ "$ref": "#" }),
        json!("2026-02-30"),
        json!("+262142-12-31T23:59:59Z"),
        json!("-262143-01-01T00:00:00Z"),
        json!("null"),
        json!("' OR 1=1 --"),
        deep,
    ];
    dice.of(&odd).clone()
}

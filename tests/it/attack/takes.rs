//! What each route takes, as a request that would be taken: the places that attacks go into.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request};
use madoguchi::web::{Access, RouteSpec};
use serde_json::{Map, Value, json};

use crate::support::Client;
use crate::support::cases::logged;
use crate::support::directory::{csv, dozen};

pub(super) type Pairs = Vec<(String, String)>;

/// What the form of an import sends.
const UPLOAD: [(&str, &str); 13] = [
    ("exported_on", "2026-11-22"),
    ("sheet", ""),
    ("mapping", ""),
    ("looked_with", ""),
    ("gone", "1"),
    ("columns", "yes"),
    ("mapping_name", "架空県医師会"),
    ("column.0", "registry_no"),
    ("fixed.pref_association", "架空県医師会"),
    ("theirs", "category/正会員"),
    ("ours", "A①"),
    ("continues", "yes"),
    ("file", "名簿.csv"),
];

/// A request to a route.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The parts of the path that vary, by place.
    pub(super) path: Vec<String>,
    pub(super) query: Pairs,
    pub(super) form: Option<Pairs>,
    pub(super) json: Option<Map<String, Value>>,
    /// Fields beside a file, and its name.
    pub(super) upload: Option<Pairs>,
    pub(super) headers: Pairs,
}

/// Where a string goes.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Path(usize),
    Query(usize),
    QueryName,
    Form(usize),
    FormName,
    Json(String),
    JsonName,
    Upload(usize),
    Header(usize),
}

fn pairs(of: &[(&str, &str)]) -> Pairs {
    of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A fact of each form, with what the page had shown.
const INCIDENT: &[(&str, &str)] = &[
    ("aware_at", "2026-11-22T10:00"),
    ("was_aware_at", "2026-11-22T10:42"),
    ("aware_by", "受付が画面を見て"),
    ("was_aware_by", "受付"),
    ("systems", "chart"),
    ("was_systems", ""),
    ("care", "slowed"),
    ("was_care", ""),
    ("care_since", "2026-11-22"),
    ("was_care_since", ""),
    ("persons_from", "120"),
    ("was_persons_from", ""),
];

/// What the forms of pages take. A route that takes something else than the parts of its path must stand here.
fn form(path: &str) -> &'static [(&'static str, &'static str)] {
    match path {
        "/session" => &[("login", "nobody"), ("password", "朝顔が三つ咲いた冬の庭先で")],
        "/session/second" => &[("code", "123456"), ("passkey", "")],
        "/session/confirm" => {
            &[("code", "123456"), ("to", "/accounts"), ("kept", "name=x&role=operator"), ("passkey", "")]
        }
        "/account/password" => &[("current", "x"), ("password", "y"), ("again", "y")],
        "/account/factor" => &[("code", "123456")],
        "/account/passkeys/ask" => &[("name", "指紋")],
        "/account/passkeys" => &[("name", "指紋"), ("passkey", "{}")],
        "/calls" => &[("phone", "03-5550-1111"), ("direction", "inbound"), ("once", "")],
        "/calls/{id}/stamps" => &[("card", "sharing"), ("answer", "told")],
        "/calls/{id}/stamps/back" => &[("card", "sharing")],
        "/calls/{id}/notes" => &[("body", "電話で案内した")],
        "/calls/{id}/verification" => &[("recorded", "unverified"), ("reason", "番号が手元にない")],
        "/calls/{id}/number" => &[("version", "1")],
        "/calls/{id}/next" => &[("once", "")],
        "/calls/{id}/links" => &[("ticket", "2026-000001")],
        "/calls/{id}/end" => &[
            ("disposition", "call_back"),
            ("complaint", "yes"),
            ("callback_at", "2026-11-22T15:00"),
            ("callback_note", "復旧の確認"),
            ("clinic_hours", "平日9-18"),
            ("next", "escalate"),
            ("result", "solved"),
            ("next_reason", "駆除を試みたい"),
            ("ticket", "2026-000001"),
            ("promises", "wanted"),
            ("anyway", "yes"),
            ("once", ""),
        ],
        "/calls/{id}/end/foreseen" => {
            &[("disposition", "call_back"), ("callback_at", "15:00"), ("ticket", "2026-000001")]
        }
        "/tickets/search" => &[("q", "脅迫文"), ("before", ""), ("before_call", "")],
        "/tickets/{no}/entries" => {
            &[("body", "電話で確認した"), ("kind", "note"), ("occurred_at", "2026-11-22T10:30"), ("once", "")]
        }
        "/tickets/{no}/transitions/back" => &[("version", "1"), ("once", "")],
        "/tickets/{no}/calls" => &[("promise", ""), ("once", "")],
        "/tickets/{no}/transitions" => &[
            ("transition", "leave"),
            ("reason", "様子を見る"),
            ("result", "solved"),
            ("exit", "directed"),
            ("promises", "wanted"),
            ("version", "1"),
            ("once", ""),
        ],
        "/tickets/{no}/change" => {
            &[("incident", "malware"), ("severity", "low"), ("take_over", "yes"), ("version", "1"), ("once", "")]
        }
        "/tickets/{no}/holds" => &[("hold_reason", "訴訟のため"), ("note", "訴訟のため")],
        "/tickets/{no}/remotes" => &[
            ("consent_by", "受付"),
            ("consented", "yes"),
            ("scope", "受付の1台"),
            ("tool", "quick_assist"),
            ("session_code", "1"),
        ],
        "/tickets/{no}/evidence" => {
            &[("purpose", "clean"), ("server", "no"), ("locked", "no"), ("cut_off", "no"), ("reason", "検査のみ")]
        }
        "/calls/{id}/questions" => &[("words", "質問")],
        "/calls/{id}/answers" => &[("question", "00000000-0000-0000-0000-000000000007"), ("answer", "外してある")],
        "/tickets/{no}/here" => &[("typing", "yes")],
        "/tickets/{no}/drafts" => &[("form", "/tickets/2026-000001/entries"), ("field", "body"), ("words", "書きかけ")],
        "/tickets/{no}/watch" => &[("on", "yes")],
        "/tickets/{no}/owner" => &[("owner", "00000000-0000-0000-0000-000000000007"), ("version", "1")],
        "/tickets/{no}/unmerge" => &[("into", "2026-000003")],
        "/tickets/{no}/merge" => &[("into", "2026-000003"), ("merge_why", "同じ件"), ("version", "1")],
        "/tickets/{no}/papers/{paper}/{item}" => &[("back", "")],
        "/tickets/{no}/dossiers" => DOSSIER,
        "/tickets/{no}/dossiers/{id}/told" => &[("told", "院長へ電話")],
        "/tickets/{no}/authorities" => {
            &[("asks", "県警"), ("wants", "記録"), ("document", "照会 12号"), ("agreed_by", "院長")]
        }
        "/tickets/{no}/authorities/{id}/answer" => &[("answer", "through_clinic"), ("why", "院長が渡す")],
        "/reports/drafts" => &[("period", "2026-10")],
        "/reports/drafts/{period}/comment" => &[("version", "2"), ("comment", "前の月と同じ傾向です。")],
        "/reports/drafts/{period}/approve" | "/reports/drafts/{period}/publish" => &[("version", "2")],
        "/directory/imports/restore" => &[("version", "1")],
        "/reports/drafts/{period}/withdraw" => &[("version", "2"), ("notice", "集計の誤り")],
        "/handover" => &[("words", "明日の9時に折返し")],
        "/tickets/{no}/indicators" => &[("indicator_kind", "words"), ("said", "あなたのファイルは暗号化されました")],
        "/waves/campaigns" | "/waves/joined" | "/waves/aside" => &[
            ("kind", "extension"),
            ("key", "lockbit"),
            ("incident", ""),
            ("into", "x"),
            ("name", "拡張子"),
            ("advice", "電源"),
            ("why", "偶然"),
        ],
        "/campaigns/{id}" => &[("version", "1"), ("name", "拡張子"), ("advice", "電源"), ("ended", "no")],
        "/campaigns/{id}/news" => &[("news", "新しい手口が見つかった")],
        "/campaigns/{id}/tickets" => &[("ticket", "2026-000003")],
        "/tickets/{no}/referrals" | "/tickets/{no}/referrals/{id}" => REFERRAL,
        "/firms" | "/firms/{id}" => FIRM,
        "/tickets/{no}/incident" => INCIDENT,
        "/tickets/{no}/items" | "/tickets/{no}/items/{id}" => &[
            ("item", "受付のパソコン"),
            ("label", "1"),
            ("place", "受付"),
            ("holder", "院長"),
            ("state", "handed"),
            ("handed_to", "保守業者"),
            ("handed_at", "2026-11-22 10:42"),
            ("version", "1"),
        ],
        "/tickets/{no}/duties/{duty}" => &[
            ("ended_as", "not_applicable"),
            ("at", "2026-11-22T10:40"),
            ("by", "院長"),
            ("receipt", "A-1"),
            ("told", "yes"),
        ],
        "/tickets/{no}/duties/{duty}/resume" => &[("why", "入力の誤り")],
        "/tickets/{no}/remotes/{id}/end" => {
            &[("done", "検査"), ("removed", ""), ("found", "常駐"), ("ended_as", "solved"), ("outcome", "完了")]
        }
        "/callbacks/{id}/tried" => &[("how", "busy")],
        "/callbacks/{id}/taken" => &[("rings", "00000000-0000-0000-0000-000000000007")],
        "/tasks/{id}/done" => &[("outcome", "確認不要")],
        "/accounts" => &[
            ("login", "shinjin"),
            ("name", "新人 つくし"),
            ("role", "operator"),
            ("days", "3"),
            ("reason", "版の更新"),
        ],
        "/accounts/{id}/role" => &[("role", "clerk")],
        "/accounts/{id}/disable" | "/accounts/{id}/hand-on" => &[("to", "")],
        "/tokens" => &[("name", "電話"), ("role", "integration"), ("scopes", "call.log"), ("days", "7")],
        "/audit/trail" => &[("thing", "2026-000001")],
        "/audit/reviews" => &[("note", "異常なし")],
        "/audit/export" => &[
            ("from", "2026-11-01"),
            ("until", "2026-11-30"),
            ("actor", "00000000-0000-0000-0000-000000000007"),
            ("result", "done"),
            ("subject", "00000000-0000-0000-0000-000000000007"),
            ("before", "1790000000000000.00000000-0000-0000-0000-000000000007"),
        ],
        _ => &[],
    }
}

/// A dossier for the clinic.
const DOSSIER: &[(&str, &str)] = &[
    ("recipient", "clinic"),
    ("to", "院長"),
    ("means", "mail"),
    ("consent_by", "院長"),
    ("looked", "yes"),
    ("keep", "0.0"),
    ("once", ""),
    ("seen", "0"),
];

/// A referral, and the next step of one that a firm took on.
const REFERRAL: &[(&str, &str)] = &[
    ("step", "settled"),
    ("seen", "7"),
    ("kind", "lawyer"),
    ("asked_by", "member"),
    ("urgent", "yes"),
    ("said_by", "院長"),
    ("note", "明日までに"),
    ("told", "yes"),
    ("firms", "00000000-0000-0000-0000-000000000007"),
    ("firm", "00000000-0000-0000-0000-000000000007"),
    ("as_agreed", "yes"),
    ("items", "contact"),
    ("contact", "院長 03-5550-1234"),
    ("how", "reached"),
    ("answer", "accepted"),
    ("contracted", "yes"),
    ("after_days", "7"),
];

/// A firm of the register.
const FIRM: &[(&str, &str)] = &[
    ("kind", "lawyer"),
    ("name", "みなと法律事務所"),
    ("channel", "firm"),
    ("regions", "東京都"),
    ("skills", "漏えい対応"),
    ("hours", "平日9-18"),
    ("languages", "英語"),
    ("first_response", "当日"),
    ("fees", "30分単位"),
    ("phone", "03-5550-7777"),
    ("contact", "受付"),
    ("email", "desk@example.jp"),
    ("conflicts", "なし"),
    ("verified_on", "2026-11-20"),
    ("active", "yes"),
    ("version", "1"),
];

/// Routes whose POST takes nothing but the parts of its path.
pub(super) const TAKES_NOTHING: &[&str] = &[
    "/account/factor/begin",
    "/session/end",
    "/account/sessions/end",
    "/account/sessions/{name}/end",
    "/account/recovery",
    "/tickets/{no}/indicators/{id}/back",
    "/tickets/{no}/dossiers/{id}/password",
    "/campaigns/{id}/tickets/{no}/leave",
    "/tickets/{no}/holds/{id}/lift",
    "/session/passkey",
    "/account/passkeys/{id}/remove",
    "/calls/{id}/tickets",
    "/calls/{id}/review",
    "/callbacks/{id}/kept",
    "/handover/{id}/taken",
    "/verifications/{id}/review",
    "/stops/{id}/resume",
    "/accounts/{id}/code",
    "/accounts/{id}/enable",
    "/accounts/{id}/end",
    "/tokens/{id}/revoke",
];

/// What stands in addresses.
fn query(path: &str) -> &'static [(&'static str, &'static str)] {
    match path {
        "/tickets" | "/api/v1/tickets" => &[
            ("state", "all"),
            ("incident", "ransomware"),
            ("severity", "high"),
            ("owner", "me"),
            ("before", "20270000000"),
        ],
        "/" => &[("ended", "00000000-0000-0000-0000-000000000007")],
        "/calls" => &[("day", "2026-11-22")],
        "/session/confirm" => &[("to", "/accounts")],
        "/audit" => &[
            ("from", "2026-11-01"),
            ("until", "2026-11-30"),
            ("actor", ""),
            ("result", "done"),
            ("subject", ""),
            ("before", "1800000000000000.00000000-0000-0000-0000-000000000007"),
        ],
        _ => &[],
    }
}

/// What bodies of the API hold.
fn body(path: &str) -> Option<Value> {
    Some(match path {
        "/api/v1/tickets/search" => json!({ "q": "脅迫文", "before": 20_270_000_000_i64 }),
        "/api/v1/calls/search" => json!({ "q": "脅迫文", "before": 1_000_000 }),
        "/api/v1/tickets/{no}/entries" => {
            json!({ "kind": "note", "occurred_at": "2026-11-22T10:30", "body": "電話で確認した" })
        }
        "/api/v1/tickets/{no}/transitions" => {
            json!({ "transition": "leave", "version": 1, "reason": "様子", "result": "solved", "exit": "directed", "promises": "wanted" })
        }
        "/api/v1/tickets/{no}/change" => {
            json!({ "version": 1, "incident": "malware", "severity": "low", "take_over": true })
        }
        "/api/v1/tickets/{no}/incident" => json!({ "facts": { "care": "slowed" }, "seen": { "care": "" } }),
        "/api/v1/tickets/{no}/indicators" => json!({ "kind": "words", "said": "あなたのファイル" }),
        "/api/v1/tickets/{no}/referrals" => {
            json!({ "kind": "lawyer", "asked_by": "member", "said_by": "院長", "note": "" })
        }
        "/api/v1/tickets/{no}/referrals/{id}" => {
            json!({ "seen": 7, "step": "settled", "said_by": "院長", "contracted": "yes", "note": "" })
        }
        "/api/v1/calls" => logged(json!({
            "direction": "inbound", "callback": "090-1111-2222", "member_name": "榎本蓮太郎", "facility": "榎本みどり医院",
            "address": "東京都文京区本駒込9-8-7", "member_number": "234567", "recorded": "unverified", "reason": "確認中",
            "out_of_hours_reason": "急ぎ", "complaint": true, "disposition": "call_back", "callback_at": "2026-11-22T15:00",
            "callback_note": "復旧の確認", "result": "solved", "next": "escalate", "next_reason": "駆除を試みたい", "ticket": "2026-000001",
        })),
        "/api/v1/verifications" => json!({
            "call_date": "2026-11-22", "name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "東京都文京区本駒込9-8-7",
            "number": "234567",
        }),
        _ => return None,
    })
}

/// Fields of the sheet, one at a time: those that can be taken are saved although others can't.
const SHEET: [(&str, &str); 12] = [
    ("phone", "03-5550-1111"),
    ("caller_name", "受付"),
    ("callback", "03-5550-1112"),
    ("standing", "staff"),
    ("member_name", "榎本"),
    ("facility", "榎本みどり医院"),
    ("address", "東京都文京区"),
    ("number", "234567"),
    ("incident", "ransomware"),
    ("severity", "high"),
    ("narrative", "画面に文書"),
    ("out_of_hours_reason", "急ぎ"),
];

/// The requests that a route takes, as they would be taken. `path` is the one of things that are there.
pub(super) fn of(route: &RouteSpec, path: &str) -> Vec<Asked> {
    let vary = route.path.split('/').zip(path.split('/')).filter(|(part, _)| part.starts_with('{'));
    let mut asked =
        Asked { path: vary.map(|(_, value)| value.to_owned()).collect(), query: Pairs::new(), ..Asked::default() };
    if route.method == Method::GET {
        asked.query = pairs(query(route.path));
        return vec![asked];
    }
    if ["/calls/{id}/sheet", "/calls/{id}/candidates"].contains(&route.path) {
        let field = |(name, value): (&str, &str)| {
            let form = vec![(format!("f.{name}"), value.to_owned()), (format!("v.{name}"), "0".to_owned())];
            Asked { form: Some(form), ..asked.clone() }
        };
        return SHEET.into_iter().map(field).collect();
    }
    if ["/directory/imports", "/directory/imports/preview"].contains(&route.path) {
        asked.upload = Some(pairs(&UPLOAD));
        return vec![asked];
    }
    match (route.access, body(route.path)) {
        (Access::Api(_), Some(Value::Object(body))) => {
            asked.headers = pairs(&[("idempotency-key", "")]);
            asked.json = Some(body);
        }
        (Access::Api(_), _) => panic!("{}: say in attack/takes.rs what its body holds", route.path),
        _ => {
            let form = form(route.path);
            let known = !form.is_empty() || TAKES_NOTHING.contains(&route.path);
            assert!(known, "{}: say in attack/takes.rs what its form takes", route.path);
            asked.form = Some(pairs(form));
        }
    }
    vec![asked]
}

/// Everything that a request asks with.
pub(super) fn places(asked: &Asked) -> Vec<Place> {
    let mut places: Vec<Place> = (0..asked.path.len()).map(Place::Path).collect();
    places.extend((0..asked.query.len()).map(Place::Query));
    places.push(Place::QueryName);
    if let Some(form) = &asked.form {
        places.extend((0..form.len()).map(Place::Form));
        places.push(Place::FormName);
    }
    if let Some(json) = &asked.json {
        places.extend(json.keys().cloned().map(Place::Json));
        places.push(Place::JsonName);
    }
    places.extend((0..asked.upload.as_ref().map_or(0, Vec::len)).map(Place::Upload));
    places.extend((0..asked.headers.len()).map(Place::Header));
    places
}

impl Asked {
    /// The same with a string at a place: as a value, or as the name of one more parameter.
    pub(super) fn with(&self, place: &Place, text: &str) -> Self {
        let mut with = self.clone();
        let named = || (text.to_owned(), "x".to_owned());
        match place {
            Place::Path(i) => with.path[*i] = text.to_owned(),
            Place::Query(i) => with.query[*i].1 = text.to_owned(),
            Place::QueryName => with.query.push(named()),
            Place::Form(i) => with.form.iter_mut().for_each(|form| form[*i].1 = text.to_owned()),
            Place::FormName => with.form.iter_mut().for_each(|form| form.push(named())),
            Place::Json(name) => {
                with.json.iter_mut().for_each(|json| drop(json.insert(name.clone(), Value::from(text))));
            }
            Place::JsonName => with.json.iter_mut().for_each(|json| drop(json.insert(text.to_owned(), json!("x")))),
            Place::Upload(i) => with.upload.iter_mut().for_each(|upload| upload[*i].1 = text.to_owned()),
            Place::Header(i) => with.headers[*i].1 = text.to_owned(),
        }
        with
    }

    /// The path and query, written out.
    pub(super) fn address(&self, route: &RouteSpec) -> String {
        let mut vary = self.path.iter();
        let part = |part: &str| match part.starts_with('{') {
            true => escaped(vary.next().map_or("", String::as_str)),
            false => part.to_owned(),
        };
        let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
        match self.query.is_empty() {
            true => path,
            false => format!("{path}?{}", serde_urlencoded::to_string(&self.query).expect("a query")),
        }
    }

    /// The request; `None` when no header may hold it.
    pub(super) fn request(&self, client: &Client, route: &RouteSpec) -> Option<Request<Body>> {
        let mut request = client.request(route.method.clone(), &self.address(route));
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            let value = axum::http::HeaderValue::from_bytes(value.as_bytes()).ok()?;
            request = request.header(name, value);
        }
        let (kind, body) = if let Some(json) = &self.json {
            ("application/json", serde_json::to_vec(json).expect("JSON"))
        } else if let Some(upload) = &self.upload {
            ("multipart/form-data; boundary=part", multipart(upload))
        } else if let Some(form) = &self.form {
            ("application/x-www-form-urlencoded", serde_urlencoded::to_string(form).expect("a form").into_bytes())
        } else {
            return Some(request.body(Body::empty()).expect("a request"));
        };
        Some(request.header(CONTENT_TYPE, kind).body(Body::from(body)).expect("a request"))
    }
}

fn multipart(fields: &Pairs) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = match name.as_str() {
            "file" => format!("name=\"file\"; filename=\"{}\"", value.replace('"', "%22")),
            name => format!("name=\"{name}\""),
        };
        body.extend(format!("--part\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes());
        body.extend(if name == "file" { csv(&dozen()) } else { value.clone().into_bytes() });
        body.extend(b"\r\n");
    }
    body.extend(b"--part--\r\n");
    body
}

/// A part of a path, with everything escaped that is no plain letter.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

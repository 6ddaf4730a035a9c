//! The fixed cast. Nobody here is real.

use madoguchi::domain::access::actor::Role;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "朝顔が三つ咲いた夏の庭先で";
/// The secret of everybody's authenticator app.
pub(crate) const SECRET: &[u8] = b"twenty bytes for app";
/// A password somebody may change to.
pub(crate) const NEW_PASSWORD: &str = "夕立のあとの石畳を歩く白い猫と犬";

/// Somebody who works here.
pub(crate) struct Person {
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
}

/// One a role, and a second operator and supervisor for what takes two.
pub(crate) const CAST: [Person; 8] = [
    Person { login: "kanda", name: "神田 うめ", role: Role::Operator },
    Person { login: "ueno", name: "上野 まつ", role: Role::Operator },
    Person { login: "akiba", name: "秋葉 すぎ", role: Role::Specialist },
    Person { login: "tabata", name: "田端 もみじ", role: Role::Supervisor },
    Person { login: "komagome", name: "駒込 ふじ", role: Role::Supervisor },
    Person { login: "otsuka", name: "大塚 ひのき", role: Role::Clerk },
    Person { login: "mejiro", name: "目白 かえで", role: Role::JmaReader },
    Person { login: "ebisu", name: "恵比 かし", role: Role::Administrator },
];

/// The roles that people have: integrations come by token only.
pub(crate) fn roles() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|role| *role != Role::Integration)
}

/// The first of a role.
pub(crate) fn of(role: Role) -> &'static Person {
    CAST.iter().find(|person| person.role == role).expect("somebody of that role")
}

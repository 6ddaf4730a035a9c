//! The machine's own name.

/// The host's name, as its network knows it; 「サーバー」 where it has none that can be read.
pub fn name() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.is_empty() { "サーバー".to_owned() } else { name }
}

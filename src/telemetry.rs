//! Logs: text for people, JSON for machines. No personal data, no request bodies.

use std::io::{IsTerminal, Write};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::LogSettings;
use crate::domain::masked::masked;

/// Standard error, on which no password of an address is ever written: whatever a library puts into its lines.
#[derive(Debug, Clone, Copy)]
struct Masking;

impl Write for Masking {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        // A line comes whole.
        std::io::stderr().write_all(masked(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

/// What writes down what it is sent: at no level.
const TOO_TALKATIVE: [&str; 3] = ["webauthn_rs", "webauthn_rs_core", "webauthn_attestation_ca"];

fn filter(level: &str) -> EnvFilter {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    TOO_TALKATIVE.iter().fold(filter, |filter, target| {
        let off: Result<Directive, _> = format!("{target}=off").parse();
        filter.add_directive(off.unwrap_or_else(|_| LevelFilter::OFF.into()))
    })
}

/// Starts logging to standard error. A second call does nothing.
pub fn start(settings: &LogSettings) {
    let registry = tracing_subscriber::registry().with(filter(&settings.level));
    let started = if settings.format == "json" {
        registry.with(tracing_subscriber::fmt::layer().json().with_writer(|| Masking)).try_init()
    } else {
        registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_target(false)
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(|| Masking),
            )
            .try_init()
    };
    // Already started: by a test or an earlier command.
    drop(started);
}

#[cfg(test)]
mod tests {
    use tracing::{Level, enabled};

    use super::*;

    #[test]
    fn what_would_write_down_an_authenticators_answer_is_silent_however_much_is_logged() {
        for level in ["trace", "info", "webauthn_rs_core=trace", "nonsense=nonsense"] {
            let subscriber = tracing_subscriber::registry().with(filter(level));
            tracing::subscriber::with_default(subscriber, || {
                assert!(!enabled!(target: "webauthn_rs_core", Level::ERROR), "{level}");
                assert!(!enabled!(target: "webauthn_rs_core::core", Level::TRACE), "{level}");
            });
        }
        let subscriber = tracing_subscriber::registry().with(filter("trace"));
        tracing::subscriber::with_default(subscriber, || assert!(enabled!(target: "madoguchi", Level::TRACE)));
    }
}

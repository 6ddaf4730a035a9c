//! One chromedriver for all tests of the binary. It ends with the binary, however that ends.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Tests with browsers that run at the same time: the machine of the gate has two cores.
static PLACES: Semaphore = Semaphore::const_new(2);
static DRIVER: OnceLock<Driver> = OnceLock::new();

/// A driver waits for the end of its input, which the end of this process brings. It makes a new profile for each
/// browser, in a folder that goes with it.
const UNTIL_WE_END: &str = r#"export TMPDIR="$(mktemp -d)"; chromedriver --port=0 --log-level=SEVERE & driver=$!
    read -r _; kill "$driver"; wait "$driver"; rm -rf "$TMPDIR""#;

struct Driver {
    port: u16,
    _process: Child,
}

/// A place to run in.
pub(crate) async fn place() -> SemaphorePermit<'static> {
    PLACES.acquire().await.expect("a place")
}

/// Where the driver listens.
pub(crate) fn address() -> String {
    format!("127.0.0.1:{}", DRIVER.get_or_init(start).port)
}

fn start() -> Driver {
    let found = Command::new("chromedriver").arg("--version").output().is_ok_and(|o| o.status.success());
    assert!(
        found,
        "chromedriver is not on the PATH: tests/run installs it (Debian: apt-get install chromium chromium-driver)"
    );
    let mut process = Command::new("sh")
        .args(["-c", UNTIL_WE_END])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    let port = lines.find_map(|line| port_of(&line.ok()?)).expect("chromedriver says its port");
    // What it says later must have somewhere to go.
    std::thread::spawn(move || lines.for_each(drop));
    Driver { port, _process: process }
}

/// `ChromeDriver was started successfully on port 40123.`
fn port_of(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

//! Whether a page can be used by everybody: axe-core without a finding, at 1280 pixels light and dark, and at 200 % zoom
//! (640 pixels), where nothing may run over the side.

use serde_json::{Value, json};

use super::window::Browser;

/// axe-core, as `tests/vendor/README.md` says.
const AXE: &str = include_str!("../../vendor/axe-core/axe.min.js");
const RUN: &str = "const done = arguments[arguments.length - 1]; \
    axe.run(document, { resultTypes: ['violations'] }).then((r) => done(r.violations.flatMap((v) => v.nodes.map((n) => \
    `${v.id}: ${n.target.join(' ')} ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? v.help}`))), (e) => done([String(e)]));";
/// What is wider than the window, innermost.
const WIDE: &str = "const root = document.documentElement; if (root.scrollWidth <= innerWidth) return []; \
    return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.children.length) \
    .slice(0, 5).map((e) => `sideways ${root.scrollWidth}: <${e.localName} class=\"${e.className}\" name=\"${e.name ?? ''}\"> ${e.textContent.trim().slice(0, 30)}`)\
    .concat(`the page is ${root.scrollWidth} wide`);";

/// How a page is looked at.
const LOOKS: [(u32, &str); 3] = [(1280, "light"), (1280, "dark"), (640, "light")];

impl Browser {
    /// What is wrong with the page shown, under each look.
    pub(crate) async fn faults_of(&self, page: &str) -> Vec<String> {
        let mut faults = Vec::new();
        self.client.execute(AXE, Vec::new()).await.expect("axe-core");
        for (width, scheme) in LOOKS {
            self.look(width, scheme).await;
            self.picture(&format!("{page} {width} {scheme}")).await;
            let found = self.client.execute_async(RUN, Vec::new()).await.expect("a run of axe-core");
            let wide = self.run(WIDE).await;
            let texts = [found, wide].into_iter().flat_map(|list| match list {
                Value::Array(list) => list,
                other => vec![other],
            });
            faults
                .extend(texts.map(|text| format!("{page} ({width}, {scheme}): {}", text.as_str().unwrap_or_default())));
        }
        for width in [1024, 320] {
            self.look(width, "light").await;
            self.picture(&format!("{page} {width}")).await;
            let wide = self.run(WIDE).await;
            let texts = wide.as_array().into_iter().flatten().filter_map(Value::as_str);
            faults.extend(texts.map(|text| format!("{page} ({width}): {text}")));
        }
        self.look(1280, "light").await;
        if std::env::var("MADOGUCHI_TEST_PICTURES").is_ok() {
            // What isn't printed loses the focus meanwhile.
            self.run("window.before = document.activeElement").await;
            self.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
            self.picture(&format!("{page} print")).await;
            self.cdp("Emulation.setEmulatedMedia", json!({ "media": "" })).await;
            self.look(1280, "light").await;
            self.run("window.before.focus()").await;
        }
        faults
    }

    /// A picture of the page for somebody to look at, where `MADOGUCHI_TEST_PICTURES` names a folder for them.
    pub(crate) async fn picture(&self, name: &str) {
        let Ok(folder) = std::env::var("MADOGUCHI_TEST_PICTURES") else { return };
        let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let png = self.client.screenshot().await.expect("a picture");
        std::fs::write(format!("{folder}/{name}.png"), png).expect("a folder for pictures");
    }

    /// Sets the window's width and the scheme that the person prefers.
    pub(crate) async fn look(&self, width: u32, scheme: &str) {
        self.look_at(width, 800, scheme).await;
    }

    /// The same at another height.
    pub(crate) async fn look_at(&self, width: u32, height: u32, scheme: &str) {
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )
        .await;
        self.cdp(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        )
        .await;
        let wanted = scheme == "dark";
        self.shows(
            "the look",
            &format!("innerWidth === {width} && innerHeight === {height} && matchMedia('(prefers-color-scheme: dark)').matches === {wanted}"),
        )
        .await;
        // Colours that fade from one scheme into the other are looked at when they have arrived.
        self.shows("colours at rest", "document.getAnimations().every((a) => a.playState !== 'running')").await;
    }
}

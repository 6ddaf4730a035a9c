//! Pages read by selector.

use scraper::{Html, Selector};

/// A page.
pub(crate) struct Page(Html);

impl Page {
    pub(crate) fn read(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    /// The texts of what a selector finds, white space drawn together.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        let text =
            |e: scraper::ElementRef<'_>| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        self.0.select(&selector).map(text).collect()
    }

    /// The text of the first, empty when there is none.
    pub(crate) fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_default()
    }

    /// An attribute of what a selector finds.
    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        self.0.select(&selector).filter_map(|e| e.value().attr(name).map(str::to_owned)).collect()
    }

    /// An attribute of the first, empty when there is none.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> String {
        self.attributes(selector, name).into_iter().next().unwrap_or_default()
    }

    pub(crate) fn has(&self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    pub(crate) fn count(&self, selector: &str) -> usize {
        self.0.select(&Selector::parse(selector).expect("a selector")).count()
    }

    /// What a text area holds, to the letter (the parser has dropped the line break after the tag).
    pub(crate) fn area(&self, name: &str) -> String {
        let selector = Selector::parse(&format!("textarea[name=\"{name}\"]")).expect("a selector");
        self.0.select(&selector).next().map(|e| e.text().collect()).unwrap_or_default()
    }
}

//! The one shape all mails share, and its two faces: plain text here, HTML in `templates/mail.html`.
use askama::Template;

use super::{
    Language, Rendered, Shop,
    chart::{Bar, Chart},
    clean,
    lang::Tongue,
};

/// A mail before it is laid out. Strings are already in the reader's language, cleaned and unescaped.
pub(super) struct Letter {
    pub(super) subject: String,
    /// What an inbox shows beside the subject.
    pub(super) preview: String,
    pub(super) heading: String,
    /// Under the heading, what a reader quotes: a label and the ticket's number.
    pub(super) reference: Option<(String, String)>,
    pub(super) tone: Tone,
    pub(super) blocks: Vec<Block>,
    /// Why the reader gets this mail.
    pub(super) footer: Vec<String>,
}

/// How much a mail presses. Shown in colour, and always said in words too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Calm,
    Soon,
    Late,
}

pub(super) enum Block {
    Text(String),
    Strong(String),
    /// What a person wrote, in paragraphs of lines.
    Prose(Vec<Vec<String>>),
    Due(Vec<Due>),
    Facts(Vec<(String, String)>),
    Lines(Vec<Line>),
    Chart(Chart),
    Link {
        label: String,
        url: String,
    },
}

pub(super) struct Due {
    pub(super) label: String,
    pub(super) when: String,
    pub(super) zone: String,
}

/// One notice of a digest.
pub(super) struct Line {
    pub(super) number: String,
    pub(super) what: String,
    /// Category and priority: what there is of them.
    pub(super) facts: Vec<String>,
    pub(super) due: Option<String>,
    pub(super) tone: Tone,
    pub(super) url: Option<String>,
}

#[derive(Template)]
#[template(path = "mail.html", whitespace = "minimize")]
struct Page<'a> {
    letter: &'a Letter,
    lang: &'static str,
    tongue: &'static Tongue,
    shop: String,
    site: Option<String>,
}

impl Tone {
    /// The suffix of the style classes in the template.
    fn class(self) -> &'static str {
        match self {
            Tone::Calm => "calm",
            Tone::Soon => "soon",
            Tone::Late => "late",
        }
    }

    /// The colour of the bar beside what is due.
    fn bar(self) -> &'static str {
        match self {
            Tone::Calm => "#2f6fb3",
            Tone::Soon => "#b26a00",
            Tone::Late => "#c0362c",
        }
    }

    fn ground(self) -> &'static str {
        match self {
            Tone::Calm => "#eef4fb",
            Tone::Soon => "#fff5e5",
            Tone::Late => "#fdeeec",
        }
    }

    /// Text on white in this tone, at least 4.5 to 1.
    fn ink(self) -> &'static str {
        match self {
            Tone::Calm => "#1d2126",
            Tone::Soon => "#8a5200",
            Tone::Late => "#a92b22",
        }
    }
}

impl Letter {
    pub(super) fn rendered(self, shop: &Shop, language: Language) -> Result<Rendered, askama::Error> {
        let page = Page {
            letter: &self,
            lang: language.tag(),
            tongue: language.tongue(),
            shop: clean::line(&shop.name),
            site: clean::link(shop.site_url.as_deref()),
        };
        let html = page.render()?;
        let text = self.text(language.tongue(), &page.shop, page.site.as_deref());
        Ok(Rendered { subject: self.subject, text, html })
    }

    /// Blocks parted by blank lines, due times and facts one to a line, the footer under the mark that mail programs
    /// know a signature by.
    fn text(&self, tongue: &Tongue, shop: &str, site: Option<&str>) -> String {
        let mut parts = vec![self.heading.clone()];
        parts.extend(self.reference.iter().map(|fact| fact_line(fact, tongue)));
        parts.extend(self.blocks.iter().map(|block| block.text(tongue)));
        let mut footer = vec!["-- ".to_owned(), shop.to_owned()];
        footer.extend(site.map(ToOwned::to_owned));
        footer.extend(self.footer.iter().cloned());
        parts.push(footer.join("\n"));
        parts.join("\n\n") + "\n"
    }
}

impl Block {
    fn text(&self, tongue: &Tongue) -> String {
        match self {
            Block::Text(text) | Block::Strong(text) => text.clone(),
            Block::Prose(paragraphs) => {
                paragraphs.iter().map(|lines| lines.join("\n")).collect::<Vec<_>>().join("\n\n")
            }
            Block::Due(rows) => {
                let row = |due: &Due| format!("{}\n    {}\n    {}", due.label, due.when, due.zone);
                rows.iter().map(row).collect::<Vec<_>>().join("\n\n")
            }
            Block::Facts(facts) => facts.iter().map(|fact| fact_line(fact, tongue)).collect::<Vec<_>>().join("\n"),
            Block::Lines(lines) => lines.iter().map(Line::text).collect::<Vec<_>>().join("\n"),
            Block::Chart(chart) => {
                let bar = |bar: &Bar| format!("    {}{}{}", bar.label, tongue.colon, bar.value);
                let rows = chart.bars.iter().map(bar).chain(chart.legend.iter().map(|legend| format!("    {legend}")));
                std::iter::once(chart.title.clone()).chain(rows).collect::<Vec<_>>().join("\n")
            }
            Block::Link { label, url } => format!("{label}\n{url}"),
        }
    }
}

fn fact_line((label, value): &(String, String), tongue: &Tongue) -> String {
    format!("{label}{}{value}", tongue.colon)
}

impl Line {
    fn text(&self) -> String {
        let numbered = std::iter::once(&self.number).chain(&self.facts).map(String::as_str);
        let about = numbered.collect::<Vec<_>>().join(" · ");
        let rows = [Some(&about), self.due.as_ref(), self.url.as_ref()];
        let below: String = rows.into_iter().flatten().map(|row| format!("\n    {row}")).collect();
        format!("* {}{below}", self.what)
    }
}

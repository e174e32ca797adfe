//! A web browser without script, enough for the lab's own plain pages: links to the app, forms, redirects.

use anyhow::{Context, bail, ensure};
use reqwest::{Client, Response, header};
use url::{Url, form_urlencoded};

use crate::http::text;

/// Redirects in a row at most.
const MAX_REDIRECTS: usize = 5;

/// A page that was opened.
pub(super) struct Page {
    pub(super) address: Url,
    html: String,
}

/// A form with its hidden fields, as its button would send it.
pub(super) struct Form {
    address: Url,
    fields: Vec<(String, String)>,
}

impl Page {
    /// Opens an address.
    pub(super) async fn open(client: &Client, address: &str) -> anyhow::Result<Self> {
        let mut address = Url::parse(address)?;
        for _ in 0..=MAX_REDIRECTS {
            ensure!(address.scheme() == "https", "the phone opens https only");
            let answer = client.get(address.clone()).send().await?;
            let Some(next) = redirected(&address, &answer)? else {
                let html = text(answer).await?;
                return Ok(Self { address, html });
            };
            address = next;
        }
        bail!("too many redirects")
    }

    /// The login has ended, well or badly, and nothing is left to do here.
    pub(super) fn is_end(&self) -> bool {
        self.html.contains("id=\"done\"")
    }

    /// The token of a link that opens the app.
    pub(super) fn autostart_token(&self) -> Option<String> {
        let rest = self.html.split_once("bankid:///?autostarttoken=")?.1;
        let end = rest.find(['&', '"'])?;
        Some(rest[..end].to_owned())
    }

    /// The first form, where there is one.
    pub(super) fn form(&self) -> Option<Form> {
        let form = self.html.split_once("<form")?.1.split_once("</form>")?.0;
        let address = self.address.join(&attribute(form, "action")?).ok()?;
        let fields = form
            .split("<input")
            .skip(1)
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
            .collect();
        Some(Form { address, fields })
    }

    /// What a person would read.
    pub(super) fn text(&self) -> String {
        let body = self
            .html
            .split_once("<body>")
            .map_or(&*self.html, |parts| parts.1);
        let words = body
            .split('<')
            .filter_map(|piece| Some(piece.split_once('>')?.1.trim()));
        words
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Form {
    /// Presses the form's button.
    pub(super) async fn send(self, client: &Client) -> anyhow::Result<Page> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.fields)
            .finish();
        let answer = client
            .post(self.address.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await?;
        match redirected(&self.address, &answer)? {
            Some(next) => Page::open(client, next.as_str()).await,
            None => Ok(Page {
                address: self.address,
                html: text(answer).await?,
            }),
        }
    }
}

fn redirected(from: &Url, answer: &Response) -> anyhow::Result<Option<Url>> {
    if !answer.status().is_redirection() {
        return Ok(None);
    }
    let target = answer.headers().get(header::LOCATION);
    let target = target.context("a redirect leads nowhere")?.to_str()?;
    Ok(Some(from.join(target)?))
}

/// The value of `name="value"` in a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    let value = rest.split_once('"')?.0;
    Some(
        value
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_link_to_the_app_and_the_form() {
        let page = Page {
            address: Url::parse("https://op.example/device?user_code=A").unwrap(),
            html:
                "<html><body><p>Hej <a href=\"bankid:///?autostarttoken=abc-1&amp;redirect=null\">Öppna</a>\
                   <form method=\"post\" action=\"/device/confirm\"><input type=\"hidden\" name=\"code\" \
                   value=\"A&amp;B\"><button>Ja</button></form>"
                    .into(),
        };
        assert_eq!(page.autostart_token().as_deref(), Some("abc-1"));
        let form = page.form().unwrap();
        assert_eq!(form.address.as_str(), "https://op.example/device/confirm");
        assert_eq!(form.fields, [("code".to_owned(), "A&B".to_owned())]);
        assert_eq!(page.text(), "Hej Öppna Ja");
        assert!(!page.is_end());
    }
}

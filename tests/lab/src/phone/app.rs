//! The app and the web browser of the phone, both over HTTP: the app's side of the BankID stand-in, and the pages that a
//! staff member opens to let a kit be checked out (RFC 8628, `verification_uri_complete`).

use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Act;
use super::page::Page;
use crate::bank_id::Opened;
use crate::http;
use crate::people::Person;

/// Pages of one login at most.
const MAX_PAGES: usize = 10;

/// Why a phone could not do it.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// There was no code on the screen in time.
    #[error("no QR code was seen in time")]
    NothingSeen,
    /// The screen cannot be looked at.
    #[error("the screen cannot be looked at: {0:#}")]
    Blind(anyhow::Error),
    /// The app says no.
    #[error("the app refuses: {0}")]
    Refused(String),
    /// Nobody answers, or not as the stand-ins do.
    #[error("{0:#}")]
    Broken(#[from] anyhow::Error),
}

#[derive(Deserialize)]
struct About {
    people: Vec<Person>,
}

/// The app of one person.
pub struct App {
    bank_id: String,
    personal_number: String,
    http: reqwest::Client,
}

impl App {
    /// The app of a person of the lab, by key or personal number. `bank_id` is the stand-in's control address; `trusted`
    /// the authorities (PEM) of the pages that the phone opens.
    pub async fn of(bank_id: &str, person: &str, trusted: &[&str]) -> anyhow::Result<Self> {
        let bank_id = bank_id.trim_end_matches('/').to_owned();
        let http = http::client(trusted, None)?;
        let about = http::text(http.get(format!("{bank_id}/")).send().await?).await?;
        let About { people } = serde_json::from_str(&about)?;
        let holder = people
            .into_iter()
            .find(|known| known.key == person || known.personal_number == person)
            .with_context(|| format!("the lab knows nobody called {person}"))?;
        Ok(Self {
            bank_id,
            personal_number: holder.personal_number,
            http,
        })
    }

    /// Reads a QR code with the app.
    pub async fn scan(&self, text: &str) -> Result<String, PhoneError> {
        let opened: Opened = self.ask("/app/scan", &json!({"qr": text})).await?;
        Ok(opened.order_ref)
    }

    /// Follows `bankid:///?autostarttoken=…` on the phone itself.
    pub async fn autostart(&self, token: &str) -> Result<String, PhoneError> {
        let opened: Opened = self.ask("/app/autostart", &json!({"token": token})).await?;
        Ok(opened.order_ref)
    }

    /// Does with an open order what the holder wants.
    pub async fn finish(&self, order: &str, act: Act) -> Result<(), PhoneError> {
        let path = |step: &str| format!("/app/orders/{order}/{step}");
        match act {
            Act::Open => Ok(()),
            Act::Cancel => self.ask(&path("cancel"), &json!({})).await.map(|_: Value| ()),
            Act::Identify => {
                self.go_on(&path("ask")).await?;
                let who = json!({"personal_number": self.personal_number});
                self.ask(&path("identify"), &who).await.map(|_: Value| ())
            }
        }
    }

    /// Until the security code is asked for; the document, where wanted, is read without more ado.
    async fn go_on(&self, path: &str) -> Result<(), PhoneError> {
        for _ in 0..3 {
            let answer: Value = self.ask(path, &json!({})).await?;
            if answer["step"] == "Code" {
                return Ok(());
            }
        }
        Err(PhoneError::Refused("the app asks for something else".into()))
    }

    /// Opens an address in the phone's browser and goes on as its pages say, until one says that it is done.
    pub async fn follow(&self, address: &str, act: Act) -> Result<(), PhoneError> {
        let mut page = Page::open(&self.http, address).await?;
        for _ in 0..MAX_PAGES {
            if page.is_end() {
                return Ok(());
            }
            page = if let Some(token) = page.autostart_token() {
                let order = self.autostart(&token).await?;
                self.finish(&order, act).await?;
                if act == Act::Open {
                    return Ok(());
                }
                Page::open(&self.http, page.address.as_str()).await?
            } else if let Some(form) = page.form() {
                form.send(&self.http).await?
            } else {
                return Err(PhoneError::Refused(page.text()));
            };
        }
        Err(PhoneError::Refused("the pages do not come to an end".into()))
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, PhoneError> {
        let answer = self
            .http
            .post(format!("{}{path}", self.bank_id))
            .timeout(Duration::from_secs(5))
            .json(body)
            .send()
            .await
            .map_err(anyhow::Error::from)?;
        let refused = answer.status().as_u16() == 409;
        let text = http::text(answer).await?;
        let json: Value = serde_json::from_str(&text).map_err(anyhow::Error::from)?;
        if refused {
            return Err(PhoneError::Refused(
                json["error"].as_str().unwrap_or_default().into(),
            ));
        }
        Ok(serde_json::from_value(json).map_err(anyhow::Error::from)?)
    }
}

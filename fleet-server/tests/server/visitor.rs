//! Somebody with a browser: a session, pages, forms.

use reqwest::{
    Client, Method, StatusCode,
    header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
};

use crate::common::{Site, TestServer};

/// Somebody who is logged in.
pub(crate) struct Visitor {
    http: Client,
    console: String,
    cookie: String,
}

impl TestServer {
    /// Logs in as the region's administrator.
    pub(crate) async fn log_in(&self) -> Visitor {
        Visitor::log_in(&self.site).await
    }
}

impl Visitor {
    pub(crate) async fn log_in(site: &Site) -> Self {
        let http = site.http(None);
        let request = http
            .post(format!("{}/login", site.console))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = request
            .body(format!("token={}", site.token))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self {
            console: site.console.clone(),
            http,
            cookie,
        }
    }

    /// Somebody who has a session already, by its cookie.
    pub(crate) fn with_session(site: &Site, cookie: String) -> Self {
        Self {
            console: site.console.clone(),
            http: site.http(None),
            cookie,
        }
    }

    /// The session's cookie, as a browser sends it.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// A page's status and text.
    pub(crate) async fn get(&self, path: &str) -> (StatusCode, String) {
        self.send(Method::GET, path, String::new()).await
    }

    /// A form's status, and where it leads or what it shows instead.
    pub(crate) async fn post(&self, path: &str, form: &str) -> (StatusCode, String) {
        self.send(Method::POST, path, form.to_owned()).await
    }

    async fn send(&self, method: Method, path: &str, body: String) -> (StatusCode, String) {
        let request = self
            .http
            .request(method, format!("{}{path}", self.console))
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = request.body(body).send().await.unwrap();
        let status = response.status();
        let location = response
            .headers()
            .get(LOCATION)
            .map(|to| to.to_str().unwrap().to_owned());
        let text = crate::common::read(response).await.1;
        let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
        (status, location.unwrap_or(text))
    }
}

/// A form field's value as a browser sends it.
pub(crate) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

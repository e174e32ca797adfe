//! A server whose people log in at a provider of ours, as a browser sees it.

use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
};
use serde_json::Value;

use crate::{
    common::TestServer,
    openid_provider::{Provider, Trick},
};

/// Who becomes what.
pub(crate) const RULES: &str = r#"
    [[provider.rule]]
    when = { roles = "manager" }
    role = "municipal_manager"
    tenant = "Granö kommun"
    [[provider.rule]]
    when = { roles = "elsewhere" }
    role = "municipal_manager"
    tenant = "Another"
    [[provider.rule]]
    when = { roles = "region-role-in-a-municipality" }
    role = "region_operator"
    tenant = "Granö kommun"
"#;

/// A server whose people log in at a provider of ours.
pub(crate) struct Site {
    pub(crate) server: TestServer,
    pub(crate) provider: Provider,
    pub(crate) _files: tempfile::TempDir,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let files = tempfile::tempdir().unwrap();
        let provider = Provider::start().await;
        let server = TestServer::start_with(Some(&provider.settings(files.path(), RULES))).await;
        server.municipality("Granö kommun").await;
        Self {
            server,
            provider,
            _files: files,
        }
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> reqwest::Response {
        let url = format!("{}{path}", self.server.site.console);
        let request = self.server.site.http(None).get(url).header(COOKIE, cookie);
        request.send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, cookie: &str, form: &str) -> reqwest::Response {
        let url = format!("{}{path}", self.server.site.console);
        let request = self.server.site.http(None).post(url).header(COOKIE, cookie);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.unwrap()
    }

    /// Where the browser is sent, and the cookie of the login under way.
    pub(crate) async fn begin(&self) -> (String, String) {
        let begun = self.get("/login/start?at=region", "").await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER);
        let address = begun.headers()[LOCATION].to_str().unwrap().to_owned();
        (address, cookie(&begun, "__Host-login").unwrap())
    }

    /// A whole login; the answer of the way back.
    pub(crate) async fn log_in(&self, claims: &Value, trick: Trick) -> reqwest::Response {
        let (address, cookie) = self.begin().await;
        let query = self.provider.let_in(&address, claims, trick);
        self.get(&format!("/login/callback?{query}"), &cookie).await
    }
}

pub(crate) fn cookie(response: &reqwest::Response, name: &str) -> Option<String> {
    let cookies = response
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap());
    let mut ours = cookies.filter(|cookie| cookie.starts_with(name) && !cookie.contains("Max-Age=0"));
    ours.next()
        .map(|cookie| cookie.split(';').next().unwrap().to_owned())
}

pub(crate) async fn text(response: reqwest::Response) -> String {
    crate::common::read(response)
        .await
        .1
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

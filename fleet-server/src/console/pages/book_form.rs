//! The booking form as a browser sends it: with the invitation as a file (multipart), or pasted.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{FromRequest, Multipart, Request},
    http::header::CONTENT_TYPE,
};
use fleet_api::TenantId;

use crate::web::Problem;

/// The form: either an invitation, or a link with its time.
pub(super) struct Booking {
    pub(super) municipality: TenantId,
    pub(super) kit: String,
    pub(super) title: String,
    /// A calendar's file; empty where a link is given.
    pub(super) invitation: String,
    pub(super) link: String,
    pub(super) starts_at: String,
    pub(super) ends_at: String,
    /// Who is expected and how the kit gets in; read by `book_expected`.
    pub(super) expected: HashMap<String, String>,
}

impl<S: Send + Sync> FromRequest<S> for Booking {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_multipart = request.headers().get(CONTENT_TYPE).is_some_and(|kind| {
            let kind = kind.as_bytes().to_ascii_lowercase();
            kind.starts_with(b"multipart/form-data")
        });
        let fields = if is_multipart {
            let multipart = Multipart::from_request(request, state).await;
            fields(multipart.map_err(|_| unreadable())?).await?
        } else {
            let form = Form::<HashMap<String, String>>::from_request(request, state).await;
            form.map_err(|_| unreadable())?.0
        };
        Self::read(fields)
    }
}

/// All fields; what is larger than the route allows ends it. A file's name is not read.
async fn fields(mut multipart: Multipart) -> Result<HashMap<String, String>, Problem> {
    let mut fields = HashMap::new();
    while let Some(field) = multipart.next_field().await.map_err(|_| unreadable())? {
        let name = field.name().unwrap_or_default().to_owned();
        let content = field.bytes().await.map_err(|_| unreadable())?;
        fields.insert(name, String::from_utf8_lossy(&content).into_owned());
    }
    Ok(fields)
}

impl Booking {
    /// Nothing is filled in yet but the kit, where somebody comes from its page.
    pub(super) fn empty(municipality: TenantId, kit: String) -> Self {
        Self {
            municipality,
            kit,
            title: String::new(),
            invitation: String::new(),
            link: String::new(),
            starts_at: String::new(),
            ends_at: String::new(),
            expected: HashMap::new(),
        }
    }

    fn read(mut fields: HashMap<String, String>) -> Result<Self, Problem> {
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        let municipality = take("municipality").parse().map_err(|_| unreadable())?;
        let (file, pasted) = (take("file"), take("invitation"));
        Ok(Self {
            municipality,
            kit: take("kit"),
            title: take("title"),
            invitation: if file.trim().is_empty() { pasted } else { file },
            link: take("link"),
            starts_at: take("starts_at"),
            ends_at: take("ends_at"),
            expected: fields,
        })
    }
}

fn unreadable() -> Problem {
    Problem::invalid("form", "choose a kit and give a link or an invitation")
}

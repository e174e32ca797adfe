//! Alerts as mails, over SMTP with TLS. A mail names a kit, a municipality and a time; never a person.

use std::time::Duration;

use anyhow::{Context, Result};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use secrecy::ExposeSecret;

use super::outlets::Failure;
use crate::{
    alert_settings::{Security, Smtp},
    store::Delivery,
};

/// Longest time for each step of a conversation with the mail server.
const STEP_TIME: Duration = Duration::from_secs(15);

/// A mail server that takes our mails.
#[derive(Debug, Clone)]
pub(super) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    pub(super) fn new(smtp: &Smtp, authority: Option<&[u8]>) -> Result<Self> {
        let from = smtp
            .from
            .parse()
            .context("smtp.from in alerts.toml is no address")?;
        let tls = || -> Result<TlsParameters> {
            let mut tls = TlsParameters::builder(smtp.host.clone());
            if let Some(pem) = authority {
                tls = tls.add_root_certificate(Certificate::from_pem(pem)?);
            }
            Ok(tls.build()?)
        };
        let tls = match smtp.security {
            Security::Tls => Tls::Wrapper(tls()?),
            Security::Starttls => Tls::Required(tls()?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone())
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(STEP_TIME));
        if let (Some(user), Some(password)) = (&smtp.user, &smtp.password) {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    /// Sends one. The Message-ID is the same at every attempt, so that a receiver can tell a second copy.
    pub(super) async fn send(&self, delivery: &Delivery, subject: &str, body: String) -> Result<(), Failure> {
        let to: Address = delivery.target.parse().map_err(|_| Failure("address"))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!("<{}@{}>", delivery.id, self.from.email.domain())))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|_| Failure("message"))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Failure("mail_refused")),
            Err(error) if error.is_tls() => Err(Failure("mail_tls")),
            Err(_) => Err(Failure("mail_unreachable")),
        }
    }
}

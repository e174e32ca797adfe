//! Codes from a real fleet server.

use fleet_server::{
    data_dir::DataDir,
    identity::administrator,
    server::Server,
    store::{NewTenant, Settings},
};
use jiff::{SignedDuration, Timestamp};
use kit_provision::{CodeError, CodeOptions, make_code};
use secrecy::SecretString;

#[tokio::test]
async fn an_administrator_gets_a_code_and_nobody_else_does() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let data_dir = DataDir::create(&data, &["127.0.0.1".to_owned()], Timestamp::now()).unwrap();
    let any = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(&data_dir, any, any).await.unwrap();
    let store = &server.app().store;
    let new = NewTenant {
        name: "Region".to_owned(),
        settings: Settings::default(),
    };
    let tenant = store.add_tenant(&new, Timestamp::now()).await.unwrap();
    let (genuine, token) = administrator::new_token();
    store.add_token(tenant, &token, Timestamp::now()).await.unwrap();

    let server_authority = std::fs::read(data.join("server-ca.pem")).unwrap();
    let code = async |token: SecretString, server_authority: Option<&[u8]>| {
        let server = format!("https://{}", server.console_address).parse().unwrap();
        let kit = "Kit 14".parse().unwrap();
        make_code(CodeOptions {
            server,
            token,
            kit,
            server_authority,
        })
        .await
    };
    let made = code(genuine, Some(&server_authority)).await.unwrap();
    assert!(made.expires_at > Timestamp::now() + SignedDuration::from_hours(23));
    assert!(!format!("{made:?}").contains(made.code.expose_secret_part()));

    let refused = code(administrator::new_token().0, Some(&server_authority)).await;
    assert!(
        matches!(refused, Err(CodeError::Refused { status: 401, .. })),
        "{refused:?}"
    );
    let refused = code(administrator::new_token().0, Some(b"no certificate")).await;
    assert!(matches!(refused, Err(CodeError::Authority)), "{refused:?}");
    let refused = code(administrator::new_token().0, None).await;
    assert!(
        matches!(refused, Err(CodeError::Unreachable(_))),
        "this machine does not know it: {refused:?}"
    );
    server.stop().await;
}

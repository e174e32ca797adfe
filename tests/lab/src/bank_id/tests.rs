//! The rules of orders, with the time as input.

use std::time::Duration;

use serde_json::{Value, json};

use super::bank::Bank;
use super::order::Step;
use super::qr::QrStart;
use super::refusal::{AppRefusal, Refusal};
use super::request::{Kind, read_start};

const ELSA: &str = "189001019802";
const OLOF: &str = "189001029819";

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn begin_at(bank: &mut Bank, now: Duration) -> Value {
    begin(bank, Kind::Auth, &json!({"endUserIp": "192.0.2.7"}), now).unwrap()
}

fn begin(bank: &mut Bank, kind: Kind, body: &Value, now: Duration) -> Result<Value, Refusal> {
    let asked = read_start(kind, body.to_string().as_bytes())?;
    bank.begin(asked, now)
}

fn order_ref(order: &Value) -> &str {
    order["orderRef"].as_str().unwrap()
}

fn code(order: &Value, seconds: u64) -> String {
    let start = QrStart {
        token: order["qrStartToken"].as_str().unwrap().into(),
        secret: order["qrStartSecret"].as_str().unwrap().into(),
    };
    start.text(seconds)
}

fn seen(bank: &mut Bank, order: &Value, now: Duration) -> (String, String) {
    let answer = bank.collect(order_ref(order), now).unwrap();
    let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
    (text("status"), text("hintCode"))
}

fn pair(status: &str, hint: &str) -> (String, String) {
    (status.into(), hint.into())
}

#[test]
fn an_order_goes_from_the_code_to_the_person_and_is_told_once() {
    let mut bank = Bank::default();
    let order = begin_at(&mut bank, s(0));
    assert_eq!(
        seen(&mut bank, &order, s(2)),
        pair("pending", "outstandingTransaction")
    );
    let opened = bank.open_by_code(&code(&order, 3), s(3)).unwrap();
    assert_eq!(seen(&mut bank, &order, s(4)), pair("pending", "started"));
    assert_eq!(
        bank.identify(&opened.order_ref, ELSA, s(4)),
        Err(AppRefusal::NotYet(Step::Searching))
    );
    assert_eq!(bank.ask(&opened.order_ref, s(5)), Ok(Step::Code));
    assert_eq!(seen(&mut bank, &order, s(6)), pair("pending", "userSign"));
    bank.identify(&opened.order_ref, ELSA, s(7)).unwrap();
    let answer = bank.collect(order_ref(&order), s(8)).unwrap();
    assert_eq!(answer["status"], "complete");
    assert_eq!(answer["completionData"]["user"]["personalNumber"], ELSA);
    assert_eq!(answer["completionData"]["stepUp"], Value::Null);
    assert_eq!(
        bank.collect(order_ref(&order), s(10)),
        Err(Refusal::no_such_order())
    );
    assert_eq!(bank.counts.early_collects, 0);
}

#[test]
fn an_order_that_no_app_opens_fails_after_30_s_and_is_told_once_for_190_s() {
    let mut bank = Bank::default();
    let (order, later) = (begin_at(&mut bank, s(0)), begin_at(&mut bank, s(0)));
    assert_eq!(seen(&mut bank, &order, s(29)).0, "pending");
    assert_eq!(
        bank.open_by_code(&code(&order, 30), s(30)),
        Err(AppRefusal::UnknownCode)
    );
    assert_eq!(seen(&mut bank, &order, s(219)), pair("failed", "startFailed"));
    assert_eq!(
        bank.collect(order_ref(&order), s(219)),
        Err(Refusal::no_such_order())
    );
    assert_eq!(
        bank.collect(order_ref(&later), s(220)),
        Err(Refusal::no_such_order())
    );
}

#[test]
fn a_failed_order_is_told_once_for_5_min() {
    let mut bank = Bank::default();
    for (collected, told) in [(309, true), (311, false)] {
        let order = begin_at(&mut bank, s(0));
        let opened = bank.open_by_code(&code(&order, 10), s(10)).unwrap();
        bank.cancel_in_app(&opened.order_ref, s(10)).unwrap();
        assert_eq!(bank.collect(order_ref(&order), s(collected)).is_ok(), told);
        assert_eq!(
            bank.collect(order_ref(&order), s(collected)),
            Err(Refusal::no_such_order())
        );
        bank = Bank::default();
    }
}

#[test]
fn who_opened_has_3_min_to_finish_and_the_relying_party_3_min_to_collect() {
    let mut bank = Bank::default();
    let slow = begin_at(&mut bank, s(0));
    bank.open_by_code(&code(&slow, 20), s(20)).unwrap();
    assert_eq!(seen(&mut bank, &slow, s(199)).0, "pending");
    assert_eq!(
        seen(&mut bank, &slow, s(201)),
        pair("failed", "expiredTransaction")
    );
    let quick = begin_at(&mut bank, s(300));
    let opened = bank.open_by_code(&code(&quick, 0), s(300)).unwrap();
    bank.ask(&opened.order_ref, s(300)).unwrap();
    bank.identify(&opened.order_ref, ELSA, s(300)).unwrap();
    assert_eq!(
        bank.collect(order_ref(&quick), s(480)),
        Err(Refusal::no_such_order())
    );
}

#[test]
fn old_forged_and_future_codes_open_nothing() {
    let mut bank = Bank::default();
    let order = begin_at(&mut bank, s(100));
    assert_eq!(
        bank.open_by_code(&code(&order, 4), s(110)),
        Err(AppRefusal::TooOld(6))
    );
    assert_eq!(
        bank.open_by_code(&code(&order, 12), s(110)),
        Err(AppRefusal::TooEarly)
    );
    let forged = code(&order, 10).replace(".10.", ".9.");
    assert_eq!(bank.open_by_code(&forged, s(110)), Err(AppRefusal::Forged));
    assert_eq!(
        bank.open_by_code("https://example.org", s(110)),
        Err(AppRefusal::UnknownCode)
    );
    assert_eq!(bank.counts.refused_codes, 4);
    bank.open_by_code(&code(&order, 5), s(110)).unwrap();
    assert_eq!(
        bank.open_by_code(&code(&order, 10), s(110)),
        Err(AppRefusal::AlreadyOpened)
    );
}

#[test]
fn an_order_for_one_person_fails_for_another_and_two_at_once_abort_both() {
    let mut bank = Bank::default();
    let body = json!({"endUserIp": "::1", "requirement": {"personalNumber": ELSA}});
    let order = begin(&mut bank, Kind::Auth, &body, s(0)).unwrap();
    let opened = bank.open_by_code(&code(&order, 0), s(0)).unwrap();
    bank.ask(&opened.order_ref, s(0)).unwrap();
    assert_eq!(
        bank.identify(&opened.order_ref, OLOF, s(1)),
        Err(AppRefusal::NotForYou)
    );
    assert_eq!(seen(&mut bank, &order, s(2)).0, "failed");

    let first = begin(&mut bank, Kind::Auth, &body, s(3)).unwrap();
    let second = begin(&mut bank, Kind::Auth, &body, s(4)).unwrap_err();
    assert_eq!((second.status, &*second.error_code), (400, "alreadyInProgress"));
    assert_eq!(seen(&mut bank, &first, s(5)), pair("failed", "cancelled"));
    assert!(begin(&mut bank, Kind::Auth, &body, s(6)).is_ok());
}

#[test]
fn a_document_is_read_before_the_code_and_a_call_is_confirmed() {
    let mut bank = Bank::default();
    let body = json!({"endUserIp": "192.0.2.7", "requirement": {"mrtd": true}, "returnRisk": true});
    let order = begin(&mut bank, Kind::Auth, &body, s(0)).unwrap();
    let opened = bank
        .open_by_link(order["autoStartToken"].as_str().unwrap(), s(0))
        .unwrap();
    assert_eq!(bank.ask(&opened.order_ref, s(0)), Ok(Step::Document));
    assert_eq!(seen(&mut bank, &order, s(2)).1, "userMrtd");
    assert_eq!(bank.ask(&opened.order_ref, s(2)), Ok(Step::Code));
    bank.identify(&opened.order_ref, ELSA, s(3)).unwrap();
    let answer = bank.collect(order_ref(&order), s(4)).unwrap();
    assert_eq!(answer["completionData"]["stepUp"], json!({"mrtd": true}));
    assert_eq!(answer["completionData"]["risk"], "low");

    let call = json!({"personalNumber": OLOF, "callInitiator": "RP"});
    for (is_true, end) in [(true, "userSign"), (false, "userDeclinedCall")] {
        let order = begin(&mut bank, Kind::PhoneAuth, &call, s(10)).unwrap();
        assert_eq!(order.as_object().unwrap().len(), 1);
        let opened = bank.open_by_number(OLOF, s(10)).unwrap();
        assert_eq!(bank.ask(&opened.order_ref, s(10)), Ok(Step::Call));
        assert_eq!(seen(&mut bank, &order, s(12)).1, "userCallConfirm");
        bank.confirm_call(&opened.order_ref, is_true, s(13)).unwrap();
        assert_eq!(seen(&mut bank, &order, s(14)).1, end);
        bank.orders.clear();
    }
}

#[test]
fn collects_sooner_than_2_s_are_counted_and_refused_where_a_test_wants_it() {
    let mut bank = Bank::default();
    let order = begin_at(&mut bank, s(0));
    for at in [0, 2_000, 3_950, 5_000] {
        bank.collect(order_ref(&order), Duration::from_millis(at))
            .unwrap();
    }
    assert_eq!(bank.counts.early_collects, 1);
    bank.settings.refuse_early_collects = true;
    let refusal = bank
        .collect(order_ref(&order), Duration::from_millis(5_500))
        .unwrap_err();
    assert_eq!((refusal.status, &*refusal.error_code), (429, "tooManyRequests"));
}

#[test]
fn a_cancelled_order_is_gone() {
    let mut bank = Bank::default();
    let order = begin_at(&mut bank, s(0));
    assert_eq!(bank.cancel(order_ref(&order), s(1)), Ok(json!({})));
    for answer in [
        bank.collect(order_ref(&order), s(2)),
        bank.cancel(order_ref(&order), s(2)),
    ] {
        assert_eq!(answer, Err(Refusal::no_such_order()));
    }
}

#[test]
fn wrong_parameters_are_refused() {
    let text = |letters: usize| "QUFB".repeat(letters / 4);
    let device = |key: &str, value: Value| json!({"endUserIp": "192.0.2.7", key: value});
    for (kind, body) in [
        (Kind::Auth, json!({})),
        (Kind::Auth, json!({"endUserIp": "kit"})),
        (Kind::Auth, device("personalNumber", json!(ELSA))),
        (Kind::Auth, device("userVisibleData", json!("no base64!"))),
        (Kind::Auth, device("userVisibleData", json!("/w=="))),
        (Kind::Auth, device("userVisibleData", json!(""))),
        (Kind::Auth, device("userVisibleData", json!(text(1_504)))),
        (Kind::Auth, device("userVisibleDataFormat", json!("html"))),
        (
            Kind::Auth,
            device("requirement", json!({"personalNumber": "189001019803"})),
        ),
        (Kind::Auth, device("requirement", json!({"cardReader": "class3"}))),
        (Kind::Auth, device("userVisableData", json!("QUFB"))),
        (Kind::Auth, device("web", json!({"userAgent": "x".repeat(257)}))),
        (Kind::Sign, json!({"endUserIp": "192.0.2.7"})),
        (Kind::PhoneAuth, json!({"personalNumber": ELSA})),
        (
            Kind::PhoneAuth,
            json!({"personalNumber": ELSA, "callInitiator": "rp"}),
        ),
        (
            Kind::PhoneSign,
            json!({"personalNumber": ELSA, "callInitiator": "RP"}),
        ),
    ] {
        let refusal = read_start(kind, body.to_string().as_bytes()).unwrap_err();
        assert_eq!(
            (refusal.status, &*refusal.error_code),
            (400, "invalidParameters"),
            "{body}"
        );
    }
    for body in [
        device("userVisibleData", json!(text(1_500))),
        device("userVisibleDataFormat", json!("simpleMarkdownV1")),
    ] {
        assert!(
            read_start(Kind::Auth, body.to_string().as_bytes()).is_ok(),
            "{body}"
        );
    }
}

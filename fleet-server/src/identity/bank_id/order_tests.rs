//! Every hint and every error of the interface, and the silence of new orders.

use serde_json::json;

use super::*;
use crate::identity::bank_id::answer::ErrorCode;

const START: &str = "2026-11-26T10:00:00Z";

fn at(seconds: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

fn begun() -> Begun {
    Begun {
        reference: "131daac9".to_owned().into(),
        qr_start_token: "67df3917-fa0d-44e5-b327-edcc928297f8".to_owned().into(),
        qr_start_secret: "d28db9a7-4cde-429e-a983-359be676944c".to_owned().into(),
    }
}

fn said(status: &str, hint: Option<&str>) -> Collected {
    serde_json::from_value(json!({ "orderRef": "131daac9", "status": status, "hintCode": hint })).unwrap()
}

fn open() -> Order {
    let mut order = Order::new(at(0));
    assert!(matches!(order.due(at(0)), Due::Begin));
    order.begun(begun(), at(0));
    order
}

#[test]
fn the_code_changes_each_second_and_bankid_is_asked_every_other() {
    let mut order = open();
    let shown = |order: &Order, second| match order.view(at(second)) {
        View::Waiting(Some(code)) => code.expose().to_owned(),
        other => panic!("{other:?}"),
    };
    assert!(shown(&order, 0).contains(".0.dc69358e"));
    assert!(shown(&order, 1).contains(".1.949d559b"));
    assert!(matches!(order.due(at(1)), Due::Nothing));
    assert!(matches!(order.due(at(2)), Due::Collect(_)));
    order.collected(said("pending", Some("outstandingTransaction")), at(2));
    assert!(matches!(order.due(at(3)), Due::Nothing));
    assert!(matches!(order.due(at(4)), Due::Collect(_)));
    assert!(shown(&order, 2).contains(".2.a9e5ec59"));
}

#[test]
fn every_hint_has_its_message() {
    for (hint, message, scanned) in [
        ("outstandingTransaction", Message::Rfa1, false),
        ("noClient", Message::Rfa1, false),
        ("started", Message::Rfa14B, true),
        ("userMrtd", Message::Rfa23, true),
        ("userCallConfirm", Message::Rfa21, true),
        ("userSign", Message::Rfa9, true),
        ("somethingNew", Message::Rfa21, true),
    ] {
        let mut order = open();
        assert!(order.collected(said("pending", Some(hint)), at(2)).is_none());
        assert_eq!(order.message(), message, "{hint}");
        assert_eq!(order.view(at(2)) == View::Scanned, scanned, "{hint}");
        assert!(!order.is_over());
    }
    for (hint, message) in [
        ("expiredTransaction", Message::Rfa8),
        ("certificateErr", Message::Rfa16),
        ("userCancel", Message::Rfa6),
        ("cancelled", Message::Rfa3),
        ("userDeclinedCall", Message::Rfa22),
        ("notSupportedByUserApp", Message::Rfa22),
        ("transactionRiskBlocked", Message::Rfa22),
        ("somethingNew", Message::Rfa22),
    ] {
        let mut order = open();
        assert!(order.collected(said("failed", Some(hint)), at(2)).is_none());
        assert_eq!(order.message(), message, "{hint}");
        assert_eq!(order.view(at(2)), View::Failed { try_again: true }, "{hint}");
    }
    let mut order = open();
    order.collected(said("pending", None), at(2));
    assert_eq!(order.message(), Message::Rfa21);
}

#[test]
fn every_error_has_its_message_and_our_own_faults_are_never_bankids() {
    let refused = |status, code| CallError::Refused(status, code);
    for (error, message, try_again) in [
        (refused(400, ErrorCode::AlreadyInProgress), Message::Rfa4, true),
        (
            refused(400, ErrorCode::InvalidParameters),
            Message::OurFault,
            false,
        ),
        (refused(400, ErrorCode::Unknown), Message::Rfa22, true),
        (refused(401, ErrorCode::Unauthorized), Message::OurFault, false),
        (refused(403, ErrorCode::Unauthorized), Message::OurFault, false),
        (refused(403, ErrorCode::Unknown), Message::OurFault, false),
        (refused(404, ErrorCode::NotFound), Message::OurFault, false),
        (
            refused(405, ErrorCode::MethodNotAllowed),
            Message::OurFault,
            false,
        ),
        (refused(408, ErrorCode::RequestTimeout), Message::Rfa5, true),
        (
            refused(415, ErrorCode::UnsupportedMediaType),
            Message::OurFault,
            false,
        ),
        (refused(429, ErrorCode::TooManyRequests), Message::Rfa5, true),
        (refused(500, ErrorCode::InternalError), Message::Rfa5, true),
        (refused(503, ErrorCode::Maintenance), Message::Rfa5, true),
        (refused(502, ErrorCode::Unknown), Message::Rfa5, true),
        (CallError::Unreachable, Message::Rfa5, true),
        (CallError::Unreadable, Message::OurFault, false),
    ] {
        for mut order in [Order::new(at(0)), open()] {
            order.failed(error);
            assert_eq!(order.message(), message, "{error:?}");
            assert_eq!(order.view(at(1)), View::Failed { try_again }, "{error:?}");
            assert!(order.is_over() && matches!(order.due(at(9)), Due::Nothing));
        }
    }
}

#[test]
fn whoever_is_slow_gets_a_new_order_without_noticing_for_five_minutes() {
    let mut order = open();
    let mut now = 0;
    while now + 30 < 300 {
        now += 30;
        order.collected(said("failed", Some("startFailed")), at(now));
        assert_eq!(
            (order.message(), order.is_over()),
            (Message::Rfa1, false),
            "after {now} s"
        );
        assert_eq!(order.view(at(now)), View::Waiting(None));
        assert!(matches!(order.due(at(now)), Due::Begin));
        order.begun(begun(), at(now));
        // The new order's codes are counted from its own beginning.
        assert!(matches!(order.view(at(now)), View::Waiting(Some(code)) if code.expose().contains(".0.")));
    }
    order.collected(said("failed", Some("startFailed")), at(300));
    assert_eq!(order.message(), Message::Rfa17B);
    assert_eq!(order.view(at(300)), View::Failed { try_again: true });
}

#[test]
fn a_grant_is_given_only_to_whoever_has_identified() {
    let grant = JoinGrant::parse(&"a".repeat(43)).unwrap();
    let complete = || -> Collected {
        serde_json::from_value(json!({
            "orderRef": "131daac9", "status": "complete",
            "completionData": { "user": { "personalNumber": "191212121212" } },
        }))
        .unwrap()
    };
    let mut order = open();
    order.grant(grant.clone());
    assert!(!order.is_over(), "nobody has identified");
    assert_eq!(
        order.collected(complete(), at(2)).unwrap().expose(),
        "191212121212"
    );
    assert_eq!(
        order.view(at(2)),
        View::Scanned,
        "nothing to scan while it is looked who it is"
    );
    order.grant(grant.clone());
    assert_eq!(order.view(at(3)), View::Done(&grant));
    assert!(order.collected(complete(), at(4)).is_none(), "an order ends once");

    let mut other = open();
    other.collected(complete(), at(2));
    other.refuse_person();
    assert_eq!(other.message(), Message::OtherPerson);
    other.grant(grant);
    assert_eq!(other.view(at(3)), View::Failed { try_again: true });

    let mut nobody = open();
    assert!(nobody.collected(said("complete", None), at(2)).is_none());
    assert_eq!(nobody.message(), Message::OurFault, "a completed order says who");
}

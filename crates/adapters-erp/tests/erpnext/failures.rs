//! Each way in which a site can fail, and what is made of it.

use std::time::Duration;

use pregon_adapters_erp::Timeouts;
use pregon_core::{Clock, PortError, PortErrorKind, RecordSource};

use crate::server::{Fault, recorded_site};
use crate::{Shop, named, said};

const UNAVAILABLE: PortErrorKind = PortErrorKind::Unavailable;
const UNAUTHORIZED: PortErrorKind = PortErrorKind::Unauthorized;
const INVALID: PortErrorKind = PortErrorKind::Invalid;

async fn ask(shop: &Shop) -> Result<usize, PortError> {
    RecordSource::find(&shop.source, &[named("STR-00005")])
        .await
        .map(|found| found.len())
}

/// A recorded failure, as often as it is asked again: its kind, its sentence, the number of calls.
async fn check(case: &'static str, kind: PortErrorKind, message: &str, calls: usize) {
    let shop = Shop::open(recorded_site()).await;
    for _ in 0..calls {
        shop.server.next(Fault::Recorded(case));
    }
    let error = ask(&shop).await.unwrap_err();
    assert_eq!(
        said(&error),
        format!("erpnext: find records: {kind}: {message}"),
        "{case}"
    );
    assert_eq!(error.kind(), kind, "{case}");
    assert_eq!(shop.server.calls().len(), calls, "{case}");
    assert_eq!(ask(&shop).await.unwrap(), 1, "afterwards all is well again");
}

#[tokio::test]
async fn credentials() {
    let message = "the site does not accept the API key and its secret, or the user is disabled";
    for case in [
        "70_err_401_bad_secret",
        "70b_err_401_no_traceback",
        "71_err_401_malformed",
        "72_err_401_bearer",
        "73_err_401_disabled_user",
    ] {
        check(case, UNAUTHORIZED, message, 1).await;
    }
}

#[tokio::test]
async fn permissions() {
    let message =
        "the user may not read Serial No, or a field joined to it: its role needs Read there";
    for case in [
        "74_err_403_no_credentials",
        "75_err_403_no_role",
        "75b_err_403_no_traceback",
        "76_err_403_join_not_permitted",
        "79_err_403_unknown_doctype",
        "91_err_v2_403",
        "94_err_403_not_whitelisted",
    ] {
        check(case, UNAUTHORIZED, message, 1).await;
    }
}

#[tokio::test]
async fn what_is_not_there() {
    for case in [
        "79_err_404_unknown_doctype_admin",
        "80_err_404_document",
        "81_err_404_route",
        "92_err_v2_404",
    ] {
        check(case, INVALID, "Serial No: the site does not know it", 1).await;
    }
    for case in ["82_err_404_wrong_site", "89_err_400_uri_too_long"] {
        let message =
            "a web page answered, not ERPNext: there is no such site, or a proxy stands between";
        check(case, INVALID, message, 1).await;
    }
}

#[tokio::test]
async fn questions_that_are_refused() {
    for case in [
        "83_err_417_unknown_field",
        "83b_err_417_no_traceback",
        "84_err_417_unknown_filter_field",
        "93_err_v2_417",
    ] {
        check(
            case,
            INVALID,
            "Serial No has no field that was asked for",
            1,
        )
        .await;
    }
    for case in ["85_err_417_bad_date", "95_err_417_unknown_method"] {
        let message = "the site refused the question about Serial No with status 417";
        check(case, INVALID, message, 1).await;
    }
    let message = "the server could not work with the question about Serial No (JSONDecodeError)";
    check("88_err_500_bad_json", INVALID, message, 1).await;
}

#[tokio::test]
async fn failures_that_may_pass_are_tried_three_times() {
    let failed = "the site's server failed with status 500 (OperationalError)";
    for case in [
        "86_err_500_unknown_order_by",
        "86b_err_500_no_traceback",
        "87_err_500_dotted_filter",
        "99_err_500_database_down",
    ] {
        check(case, UNAVAILABLE, failed, 3).await;
    }
    let maintenance = "the site is in maintenance, as during an upgrade";
    check("98_err_503_maintenance", UNAVAILABLE, maintenance, 3).await;
}

#[tokio::test]
async fn a_failure_that_passes_is_not_seen() {
    let shop = Shop::open(recorded_site()).await;
    let begun = shop.clock.monotonic();
    for status in [502, 504] {
        let body = "<html>proxy</html>".to_owned();
        shop.server.next(Fault::Says {
            status,
            kind: "text/html",
            body,
        });
    }
    assert_eq!(ask(&shop).await.unwrap(), 1);
    assert_eq!(shop.server.calls().len(), 4);
    assert_eq!(shop.clock.monotonic() - begun, Duration::from_millis(2500));
}

#[tokio::test]
async fn a_limit_is_waited_for_when_it_is_short() {
    let shop = Shop::open(recorded_site()).await;
    let begun = shop.clock.monotonic();
    shop.server.next(Fault::Recorded("96_err_429_rate_limit"));
    let error = ask(&shop).await.unwrap_err();
    let retry_after = Some(Duration::from_secs(1306));
    assert_eq!(error.kind(), PortErrorKind::RateLimited { retry_after });
    assert_eq!(
        shop.server.calls().len(),
        1,
        "twenty minutes are waited for by the engine"
    );
    assert_eq!(shop.clock.monotonic(), begun);

    shop.server.next(Fault::Limits(Some(7)));
    shop.server.next(Fault::Limits(None));
    assert_eq!(ask(&shop).await.unwrap(), 1);
    assert_eq!(shop.clock.monotonic() - begun, Duration::from_secs(7 + 2));

    shop.server.calls();
    for _ in 0..3 {
        shop.server.next(Fault::Limits(Some(1)));
    }
    let retry_after = Some(Duration::from_secs(1));
    let error = ask(&shop).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::RateLimited { retry_after });
    assert_eq!(shop.server.calls().len(), 3);
}

#[tokio::test]
async fn connections_that_break_are_tried_again() {
    let shop = Shop::open(recorded_site()).await;
    for fault in [Fault::Cut(40), Fault::Cut(0), Fault::HangsUp] {
        shop.server.next(fault.clone());
        assert_eq!(ask(&shop).await.unwrap(), 1);
        for _ in 0..3 {
            shop.server.next(fault.clone());
        }
        let error = ask(&shop).await.unwrap_err();
        assert_eq!(error.kind(), UNAVAILABLE, "{fault:?}");
        let said = said(&error);
        assert!(
            !said.contains("STR-00005") && !said.contains("api/"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_silent_site_times_out() {
    let short = Duration::from_secs(1);
    let timeouts = Timeouts {
        connect: short,
        answer: short,
    };
    let shop = Shop::open_with(recorded_site(), |config| config.with_timeouts(timeouts)).await;
    for _ in 0..3 {
        shop.server.next(Fault::Silent);
    }
    let error = ask(&shop).await.unwrap_err();
    let expected = "erpnext: find records: unavailable: the site did not answer in time";
    assert_eq!(said(&error), expected);
    assert_eq!(shop.server.calls().len(), 3);
}

#[tokio::test]
async fn a_site_that_is_gone_cannot_be_reached() {
    let Shop { server, source, .. } = Shop::open(recorded_site()).await;
    drop(server);
    // Whether the old connection ends or a new one is refused: it is one kind of failure.
    let error = RecordSource::find(&source, &[named("STR-00005")])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), UNAVAILABLE);
    assert!(error.is_transient());
}

#[tokio::test]
async fn no_answer_of_the_site_is_in_a_message() {
    let shop = Shop::open(recorded_site()).await;
    let body = r#"{"exc_type":"ana@example.ec","exception":"SELECT secret"}"#.to_owned();
    shop.server.next(Fault::Says {
        status: 500,
        kind: "application/json",
        body,
    });
    let said = said(&ask(&shop).await.unwrap_err());
    assert!(!said.contains("ana@") && !said.contains("SELECT"), "{said}");
}

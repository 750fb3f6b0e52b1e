//! The server itself: it answers what the recorded site answered, or its tests would prove little.

use serde_json::Value;

use crate::server::{recorded, recorded_site};

#[track_caller]
fn check(case: &str) {
    let recorded = recorded(case);
    let ours = recorded_site().for_user(&recorded.request());
    let theirs = recorded.answer();
    assert_eq!(ours.status, theirs.status, "{case}");
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(json(&ours.body), json(&theirs.body), "{case}");
}

#[test]
fn lists_of_serial_numbers() {
    for case in [
        "10_expiring_on_day_page1",
        "10_expiring_on_day_page2",
        "10_expiring_on_day_page3",
        "11_expiring_on_day_past_end",
        "12_expiring_empty_day",
        "14_expiring_post_get_list",
        "15_expiring_keyset_1",
        "15_expiring_keyset_2",
        "15_expiring_keyset_3",
        "16_expiring_items_filter",
        "49_serials_without_customer_field",
    ] {
        check(case);
    }
}

#[test]
fn lists_of_customers_and_contacts() {
    for case in [
        "30_customers_keyset_1",
        "30_customers_keyset_2",
        "30_customers_keyset_3",
        "35_customers_by_ids_post",
        "36_contacts_of_customers_post",
        "38_customers_contact_join_post",
    ] {
        check(case);
    }
}

#[test]
fn documents_that_sell() {
    check("40_sales_of_serials_post");
    check("47_invoices_by_name_post");
    check("48_delivery_notes_by_name_post");
}

#[test]
fn mistakes_of_the_client() {
    for case in [
        "79_err_403_unknown_doctype",
        "81_err_404_route",
        "83_err_417_unknown_field",
        "84_err_417_unknown_filter_field",
        "86_err_500_unknown_order_by",
        "87_err_500_dotted_filter",
        "88_err_500_bad_json",
        "95_err_417_unknown_method",
    ] {
        check(case);
    }
    check("02_logged_user");
    check("04_time_zone");
}

#[test]
fn two_joins_are_left_out_without_a_word() {
    let request = recorded("90_two_level_dotted_dropped").request();
    let answer: Value = serde_json::from_str(&recorded_site().for_user(&request).body).unwrap();
    let keys: Vec<&String> = answer["data"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["name"]);
}

#[test]
fn the_answers_of_guests() {
    let site = recorded_site();
    for case in [
        "01_ping",
        "05_time_zone_guest_wrong",
        "74_err_403_no_credentials",
    ] {
        let recorded = recorded(case);
        let ours = site.answer(&recorded.request());
        assert_eq!(ours.body, recorded.answer().body, "{case}");
    }
}

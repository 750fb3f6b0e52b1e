//! Calls as they were recorded from a running site.

use serde_json::Value;

use super::wire::{Answer, Request};

/// A recorded call.
pub(crate) struct Recorded {
    case: Value,
}

impl Recorded {
    /// The call.
    pub(crate) fn request(&self) -> Request {
        let text = |key: &str| self.case[key].as_str().unwrap_or_default();
        let mut request = Request::new(text("method"), text("target"));
        request.body = Some(self.case["body"].clone()).filter(|body| !body.is_null());
        request
    }

    /// What was answered.
    pub(crate) fn answer(&self) -> Answer {
        let headers = self.case["headers"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Answer {
            status: self.case["status"].as_u64().unwrap_or_default() as u16,
            headers: headers
                .map(|pair| (text(&pair[0]), text(&pair[1])))
                .collect(),
            body: text(&self.case["answer"]),
        }
    }
}

/// The recorded call of this name.
pub(crate) fn recorded(name: &str) -> Recorded {
    let (_, text) = CASES
        .iter()
        .find(|(own, _)| *own == name)
        .expect("a recorded case");
    Recorded {
        case: serde_json::from_str(text).expect("a case is JSON"),
    }
}

macro_rules! cases {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../fixtures/erpnext/cases/", $name, ".json")))),*]
    };
}

const CASES: [(&str, &str); 61] = cases! {
    "01_ping"
    "02_logged_user"
    "03_versions"
    "04_time_zone"
    "05_time_zone_guest_wrong"
    "10_expiring_on_day_page1"
    "10_expiring_on_day_page2"
    "10_expiring_on_day_page3"
    "11_expiring_on_day_past_end"
    "12_expiring_empty_day"
    "14_expiring_post_get_list"
    "15_expiring_keyset_1"
    "15_expiring_keyset_2"
    "15_expiring_keyset_3"
    "16_expiring_items_filter"
    "30_customers_keyset_1"
    "30_customers_keyset_2"
    "30_customers_keyset_3"
    "35_customers_by_ids_post"
    "36_contacts_of_customers_post"
    "38_customers_contact_join_post"
    "40_sales_of_serials_post"
    "47_invoices_by_name_post"
    "48_delivery_notes_by_name_post"
    "49_serials_without_customer_field"
    "60_meta_serial_no_v2"
    "70_err_401_bad_secret"
    "70b_err_401_no_traceback"
    "71_err_401_malformed"
    "72_err_401_bearer"
    "73_err_401_disabled_user"
    "74_err_403_no_credentials"
    "75_err_403_no_role"
    "75b_err_403_no_traceback"
    "76_err_403_join_not_permitted"
    "77_silent_empty_contact"
    "79_err_403_unknown_doctype"
    "79_err_404_unknown_doctype_admin"
    "80_err_404_document"
    "81_err_404_route"
    "82_err_404_wrong_site"
    "83_err_417_unknown_field"
    "83b_err_417_no_traceback"
    "84_err_417_unknown_filter_field"
    "85_err_417_bad_date"
    "86_err_500_unknown_order_by"
    "86b_err_500_no_traceback"
    "87_err_500_dotted_filter"
    "88_err_500_bad_json"
    "89_err_400_uri_too_long"
    "90_two_level_dotted_dropped"
    "91_err_v2_403"
    "92_err_v2_404"
    "93_err_v2_417"
    "94_err_403_not_whitelisted"
    "95_err_417_unknown_method"
    "96_err_429_rate_limit"
    "96_err_429_rate_limit_bad_credentials"
    "97_rate_limit_headers_ok"
    "98_err_503_maintenance"
    "99_err_500_database_down"
};

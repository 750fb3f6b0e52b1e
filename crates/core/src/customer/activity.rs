//! Things that happened to a customer.

use chrono::{DateTime, Utc};

use super::Attributes;
use crate::CustomerId;

/// Something that happened to a customer: a visit, a purchase, a click, a call's result.
///
/// ```
/// # use pregon_core::{Activity, Attributes, CustomerId};
/// let visit = Activity {
///     id: "V-77".to_owned(),
///     customer: CustomerId::new("C-1")?,
///     kind: "visit".to_owned(),
///     at: "2026-11-20T15:00:00Z".parse().expect("an instant"),
///     attributes: Attributes::new().with("service", "masaje"),
/// };
/// assert_eq!(visit.kind, "visit");
/// # Ok::<(), pregon_core::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The producer's id, by which a repeated report is told.
    pub id: String,
    /// Whom it happened to.
    pub customer: CustomerId,
    /// What happened: `visit`, `purchase`.
    pub kind: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What is known of it.
    pub attributes: Attributes,
}

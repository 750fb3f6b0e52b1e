//! How values are shown to one reader.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};

type Zone = dyn Fn(DateTime<Utc>) -> NaiveDateTime + Send + Sync;

/// Language, currency and zone of the reader. Languages other than English fall back to Spanish.
///
/// ```
/// # use pregon_core::template::Locale;
/// let locale = Locale::new("es-CL").with_currency("CLP");
/// # let _ = locale;
/// ```
#[derive(Clone)]
pub struct Locale {
    pub(super) language: String,
    pub(super) currency: Option<String>,
    pub(super) zone: Arc<Zone>,
}

impl Locale {
    /// A language tag such as `es` or `en-US`; no currency, instants in UTC.
    #[must_use]
    pub fn new(language: &str) -> Locale {
        let zone = Arc::new(|at: DateTime<Utc>| at.naive_utc());
        Locale {
            language: language.to_owned(),
            currency: None,
            zone,
        }
    }

    /// The currency of amounts whose template names none, an ISO 4217 code.
    #[must_use]
    pub fn with_currency(self, code: &str) -> Locale {
        Locale {
            currency: Some(code.to_owned()),
            ..self
        }
    }

    /// The rule that turns instants into local time.
    #[must_use]
    pub fn with_zone(
        self,
        zone: impl Fn(DateTime<Utc>) -> NaiveDateTime + Send + Sync + 'static,
    ) -> Locale {
        Locale {
            zone: Arc::new(zone),
            ..self
        }
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locale")
            .field("language", &self.language)
            .field("currency", &self.currency)
            .finish_non_exhaustive()
    }
}

//! Names of things as types, so that two of them cannot be swapped.

use std::fmt;

/// Why a text cannot be an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("an id cannot be empty")]
    Empty,
    /// The text has more characters than an id may have.
    #[error("an id has at most {most} characters")]
    TooLong {
        /// The largest number of characters.
        most: usize,
    },
    /// The text has a character that ids of this kind may not have.
    #[error("an id cannot have the character {0:?}")]
    Character(char),
}

/// Ids that come from elsewhere: anything printable.
pub(crate) fn check_foreign(text: &str) -> Result<(), IdError> {
    check(text, 255, |c| !c.is_control())
}

/// Ids that people write into campaign files: letters, digits and `- _ .`.
pub(crate) fn check_written(text: &str) -> Result<(), IdError> {
    check(text, 64, |c| {
        c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
    })
}

fn check(text: &str, most: usize, allowed: impl Fn(char) -> bool) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.chars().count() > most {
        return Err(IdError::TooLong { most });
    }
    match text.chars().find(|c| !allowed(*c)) {
        Some(c) => Err(IdError::Character(c)),
        None => Ok(()),
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text as an id of this kind.
            ///
            /// # Errors
            /// When it is empty, too long or has a character that is not allowed.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                $check(&text)?;
                Ok(Self(text))
            }

            /// The id as it was written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = IdError;
            fn try_from(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }
    };
}

id!(
    /// A customer, as the source names it.
    ///
    /// ```
    /// # use pregon_core::CustomerId;
    /// let id = CustomerId::new("Rosa Vásconez")?;
    /// assert_eq!(id.as_str(), "Rosa Vásconez");
    /// assert!(CustomerId::new("").is_err());
    /// # Ok::<(), pregon_core::IdError>(())
    /// ```
    CustomerId, check_foreign
);
id!(
    /// A segment, as its file or its program names it: `vip_high_spend`, `En Riesgo`.
    SegmentName, check_foreign
);
id!(
    /// A family of segments, of which a customer is in one at most.
    FamilyName, check_foreign
);
id!(
    /// A record of a customer (a pin, a booking), as the source names it.
    RecordId, check_foreign
);
id!(
    /// A kind of record: `pin`, `booking`, `subscription`.
    RecordKind, check_written
);
id!(
    /// The one thing a trigger fired for, unique within its journey.
    OccurrenceId, check_foreign
);
id!(
    /// A campaign; written in its file and never used again for another.
    CampaignId, check_written
);
id!(
    /// A journey within its campaign.
    JourneyId, check_written
);
id!(
    /// A step within its journey.
    StepId, check_written
);
id!(
    /// A brand: what a business sells under one name.
    BrandId, check_written
);
id!(
    /// A rule of the limits, by its name in the file.
    LimitId, check_written
);
id!(
    /// A way to reach people: `email`, `sms`, or a kind that a host adds.
    ChannelName, check_written
);
id!(
    /// A kind of address: `email`, `phone`, or one that a host adds.
    AddressKind, check_written
);
id!(
    /// Why we write: `renewal`, `birthday`, `booking_confirmation`.
    ///
    /// Whether it is promotional or transactional is said by the table of purposes.
    Purpose, check_written
);
id!(
    /// A name by which a campaign file refers to a part that the host registered.
    CustomName, check_written
);

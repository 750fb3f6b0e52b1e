//! At most so many messages: the rules, their windows, and the hours in which one writes.

mod allowance;
mod cap;
mod quota;
mod window;
mod share;
mod one_channel;
mod hours;
mod openings;
mod contact_hours;
mod holidays;
mod preset;
mod citation;
mod rate;
mod rates;

pub use allowance::{Allowance, Spent};
pub use cap::{Cap, CapError, Scope};
pub use citation::Citation;
pub use contact_hours::ContactHours;
pub use holidays::{Holidays, HolidaysError};
pub use hours::{Hours, HoursError};
pub use one_channel::OneChannel;
pub use openings::Openings;
pub use preset::{NotExpressed, Preset, PresetError};
pub use quota::{Quota, WhenFull};
pub use rate::{Rate, RateError};
pub use rates::{DomainRates, RateTable, Rates, Traffic};
pub use share::{Share, ShareError};
pub use window::{Period, Window};

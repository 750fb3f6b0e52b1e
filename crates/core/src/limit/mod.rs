//! At most so many messages: the rules, their windows, and the hours in which one writes.

mod allowance;
mod cap;
mod hours;
mod quota;
mod window;

pub use allowance::{Allowance, Spent};
pub use cap::{Cap, CapError, Scope};
pub use hours::{Hours, HoursError};
pub use quota::{Quota, WhenFull};
pub use window::{Period, Window};

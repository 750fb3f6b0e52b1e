//! When a journey's occasions arise: data in campaign files, and what carries it out.

mod activity;
mod calendar;
mod dated;
mod on_demand;
mod spec;

pub use activity::{ActivitySpec, Happening};
pub use calendar::Calendar;
pub use dated::Dated;
pub(crate) use on_demand::lasts as on_demand_lasts;
pub use on_demand::{Broadcast, OnDemand};
pub use spec::{CalendarSpec, DateSpec, Lead, TriggerError, TriggerSpec};

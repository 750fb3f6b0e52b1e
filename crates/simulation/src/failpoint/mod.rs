//! Every crash point of the protocol, struck once in four ways, over real databases.
//!
//! The real [`Engine`](pregon_core::Engine) works over a real `SqliteStore` or `PostgresStore` with
//! a real `FlightFile`. Around its ports stand wrappers that know the crash points F01 to F24 by
//! their places in the protocol. At one of them, once, the process is killed, its task panics, the
//! port answers an error, or the process freezes while another pass takes over. Then everything is
//! calm, the engine comes to rest, and it is counted who got what, and what somebody heard who
//! was told of all that happened.

mod point;
mod switch;
mod tripped;
mod provider;
mod recorder;
mod sink;
mod base;
mod scene;
mod drive;
mod story;
mod verdict;

pub use base::Database;
pub use point::{Deal, Point, Strike};
pub use scene::Wrong;
pub use story::{Cell, Told};

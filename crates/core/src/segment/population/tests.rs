//! What populations must do: in rows, and on whatever chance gives.

mod asked;
mod chance;
mod exact;
mod history;
mod refused;

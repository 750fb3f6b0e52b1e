//! Messages that are larger than any channel carries.

use pregon_core::{Customer, Reason};

use crate::world::{World, renewal};

/// The limit of an e-mail's body is a mebibyte, and that of its subject less.
#[test]
fn b12_a_huge_message_is_refused_before_any_attempt() {
    let world = World::new();
    let email = |id: &str| format!("{id}@example.org");
    let huge = Customer::new("C-1")
        .unwrap()
        .named(&"a".repeat(1024 * 1024 + 1));
    world.source.put(huge.email(&email("c-1")));
    world.record("C-1", "STR-1", "2026-12-20", "Delivered");
    world.pin("C-2", "STR-2", "2026-12-20");
    world.activate(renewal());
    let report = world.passes();
    assert_eq!(
        (report.accepted, report.failed),
        (1, 1),
        "the other one goes"
    );
    let refused = &world.views()[0];
    assert_eq!(
        (refused.attempts, refused.reason),
        (0, Some(Reason::Template))
    );
    world.email.assert_sent(&["c-2@example.org"]);
}

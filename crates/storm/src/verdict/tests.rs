//! Each thing that can go wrong, once, so that the verdict is known to see it.

use chrono::{DateTime, Utc};
use pregon::{Class, DispatchView, Reason, Standing};

use super::*;
use crate::wire::Letter;
use crate::world::Sent;

const HOUR: i64 = 3_600_000_000;

/// A world of thirty people to whom nothing was sent, and of which the ledger says so.
fn nothing(mode: Mode) -> Facts {
    let world = World::of(150);
    let plan = world.plan().unwrap();
    let ledger = plan.values().map(|planned| view(&world, planned)).collect();
    Facts {
        world,
        plan,
        mode,
        arrivals: Vec::new(),
        refused: Vec::new(),
        ledger: Some(ledger),
    }
}

fn view(world: &World, planned: &Planned) -> DispatchView {
    let key = planned.sent.key(&world.person(planned.person).id).unwrap();
    let standing = Standing {
        state: State::Suppressed,
        in_doubt: false,
    };
    DispatchView {
        id: key.id(),
        key,
        purpose: planned.sent.purpose.parse().unwrap(),
        standing,
        reason: Some(Reason::OptedOut),
        rule: None,
        until: None,
        attempts: 0,
        at: DateTime::from_timestamp_micros(0).unwrap(),
    }
}

impl Facts {
    fn id(&self, what: &str, person: u32) -> String {
        let is = |sent: &Sent| format!("{} {}", sent.campaign, sent.broadcast) == what;
        let found = self.plan.iter();
        let mut found = found.filter(|(_, it)| is(it.sent) && it.person == person);
        found.next().unwrap().0.clone()
    }

    fn row(&mut self, id: &str) -> &mut DispatchView {
        let mut rows = self.ledger.iter_mut().flatten();
        rows.find(|row| row.id.to_string() == id).unwrap()
    }

    /// It arrives so many hours after a Monday's noon in UTC, and the ledger knows.
    fn arrive(&mut self, what: &str, person: u32, hours: i64) -> &mut Arrival {
        let id = self.id(what, person);
        self.row(&id).standing.state = State::Accepted;
        let noon: DateTime<Utc> = "2026-11-16T12:00:00Z".parse().unwrap();
        let at = noon.timestamp_micros() + hours * HOUR;
        let who = self.world.person(person);
        let campaign = what.split(' ').next().unwrap().to_owned();
        self.arrivals.push(Arrival {
            order: self.arrivals.len() as u64 + 1,
            at,
            effect: Effect::Taken,
            letter: Letter {
                id,
                customer: who.id,
                address: who.email.unwrap(),
                campaign,
                again: false,
                prepared: at,
            },
        });
        self.arrivals.last_mut().unwrap()
    }

    /// Duplicates, losses, over a limit, after an opt-out.
    #[track_caller]
    fn check(&self, counts: [usize; 4]) {
        let verdict = judge(self);
        let found = verdict.findings().map(|(_, found)| found.len());
        assert_eq!(found[..4], counts, "{verdict:#?}");
        assert_eq!(verdict.is_clean(), counts == [0; 4]);
    }
}

#[test]
fn nothing_wrong_is_found_where_nothing_is() {
    let mut facts = nothing(Mode::Blind);
    facts.check([0; 4]);
    facts.arrive("boletin lunes", 2, 0);
    facts.check([0; 4]);
    let said = judge(&facts).to_string();
    let expected = "0 duplicates, 0 lost, 0 over a limit, 0 after an opt-out, 0 over budget, \
                    0 unknown";
    assert_eq!(said, expected);
}

#[track_caller]
fn twice(mode: Mode, what: &str, effect: Effect, again: bool, duplicates: usize) {
    let mut facts = nothing(mode);
    facts.arrive(what, 2, 0);
    let copy = facts.arrive(what, 2, 1);
    (copy.effect, copy.letter.again) = (effect, again);
    facts.check([duplicates, 0, 0, 0]);
}

#[test]
fn a_second_copy_is_a_duplicate_even_if_it_says_so() {
    twice(Mode::Blind, "boletin lunes", Effect::Taken, true, 1);
    twice(Mode::Lookup, "aviso cita", Effect::Taken, true, 1);
}
#[test]
fn a_transactional_copy_is_allowed_once_and_says_so() {
    twice(Mode::Blind, "aviso cita", Effect::Taken, true, 0);
    twice(Mode::Blind, "aviso cita", Effect::Taken, false, 1);
}
#[test]
fn a_copy_that_a_provider_hid_must_say_so() {
    twice(Mode::Idempotent, "boletin lunes", Effect::Repeated, true, 0);
    twice(
        Mode::Idempotent,
        "boletin lunes",
        Effect::Repeated,
        false,
        1,
    );
}
#[test]
fn a_refused_attempt_is_no_copy() {
    twice(Mode::Blind, "boletin lunes", Effect::Refused, false, 0);
}

#[test]
fn one_address_gets_a_broadcast_once() {
    let mut facts = nothing(Mode::Blind);
    facts.arrive("boletin lunes", 20, 0);
    facts.arrive("boletin lunes", 21, 1);
    facts.check([1, 0, 0, 0]);
}

#[test]
fn a_message_to_somebody_else_is_a_duplicate() {
    let mut facts = nothing(Mode::Blind);
    facts.arrive("boletin lunes", 2, 0).letter.address = "p3@example.org".to_owned();
    facts.check([1, 0, 0, 0]);
}

#[test]
fn what_the_ledger_does_not_know_is_lost() {
    let mut facts = nothing(Mode::Blind);
    facts.ledger.as_mut().unwrap().pop();
    facts.check([0, 1, 0, 0]);
}
#[test]
fn what_does_not_come_to_an_end_is_lost() {
    let mut facts = nothing(Mode::Blind);
    let id = facts.id("boletin lunes", 2);
    facts.row(&id).standing.state = State::Scheduled;
    facts.check([0, 1, 0, 0]);
}
#[test]
fn what_is_accepted_and_did_not_arrive_is_lost() {
    let mut facts = nothing(Mode::Blind);
    facts.arrive("boletin lunes", 2, 0).effect = Effect::Refused;
    facts.check([0, 1, 0, 0]);
}
#[test]
fn what_arrived_and_is_said_not_to_have_is_lost() {
    let mut facts = nothing(Mode::Blind);
    facts.arrive("boletin lunes", 2, 0);
    let id = facts.id("boletin lunes", 2);
    facts.row(&id).standing.state = State::Dead;
    facts.check([0, 1, 0, 0]);
}
#[test]
fn an_unknown_may_have_arrived_or_not() {
    let mut facts = nothing(Mode::Blind);
    for (person, effect) in [(2, Effect::Taken), (3, Effect::Refused)] {
        facts.arrive("boletin lunes", person, 0).effect = effect;
        let id = facts.id("boletin lunes", person);
        facts.row(&id).standing.state = State::Unknown;
    }
    facts.check([0; 4]);
    assert_eq!(judge(&facts).unknown(), 2);
}
#[test]
fn an_address_whose_people_all_stand_back_is_lost() {
    let mut facts = nothing(Mode::Blind);
    for person in [20, 21] {
        let id = facts.id("boletin lunes", person);
        facts.row(&id).reason = Some(Reason::DuplicateAddress);
    }
    facts.check([0, 1, 0, 0]);
}

/// Three letters to a person at these hours.
#[track_caller]
fn three(hours: [i64; 3], over: usize) {
    let mut facts = nothing(Mode::Blind);
    let what = ["boletin lunes", "boletin martes", "oferta primera"];
    for (what, hours) in what.iter().zip(hours) {
        facts.arrive(what, 2, hours);
    }
    facts.check([0, 0, over, 0]);
}

#[test]
fn a_third_within_twelve_hours_is_one_too_many() {
    three([0, 5, 11], 1);
}
#[test]
fn a_third_after_twelve_hours_is_not() {
    three([0, 5, 12], 0);
}
#[test]
fn a_second_offer_in_a_week_is_one_too_many() {
    let mut facts = nothing(Mode::Blind);
    facts.arrive("oferta primera", 2, 0);
    facts.arrive("oferta segunda", 2, 24 * 6);
    facts.check([0, 0, 1, 0]);
}
#[test]
fn a_second_offer_in_the_next_week_is_not() {
    let mut facts = nothing(Mode::Blind);
    facts.arrive("oferta primera", 2, 0);
    facts.arrive("oferta segunda", 2, 24 * 7);
    facts.check([0; 4]);
}

/// Two letters to each of two people who share an address, in one day; the last one was prepared
/// so many hours before it arrived.
#[track_caller]
fn shared(prepared: i64, over: usize) {
    let mut facts = nothing(Mode::Blind);
    facts.arrive("boletin lunes", 20, 0);
    facts.arrive("boletin martes", 21, 0);
    facts.arrive("oferta primera", 20, 1);
    facts.arrive("oferta segunda", 21, 1).letter.prepared -= prepared * HOUR;
    facts.check([0, 0, over, 0]);
}

#[test]
fn a_day_of_an_address_counts_both_who_have_it() {
    shared(0, 1);
}
#[test]
fn what_crossed_a_midnight_is_not_counted() {
    shared(24, 0);
}

/// So many people get a message of a campaign with a budget.
#[track_caller]
fn costs(what: &str, people: usize, over: usize) {
    let mut facts = nothing(Mode::Blind);
    // Neither who has no address nor who shares one.
    let those = (2..30).filter(|person| ![7, 20, 21].contains(person));
    for person in those.take(people) {
        facts.arrive(what, person, 0);
    }
    let verdict = judge(&facts);
    assert_eq!(verdict.over_budget.len(), over, "{verdict:#?}");
    assert_eq!(verdict.is_clean(), over == 0, "{verdict:#?}");
}

#[test]
fn more_messages_than_a_budget_has_are_over_it() {
    costs("aviso cita", 22, 0);
    costs("aviso cita", 24, 2);
}
#[test]
fn more_messages_than_there_is_money_for_are_over_it() {
    costs("oferta primera", 15, 0);
    costs("oferta primera", 16, 1);
}
#[test]
fn a_second_copy_is_charged_once() {
    let mut facts = nothing(Mode::Blind);
    for person in (2..30)
        .filter(|person| ![7, 20, 21].contains(person))
        .take(22)
    {
        facts.arrive("aviso cita", person, 0);
    }
    facts.arrive("aviso cita", 2, 1).letter.again = true;
    facts.check([0; 4]);
}
#[test]
fn what_knows_no_budget_is_never_over_it() {
    costs("boletin lunes", 25, 0);
}

/// A refusal of person 1, acknowledged after so many arrivals with so many on their way.
#[track_caller]
fn refused(order: u64, in_flight: u64, late: usize) {
    let mut facts = nothing(Mode::Blind);
    let refusals = facts.world.refusals();
    let refusal = refusals.iter().find(|it| it.person == 1).copied().unwrap();
    facts.refused.push(Refused {
        refusal,
        order,
        in_flight,
    });
    facts.arrive("boletin lunes", 1, 0);
    facts.arrive("boletin martes", 1, 0);
    facts.arrive("boletin lunes", 2, 0);
    facts.check([0, 0, 0, late]);
}

#[test]
fn what_arrives_after_a_refusal_is_late() {
    refused(0, 0, 2);
    refused(1, 0, 1);
}
#[test]
fn what_had_begun_before_a_refusal_may_arrive() {
    refused(1, 1, 0);
    refused(2, 0, 0);
}

#[test]
fn protocols_without_a_ledger_are_judged_by_what_arrived() {
    let mut facts = nothing(Mode::Blind);
    facts.arrive("boletin lunes", 2, 0);
    facts.arrive("boletin lunes", 2, 1);
    facts.ledger = None;
    let reachable = facts.plan.values();
    let reachable = reachable.filter(|it| facts.world.person(it.person).email.is_some());
    let never_sent = reachable.count() - 1;
    facts.check([1, never_sent, 0, 0]);
}

#[test]
fn classes_are_what_the_engine_takes_them_for() {
    let purposes = pregon::Purposes::new();
    for sent in crate::world::broadcasts() {
        let purpose = sent.purpose.parse().unwrap();
        assert_eq!(purposes.class(&purpose), Some(sent.class), "{purpose}");
    }
    let promotional = |sent: &&Sent| sent.class == Class::Promotional;
    let count = crate::world::broadcasts()
        .iter()
        .filter(promotional)
        .count();
    assert_eq!(count, 4);
}

//! What people and the business do meanwhile.

use std::sync::Arc;

use chrono::Duration;
use pregon_core::{
    Address as _, AddressKind, CampaignState, Email, Engine, Message, Move, OccurrenceId, Opening,
    Preference, PreferenceScope, PurposeScope, Sms, Subject, Word,
};

use super::campaigns;
use super::people::{Due, email, record, zone};
use super::world::World;
use crate::Dice;

/// What the host does through the engine, at any time.
pub(super) async fn act(world: &World, engine: &Arc<Engine>, dice: &mut Dice) {
    match dice.below(20) {
        0..=8 => word(world, engine, dice).await,
        9..=10 => broadcast(world, engine, dice).await,
        n => r#move(world, engine, n == 11, dice).await,
    }
}

/// Somebody refuses or agrees.
async fn word(world: &World, engine: &Engine, dice: &mut Dice) {
    let known = {
        let facts = world.witness.facts();
        let refused: Vec<&Preference> = facts
            .words
            .iter()
            .filter(|word| word.word == Word::OptOut)
            .collect();
        // Half of the consents take a refusal back.
        (dice.below(4) == 0 && !refused.is_empty()).then(|| (*dice.of(&refused)).clone())
    };
    let word = match known {
        Some(refusal) => Preference {
            word: Word::OptIn,
            ..refusal
        },
        None => {
            let Some(subject) = subject(world, engine, dice).await else {
                return;
            };
            Preference {
                subject,
                scope: scope(dice),
                word: *dice.of(&[Word::OptOut, Word::OptOut, Word::OptIn]),
                source: "form".to_owned(),
                wording: None,
            }
        }
    };
    world.witness.count(match word.word {
        Word::OptOut => "host: opt-out",
        Word::OptIn => "host: opt-in",
    });
    // What fails is said again later, or not; the witness hears what was kept.
    let _ = engine.record(&[word]).await;
}

async fn subject(world: &World, engine: &Engine, dice: &mut Dice) -> Option<Subject> {
    let person = {
        let facts = world.witness.facts();
        dice.of(&facts.people).customer.clone()
    };
    let address = |kind: &str| AddressKind::new(kind).expect("a kind of address");
    match dice.below(3) {
        0 => {
            let kind = address(<Email as Message>::Address::KIND);
            let text = person.contacts.get(&kind).ok()?.to_owned();
            engine.address(&kind, &text).await.ok()
        }
        1 => {
            let kind = address(<Sms as Message>::Address::KIND);
            let text = person.contacts.get(&kind).ok()?.to_owned();
            engine.address(&kind, &text).await.ok()
        }
        _ => Some(Subject::Customer(person.id)),
    }
}

fn scope(dice: &mut Dice) -> PreferenceScope {
    let channel = *dice.of(&[None, None, Some("email"), Some("sms")]);
    let purpose = match dice.below(4) {
        0 => PurposeScope::Everything,
        1 => PurposeScope::One("newsletter".parse().expect("a purpose")),
        _ => PurposeScope::Promotional,
    };
    PreferenceScope {
        channel: channel.map(|name| name.parse().expect("a channel")),
        purpose,
    }
}

async fn broadcast(world: &World, engine: &Engine, dice: &mut Dice) {
    let offer = world.campaigns.iter().find(|it| it.id.as_str() == "oferta");
    let Some(offer) = offer else { return };
    let id = OccurrenceId::new(format!("envio-{}", dice.below(6))).expect("an id");
    world.witness.count("host: broadcast");
    let _ = engine
        .broadcast(&offer.id, offer.journeys[0].id.clone(), id)
        .await;
}

/// A campaign is paused, resumed or called off.
async fn r#move(world: &World, engine: &Engine, cancels: bool, dice: &mut Dice) {
    let id = dice.of(&world.campaigns).id.clone();
    let state = {
        let facts = world.witness.facts();
        facts.records.get(&id).map(|record| record.state())
    };
    let (what, r#move) = match state {
        _ if cancels && dice.below(4) == 0 => ("host: cancel", Move::Cancel),
        Some(CampaignState::Active) => ("host: pause", Move::Pause),
        Some(CampaignState::Paused) => ("host: resume", Move::Resume),
        _ => return,
    };
    world.witness.count(what);
    let _ = engine.change(&id, r#move).await;
}

/// What the business changes between two passes: campaigns and the source.
pub(super) async fn edit(world: &World, engine: &Engine, dice: &mut Dice) {
    if dice.below(4) == 0 {
        let campaign = campaigns::rewritten(dice.of(&world.campaigns), dice);
        world.witness.count("host: rewrite");
        let _ = engine.publish(campaign).await;
        return;
    }
    world.witness.count("host: edit");
    if dice.below(3) == 0 {
        edit_thing(world, dice);
    } else {
        edit_person(world, dice);
    }
}

fn edit_person(world: &World, dice: &mut Dice) {
    let mut facts = world.witness.facts();
    let nth = usize::try_from(dice.below(facts.people.len() as u64)).unwrap_or(0);
    let person = &mut facts.people[nth];
    person.touched = true;
    if dice.below(6) == 0 {
        person.gone = true;
        return world.source.remove(&person.customer.id);
    }
    if person.gone {
        return;
    }
    let it = person.customer.clone();
    person.customer = if dice.below(2) == 0 {
        it.in_zone(zone(dice))
    } else {
        it.email(&email(nth, dice.below(3)))
    };
    world.source.put(person.customer.clone());
}

fn edit_thing(world: &World, dice: &mut Dice) {
    let mut facts = world.witness.facts();
    if facts.things.is_empty() {
        return;
    }
    let nth = usize::try_from(dice.below(facts.things.len() as u64)).unwrap_or(0);
    let thing = &mut facts.things[nth];
    thing.touched = true;
    if dice.below(4) == 0 {
        return world.source.remove_record(&thing.record.name());
    }
    let days = Duration::days(dice.between(-5, 15));
    thing.due = match thing.due {
        Due::On(day) => Due::On(day + days),
        Due::At(at) => Due::At(at + days),
    };
    thing.record = record(nth, thing.owner, thing.due, dice.below(3) > 0);
    world.source.put_record(thing.record.clone());
}

/// Lets the store tell what happens from the beginning, as after an earlier pass.
pub(super) async fn listens(world: &World) -> Result<(), String> {
    let mut opening = Opening::default();
    opening.events = world.ear.is_some();
    let opened = world.store.honest.open(&opening, world.begins).await;
    opened.map(drop).map_err(|error| error.to_string())
}

/// Brings every campaign to life, whatever fails meanwhile.
pub(super) async fn activate(world: &World, engine: &Engine) -> Result<(), String> {
    for campaign in &world.campaigns {
        let mut left = 200;
        while engine.activate(campaign.clone()).await.is_err() {
            left -= 1;
            if left == 0 {
                return Err("a campaign cannot be activated".to_owned());
            }
        }
    }
    Ok(())
}

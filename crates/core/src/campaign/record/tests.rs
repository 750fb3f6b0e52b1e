use super::*;
use crate::campaign::{Budget, Goals, Journey};
use crate::{JourneyId, OccurrenceId, TriggerSpec};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn draft() -> CampaignRecord {
    let campaign = Campaign::new("c", "renewal").unwrap();
    CampaignRecord::draft(campaign, at("2026-11-20T00:00:00Z")).unwrap()
}

#[track_caller]
fn moved(record: &CampaignRecord, r#move: Move) -> CampaignRecord {
    record.moved(r#move, at("2026-11-21T00:00:00Z")).unwrap()
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Campaign), field: &str) {
    let mut campaign = Campaign::new("c", "renewal").unwrap();
    change(&mut campaign);
    let error = CampaignRecord::draft(campaign, at("2026-11-20T00:00:00Z")).unwrap_err();
    assert!(
        error.to_string().starts_with(&format!("{field}: ")),
        "{error}"
    );
}

#[test]
fn each_change_is_a_version() {
    let active = moved(&moved(&draft(), Move::Schedule), Move::Activate);
    assert_eq!(
        (active.state(), active.version()),
        (CampaignState::Active, 3)
    );
    assert_eq!(active.updated_at(), at("2026-11-21T00:00:00Z"));
    assert_eq!(active.created_at(), at("2026-11-20T00:00:00Z"));
}

#[test]
fn a_wrong_move_says_where_it_stands() {
    let error = draft()
        .moved(Move::Resume, at("2026-11-21T00:00:00Z"))
        .unwrap_err();
    assert_eq!(error.to_string(), "campaign c is draft: it cannot resume");
}

#[test]
fn fields_that_make_no_sense_are_named() {
    refused(|c| c.name = String::new(), "name");
    refused(|c| c.name = "n".repeat(256), "name");
    refused(
        |c| {
            c.starts_at = Some(at("2026-12-01T00:00:00Z"));
            c.ends_at = Some(at("2026-11-01T00:00:00Z"));
        },
        "ends_at",
    );
    let budget = |total: &str, currency: &str| {
        Some(Budget {
            total: Some(total.parse().unwrap()),
            currency: Some(currency.to_owned()),
            messages: None,
        })
    };
    refused(|c| c.budget = Some(Budget::default()), "budget");
    let without = budget("1", "CLP").map(|it| Budget {
        currency: None,
        ..it
    });
    refused(move |c| c.budget = without.clone(), "budget");
    refused(|c| c.budget = budget("-1", "CLP"), "budget");
    refused(|c| c.budget = budget("1", "pesos"), "budget");
}

#[test]
fn dates_start_and_finish_it() {
    let mut campaign = Campaign::new("c", "renewal").unwrap();
    campaign.starts_at = Some(at("2026-12-01T00:00:00Z"));
    campaign.ends_at = Some(at("2026-12-31T00:00:00Z"));
    campaign.goals = Goals {
        sales: Some(10),
        engagement: None,
    };
    let record = CampaignRecord::draft(campaign, at("2026-11-20T00:00:00Z")).unwrap();
    assert_eq!(
        record.by_itself(at("2027-01-01T00:00:00Z")),
        None,
        "a draft waits for a person"
    );
    let scheduled = moved(&record, Move::Schedule);
    assert_eq!(scheduled.by_itself(at("2026-11-30T23:59:59Z")), None);
    assert_eq!(
        scheduled.by_itself(at("2026-12-01T00:00:00Z")),
        Some(Move::Activate)
    );
    let paused = moved(&moved(&scheduled, Move::Activate), Move::Pause);
    assert_eq!(
        paused.by_itself(at("2026-12-31T00:00:00Z")),
        Some(Move::Finish)
    );
}

#[test]
fn metrics_only_while_active_and_only_upwards() {
    let more = Increment {
        sales: 2,
        ..Increment::default()
    };
    assert!(draft().measured(more, at("2026-11-21T00:00:00Z")).is_err());
    let active = moved(&moved(&draft(), Move::Schedule), Move::Activate);
    let measured = active.measured(more, at("2026-11-21T00:00:00Z")).unwrap();
    assert_eq!(measured.metrics().sales, 2);
    let less = Increment {
        spent: "-1".parse().unwrap(),
        ..Increment::default()
    };
    assert!(active.measured(less, at("2026-11-21T00:00:00Z")).is_err());
}

#[test]
fn a_broadcast_started_twice_is_one() {
    let journey = Journey::new("j", TriggerSpec::OnDemand).unwrap();
    let campaign = Campaign::new("c", "newsletter").unwrap().with(journey);
    let record = CampaignRecord::draft(campaign, at("2026-11-20T00:00:00Z")).unwrap();
    let broadcast = |journey: &str| Broadcast {
        journey: JourneyId::new(journey).unwrap(),
        id: OccurrenceId::new("navidad").unwrap(),
        started_at: at("2026-12-20T00:00:00Z"),
    };
    let once = record.broadcast(broadcast("j")).unwrap().unwrap();
    assert_eq!(once.broadcast(broadcast("j")), Ok(None));
    assert!(record.broadcast(broadcast("other")).is_err());
}

/// A planner closes its span at the last change, and finds it again in a database: were it finer
/// than what the database keeps, there would always be a span to plan between the two.
#[test]
fn its_instants_are_whole_microseconds() {
    let fine = at("2026-11-20T00:00:00.123456789Z");
    let whole = at("2026-11-20T00:00:00.123456Z");
    let campaign = draft().campaign().clone();
    let record = CampaignRecord::draft(campaign, fine).unwrap();
    assert_eq!((record.created_at(), record.updated_at()), (whole, whole));
    let active = record.moved(Move::Schedule, fine).unwrap();
    let active = active.moved(Move::Activate, fine).unwrap();
    assert_eq!(active.activated_at(), Some(whole));
    assert_eq!(draft().changed_not_before(fine).updated_at(), whole);
    let text = serde_json::to_string(&record).unwrap();
    let finer = text.replace("00.123456Z", "00.123456789Z");
    assert_ne!(text, finer);
    assert_eq!(
        serde_json::from_str::<CampaignRecord>(&finer).unwrap(),
        record
    );
}

#[test]
fn the_kept_form_is_pinned() {
    let text = serde_json::to_string(&draft()).unwrap();
    let pinned = concat!(
        r#"{"v":1,"campaign":{"id":"c","name":"c","purpose":"renewal","#,
        r#""goals":{"sales":null,"engagement":null},"priority":0,"journey":[]},"#,
        r#""state":"draft","metrics":{"spent":"0","sales":0,"engagement":0},"#,
        r#""version":1,"created_at":"2026-11-20T00:00:00Z","#,
        r#""updated_at":"2026-11-20T00:00:00Z"}"#,
    );
    assert_eq!(text, pinned);
    assert_eq!(
        serde_json::from_str::<CampaignRecord>(&text).unwrap(),
        draft()
    );
}

#[test]
fn the_kept_form_of_frozen_audiences_is_pinned() {
    let frozen = FrozenAudience {
        id: crate::FrozenId::new(7),
        at: at("2026-11-20T12:00:00Z"),
        members: 2,
    };
    let journey = JourneyId::new("difusión").unwrap();
    let record = draft().with_frozen([(journey, frozen)].into());
    let text = serde_json::to_string(&record).unwrap();
    let pinned = r#","frozen":{"difusión":{"id":7,"at":"2026-11-20T12:00:00Z","members":2}}}"#;
    assert!(text.ends_with(pinned), "{text}");
    assert_eq!(
        serde_json::from_str::<CampaignRecord>(&text).unwrap(),
        record
    );
    let moved = moved(&record, Move::Schedule);
    assert_eq!(moved.frozen(), record.frozen(), "a move keeps them");
    let kept = serde_json::to_string(&crate::Freeze::Profile).unwrap();
    assert_eq!(kept, r#""profile""#);
}

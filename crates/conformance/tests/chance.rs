//! The worlds by chance are worth asking: everything comes, and comes often.

use pregon_conformance::chance::World;

#[test]
fn true_false_and_unknown_come_often() {
    let (mut truths, mut split) = ([0_usize; 3], 0);
    for seed in 0..20 {
        let world = World::new(seed);
        for rule in world.rules(50) {
            let members = world.members(&rule).len();
            split += usize::from(0 < members && members < world.people().len());
            for person in world.people() {
                truths[match world.truth(&rule, person) {
                    Some(true) => 0,
                    Some(false) => 1,
                    None => 2,
                }] += 1;
            }
        }
    }
    let all: usize = truths.iter().sum();
    assert!(truths.iter().all(|n| n * 10 > all), "{truths:?}");
    assert!(
        split * 2 > 20 * 50,
        "{split} of 1000 rules tell people apart"
    );
}

#[test]
fn a_wrong_answer_is_shown_with_seed_rule_and_person() {
    let world = World::new(3);
    let rule = &world.rules(1)[0];
    let mut members = world.members(rule);
    if !members.remove(&0) {
        members.insert(0);
    }
    let shown = world.disagreement(rule, &members).expect("it is wrong");
    assert!(
        shown.contains("seed 3") && shown.contains("P-000"),
        "{shown}"
    );
}

#[test]
fn a_world_becomes_older() {
    let (mut changed, mut moved, mut happened) = (0, 0, 0);
    for seed in 0..20 {
        let world = World::new(seed);
        let later = world.later();
        assert_ne!(later.now(), world.now());
        assert_eq!(
            format!("{:?}", later.people()),
            format!("{:?}", world.later().people())
        );
        for (before, after) in world.people().iter().zip(later.people()) {
            assert_eq!(before.id, after.id);
            let had = before.activities.len();
            assert_eq!(before.activities[..], after.activities[..had]);
            changed += usize::from(before.attributes != after.attributes);
            moved += usize::from(before.zone != after.zone);
            happened += after.activities.len() - had;
        }
        assert_ne!(later.later().people(), later.people());
    }
    assert!(
        changed > 50 && moved > 10 && happened > 50,
        "{changed}, {moved}, {happened}"
    );
}

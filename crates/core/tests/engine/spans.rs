//! Planning with a clock that moves on while one looks at it, as real ones do.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::testing::ManualClock;
use pregon_core::*;

use crate::freezing::lives;
use crate::world::{World, run};

/// A clock that is a millisecond further each time it is asked.
#[derive(Debug)]
struct Running(ManualClock);

#[async_trait]
impl Clock for Running {
    async fn now(&self) -> Result<DateTime<Utc>, PortError> {
        self.0.advance(chrono::Duration::milliseconds(1));
        self.0.now().await
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

fn announced(id: &str) -> Campaign {
    let step = Step::email("correo", "Novedades", "Hola {{customer_name}}").unwrap();
    let journey = Journey::new("difusion", TriggerSpec::OnDemand).unwrap();
    Campaign::new(id, "promotion")
        .unwrap()
        .with(journey.step(step))
}

#[test]
fn a_journey_that_is_at_the_present_leaves_the_pages_to_the_others() {
    let world = World::new();
    lives(&world, "C-1", "Quito");
    let email = Arc::new(world.email.clone());
    let engine = Engine::builder()
        .store(world.store.clone())
        .clock(Arc::new(Running(world.clock.clone())))
        .customers(world.source.clone())
        .consent(Consent::OptOut)
        .zone("America/Bogota".parse().unwrap())
        .action(email)
        .pace(Pace::default().with_pages(10, 3))
        .build()
        .unwrap();
    for id in ["a", "b", "c"] {
        run(engine.activate(announced(id))).unwrap();
        let (campaign, journey) = (id.parse().unwrap(), "difusion".parse().unwrap());
        run(engine.broadcast(&campaign, journey, "marzo".parse().unwrap())).unwrap();
    }
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.planned, report.accepted), (3, 3));
    assert_eq!(report.next, None, "nothing is left to look at");
}

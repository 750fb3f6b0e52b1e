//! What is kept of people with a frozen audience, and what may be frozen at all.

use std::sync::Arc;

use pregon_core::*;

use crate::freezing::{members, promotion, world};
use crate::world::{World, renewal, run};

fn profile(rule: &str) -> Campaign {
    let mut campaign = promotion();
    campaign.journeys[0].audience = Some(AudienceSpec::Rule(rule.to_owned()));
    campaign.journeys[0].freeze = Some(Freeze::Profile);
    campaign
}

fn host(world: &World) -> EngineBuilder {
    world.builder(Arc::new(world.email.clone()))
}

/// The problems of a campaign, as `path: message`.
#[track_caller]
fn refused(engine: &Engine, campaign: Campaign) -> Vec<String> {
    let error = run(engine.publish(campaign)).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Campaign);
    error.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn values_are_kept_only_where_the_host_allows_it() {
    let world = world(&[("C-1", "Quito")]);
    let said = refused(&world.engine(), profile("city = \"Quito\""));
    let expected = "journey[0].freeze: values of people may not be kept here";
    assert!(said[0].starts_with(expected), "{said:?}");
    let allowed = host(&world).keep_profiles().build().unwrap();
    run(allowed.publish(profile("city = \"Quito\""))).unwrap();
}

#[test]
fn exactly_what_the_rule_read_is_kept() {
    let world = world(&[("C-1", "Quito")]);
    let customer = Customer::new("C-2")
        .unwrap()
        .named("Bea")
        .email("b@example.org");
    world
        .source
        .put(customer.with("city", "Quito").with("secret", "x"));
    let engine = host(&world).keep_profiles().build().unwrap();
    let rule = "city = \"Quito\" and customer_name is set and language is missing";
    let record = run(engine.publish(profile(rule))).unwrap();
    let kept = |name: &str| {
        Attributes::new()
            .with("city", "Quito")
            .with("customer_name", name)
    };
    let expected = [("C-1", "Ana"), ("C-2", "Bea")].map(|(id, name)| FrozenMember {
        customer: id.parse().unwrap(),
        profile: kept(name).into(),
    });
    assert_eq!(members(&world, &record), expected);
}

#[test]
fn ids_alone_are_kept_when_nothing_else_is_said() {
    let world = world(&[("C-1", "Quito")]);
    let record = run(world.engine().publish(promotion())).unwrap();
    assert_eq!(
        members(&world, &record),
        [FrozenMember::of("C-1".parse().unwrap())]
    );
}

#[test]
fn a_rule_over_records_cannot_be_frozen() {
    let world = world(&[("C-1", "Quito")]);
    let mut campaign = renewal();
    campaign.journeys[0].freeze = Some(Freeze::Ids);
    let said = refused(&world.engine(), campaign);
    let expected = "journey[0].audience: a frozen audience cannot read \"status\" of a pin";
    assert!(said[0].starts_with(expected), "{said:?}");
}

/// Those whose ids end in an even number.
#[derive(Debug)]
struct Even(Arc<memory::MemorySource>);

#[async_trait::async_trait]
impl Audience for Even {
    async fn page<'a>(
        &self,
        _now: chrono::DateTime<chrono::Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let source: &dyn CustomerSource = &*self.0;
        let mut page = source.page(&CustomerQuery::default(), after, limit).await?;
        page.items.retain(|customer| is_even(&customer.id));
        Ok(page)
    }

    async fn holds(
        &self,
        row: &Row,
        _now: chrono::DateTime<chrono::Utc>,
    ) -> Result<bool, PortError> {
        Ok(is_even(&row.customer.id))
    }
}

fn is_even(id: &CustomerId) -> bool {
    let number = id.as_str().trim_start_matches("C-").parse::<u32>();
    number.is_ok_and(|number| number % 2 == 0)
}

#[test]
fn an_audience_of_the_hosts_own_can_be_frozen_by_id() {
    let mut world = world(&[
        ("C-1", "Loja"),
        ("C-2", "Loja"),
        ("C-3", "Loja"),
        ("C-4", "Loja"),
    ]);
    world.pace = Pace::default().with_pages(1, 10);
    let name: CustomName = "pares".parse().unwrap();
    let audience = Arc::new(Even(world.source.clone()));
    let engine = host(&world)
        .keep_profiles()
        .audience(name.clone(), audience);
    let engine = engine.build().unwrap();
    let mut campaign = promotion();
    campaign.journeys[0].audience = Some(AudienceSpec::Custom { custom: name });
    let record = run(engine.publish(campaign.clone())).unwrap();
    assert_eq!(
        crate::freezing::ids(&members(&world, &record)),
        ["C-2", "C-4"]
    );
    campaign.journeys[0].freeze = Some(Freeze::Profile);
    let said = refused(&engine, campaign);
    assert!(said[0].contains("nobody knows which values"), "{said:?}");
}

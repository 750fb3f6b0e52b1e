//! Goes through all states breadth first.

use super::Setup;
use super::laws::{Broken, broken, is_end};
use super::seen::Seen;
use super::state::World;
use super::step::{Step, each_step};

/// What an exploration found.
#[derive(Debug)]
pub struct Explored {
    /// How many states there are, or were until one was wrong.
    pub states: usize,
    /// How many steps lead from one to another.
    pub steps: usize,
    /// How many of them are ends.
    pub ends: usize,
    /// Whether every state was visited.
    pub exhausted: bool,
    /// The first wrong state, with a shortest way to it.
    pub wrong: Option<Counterexample>,
}

/// A wrong state and a shortest way to it.
#[derive(Debug)]
pub struct Counterexample {
    /// What does not hold.
    pub broken: Broken,
    /// The steps to it.
    pub way: Vec<String>,
}

/// Goes through all states of a setup, at most so many.
///
/// ```
/// # use pregon_simulation::model::{Bug, Setup, explore};
/// let right = explore(&Setup::at_most_once(0, 1), 100_000);
/// assert!(right.exhausted && right.wrong.is_none());
/// let wrong = explore(&Setup::at_most_once(0, 1).broken(Bug::UnknownReleased), 100_000);
/// assert!(wrong.wrong.is_some());
/// ```
#[must_use]
pub fn explore(setup: &Setup, most: usize) -> Explored {
    let mut seen = Seen::new();
    let mut edges = Edges::default();
    let mut found = Explored {
        states: 0,
        steps: 0,
        ends: 0,
        exhausted: false,
        wrong: None,
    };
    seen.insert(World::first().pack(), 0);
    let mut at = 0;
    while at < seen.len() && seen.len() <= most {
        let world = World::unpack(seen.get(at));
        if let Some(broken) = broken(&world, setup) {
            found.wrong = Some(counterexample(&seen, at, broken, setup));
            break;
        }
        edges.ends.push(is_end(&world));
        let from = u32::try_from(at).expect("places are counted so");
        each_step(&world, setup, |_, next| {
            if next != world {
                let (to, _) = seen.insert(next.pack(), from);
                edges.to.push(to);
            }
        });
        edges.until.push(edges.to.len());
        at += 1;
    }
    (found.states, found.steps) = (seen.len(), edges.to.len());
    found.exhausted = at == seen.len() && found.wrong.is_none();
    found.ends = edges.ends.iter().filter(|end| **end).count();
    if found.exhausted
        && let Some(stuck) = edges.stuck()
    {
        found.wrong = Some(counterexample(&seen, stuck, Broken::Stuck, setup));
    }
    found
}

/// The way to a state in words.
fn counterexample(seen: &Seen, at: usize, broken: Broken, setup: &Setup) -> Counterexample {
    let way = seen.way_to(u32::try_from(at).expect("places are counted so"));
    let name = |pair: &[u128]| {
        let mut taken = None;
        each_step(&World::unpack(pair[0]), setup, |step, next| {
            if next.pack() == pair[1] {
                taken = taken.or(Some(step));
            }
        });
        match taken {
            Some(Step::Worker(n, what)) => format!("worker {n} {what}"),
            Some(Step::Row(n, what)) => format!("dispatch {n} {what}"),
            Some(Step::World(what)) => what.to_owned(),
            None => "?".to_owned(),
        }
    };
    let way = way.windows(2).map(name).collect();
    Counterexample { broken, way }
}

/// Which state leads to which.
#[derive(Debug, Default)]
struct Edges {
    to: Vec<u32>,
    /// Up to where the steps of each state go in `to`.
    until: Vec<usize>,
    ends: Vec<bool>,
}

impl Edges {
    /// The first state from which no end can be reached.
    fn stuck(&self) -> Option<usize> {
        let (into, from) = self.backwards();
        let mut leads = self.ends.clone();
        let mut next: Vec<usize> = (0..leads.len()).filter(|at| leads[*at]).collect();
        while let Some(at) = next.pop() {
            for before in &from[into[at]..into[at + 1]] {
                let before = *before as usize;
                if !std::mem::replace(&mut leads[before], true) {
                    next.push(before);
                }
            }
        }
        leads.iter().position(|leads| !leads)
    }

    /// The same steps by where they lead: places in the list, and the list.
    fn backwards(&self) -> (Vec<usize>, Vec<u32>) {
        let mut into = vec![0; self.until.len() + 1];
        for to in &self.to {
            into[*to as usize + 1] += 1;
        }
        for at in 1..into.len() {
            into[at] += into[at - 1];
        }
        let (mut free, mut from) = (into.clone(), vec![0; self.to.len()]);
        let mut first = 0;
        for (at, until) in self.until.iter().enumerate() {
            for to in &self.to[first..*until] {
                from[free[*to as usize]] = u32::try_from(at).expect("places are counted so");
                free[*to as usize] += 1;
            }
            first = *until;
        }
        (into, from)
    }
}

//! Which segments lead to which: no circles, and no long ways.

use std::collections::BTreeMap;

use super::{SegmentError, SegmentFault, SegmentPart, Segments};
use crate::SegmentName;

/// Over how many others a segment may lead: with the levels of a rule it bounds every recursion.
const MOST_DEPTH: usize = 16;

/// Refuses names that do not exist, circles, and ways that are too long.
pub(super) fn check(set: &Segments) -> Result<(), SegmentError> {
    let needs = needs(set)?;
    let mut known = BTreeMap::new();
    for segment in set.iter() {
        depth(segment.name, &needs, &mut Vec::new(), &mut known)?;
    }
    Ok(())
}

type Needs<'a> = BTreeMap<&'a SegmentName, Vec<&'a SegmentName>>;

/// What each segment's answer depends on: what its rule names, and what the rules of the earlier
/// ones of its family name.
fn needs(set: &Segments) -> Result<Needs<'_>, SegmentError> {
    let mut needs = Needs::new();
    for part in set.parts() {
        let mut so_far = Vec::new();
        for (segment, rule) in part.members() {
            if let SegmentPart::Plain(..) = part {
                so_far.clear();
            }
            for name in rule.segments() {
                let Some(found) = set.get(name) else {
                    let nearest = set.nearest(name).cloned();
                    let fault = SegmentFault::Unknown {
                        name: name.clone(),
                        nearest,
                    };
                    return Err(SegmentError {
                        segment: segment.clone(),
                        fault,
                    });
                };
                so_far.push(found.name);
            }
            needs.insert(segment, so_far.clone());
        }
    }
    Ok(needs)
}

/// How long the longest way from a segment is. It recurses no deeper than ways may be long.
fn depth<'a>(
    segment: &'a SegmentName,
    needs: &Needs<'a>,
    way: &mut Vec<&'a SegmentName>,
    known: &mut BTreeMap<&'a SegmentName, usize>,
) -> Result<usize, SegmentError> {
    let failed = |fault| {
        Err(SegmentError {
            segment: segment.clone(),
            fault,
        })
    };
    if let Some(begin) = way.iter().position(|name| *name == segment) {
        let names = way[begin..]
            .iter()
            .chain([&segment])
            .map(|name| (*name).clone());
        return failed(SegmentFault::Cycle(names.collect()));
    }
    if let Some(depth) = known.get(segment) {
        return Ok(*depth);
    }
    if way.len() > MOST_DEPTH {
        return failed(SegmentFault::TooDeep(MOST_DEPTH));
    }
    way.push(segment);
    let mut longest = 0;
    for next in needs.get(segment).into_iter().flatten() {
        longest = longest.max(depth(next, needs, way, known)? + 1);
    }
    way.pop();
    if longest > MOST_DEPTH {
        return failed(SegmentFault::TooDeep(MOST_DEPTH));
    }
    known.insert(segment, longest);
    Ok(longest)
}

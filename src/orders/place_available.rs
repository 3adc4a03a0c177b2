//! Placing what can be had of many lines: those that cannot are named and left out.
//!
//! What is left out is kept with the answer, so that a request that is sent again is answered as it was.

use super::desk::OrderDesk;
use super::new_order::NewOrder;
use super::placed::{PlacedGroup, Reason, Skipped};
use super::prepare::Prepared;
use super::trial::Trial;
use crate::access::Actor;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Repeat};
use std::collections::BTreeMap;

/// Rounds of trying and leaving out: rules first, then stock, then what others took meanwhile.
const MOST_ROUNDS: usize = 4;

/// What can be had of the lines asked for.
#[derive(Clone, Debug)]
pub struct Available {
    /// The request without the lines that cannot be had.
    pub asked: NewOrder,
    /// What it would be; none if no line is left.
    pub prepared: Option<Prepared>,
    /// The lines left out, by their places among those asked for.
    pub skipped: Vec<Skipped>,
}

/// Where the lines of a request come from, where not every line of the source could even be asked for.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// For each line asked for, its place in the source; its own place, if there is none here.
    pub places: Vec<usize>,
    /// What of the source was left out before.
    pub left_out: Vec<Skipped>,
}

impl OrderDesk {
    /// What can be had of a request now. Nothing is written or held.
    ///
    /// # Errors
    /// Faults that are no line's.
    pub async fn available(&self, actor: &Actor, asked: &NewOrder) -> Result<Available, Refusal> {
        let mut left = asked.clone();
        let mut places: Vec<usize> = (0..asked.lines.len()).collect();
        let mut skipped = Vec::new();
        for _ in 0..MOST_ROUNDS {
            if left.lines.is_empty() {
                break;
            }
            let faults = match self.trial(actor, &left).await.and_then(Trial::whole) {
                Ok(prepared) => return Ok(Available::of(left, Some(prepared), skipped)),
                Err(Refusal::Faults(faults)) => faults,
                Err(other) => return Err(other),
            };
            let by_line = by_line(faults)?;
            for (at, faults) in by_line.iter().rev() {
                if *at >= left.lines.len() {
                    return Err(Refusal::broken("a fault of a line that was not asked for"));
                }
                let line = left.lines.remove(*at);
                skipped.push(Skipped {
                    at: places.remove(*at),
                    sku: line.sku.as_str().to_owned(),
                    quantity: line.quantity.to_string(),
                    reasons: faults.iter().map(Reason::from).collect(),
                });
            }
        }
        // Nothing is left, or others take things faster than they can be asked for.
        Ok(Available::of(left, None, skipped))
    }

    /// Places what can be had of a request.
    ///
    /// # Errors
    /// All faults, where nothing can be had.
    pub async fn place_available(
        &self,
        actor: Actor,
        asked: NewOrder,
        source: Source,
        repeat: Option<Repeat>,
    ) -> Result<Answered<PlacedGroup>, Refusal> {
        for _ in 0..MOST_ROUNDS {
            let found = match self.available(&actor, &asked).await {
                Ok(found) if found.prepared.is_some() => found,
                // The same request may have been answered before, when things could still be had: the gate knows.
                Ok(_) | Err(Refusal::Faults(_)) => break,
                Err(other) => return Err(other),
            };
            let mut skipped = source.left_out.clone();
            skipped.extend(found.skipped.into_iter().map(|one| source.placed(one)));
            skipped.sort_by_key(|one| one.at);
            match self.place_without(actor.clone(), found.asked, skipped, repeat.clone()).await {
                // Somebody took what had just been there.
                Err(Refusal::Faults(faults)) if by_line(faults.clone()).is_ok() => {}
                done => return done,
            }
        }
        self.place_without(actor, asked, source.left_out, repeat).await
    }
}

impl Available {
    fn of(asked: NewOrder, prepared: Option<Prepared>, mut skipped: Vec<Skipped>) -> Self {
        skipped.sort_by_key(|one| one.at);
        Self { asked, prepared, skipped }
    }
}

impl Source {
    /// The same with its place in the source.
    #[must_use]
    pub fn placed(&self, mut skipped: Skipped) -> Skipped {
        skipped.at = self.places.get(skipped.at).copied().unwrap_or(skipped.at);
        skipped
    }
}

/// Faults by the line they are about; those that are no line's are the refusal.
fn by_line(faults: Vec<Fault>) -> Result<BTreeMap<usize, Vec<Fault>>, Refusal> {
    let mut lines: BTreeMap<usize, Vec<Fault>> = BTreeMap::new();
    let mut others = Vec::new();
    for fault in faults {
        match line_of(fault.pointer()) {
            Some(at) => lines.entry(at).or_default().push(fault),
            None => others.push(fault),
        }
    }
    if others.is_empty() { Ok(lines) } else { Err(others.into()) }
}

fn line_of(pointer: &str) -> Option<usize> {
    pointer.strip_prefix("/lines/")?.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_by_their_line() {
        let of_line = |at: usize| Fault::of("no_offer").at(format!("/lines/{at}/sku"));
        let found = by_line(vec![of_line(12), of_line(0), of_line(12)]).unwrap();
        assert_eq!(
            found.iter().map(|(at, faults)| (*at, faults.len())).collect::<Vec<_>>(),
            [(0, 1), (12, 2)]
        );
        let refusal = by_line(vec![of_line(1), Fault::of("delivery_day").at("/deliver_on")]).unwrap_err();
        assert_eq!(refusal.faults().len(), 1);
        assert_eq!(line_of("/lines"), None);
    }
}

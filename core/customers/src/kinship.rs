//! Who is whom: people point at the one they were found to be. Pure; the laws are tested here.
//!
//! Only a survivor is ever merged into another survivor, so the arrows form trees and never a circle.
//! Undoing a merge takes one arrow away, whatever was merged before or since.

use std::collections::BTreeMap;

use kernel::Refusal;

use crate::model::PersonId;

/// The people that a decision looks at, and whom each was found to be. Whole families only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kinship(BTreeMap<PersonId, Option<PersonId>>);

/// Two survivors about to become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Union {
    pub kept: PersonId,
    pub other: PersonId,
}

impl Kinship {
    pub fn new(people: impl IntoIterator<Item = (PersonId, Option<PersonId>)>) -> Self {
        Self(people.into_iter().collect())
    }

    /// Who somebody is now; nothing for a stranger.
    pub fn survivor(&self, id: PersonId) -> Option<PersonId> {
        let mut at = id;
        // As many steps as there are people: more would be a circle.
        for _ in 0..=self.0.len() {
            match self.0.get(&at)? {
                Some(next) => at = *next,
                None => return Some(at),
            }
        }
        None
    }

    /// Every id that means the same person: the survivor, then the others in order.
    pub fn family(&self, id: PersonId) -> Vec<PersonId> {
        let Some(head) = self.survivor(id) else { return Vec::new() };
        let others = self.0.keys().copied().filter(|other| *other != head);
        std::iter::once(head).chain(others.filter(|other| self.survivor(*other) == Some(head))).collect()
    }

    /// What merging two people means: their survivors become one. `None` when one is a stranger.
    pub fn merge(&self, kept: PersonId, other: PersonId) -> Option<Result<Union, Refusal>> {
        let (kept, other) = (self.survivor(kept)?, self.survivor(other)?);
        if kept == other {
            return Some(Err(Refusal::new("customers.already_one")));
        }
        Some(Ok(Union { kept, other }))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    impl Kinship {
        fn join(&mut self, union: Union) {
            self.0.insert(union.other, Some(union.kept));
        }

        fn part(&mut self, union: Union) {
            self.0.insert(union.other, None);
        }

        fn families(&self) -> BTreeSet<BTreeSet<PersonId>> {
            self.0.keys().map(|id| self.family(*id).into_iter().collect()).collect()
        }
    }

    fn strangers(count: usize) -> (Vec<PersonId>, Kinship) {
        let people: Vec<PersonId> = (0..count).map(|_| kernel::id::new(Timestamp::UNIX_EPOCH)).collect();
        let kinship = Kinship::new(people.iter().map(|id| (*id, None)));
        (people, kinship)
    }

    /// Families by another way: what the merges still standing connect.
    fn connected(people: &[PersonId], standing: &[Union]) -> BTreeSet<BTreeSet<PersonId>> {
        let mut groups: Vec<BTreeSet<PersonId>> = people.iter().map(|id| BTreeSet::from([*id])).collect();
        for union in standing {
            let (both, rest): (Vec<_>, Vec<_>) = groups
                .into_iter()
                .partition(|group| group.contains(&union.kept) || group.contains(&union.other));
            groups = rest;
            groups.push(both.into_iter().flatten().collect());
        }
        groups.into_iter().collect()
    }

    const PEOPLE: usize = 8;

    #[derive(Debug, Clone)]
    enum Step {
        Merge(usize, usize),
        /// One of the merges still standing.
        Undo(usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let merge = (0..PEOPLE, 0..PEOPLE).prop_map(|(kept, other)| Step::Merge(kept, other));
        let undo = (0..PEOPLE).prop_map(Step::Undo);
        prop::collection::vec(prop_oneof![2 => merge, 1 => undo], 0..40)
    }

    proptest! {
        #[test]
        fn families_are_what_the_standing_merges_connect(steps in steps()) {
            let (people, mut kinship) = strangers(PEOPLE);
            let mut standing: Vec<Union> = Vec::new();
            for step in steps {
                match step {
                    Step::Merge(kept, other) => match kinship.merge(people[kept], people[other]).unwrap() {
                        Ok(union) => {
                            prop_assert_eq!(kinship.survivor(people[kept]), Some(union.kept));
                            kinship.join(union);
                            prop_assert_eq!(kinship.survivor(people[other]), Some(union.kept));
                            standing.push(union);
                        }
                        Err(refusal) => {
                            prop_assert_eq!(refusal.code(), "customers.already_one");
                            prop_assert_eq!(kinship.survivor(people[kept]), kinship.survivor(people[other]));
                        }
                    },
                    Step::Undo(which) if !standing.is_empty() => {
                        kinship.part(standing.remove(which % standing.len()));
                    }
                    Step::Undo(_) => {}
                }
                prop_assert_eq!(kinship.families(), connected(&people, &standing));
                prop_assert!(people.iter().all(|id| kinship.survivor(*id).is_some()), "no circles");
            }
        }

        #[test]
        fn undoing_every_merge_in_any_order_restores_everybody(steps in steps(), order: u64) {
            let (people, mut kinship) = strangers(PEOPLE);
            let before = kinship.clone();
            let mut standing: Vec<Union> = Vec::new();
            for step in steps {
                if let Step::Merge(kept, other) = step
                    && let Ok(union) = kinship.merge(people[kept], people[other]).unwrap()
                {
                    kinship.join(union);
                    standing.push(union);
                }
            }
            let mut seed = usize::try_from(order % 1_000_003).unwrap();
            while !standing.is_empty() {
                kinship.part(standing.remove(seed % standing.len()));
                seed = seed.wrapping_mul(31).wrapping_add(7);
            }
            prop_assert_eq!(kinship, before);
        }
    }

    #[test]
    fn a_stranger_is_nobodys_family() {
        let (people, _) = strangers(2);
        let kinship = Kinship::new([(people[0], None)]);
        assert!(kinship.merge(people[0], people[1]).is_none());
        assert!(kinship.family(people[1]).is_empty());
        let circle = Kinship::new([(people[0], Some(people[1])), (people[1], Some(people[0]))]);
        assert_eq!(circle.survivor(people[0]), None, "damage in the database does not hang");
    }
}

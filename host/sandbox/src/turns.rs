//! A queue in which everybody has a turn: first the groups (desks), then within a group its members (installations), then
//! what a member put in, oldest first. Who puts in a thousand things holds up nobody else.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Turns<G, M, T> {
    groups: Ring<G, Ring<M, VecDeque<T>>>,
}

/// Values by key, in the order in which their turn comes.
#[derive(Debug)]
struct Ring<K, V> {
    order: VecDeque<K>,
    values: HashMap<K, V>,
}

impl<K, V> Default for Ring<K, V> {
    fn default() -> Self {
        Self { order: VecDeque::new(), values: HashMap::new() }
    }
}

impl<K: Clone + Eq + Hash, V> Ring<K, V> {
    /// The value of a key; a new key comes last.
    fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        if !self.values.contains_key(&key) {
            self.order.push_back(key.clone());
        }
        self.values.entry(key).or_default()
    }

    /// Offers the values in turn until `take` takes something; that key comes last then, or goes when `is_empty`.
    fn take<T>(&mut self, mut take: impl FnMut(&K, &mut V) -> Option<T>, is_empty: impl Fn(&V) -> bool) -> Option<T> {
        for at in 0..self.order.len() {
            let Some(key) = self.order.get(at).cloned() else { break };
            let Some(value) = self.values.get_mut(&key) else { continue };
            if let Some(taken) = take(&key, value) {
                self.order.remove(at);
                if is_empty(value) {
                    self.values.remove(&key);
                } else {
                    self.order.push_back(key);
                }
                return Some(taken);
            }
        }
        None
    }
}

impl<G, M, T> Default for Turns<G, M, T> {
    fn default() -> Self {
        Self { groups: Ring::default() }
    }
}

impl<G: Clone + Eq + Hash, M: Clone + Eq + Hash, T> Turns<G, M, T> {
    pub(crate) fn push(&mut self, group: G, member: M, item: T) {
        self.groups.entry(group).entry(member).push_back(item);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.order.is_empty()
    }

    /// What is next, of those members that `may`; its group and its member come last then.
    pub(crate) fn take(&mut self, may: impl Fn(&G, &M) -> bool) -> Option<T> {
        self.groups.take(
            |group, members| {
                let next =
                    |member: &M, items: &mut VecDeque<T>| if may(group, member) { items.pop_front() } else { None };
                members.take(next, VecDeque::is_empty)
            },
            |members| members.order.is_empty(),
        )
    }

    /// Drops what `keep` does not keep of a member; answers how many are left.
    pub(crate) fn retain(&mut self, group: &G, member: &M, keep: impl FnMut(&T) -> bool) -> usize {
        let Some(members) = self.groups.values.get_mut(group) else { return 0 };
        let Some(items) = members.values.get_mut(member) else { return 0 };
        items.retain(keep);
        let left = items.len();
        if left == 0 {
            members.values.remove(member);
            members.order.retain(|other| other != member);
            if members.order.is_empty() {
                self.groups.values.remove(group);
                self.groups.order.retain(|other| other != group);
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(turns: &mut Turns<char, u8, u32>) -> Vec<u32> {
        std::iter::from_fn(|| turns.take(|_, _| true)).collect()
    }

    #[test]
    fn turns_go_by_group_and_then_by_member() {
        let mut turns = Turns::default();
        for item in 0..3 {
            turns.push('a', 1, 10 + item);
        }
        turns.push('a', 2, 20);
        turns.push('b', 3, 30);
        turns.push('b', 3, 31);
        assert_eq!(drained(&mut turns), [10, 30, 20, 31, 11, 12]);
        assert!(turns.is_empty());
    }

    #[test]
    fn whoever_comes_back_is_last() {
        let mut turns = Turns::default();
        turns.push('a', 1, 1);
        turns.push('b', 2, 2);
        assert_eq!(turns.take(|_, _| true), Some(1));
        turns.push('a', 1, 1);
        assert_eq!(drained(&mut turns), [2, 1]);
    }

    #[test]
    fn who_may_not_is_passed_over_and_keeps_its_turn() {
        let mut turns = Turns::default();
        turns.push('a', 1, 1);
        turns.push('a', 2, 2);
        turns.push('b', 3, 3);
        assert_eq!(turns.take(|group, _| *group != 'a'), Some(3));
        assert_eq!(turns.take(|_, member| *member != 1), Some(2));
        assert_eq!(turns.take(|group, _| *group != 'a'), None);
        assert_eq!(drained(&mut turns), [1]);
    }

    #[test]
    fn what_is_dropped_takes_no_turn() {
        let mut turns = Turns::default();
        for item in 0..4 {
            turns.push('a', 1, item);
        }
        assert_eq!(turns.retain(&'a', &1, |item| item % 2 == 0), 2);
        assert_eq!(turns.retain(&'a', &1, |_| false), 0);
        assert_eq!(turns.retain(&'b', &1, |_| true), 0);
        assert!(turns.is_empty());
    }
}

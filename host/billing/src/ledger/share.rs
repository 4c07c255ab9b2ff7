//! A sum that is shared out over parts, to the cent.

/// Shares `cents` out by weight: the shares sum back to it, each is within a cent of its exact share, and none is larger
/// than its weight. What is more than all weights together is not shared out.
#[must_use]
pub fn split(cents: i64, weights: &[i64]) -> Vec<i64> {
    let weights: Vec<i128> = weights.iter().map(|weight| i128::from((*weight).max(0))).collect();
    let all: i128 = weights.iter().sum();
    let cents = i128::from(cents.max(0)).min(all);
    if all == 0 {
        return vec![0; weights.len()];
    }
    let mut shares: Vec<i128> = weights.iter().map(|weight| cents * weight / all).collect();
    // What rounding has left goes to the largest fractions, the first of equal ones first.
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(weights.get(*at).map_or(0, |weight| cents * weight % all)));
    let mut rest = cents - shares.iter().sum::<i128>();
    for at in order {
        if let Some(share) = shares.get_mut(at).filter(|_| rest > 0) {
            *share += 1;
            rest -= 1;
        }
    }
    // No share is larger than its weight, which is an i64.
    shares.into_iter().map(|share| i64::try_from(share).unwrap_or(i64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_small_refund_falls_on_each_line_by_what_it_is_for() {
        assert_eq!(split(60, &[4999, 4000, 799]), [31, 24, 5]);
        assert_eq!(split(9798, &[4999, 4000, 799]), [4999, 4000, 799]);
        assert_eq!(split(1, &[0, -5, 3]), [0, 0, 1]);
        assert_eq!(split(5, &[]), Vec::<i64>::new());
        assert_eq!(split(9, &[2, 2]), [2, 2]);
    }

    proptest! {
        #[test]
        fn shares_sum_back_and_are_never_larger_than_their_part(
            weights in prop::collection::vec(0..10_000_000i64, 1..12), of in 0..=1000i64
        ) {
            let all: i64 = weights.iter().sum();
            let cents = all * of / 1000;
            let shares = split(cents, &weights);
            prop_assert_eq!(shares.iter().sum::<i64>(), cents);
            for (share, weight) in shares.iter().zip(&weights) {
                prop_assert!((0..=*weight).contains(share));
                let off = i128::from(*share) * i128::from(all) - i128::from(cents) * i128::from(*weight);
                prop_assert!(off.abs() <= i128::from(all), "more than a cent off");
            }
        }
    }
}

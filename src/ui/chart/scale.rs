//! The arithmetic of charts: ends of scales, buckets of time, what a brush holds.

/// The end of a scale that holds a value: round, and even, so that its half is a number of things too.
pub fn top(most: usize) -> usize {
    const STEPS: [usize; 9] = [10, 12, 16, 20, 30, 40, 50, 60, 80];
    if most <= 2 {
        return 2;
    }
    // A tenth of a step is a whole number from 10 on; below that, small even numbers do.
    if most < 10 {
        return most + most % 2;
    }
    let mut unit = 1;
    loop {
        if let Some(end) = STEPS.iter().map(|step| step * unit).find(|end| *end >= most) {
            return end;
        }
        unit *= 10;
    }
}

/// A part of a whole in thousandths of a height, at least one where there is any: what failed is seen even when it is
/// one of a million.
pub fn height(part: usize, whole: usize) -> usize {
    if part == 0 || whole == 0 { 0 } else { (part.saturating_mul(1000) / whole).max(1) }
}

/// How many labels stand under a number of columns: each so manieth.
pub fn every(columns: usize) -> usize {
    columns.div_ceil(6).max(1)
}

/// Events of a time span in columns of equal length: how many there were, and how many of them failed.
///
/// Times in milliseconds since 1970; an event at `to` lies outside.
pub fn histogram(
    events: impl IntoIterator<Item = (u64, bool)>,
    from: u64,
    to: u64,
    columns: usize,
) -> Vec<(usize, usize)> {
    let mut counts = vec![(0, 0); columns];
    let span = to.saturating_sub(from).max(1);
    let columns = u64::try_from(columns).unwrap_or_default();
    for (at, failed) in events {
        let Some(since) = at.checked_sub(from).filter(|since| *since < span) else { continue };
        // Spans of centuries times thousands of columns stay far below 2^64.
        let column = usize::try_from(since.saturating_mul(columns) / span).unwrap_or_default();
        if let Some((total, bad)) = counts.get_mut(column) {
            *total += 1;
            *bad += usize::from(failed);
        }
    }
    counts
}

/// Columns that are chosen: from, to, both inclusive.
pub type Brush = (usize, usize);

/// Which end of a brush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The first column.
    From,
    /// The last column.
    To,
}

/// The brush between two columns, in whichever order.
pub fn between(one: usize, two: usize) -> Brush {
    (one.min(two), one.max(two))
}

/// Where a key moves an end of a brush of `count` columns; none where it is no such key. The ends never cross.
pub fn moved(brush: Brush, end: End, key: &str, count: usize) -> Option<Brush> {
    let last = count.checked_sub(1)?;
    let (from, to) = brush;
    let (at, least, most) = match end {
        End::From => (from, 0, to),
        End::To => (to, from, last),
    };
    let page = (count / 10).max(2);
    let at = match key {
        "ArrowLeft" | "ArrowDown" => at.saturating_sub(1),
        "ArrowRight" | "ArrowUp" => at + 1,
        "PageDown" => at.saturating_sub(page),
        "PageUp" => at + page,
        "Home" => least,
        "End" => most,
        _ => return None,
    };
    let at = at.max(least).min(most);
    Some(match end {
        End::From => (at, to),
        End::To => (from, at),
    })
}

/// The column under a place of the plot, both in pixels.
pub fn column_at(x: f64, width: f64, count: usize) -> usize {
    let last = count.saturating_sub(1);
    if width <= 0.0 || x <= 0.0 {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a number of columns that fit a window"
    )]
    let column = (x / width * count as f64) as usize;
    column.min(last)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn scales_end_round() {
        for (most, expected) in [
            (0, 2),
            (1, 2),
            (3, 4),
            (7, 8),
            (9, 10),
            (10, 10),
            (11, 12),
            (21, 30),
            (81, 100),
            (118, 120),
            (2_035, 3_000),
        ] {
            assert_eq!(top(most), expected, "{most}");
        }
    }

    #[test]
    fn events_fall_into_their_columns() {
        let events = [(0, false), (9, true), (10, false), (39, true), (40, false), (99, false)];
        assert_eq!(histogram(events, 0, 40, 4), [(2, 1), (1, 0), (0, 0), (1, 1)]);
        assert_eq!(histogram([(5, false)], 10, 10, 2), [(0, 0), (0, 0)]);
        assert_eq!(histogram([(5, false)], 0, 10, 0), []);
    }

    #[test]
    fn keys_move_an_end_and_never_past_the_other() {
        assert_eq!(moved((3, 5), End::From, "ArrowLeft", 30), Some((2, 5)));
        assert_eq!(moved((3, 5), End::From, "End", 30), Some((5, 5)));
        assert_eq!(moved((5, 5), End::From, "ArrowRight", 30), Some((5, 5)));
        assert_eq!(moved((3, 5), End::To, "End", 30), Some((3, 29)));
        assert_eq!(moved((3, 5), End::To, "PageUp", 30), Some((3, 8)));
        assert_eq!(moved((3, 5), End::To, "Home", 30), Some((3, 3)));
        assert_eq!(moved((0, 0), End::From, "ArrowLeft", 1), Some((0, 0)));
        assert_eq!(moved((3, 5), End::To, "a", 30), None);
        assert_eq!(moved((0, 0), End::To, "End", 0), None);
    }

    #[test]
    fn a_place_is_a_column() {
        for (x, expected) in [(-5.0, 0), (0.0, 0), (9.9, 0), (10.0, 1), (99.0, 9), (100.0, 9), (500.0, 9)] {
            assert_eq!(column_at(x, 100.0, 10), expected, "{x}");
        }
        assert_eq!(column_at(5.0, 0.0, 10), 0);
        assert_eq!(column_at(5.0, 10.0, 0), 0);
    }

    proptest! {
        #[test]
        fn every_value_fits_its_scale(most in 0_usize..10_000_000) {
            let end = top(most);
            prop_assert!(end >= most && end.is_multiple_of(2));
            prop_assert!(most < 10 || end <= most * 2);
        }

        #[test]
        fn no_event_is_lost(times in prop::collection::vec(0_u64..1000, 0..50), columns in 1_usize..40) {
            let events = times.iter().map(|at| (*at, at % 3 == 0));
            let counts = histogram(events, 0, 1000, columns);
            prop_assert_eq!(counts.len(), columns);
            prop_assert_eq!(counts.iter().map(|(total, _)| total).sum::<usize>(), times.len());
        }
    }
}

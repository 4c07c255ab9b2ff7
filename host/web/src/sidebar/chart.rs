//! Charts of add-ons as shapes of SVG, in a box of 100 × 40. Only numbers come out of here; who cannot see them gets a table.

use annex_domain::ui::{Chart, ChartKind};

const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 40.0;
/// Of the room of a bar, so much is bar.
const FILLED: f64 = 0.7;

/// What a chart is drawn of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shapes {
    /// None in a line.
    pub(crate) bars: Vec<Bar>,
    /// Pairs of numbers.
    pub(crate) line: Option<String>,
}

/// A rectangle.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) width: String,
    pub(crate) height: String,
}

pub(super) fn shapes(chart: &Chart) -> Shapes {
    // Halved twice, so that the difference of the largest numbers that there are is still one.
    let values: Vec<f64> = chart.points.iter().map(|point| point.value / 4.0).collect();
    let highest = values.iter().copied().fold(0.0, f64::max);
    let lowest = values.iter().copied().fold(0.0, f64::min);
    let span = if highest > lowest { highest - lowest } else { 1.0 };
    let level = |value: f64| HEIGHT * ((highest - value) / span);
    let room = WIDTH / values.len().max(1) as f64;
    let columns = values.iter().enumerate().map(|(at, value)| (room * at as f64, *value));
    match chart.kind {
        ChartKind::Line => {
            let points = columns.map(|(x, value)| format!("{:.2},{:.2}", x + room / 2.0, level(value)));
            Shapes { bars: Vec::new(), line: Some(points.collect::<Vec<_>>().join(" ")) }
        }
        ChartKind::Bars => {
            let bar = |(x, value): (f64, f64)| Bar {
                x: format!("{:.2}", x + room * (1.0 - FILLED) / 2.0),
                y: format!("{:.2}", level(value.max(0.0))),
                width: format!("{:.2}", room * FILLED),
                height: format!("{:.2}", (level(0.0) - level(value)).abs()),
            };
            Shapes { bars: columns.map(bar).collect(), line: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::ui::Point;

    use super::*;

    fn chart(kind: ChartKind, values: &[f64]) -> Chart {
        let points = values.iter().map(|value| Point { label: "x".into(), value: *value }).collect();
        Chart { kind, label: "Tickets".into(), unit: None, points }
    }

    #[test]
    fn bars_stand_on_zero() {
        let bars = shapes(&chart(ChartKind::Bars, &[3.0, -1.0])).bars;
        let seen: Vec<_> = bars.iter().map(|bar| (bar.y.as_str(), bar.height.as_str())).collect();
        assert_eq!(seen, [("0.00", "30.00"), ("30.00", "10.00")]);
    }

    #[test]
    fn any_numbers_can_be_drawn() {
        for values in [&[0.0][..], &[5.0, 5.0], &[f64::MAX, f64::MIN], &[1e-300, 0.0]] {
            for kind in ChartKind::ALL {
                let drawn = format!("{:?}", shapes(&chart(kind, values)));
                assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{values:?}: {drawn}");
            }
        }
        assert_eq!(shapes(&chart(ChartKind::Line, &[1.0, 0.0])).line.unwrap(), "25.00,0.00 75.00,40.00");
    }
}

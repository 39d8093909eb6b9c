//! Kubernetes quantities: `250m`, `512Mi`, `2`.

/// A quantity in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Quantity(f64);

impl Quantity {
    /// Reads a number with an optional suffix, decimal (`m`, `k`, `M`, …) or binary (`Ki`, `Mi`, …).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
        let (number, suffix) = text.split_at(digits);
        let factor = match suffix {
            "m" => 1.0,
            "" => 1e3,
            "k" => 1e6,
            "M" => 1e9,
            "G" => 1e12,
            "T" => 1e15,
            "P" => 1e18,
            "Ki" => 1e3 * 1024.0,
            "Mi" => 1e3 * 1024f64.powi(2),
            "Gi" => 1e3 * 1024f64.powi(3),
            "Ti" => 1e3 * 1024f64.powi(4),
            "Pi" => 1e3 * 1024f64.powi(5),
            _ => return None,
        };
        let whole = number.starts_with(|letter: char| letter.is_ascii_digit()) && !number.ends_with('.');
        let number: f64 = number.parse().ok()?;
        whole.then_some(Self(number * factor))
    }

    pub(super) fn is_positive(self) -> bool {
        self.0 > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn suffixes_are_read_and_compare_across_units() {
        let read = |text| Quantity::parse(text);
        assert!(read("128Mi") < read("1Gi"));
        assert!(read("999m") < read("1"));
        assert_eq!(read("1024Mi"), read("1Gi"));
        assert_eq!(read("1.5k"), read("1500"));
        for text in ["", "Mi", "1mi", "-1", "1 Gi", "1..2", ".5", "1.", "1e3", "Infinity", "∞"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

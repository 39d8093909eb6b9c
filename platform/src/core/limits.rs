//! Ten reads and five writes a second for each credential.

use std::collections::HashMap;

use astro_api::operations::Method;

use super::{fault::Fault, time::Millis};

const READS: f64 = 10.0;
const WRITES: f64 = 5.0;

/// Token buckets by credential and sort of request; a second's worth may come at once.
#[derive(Default)]
pub struct Limits(HashMap<(String, bool), (f64, Millis)>);

impl Limits {
    /// Takes one request from the credential's bucket.
    #[allow(clippy::cast_precision_loss)]
    pub fn take(&mut self, now: Millis, credential: &str, method: Method) -> Result<(), Fault> {
        let read = method == Method::Get;
        let rate = if read { READS } else { WRITES };
        let (tokens, at) = self.0.entry((credential.to_owned(), read)).or_insert((rate, now));
        *tokens = (*tokens + (now - *at).max(0) as f64 / 1000.0 * rate).min(rate);
        *at = now;
        if *tokens < 1.0 {
            return Err(Fault::rate_limited(1));
        }
        *tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_ten_reads_and_five_writes_for_each_credential() {
        let mut limits = Limits::default();
        let count =
            |limits: &mut Limits, now, who, method| (0..20).filter(|_| limits.take(now, who, method).is_ok()).count();
        assert_eq!(count(&mut limits, 0, "a", Method::Get), 10);
        assert_eq!(count(&mut limits, 0, "a", Method::Post), 5);
        assert_eq!(count(&mut limits, 0, "b", Method::Get), 10);
        assert_eq!(count(&mut limits, 500, "a", Method::Get), 5);
        assert_eq!(limits.take(500, "a", Method::Get).unwrap_err().retry_after, Some(1));
    }
}

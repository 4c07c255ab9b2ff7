//! Waiting for a host that is away or busy for a while, so that a build on another machine does not fail for it.

use std::time::Duration;

use annex_check::Failure;
use tokio::time::{Instant, sleep};

use crate::output::Output;

/// How long one answer is waited for.
const PATIENCE: Duration = Duration::from_mins(5);
/// How soon it is asked again at first; each pause is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// What passes by itself.
const PASSES: [&str; 9] = [
    "host-unreachable",
    "rate-limited",
    "unavailable",
    "database-away",
    "too-many-streams",
    "timeout",
    "http-502",
    "http-503",
    "http-504",
];

/// Whether the same may be answered otherwise in a while.
pub(crate) fn passes(failure: &Failure) -> bool {
    failure.0.iter().any(|one| PASSES.contains(&one.code.as_str()))
}

/// What comes of asking, once the host answers; until [`PATIENCE`] is over.
pub(crate) async fn patiently<T>(output: Output, ask: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let (since, mut pause) = (Instant::now(), FIRST_PAUSE);
    loop {
        let failure = match ask().await {
            Err(failure) if passes(&failure) => failure,
            answered => return answered,
        };
        if since.elapsed() >= PATIENCE {
            let again = "run the command again once the host answers: nothing is done twice";
            return Err(Failure(failure.0.into_iter().map(|diagnostic| diagnostic.fix(again)).collect()));
        }
        if pause == FIRST_PAUSE {
            output.progress(format_args!("{failure}\ntrying again for {} minutes", PATIENCE.as_secs() / 60));
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

#[cfg(test)]
mod tests {
    use annex_check::Diagnostic;

    use super::*;

    fn trouble(code: &str) -> Failure {
        Diagnostic::new(code, "it is away").into()
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_comes_back_is_waited_for_and_one_that_stays_away_is_given_up() {
        let began = Instant::now();
        let answer = patiently(Output::Json, async || {
            let is_back = began.elapsed() >= Duration::from_mins(4);
            if is_back { Ok(7) } else { Err(trouble("host-unreachable")) }
        });
        assert_eq!(answer.await, Ok(7));

        let began = Instant::now();
        let failure = patiently(Output::Json, async || Err::<(), _>(trouble("http-502"))).await.unwrap_err();
        assert!(failure.0[0].fix.as_ref().unwrap().contains("nothing is done twice"));
        let waited = began.elapsed();
        assert!((PATIENCE..=PATIENCE + LONGEST_PAUSE).contains(&waited), "{waited:?}");

        let began = Instant::now();
        let refused = async || Err::<(), _>(trouble("forbidden"));
        assert_eq!(patiently(Output::Json, refused).await, Err(trouble("forbidden")));
        assert_eq!(began.elapsed(), Duration::ZERO);
    }
}

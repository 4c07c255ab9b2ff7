//! Log lines to standard error, and the figures behind `/metrics`.

use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts logging. `ANNEX_LOG` says what is logged.
///
/// # Errors
/// When `ANNEX_LOG` is malformed.
pub(crate) fn start_logging(format: LogFormat) -> anyhow::Result<()> {
    let wanted = std::env::var("ANNEX_LOG").unwrap_or_else(|_| "info".into());
    let filter = EnvFilter::try_new(&wanted).with_context(|| format!("ANNEX_LOG is malformed: {wanted}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}

/// In seconds. Histograms rather than quantiles: those of several nodes can be added up.
const BUCKETS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];

/// How often measurements are put into their buckets, where they take no room. Until then each one is kept.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts counting; the handle renders Prometheus text. To be called within the runtime.
///
/// # Errors
/// When a recorder is there already.
pub(crate) fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).context("cannot set the buckets of the figures")?;
    let handle = builder.install_recorder().context("cannot start the metrics recorder")?;
    let kept = handle.clone();
    // Also on a host whose figures nobody reads.
    tokio::spawn(again_and_again(UPKEEP, move || kept.run_upkeep()));
    Ok(handle)
}

/// Never ends. The first time is after a pause.
async fn again_and_again(pause: Duration, mut work: impl FnMut()) {
    loop {
        tokio::time::sleep(pause).await;
        work();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn measurements_are_put_into_their_buckets_without_being_asked_for() {
        let times = AtomicU32::new(0);
        let upkeep = again_and_again(UPKEEP, || {
            times.fetch_add(1, Ordering::Relaxed);
        });
        // It never ends; the clock moves only while it sleeps.
        assert!(tokio::time::timeout(Duration::from_secs(31), upkeep).await.is_err());
        assert_eq!(times.load(Ordering::Relaxed), 6);
    }
}

//! Log lines to standard error, and the figures behind `/metrics`.

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

/// Starts counting; the handle renders Prometheus text.
///
/// # Errors
/// When a recorder is there already.
pub(crate) fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().context("cannot start the metrics recorder")
}

//! `annex serve`: starts everything, prints the links, and stops in order when it is told to.

use std::{net::SocketAddr, num::NonZeroUsize, time::Duration};

use annex_domain::{addon::Digest, random};
use annex_lifecycle::sample;
use annex_store::{StoreError, billing::invoices};
use annex_web::{
    AppState, ForeignIssuer, WebConfig,
    server::{self, Limits, Most, ProxyHeader, Serving, TrustedProxies},
};
use anyhow::Context as _;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{net::TcpListener, signal, sync::watch, time::timeout};
use url::Url;

use crate::{
    admin,
    config::{ConnectionArgs, ProxyHeaderName, ServeArgs, Sourced},
    telemetry,
    wiring::{self, Outside, SandboxOptions, Stores},
};

/// How long requests under way may take once the host is told to stop: an idle connection must not hold up a restart.
const REQUESTS_END: Duration = Duration::from_secs(20);
/// How long jobs under way may take then.
const JOBS_END: Duration = Duration::from_secs(20);
/// How long writing down may take then that they were cut off.
const LET_GO: Duration = Duration::from_secs(5);

/// Runs until SIGTERM or Ctrl-C.
///
/// # Errors
/// When a part cannot start.
pub(crate) async fn serve(sourced: Sourced) -> anyhow::Result<()> {
    let args = sourced.args;
    telemetry::start_logging(args.log_format)?;
    let metrics = telemetry::start_metrics()?;
    let _lock = wiring::lock(&args.data)?;
    let stores = wiring::open(&args.data).await?;
    wiring::check_blobs(&stores, args.adopt_blobs).await?;
    for (host, url) in &args.egress_override {
        tracing::warn!(%host, %url, "requests of add-ons for this host go to a loopback address (--egress-override)");
    }

    let listener = TcpListener::bind(args.listen).await.with_context(|| {
        format!("cannot listen on {}; is another host running there? choose another with --listen", args.listen)
    })?;
    let local = listener.local_addr().context("cannot tell the port")?;
    let public_url = public_url(&args, local)?;
    let (smtp, from) = (args.smtp_url.as_ref(), args.mail_from.as_deref());
    let outside = wiring::outside(&stores, &args.gateway, &public_url, smtp, from, args.desk_domain.as_deref())?;
    let lifecycle = wiring::lifecycle(&stores, &args.data, SandboxOptions::from(&args), &outside, args.login_rule())?;
    let desk = admin::ensure_desk(&stores).await?;
    if args.sample {
        sample::load(&lifecycle, desk).await.context("cannot make the sample desk")?;
    }
    name_seller(&stores, &args).await.context("cannot note who sells")?;
    // From here on the process answers for what an earlier one left: sagas go on before requests come in.
    lifecycle.resume().await.context("cannot resume what was interrupted")?;

    let (stop, stopping) = watch::channel(false);
    let config = web_config(&args, &stores, &outside, &public_url)?;
    let state = AppState::new(lifecycle.clone(), stores.db.clone(), stores.clock.clone(), config, stopping.clone());
    let pass = args.develop_as.as_deref().map(|email| pass(&state, email)).transpose()?;
    let router = router(&args, state, metrics);
    let (worker, told) = (lifecycle.clone(), stopping.clone());
    let workers = tokio::spawn(async move { worker.run_workers(stopped(told)).await });
    announce(&stores, &public_url, local, pass).await?;
    let serving = tokio::spawn(server::serve(listener, router, connections(&args.connections), stopped(stopping)));

    asked_to_stop().await?;
    tracing::info!("stopping: requests and jobs under way are finished first");
    stop.send_replace(true);
    match timeout(REQUESTS_END, serving).await {
        Ok(served) => served.context("the server ended unexpectedly")?,
        Err(_) => tracing::warn!("some connections did not end in time and are cut off"),
    }
    // Sagas and jobs that are cut off go on at the next start.
    let worked = timeout(JOBS_END, workers).await;
    if worked.is_err() {
        tracing::warn!("some jobs did not end in time and go on at the next start");
    }
    if let Ok(Err(error)) = timeout(LET_GO, lifecycle.let_go()).await {
        tracing::warn!(%error, "what is cut off could not be let go");
    }
    worked.unwrap_or(Ok(())).context("the workers ended unexpectedly")
}

/// Notes who sells, for the invoices to come: commands that make some have no such options.
async fn name_seller(stores: &Stores, args: &ServeArgs) -> Result<(), StoreError> {
    let mut tx = stores.db.begin().await?;
    invoices::set_seller(&mut tx, args.seller.party().as_ref(), stores.clock.now()).await?;
    tx.commit().await
}

/// As configured, as far as the descriptors go: their limit is raised to what the process may have.
fn connections(args: &ConnectionArgs) -> Serving {
    let descriptors = rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit of file descriptors is not known; few connections are taken at once");
        1024
    });
    let all = args.max_connections.min(server::most_connections(descriptors));
    if all < args.max_connections {
        let wanted = args.max_connections;
        tracing::warn!(%wanted, %all, descriptors, "fewer connections are taken at once than configured; raise `ulimit -n`");
    }
    let eighth = NonZeroUsize::new(all.get() / 8).unwrap_or(NonZeroUsize::MIN);
    let header = match args.proxy_header {
        ProxyHeaderName::XForwardedFor => ProxyHeader::XForwardedFor,
        ProxyHeaderName::Forwarded => ProxyHeader::Forwarded,
    };
    Serving {
        limits: Limits::default(),
        most: Most { all, of_one: args.max_connections_per_address.unwrap_or(eighth).min(all) },
        proxies: TrustedProxies { networks: args.trusted_proxy.clone(), header },
    }
}

fn public_url(args: &ServeArgs, local: SocketAddr) -> anyhow::Result<Url> {
    match &args.gateway.public_url {
        Some(url) => Ok(url.clone()),
        None => Url::parse(&format!("http://{local}/")).context("cannot make the address of this host"),
    }
}

fn web_config(args: &ServeArgs, stores: &Stores, outside: &Outside, public_url: &Url) -> anyhow::Result<WebConfig> {
    let issuer = args
        .billing_issuer
        .clone()
        .map(|issuer| ForeignIssuer::new(issuer, args.billing_client_id.clone(), args.billing_client_secret.clone()));
    Ok(WebConfig {
        public_url: public_url.clone(),
        on_loopback: args.listen.ip().is_loopback(),
        version: env!("CARGO_PKG_VERSION").into(),
        database: match stores.db.dialect() {
            annex_store::Dialect::Sqlite => "SQLite".into(),
            annex_store::Dialect::Postgres => "PostgreSQL".into(),
        },
        egress_overrides: args.egress_override.iter().cloned().collect(),
        max_package: usize::try_from(annex_package::limits::PACKED).unwrap_or(usize::MAX),
        billing_issuer: issuer.transpose().context("cannot use --billing-issuer")?,
        smtp: outside.mailer.server().map(Into::into),
        desk_domain: args.desk_domain.clone(),
        support_email: args.support_email.clone(),
        attachments: args.attachments(),
    })
}

fn router(args: &ServeArgs, state: AppState, metrics: PrometheusHandle) -> Router {
    let figures = Figures { metrics, token: args.metrics_token.clone(), open: args.is_for_this_machine() };
    let figures = Router::new().route("/metrics", get(show_figures)).with_state(figures);
    figures.merge(annex_web::router(state))
}

/// What `/metrics` needs.
#[derive(Clone)]
struct Figures {
    metrics: PrometheusHandle,
    token: Option<String>,
    open: bool,
}

/// Prometheus text. Off loopback, or with a token configured, only for who brings the token.
async fn show_figures(State(figures): State<Figures>, headers: HeaderMap) -> Result<String, StatusCode> {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer "));
    let allowed = match &figures.token {
        // Digests are compared, so that the time tells nothing about the token.
        Some(token) => given.is_some_and(|given| Digest::of(given.as_bytes()) == Digest::of(token.as_bytes())),
        None => figures.open,
    };
    if allowed { Ok(figures.metrics.render()) } else { Err(StatusCode::UNAUTHORIZED) }
}

/// The secret of a link that signs an operator in, once.
fn pass(state: &AppState, email: &str) -> anyhow::Result<String> {
    let secret = random::token()?;
    state.let_in_once(&secret, email);
    Ok(secret)
}

/// The lines that people and scripts wait for.
#[expect(clippy::print_stdout, reason = "the link to open is what this command answers")]
async fn announce(stores: &Stores, public_url: &Url, local: SocketAddr, pass: Option<String>) -> anyhow::Result<()> {
    println!("Annex listens on http://{local}");
    if let Some(secret) = pass {
        println!("Sign in once by {public_url}sign-in/once?secret={secret}");
    }
    match admin::setup_link(stores, public_url).await? {
        Some(link) => println!("Open this link to make the admin. It works once, for 24 hours:\n\n  {link}\n"),
        None => println!("Open {public_url}"),
    }
    Ok(())
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a reason to stop as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

async fn asked_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate()).context("cannot await SIGTERM")?;
    tokio::select! {
        result = signal::ctrl_c() => result.context("cannot await Ctrl-C"),
        _ = terminate.recv() => Ok(()),
    }
}

//! What the crash suite plays on: a host that was set up once, with an account, a card, published add-ons, one bought and
//! one in its trial, and compiled artifacts. Each run starts on a copy, so that it costs a second or two.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    api::Api,
    database::Database,
    host::{Host, Setup},
    judge::{Deed, Desk, Fault, verdict},
    payer,
    puppet::{FLAT, Puppet, plan},
    stripe::{Record, Stripe, cards},
};

/// How long a host has after a restart until everything must be right.
const RECOVERY: Duration = Duration::from_secs(10);

/// How long a client waits for an answer that may never come.
const ANSWER: Duration = Duration::from_secs(8);

/// 20.00 EUR a month after 90 days.
const TRIED: &str = plan!("flat", "flat", 2000, 90);

/// A host that does not run, and the company's record of its past.
pub(crate) struct Scene {
    setup: Setup,
    past: Record,
}

/// Where runs begin, and the company that they share.
pub(crate) struct Stage {
    pub(crate) stripe: Stripe,
    token: String,
    /// Its card pays.
    ready: Scene,
    /// Its card declines.
    broke: Scene,
}

/// What an operator does, or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Play {
    /// Buys `annex.fresh`, which is not installed.
    Buy,
    /// Buys it with a card that is declined.
    BuyDeclined,
    /// Buys `annex.refuser`, whose install hook fails after the charge.
    BuyInVain,
    /// Chooses the paid plan of `annex.tried`, which is in its trial.
    Choose,
    /// Chooses it with a card that is declined.
    ChooseDeclined,
    /// Updates `annex.bought`.
    Update,
    /// Updates it to a version whose hook fails.
    UpdateInVain,
    /// Stops billing for `annex.bought`.
    Cancel,
    /// Cancels `annex.fresh` while its invoice is due.
    CancelDue,
    /// Uninstalls `annex.bought`.
    Uninstall,
    /// 32 days go by.
    Renew,
    /// They go by with a card that is declined.
    RenewDeclined,
    /// The day after that: it is tried again, and declined again.
    RenewAgain,
}

/// One run: what is done, and what goes wrong meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) play: Play,
    /// Where the process dies, at each start after the one before.
    pub(crate) crashes: Vec<String>,
    /// How long it is waited for to die. It may have nothing left to do that leads there.
    pub(crate) patience: Duration,
    /// The point at which a step fails for good, until the first death; empty: nowhere.
    pub(crate) fails: String,
    /// What the company does wrong until the last restart.
    pub(crate) chaos: Value,
    /// How webhooks come.
    pub(crate) hooks: Value,
    /// Whether the client sends its request again after the last restart, with the same key.
    pub(crate) again: bool,
    /// Whether refunds take their time.
    pub(crate) slow_refunds: bool,
    /// Whether the company forgets its idempotency keys while the host is down.
    pub(crate) forgets: bool,
    /// Of the charge protocol; empty: the right one.
    pub(crate) variant: &'static str,
}

/// How a run went.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The points that were reached.
    pub(crate) died_at: Vec<String>,
    /// What was still wrong at the end of the time for recovery.
    pub(crate) faults: Vec<Fault>,
    pub(crate) log: String,
}

impl Play {
    pub(crate) const ALL: [Self; 13] = [
        Self::Buy,
        Self::BuyDeclined,
        Self::BuyInVain,
        Self::Choose,
        Self::ChooseDeclined,
        Self::Update,
        Self::UpdateInVain,
        Self::Cancel,
        Self::CancelDue,
        Self::Uninstall,
        Self::Renew,
        Self::RenewDeclined,
        Self::RenewAgain,
    ];

    /// What the judge has to know of it.
    fn deed(self) -> Deed {
        let charges = match self {
            Self::Buy | Self::BuyInVain | Self::Choose | Self::Renew => 1,
            _ => 0,
        };
        Deed { charges, stops: matches!(self, Self::Cancel | Self::CancelDue | Self::Uninstall) }
    }

    fn is_declined(self) -> bool {
        matches!(
            self,
            Self::BuyDeclined | Self::ChooseDeclined | Self::CancelDue | Self::RenewDeclined | Self::RenewAgain
        )
    }

    /// How far the clock is ahead.
    fn seconds_ahead(self) -> u64 {
        match self {
            Self::Renew | Self::RenewDeclined => 32 * 86_400,
            Self::RenewAgain => 34 * 86_400,
            _ => 0,
        }
    }

    /// The add-on that it is about.
    fn addon(self) -> &'static str {
        match self {
            Self::Buy | Self::BuyDeclined | Self::CancelDue => "annex.fresh",
            Self::BuyInVain => "annex.refuser",
            Self::Choose | Self::ChooseDeclined => "annex.tried",
            _ => "annex.bought",
        }
    }

    /// The one request, after what a client has to know for it.
    async fn act(self, api: &Api) {
        let addon = self.addon();
        if matches!(self, Self::Renew | Self::RenewDeclined | Self::RenewAgain) {
            return; // the host bills by itself
        }
        if matches!(self, Self::Buy | Self::BuyDeclined | Self::BuyInVain) {
            return buy(api, addon).await;
        }
        // Gone already, when it is done once more.
        let Some(id) = api.find_installed(addon).await else { return };
        match self {
            Self::Choose | Self::ChooseDeclined => {
                let quote = api.get(&format!("/installations/{id}/quote?plan=flat")).await;
                let choice = json!({"plan": "flat", "price": quote["amount"]});
                post(api, &format!("/installations/{id}/plan"), &choice).await;
            }
            Self::Update | Self::UpdateInVain => {
                let version = if self == Self::Update { "1.1.0" } else { "1.2.0" };
                let grant = api.capabilities(addon, version).await;
                post(api, &format!("/installations/{id}/update"), &json!({"version": version, "grant": grant})).await;
            }
            Self::Cancel | Self::CancelDue => post(api, &format!("/installations/{id}/cancel"), &json!({})).await,
            Self::Uninstall => {
                let path = format!("/installations/{id}?confirm={addon}&force=true");
                let _ = api.request(Method::DELETE, &path).timeout(ANSWER).send().await;
            }
            _ => {}
        }
    }
}

async fn buy(api: &Api, addon: &str) {
    let (grant, quote) = (api.capabilities(addon, "1.0.0").await, api.quote(addon, "1.0.0", "flat").await);
    let purchase = json!({"plan": "flat", "price": quote["amount"]});
    post(api, "/installations", &json!({"addon": addon, "version": "1.0.0", "grant": grant, "purchase": purchase}))
        .await;
}

/// Sends a request whose answer may never come, as the process may die.
async fn post(api: &Api, path: &str, body: &Value) {
    let request = api.request(Method::POST, path).header("idempotency-key", "the-one-click").json(body);
    let _ = request.timeout(ANSWER).send().await;
}

impl Stage {
    /// Sets everything up; takes some seconds.
    pub(crate) async fn set() -> Self {
        let stripe = Stripe::start();
        let host = Setup::new(Database::sqlite()).with_stripe(&stripe).start().await;
        publish(&host).await;
        let token = host
            .setup()
            .command_ok(&["token", "create", "--email", super::host::ADMIN.0, "--expires", "365"])
            .trim()
            .to_owned();
        host.setup().command_ok(&["desk", "force-uninstall", "on"]);
        let api = Api::new(&host.url, &token);
        let browser = host.browser().await;
        payer::log_in(&host, &browser).await;
        payer::add_card(&browser, cards::PAYS).await;
        api.buy("annex.bought", "1.0.0", "flat").await;
        api.try_out("annex.tried", "flat").await;
        let past = stripe.record().await;
        let setup = host.kill();
        let ready = Scene { setup: Setup::copy_of(&setup), past: past.clone() };
        // The declining card takes the place of the other one.
        let host = Setup::copy_of(&setup).start().await;
        let browser = host.browser().await;
        payer::add_card(&browser, cards::DECLINES).await;
        let broke = Scene { setup: Setup::copy_of(&host.kill()), past };
        Self { stripe, token, ready, broke }
    }

    /// Plays a run, and judges it as soon as everything is right, at the latest at the end of the time for recovery.
    pub(crate) async fn play(&self, run: &Run) -> Outcome {
        self.stripe.behave().await;
        let before = self.stripe.record().await;
        let scene = if run.play.is_declined() { &self.broke } else { &self.ready };
        let setup = Setup::copy_of(&scene.setup);
        let ahead = run.play.seconds_ahead().to_string();
        let environment = |crash: &str, fails: &str| -> Vec<(String, String)> {
            let all = [
                ("ANNEX_CLOCK_OFFSET", &*ahead),
                ("ANNEX_BILLING_VARIANT", run.variant),
                ("ANNEX_CRASH_AT", crash),
                ("ANNEX_FAIL_AT", fails),
            ];
            let set = all.into_iter().filter(|(_, value)| !value.is_empty());
            set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        };
        if run.play == Play::CancelDue {
            self.make_due(&setup).await;
        }
        if run.play == Play::RenewAgain {
            self.make_month_due(&setup).await;
        }
        self.stripe.clock_ahead(run.play.seconds_ahead()).await;
        self.stripe.refunds_pending(run.slow_refunds).await;
        self.stripe.chaos(run.chaos.clone()).await;
        let first = run.crashes.first().map_or("", String::as_str);
        let mut host = setup.variables(environment(first, &run.fails)).start().await;
        self.stripe.tell(&host.url, run.hooks.clone()).await;
        run.play.act(&Api::new(&host.url, &self.token)).await;
        let mut died_at = vec![];
        for (at, point) in run.crashes.iter().enumerate() {
            if at > 0 {
                host.restart_to_die(environment(point, ""));
            }
            if host.ended_within(run.patience).await {
                died_at.push(point.clone());
            }
        }
        if run.forgets {
            self.stripe.forget_keys().await;
        }
        self.stripe.behave().await;
        host.restart_with(environment("", ""));
        let restarted = Instant::now();
        let api = Api::new(&host.url, &self.token);
        if run.again {
            run.play.act(&api).await;
        }
        let mut faults;
        loop {
            let new = self.stripe.record().await.since(&before);
            faults = verdict(&Desk::read(&api).await, &scene.past, &new, run.play.deed());
            if faults.is_empty() || restarted.elapsed() > RECOVERY {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Outcome { died_at, faults, log: host.log() }
    }

    /// A month that was declined.
    async fn make_month_due(&self, setup: &Setup) {
        let ahead = Play::RenewDeclined.seconds_ahead();
        self.stripe.clock_ahead(ahead).await;
        let variables = vec![("ANNEX_CLOCK_OFFSET".to_owned(), ahead.to_string())];
        let host = setup.clone().variables(variables).start().await;
        let api = Api::new(&host.url, &self.token);
        let begun = Instant::now();
        while api.get("/billing").await["due"].as_array().is_none_or(Vec::is_empty) {
            assert!(begun.elapsed() < RECOVERY, "the month is not due");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// An invoice of `annex.fresh` that waits for its payer.
    async fn make_due(&self, setup: &Setup) {
        let host = setup.clone().start().await;
        let api = Api::new(&host.url, &self.token);
        buy(&api, "annex.fresh").await;
        let id = api.installed("annex.fresh").await;
        api.settled(&id, "payment-due").await;
    }
}

/// Every add-on of the plays, with the artifacts of those that will be needed.
async fn publish(host: &Host) {
    let one = |id, version, behaviour, plans| Puppet { id, version, behaviour, plans };
    for puppet in [
        one("annex.fresh", "1.0.0", "", FLAT),
        one("annex.refuser", "1.0.0", "install=fail", FLAT),
        one("annex.tried", "1.0.0", "", TRIED),
        one("annex.bought", "1.0.0", "", FLAT),
        one("annex.bought", "1.1.0", "", FLAT),
        one("annex.bought", "1.2.0", "update=fail", FLAT),
    ] {
        let (_folder, package) = puppet.pack();
        host.publish_package(&package).await;
    }
}

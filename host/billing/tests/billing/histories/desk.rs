//! The model of a desk: what it has, what it owes, and what its books say. One currency, one day after the other.

use std::collections::{BTreeMap, BTreeSet};

use annex_billing::ledger::{
    BillingDay, Earned, Licences, Period, Quote, more, next_bill_day, period_containing, quote, renew, unused,
};
use annex_domain::{
    addon::PublisherSlug,
    billing::{InvoiceState, LedgerAccount as A},
    earnings::BookAccount,
    localized::Localized,
    money::{Currency, MOST_CENTS},
    plan::{Plan, PlanModel},
};
use annex_store::billing::entries::Entry;
use jiff::civil::Date;

mod back;
mod check;
mod earned;
mod money;

/// What a gateway takes at least.
const LEAST: i64 = 50;

/// What may happen. A `which` counts around among those that it may happen to; where there is none, nothing happens.
#[derive(Debug, Clone)]
pub(super) enum Event {
    /// An add-on is installed, for a while without paying or at once.
    Buy { model: PlanModel, price: i64, quantity: u32, trial: Option<u16> },
    /// A plan is chosen: during or after a trial, after a cancel, or in place of another.
    Choose { which: usize, model: PlanModel, price: i64, quantity: u32 },
    /// Users get it; missing licences are bought.
    AddUsers { which: usize, more: u32 },
    /// It is taken from users.
    RemoveUsers { which: usize, fewer: u32 },
    /// Fewer licences from the next period on.
    Reduce { which: usize, by: u32 },
    /// So many lose it, so many licences end with the period, and as many get it meanwhile.
    Lend { which: usize, users: u32 },
    /// Time goes by.
    Days(u32),
    /// The card pays from now on, or declines.
    CardWorks(bool),
    /// A due invoice is paid by hand.
    Pay(usize),
    /// A month that is due is tried again by itself.
    Retry(usize),
    /// The bank takes back what is left of a payment.
    Dispute(usize),
    /// The bank gives it back.
    DisputeWon(usize),
    /// A part of what was paid goes back.
    PayBack { which: usize, cents: i64 },
    /// Credit is given.
    Grant(i64),
    /// Credit is bought, with the card alone.
    TopUp(i64),
    /// A part of what is left of it goes back.
    TopUpBack { which: usize, cents: i64 },
    /// So many operators are active now.
    Operators(u32),
    /// A subscription is cancelled.
    Cancel(usize),
    /// A payment that was given up turns out to have been made: it is returned.
    TakenAfterAll(usize),
    /// While a month is paid, a subscription on it is cancelled: more is taken than is owed by then. Somebody may pay it back
    /// at the payment company.
    TakeTooMuch { which: usize, goes_back: Back },
    /// A part of what was taken goes back at the payment company.
    BackThere { which: usize, cents: i64 },
    /// The publishers are paid out what they have.
    PayOut,
}

/// How much of a payment that took too much goes back at the payment company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Back {
    Nothing,
    /// Exactly what was too much.
    Excess,
    All,
}

/// What a history has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    TrialOver,
    TrialBought,
    PlanReplaced,
    UnusedGivenBack,
    LicencesBought,
    LicencesReduced,
    AssignedUntilTheEnd,
    LicencesLost,
    Netted,
    CheaperCredited,
    Covered,
    Carried,
    CarriedOver,
    Reduced,
    Retried,
    Disputed,
    DisputeWon,
    MonthPaid,
    MonthPaidByCredit,
    PastDue,
    PaidByHand,
    OrderDue,
    OrderVoid,
    PaidBackToCard,
    PaidBackToCredit,
    PaidBackThere,
    Returned,
    Overpaid,
    OverpaidBack,
    OverpaidBackFirst,
    Earned,
    EarnedTakenBack,
    EarnedGivenBack,
    EarnedByCredit,
    PaidOut,
    PaidOutTooMuch,
    ToppedUp,
    ToppedUpBack,
}

impl Reached {
    pub(super) const ALL: [Self; 38] = [
        Self::TrialOver,
        Self::TrialBought,
        Self::PlanReplaced,
        Self::UnusedGivenBack,
        Self::LicencesBought,
        Self::LicencesReduced,
        Self::AssignedUntilTheEnd,
        Self::LicencesLost,
        Self::Netted,
        Self::CheaperCredited,
        Self::Covered,
        Self::Carried,
        Self::CarriedOver,
        Self::Reduced,
        Self::Retried,
        Self::Disputed,
        Self::DisputeWon,
        Self::MonthPaid,
        Self::MonthPaidByCredit,
        Self::PastDue,
        Self::PaidByHand,
        Self::OrderDue,
        Self::OrderVoid,
        Self::PaidBackToCard,
        Self::PaidBackToCredit,
        Self::PaidBackThere,
        Self::Returned,
        Self::Overpaid,
        Self::OverpaidBack,
        Self::OverpaidBackFirst,
        Self::Earned,
        Self::EarnedTakenBack,
        Self::EarnedGivenBack,
        Self::EarnedByCredit,
        Self::PaidOut,
        Self::PaidOutTooMuch,
        Self::ToppedUp,
        Self::ToppedUpBack,
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Trial { ends: Date },
    TrialOver,
    Waiting,
    Active,
    PastDue,
    Ended,
}

#[derive(Debug)]
struct Subscription {
    publisher: PublisherSlug,
    plan: Plan,
    licences: Licences,
    state: State,
    paid_through: Option<Date>,
    /// What was billed for the plan itself, not for further licences.
    billed: Vec<Period>,
    /// What was paid and not paid back, for which days, by which line of which invoice.
    paid: Vec<(Period, i64, (usize, usize))>,
    /// The one that it takes the place of.
    replaces: Option<usize>,
    /// The one that was cancelled, when the same is bought again.
    follows: Option<usize>,
    /// Bought again since it was cancelled.
    followed: bool,
}

impl Subscription {
    /// What of it is paid for and not used on a day.
    fn unused(&self, today: Date) -> i64 {
        let paid: Vec<_> = self.paid.iter().map(|(period, cents, _)| (*period, *cents)).collect();
        unused(&paid, today)
    }

    fn has_licences(&self) -> bool {
        self.state == State::Active && self.plan.model == PlanModel::PerUser
    }
}

#[derive(Debug, Clone)]
enum For {
    Plan { subscription: usize, period: Period, gross: i64 },
    Licences { subscription: usize, period: Period, added: u32, users: u32 },
    Month(Vec<(usize, Period, i64)>),
}

/// What went back without our doing: over what was owed, by line, and of what the publisher had of each.
#[derive(Debug)]
struct Taken {
    over: i64,
    lines: Vec<i64>,
    earned: Vec<i64>,
}

#[derive(Debug)]
struct Invoice {
    what: For,
    total: i64,
    /// What is put on it from before.
    carried: i64,
    /// What is not owed any more.
    reduced: i64,
    /// What is left of each line, once it is paid.
    left: Vec<i64>,
    /// What the publishers have of each line but what is carried over, once it is paid.
    earned: Vec<Earned>,
    /// What the bank has taken back.
    disputed: Option<Taken>,
    credit_used: i64,
    /// What of it earns.
    earning: i64,
    taken: i64,
    /// What of it was more than was owed: it came to the credit.
    over: i64,
    to_card: i64,
    /// What of it came out of what was taken over what was owed.
    over_back: i64,
    to_credit: i64,
    state: InvoiceState,
}

/// Credit that was bought.
#[derive(Debug)]
struct Bought {
    cents: i64,
    back: i64,
    /// Entries before it was there.
    at: usize,
}

#[derive(Debug)]
pub(super) struct Desk {
    today: Date,
    bill: Option<(BillingDay, Date)>,
    card_works: bool,
    operators: u32,
    subscriptions: Vec<Subscription>,
    invoices: Vec<Invoice>,
    granted: i64,
    bought: Vec<Bought>,
    /// What was too little to be taken, or went back out of credit that was used already, and is on no bill yet.
    debt: i64,
    carried_over: i64,
    /// What of the credit earns whoever is paid with it.
    earning: i64,
    /// What cards have paid of lines that earn, less what went back to them.
    by_card: i64,
    book: BTreeMap<A, i64>,
    /// The publishers' book: credits are positive.
    publishers: BTreeMap<BookAccount, i64>,
    entries: Vec<Entry>,
    pub(super) reached: BTreeSet<Reached>,
}

impl Desk {
    pub(super) fn new(today: Date) -> Self {
        Self {
            today,
            bill: None,
            card_works: true,
            operators: 3,
            subscriptions: Vec::new(),
            invoices: Vec::new(),
            granted: 0,
            bought: Vec::new(),
            debt: 0,
            carried_over: 0,
            earning: 0,
            by_card: 0,
            book: BTreeMap::new(),
            publishers: BTreeMap::new(),
            entries: Vec::new(),
            reached: BTreeSet::new(),
        }
    }

    pub(super) fn happens(&mut self, event: &Event) {
        match *event {
            Event::Buy { model, price, quantity, trial } => self.buy(plan(model, price), quantity, trial),
            Event::Choose { which, model, price, quantity } => self.choose(which, plan(model, price), quantity),
            Event::AddUsers { which, more } => self.add_users(which, more),
            Event::RemoveUsers { which, fewer } => self.remove_users(which, fewer),
            Event::Lend { which, users } => {
                self.remove_users(which, users);
                self.reduce(which, users);
                self.add_users(which, users);
            }
            Event::Reduce { which, by } => self.reduce(which, by),
            Event::Days(days) => (0..days).for_each(|_| self.next_day()),
            Event::CardWorks(works) => self.card_works = works,
            Event::Pay(which) => self.pay(which),
            Event::Retry(which) => self.retry(which),
            Event::Dispute(which) => self.dispute(which),
            Event::DisputeWon(which) => self.dispute_won(which),
            Event::PayBack { which, cents } => self.pay_back(which, cents),
            Event::Grant(cents) => self.grant(cents),
            Event::TopUp(cents) => self.top_up(cents),
            Event::TopUpBack { which, cents } => self.top_up_back(which, cents),
            Event::Operators(count) => self.operators = count,
            Event::Cancel(which) => self.cancel(which),
            Event::TakenAfterAll(which) => self.taken_after_all(which),
            Event::TakeTooMuch { which, goes_back } => self.take_too_much(which, goes_back),
            Event::BackThere { which, cents } => self.back_there(which, cents),
            Event::PayOut => self.pay_out(),
        }
    }

    fn buy(&mut self, plan: Plan, quantity: u32, trial: Option<u16>) {
        let free = plan.model == PlanModel::Free;
        let state = match trial {
            _ if free => State::Active,
            Some(days) => State::Trial { ends: self.today.saturating_add(jiff::Span::new().days(i64::from(days))) },
            None => State::Waiting,
        };
        // Two publishers take turns.
        let publisher = earned::publishers()[self.subscriptions.len() % 2].clone();
        self.subscriptions.push(fresh(publisher, plan, quantity, state));
        if state == State::Waiting {
            self.order_plan(self.subscriptions.len() - 1);
        }
    }

    fn pick(&self, which: usize, wanted: impl Fn(&Subscription) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..self.subscriptions.len()).filter(|at| wanted(&self.subscriptions[*at])).collect();
        (!all.is_empty()).then(|| all[which % all.len()])
    }

    /// The one before goes on until the new one is paid.
    fn choose(&mut self, which: usize, plan: Plan, quantity: u32) {
        let Some(which) = self.pick(which, |_| true) else { return };
        let before = &self.subscriptions[which];
        if self.ordered(which)
            || plan.model == PlanModel::Free
            || matches!(before.state, State::Waiting | State::PastDue)
        {
            return;
        }
        // The users are selected anew (R23).
        let ended = before.state == State::Ended;
        let (replaces, follows) = ((!ended).then_some(which), (ended && !before.followed).then_some(which));
        let new = fresh(before.publisher.clone(), plan, quantity, State::Waiting);
        self.subscriptions.push(Subscription { replaces, follows, ..new });
        self.order_plan(self.subscriptions.len() - 1);
    }

    fn order_plan(&mut self, which: usize) {
        let (day, period) = self.month();
        let one = &self.subscriptions[which];
        let quantity = if one.plan.model == PlanModel::PerSeat { self.operators } else { one.licences.purchased };
        let Ok(quote) = quote(&one.plan, quantity, 0, self.today, period) else {
            assert!(one.plan.price * i64::from(quantity) > MOST_CENTS, "{:?}", one.plan);
            self.subscriptions[which].state = State::Ended;
            return;
        };
        self.check_quote(&one.plan, &quote, quote.quantity, period);
        assert_eq!(quote.renews_on, one.plan.model.is_monthly().then(|| next_bill_day(self.today, day)));
        self.subscriptions[which].licences.purchased = quote.quantity;
        let quote = match self.held(which) {
            Some((value, keeps)) => quote.less(value, keeps).taken_from(LEAST),
            None => quote.taken_from(LEAST),
        };
        let (gross, netted) = (quote.gross.cents, quote.netted.cents);
        assert_eq!(quote.amount.cents + netted, gross);
        self.reached.extend((netted > 0).then_some(Reached::Netted));
        let what = For::Plan { subscription: which, period: period.since(self.today), gross };
        self.issue(what, quote.amount.cents);
    }

    /// What is paid for already when a plan is bought, and whether what is left over of it comes to the credit.
    fn held(&self, which: usize) -> Option<(i64, bool)> {
        let one = &self.subscriptions[which];
        let pays = |at: &usize| {
            let before = &self.subscriptions[*at];
            before.state == State::Active && before.plan.model.is_monthly()
        };
        if let Some(before) = one.replaces.filter(pays) {
            return Some((self.subscriptions[before].unused(self.today), true));
        }
        let before = &self.subscriptions[one.follows?];
        before.plan.model.is_monthly().then(|| (before.unused(self.today), false))
    }

    /// To the cent.
    fn check_quote(&self, plan: &Plan, quote: &Quote, quantity: u32, period: Period) {
        let whole = plan.price * i64::from(quantity);
        if !plan.model.is_monthly() {
            return assert_eq!(quote.gross.cents, whole);
        }
        let (days, of) = (i128::from(period.since(self.today).days()), i128::from(period.days()));
        let off = (i128::from(quote.gross.cents) * of - i128::from(whole) * days).abs();
        assert!(off <= of, "{quote:?} of {whole} in {period:?}");
    }

    fn add_users(&mut self, which: usize, users: u32) {
        let Some(which) = self.pick(which, Subscription::has_licences).filter(|at| !self.ordered(*at)) else { return };
        let (_, period) = self.month();
        let one = &mut self.subscriptions[which];
        let missing = one.licences.missing(one.licences.assigned + users);
        if missing == 0 {
            one.licences.assigned += users;
            self.reached.extend((one.licences.losing() > 0).then_some(Reached::AssignedUntilTheEnd));
            return;
        }
        let Licences { purchased: have, next, .. } = one.licences;
        let Ok(quote) = more(&one.plan, have, next, missing, 0, self.today, period) else {
            return assert!(one.plan.price * i64::from(have + missing) > MOST_CENTS, "{:?}", one.plan);
        };
        let one = &self.subscriptions[which];
        self.check_quote(&one.plan, &quote, missing, period);
        let renewed = one.licences.with_more(missing).renewed().purchased;
        assert_eq!(quote.renewal_amount.map(|amount| amount.cents), Some(one.plan.price * i64::from(renewed)));
        let period = period.since(self.today);
        self.issue(For::Licences { subscription: which, period, added: missing, users }, quote.amount.cents);
    }

    fn remove_users(&mut self, which: usize, fewer: u32) {
        let Some(at) = self.pick(which, Subscription::has_licences) else { return };
        let licences = &mut self.subscriptions[at].licences;
        licences.assigned = licences.assigned.saturating_sub(fewer).max(1);
    }

    fn reduce(&mut self, which: usize, by: u32) {
        let Some(at) = self.pick(which, Subscription::has_licences) else { return };
        let licences = &mut self.subscriptions[at].licences;
        let Some(to) = licences.purchased.checked_sub(by) else { return };
        if let Ok(reduced) = licences.reduce(to) {
            *licences = reduced;
            self.reached.insert(Reached::LicencesReduced);
        }
    }

    fn next_day(&mut self) {
        self.today = self.today.tomorrow().unwrap();
        for one in &mut self.subscriptions {
            if matches!(one.state, State::Trial { ends } if ends <= self.today) {
                one.state = State::TrialOver;
                self.reached.insert(Reached::TrialOver);
            }
        }
        if let Some((day, next)) = self.bill.filter(|(_, next)| *next <= self.today) {
            self.make_out(day, next);
            self.bill = Some((day, next_bill_day(next, day)));
        }
    }

    fn make_out(&mut self, day: BillingDay, on: Date) {
        let (mut lines, mut total) = (Vec::new(), 0);
        for (at, one) in self.subscriptions.iter_mut().enumerate() {
            if one.state != State::Active || one.paid_through.is_none_or(|through| through > on) {
                continue;
            }
            let (have, next) = (one.licences.purchased, one.licences.next);
            let renewal = renew(&one.plan, have, next, 0, self.operators, on, day).unwrap();
            self.reached.extend((one.licences.losing() > 0).then_some(Reached::LicencesLost));
            one.licences = match one.plan.model {
                PlanModel::PerUser => one.licences.renewed(),
                _ => Licences { purchased: renewal.quantity, next: None, ..one.licences },
            };
            assert_eq!((renewal.quantity, renewal.period.from), (one.licences.purchased, on));
            assert_eq!(renewal.amount.cents, one.plan.price * i64::from(renewal.quantity), "a month is paid whole");
            lines.push((at, renewal.period, renewal.amount.cents));
            total += renewal.amount.cents;
        }
        // What was too little before is on this bill.
        let debt = self.balance(A::Credit).max(0);
        let carried = if lines.is_empty() && debt < LEAST { 0 } else { debt };
        if !lines.is_empty() || carried > 0 {
            self.issue_with(For::Month(lines), total + carried, carried);
        }
    }

    /// True while an order for it, or for one that is to take its place, waits to be paid.
    fn ordered(&self, which: usize) -> bool {
        self.invoices.iter().any(|invoice| {
            let of = match invoice.what {
                For::Plan { subscription, .. } | For::Licences { subscription, .. } => subscription,
                For::Month(_) => return false,
            };
            let Subscription { replaces, follows, .. } = self.subscriptions[of];
            invoice.state == InvoiceState::Due && (of == which || replaces == Some(which) || follows == Some(which))
        })
    }

    /// The desk's day is that of its first purchase.
    fn month(&mut self) -> (BillingDay, Period) {
        let today = self.today;
        let (day, _) = *self.bill.get_or_insert_with(|| {
            let day = BillingDay::of(today);
            (day, next_bill_day(today, day))
        });
        (day, period_containing(today, day))
    }

    fn balance(&self, account: A) -> i64 {
        self.book.get(&account).copied().unwrap_or(0)
    }
}

fn fresh(publisher: PublisherSlug, plan: Plan, quantity: u32, state: State) -> Subscription {
    // As many licences as users are selected (R25).
    let licences = Licences { purchased: quantity, next: None, assigned: quantity };
    Subscription {
        publisher,
        plan,
        licences,
        state,
        paid_through: None,
        billed: Vec::new(),
        paid: Vec::new(),
        replaces: None,
        follows: None,
        followed: false,
    }
}

fn plan(model: PlanModel, price: i64) -> Plan {
    Plan {
        id: "p".parse().unwrap(),
        name: Localized::en("Plan"),
        summary: None,
        model,
        price: if model == PlanModel::Free { 0 } else { price },
        currency: Currency::EUR,
        trial_days: 0,
    }
}

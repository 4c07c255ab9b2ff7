### What things cost: plans, licences, invoices, payment and trials in the panel. And groups of operators.

nav-billing = Billing
nav-groups = Groups

## Prices
price-per-user = { $price } per user and month
price-per-seat = { $price } per operator and month
price-flat = { $price } per month
price-one-time = { $price } once
price-from-per-user = from { $price } per user and month
price-from-per-seat = from { $price } per operator and month
price-from-flat = from { $price } per month
price-from-one-time = from { $price } once
price-trial = { $count }-day free trial
price-trial-left = { $count ->
    [one] { $count } day of the free trial is left
   *[other] { $count } days of the free trial are left
}
model-per-user = You pay for the users that you select.
model-per-seat = Every operator of the help desk is billed: { $count } now.
model-flat = The same every month, however many use it.
model-one-time = Paid once, for good.
model-free = Nothing is charged.

badge-payment-due = Payment due
badge-trial-expired = Trial expired
badge-cancelled = Cancelled
badge-trial = { $count ->
    [one] Trial: { $count } day left
   *[other] Trial: { $count } days left
}
badge-grace = Billing not confirmed

## The one next step of a listing
step-trial = Start { $count }-day trial
step-trial-go-on = { $count ->
    [one] Go on with the trial ({ $count } day left)
   *[other] Go on with the trial ({ $count } days left)
}
step-purchase = Purchase
step-login = Log in
step-begun = You have begun already: it goes on where you left it.
step-choose-plan = Choose a plan
step-pay = Pay invoice { $number }
step-trial-hint = Nothing is charged, and nothing renews by itself.
step-login-hint = What costs something is paid through the billing system. Log in there first; the login holds for the whole help desk.
step-today = { $amount } today
step-renews = { $amount } on { $day }, then every month
step-renews-from = Renews on { $day }
step-renews-month = Renews every month
step-once = Nothing renews.
step-free = Nothing is charged.

## Login to the billing system
login-title = Billing account
login-none = Not logged in
login-none-hint = Log in with the account that holds the licence of this help desk. Free add-ons and trials work without it.
login-as = Logged in as { $account }
login-since = by { $who }
login-wrong = This is not the account of this help desk
login-wrong-hint = { $account } is logged in, but does not hold the licence of this help desk. Installing, updating, buying and cancelling wait until the right account is logged in.
login-logout = Log out
login-logout-hint = Invoices stay due and add-ons go on running.

## Installing step by step
wizard-steps = Steps
wizard-step-plan = Plan
wizard-step-users = Users
wizard-step-confirm = Consent
wizard-step-summary = Summary
wizard-step-state-done = (done)
wizard-next = Continue
wizard-back = Back
wizard-discard = Start over
wizard-kept = What you chose is kept: you can leave and go on later.
wizard-plan-title = Choose a plan
wizard-plan-none = Choose one of the plans.
wizard-plan-current = Your plan now
wizard-plan-gone = The plan that you had chosen is no longer offered. Choose again.
wizard-users-title = Who will use it?
wizard-users-hint-per-user = Each active user needs a licence. You can change this at any time.
wizard-users-hint = Others do not see its panel beside tickets. You can change this at any time.
wizard-users-reset = On the new plan the users are chosen again. Whoever installed the add-on stays.
wizard-users-select = Select more than one at once
wizard-users-everyone = Everyone
wizard-users-role = Role { $name }
wizard-users-group = Group { $name }
wizard-users-add = Select
wizard-users-drop = Deselect
wizard-users-count = Update the summary
wizard-users-choose = Choose who uses it
wizard-rule-title = Operators who join later
wizard-rule-everyone = Everyone gets it
wizard-rule-roles = Those with one of these roles get it
wizard-rule-groups = Those who join one of these groups get it
wizard-rule-nobody = Nobody gets it without being chosen
wizard-rule-licences = Only while there are licences that nobody has.
wizard-rule-no-group = Choose at least one group.
summary-title = Summary
summary-plan = Plan
summary-users = Users
summary-licences = { $count ->
    [one] { $count } licence
   *[other] { $count } licences
}
summary-seats = { $count ->
    [one] { $count } operator
   *[other] { $count } operators
}
summary-today = To pay today
summary-today-part = For { $from } to { $to }, by the day
summary-netted = Already paid, taken off
summary-credited = Added to your credit
summary-carried = Too little to charge now; goes on your next bill
summary-credit = Paid from credit
summary-monthly = Then each month
summary-renews = First on
summary-trial-ends = Trial ends
summary-trial-free = Nothing is charged during the trial, nor at its end: it stops unless you choose a plan.
summary-whole-desk = The whole help desk
summary-everyone = Everyone
consent-terms = With the next click you accept the terms of { $publisher } for this add-on:
consent-terms-none = The publisher gives no terms of service of its own.
consent-start-trial = Accept and start { $count }-day trial
consent-purchase = Accept and purchase for { $amount }
price-changed-was = It was { $amount }.
plan-save = Save changes
plan-save-for = Save changes and pay { $amount }

## Plans tab
tab-plans = Plans
plans-free = This add-on is free
plans-free-hint = There is nothing to choose, and nothing is charged.
plans-now = Now
plans-change = Choose a plan
plans-change-hint = Next you choose who uses the add-on, and see what it costs before anything is saved.
plans-no-change = This is your plan already.
plans-renews = Renews on { $day } for { $amount }
plans-trial-until = Trial until { $day }
plans-once = Paid once
plans-waiting = Something is being paid for this add-on. When that is done, you can choose a plan.
plans-withdraw-hint = What was ordered is not paid yet. You can withdraw the order: its invoice is then void, nothing is charged, and everything stays as it is.
plans-withdraw = Withdraw the order
flash-withdrawn = The order for { $name } is withdrawn. Nothing is charged.
plan-confirm-title = Your new plan
plan-confirm-credit = The days of it that are paid for and not used become credit.
plan-confirm-from = Before: { $plan }.
flash-plan-chosen = { $name } is on the plan “{ $plan }” now.
flash-plan-due = The payment did not go through: { $name } stays as it was. The new plan begins when the invoice is paid.

## Users tab: licences
licences-title = Licences
licences-purchased = Purchased
licences-assigned = Assigned
licences-unassigned = Unassigned
licences-next = { $count ->
    [one] { $count } licence from { $day } on
   *[other] { $count } licences from { $day } on
}
licences-per-seat = Billed per operator: { $count } now. There is nothing to assign.
licences-flat = The price does not depend on who uses it.
licences-buy = Buy licences
licences-reduce = Reduce licences
licences-page-title = Licences of { $name }
licences-more = How many more
licences-more-hint = They are paid by the day until { $day }, and with the others from then on.
licences-more-wrong = Enter a whole number from 1 to { $max }.
licences-show-cost = Show what it costs
licences-cost = What it costs
licences-buy-now = Buy for { $amount }
licences-for = { $count ->
    [one] One more user gets the add-on with it.
   *[other] { $count } more users get the add-on with them.
}
licences-fewer = How many to keep
licences-fewer-hint = { $count ->
    [one] Takes effect on { $day }; nothing is paid back. { $count } is assigned: fewer are not possible.
   *[other] Takes effect on { $day }; nothing is paid back. { $count } are assigned: fewer are not possible.
}
licences-fewer-wrong = Enter a whole number from { $min } to { $max }.
licences-reduce-now = Reduce on { $day }
licences-keep-all = Keep all licences
flash-licences-bought = { $count ->
    [one] { $name } has { $count } licence now.
   *[other] { $name } has { $count } licences now.
}
flash-licences-due = The payment did not go through. The licences come when the invoice is paid.
flash-licences-reduced = { $name }: the number of licences changes on { $day }.
flash-payment-due = { $name }: the payment did not go through. The page says which invoice is due.
flash-licences-kept = { $name } keeps its licences.

## Cancel
cancel-title = Cancel { $name }
cancel-intro = There are three ways to stop an add-on. Choose the one that you mean.
cancel-money = Money
cancel-data = Data
cancel-behaviour = Behaviour
cancel-cancel = Cancel the plan
cancel-cancel-money = Billing stops at once. The running month is not paid back, and what is still open for a plan is dropped.
cancel-cancel-money-trial = The trial ends, and nothing is ever charged for it.
cancel-cancel-data = Data and settings stay.
cancel-cancel-behaviour = It stops at once for everyone. Using it again needs a new purchase.
cancel-cancel-behaviour-trial = It stops at once for everyone. What is left of the trial can be used until its last day.
cancel-deactivate = Deactivate
cancel-deactivate-money = Billing goes on.
cancel-deactivate-money-trial = The trial goes on.
cancel-deactivate-data = Data, settings and licences stay.
cancel-deactivate-behaviour = It stops at once. You can switch it on again at any time.
cancel-uninstall = Uninstall
cancel-uninstall-money = Billing stops at once, as with Cancel.
cancel-uninstall-data = Data and settings are deleted for good. You see first what that is.
cancel-uninstall-behaviour = It is gone. It can be installed anew.
cancel-now = Cancel { $name } now
cancel-keep = Keep it
manage-cancel = Cancel
manage-cancel-hint = Billing stops and it stops at once. Data and settings stay. Using it again needs a new purchase.
manage-cancel-hint-trial = The trial ends and it stops at once. Data and settings stay. What is left of the trial can be used until its last day.
manage-deactivate-hint-paid = It stops at once. Data, settings and licences stay; billing goes on.
manage-deactivate-hint-trial = It stops at once. Data and settings stay; the trial goes on.
manage-uninstall-hint-paid = Billing stops, it stops, and its data and settings are deleted for good. You see first what that is.
flash-nothing-to-cancel = There is nothing to cancel: this add-on is not billed every month.
flash-changed-meanwhile = { $name } was changed meanwhile. Look at it again.
flash-cancelled = { $name } is cancelled. Nothing more is charged, and its data stays.

## Where a payment or a trial stands
standing-due-title = Invoice { $number } is to be paid: { $amount }
standing-due-install = The payment did not go through, so the add-on is not installed yet. It goes on by itself as soon as the invoice is paid, on any later day.
standing-due-plan = The payment did not go through. Everything stays as it was; what you ordered begins as soon as the invoice is paid.
standing-due-monthly = The monthly invoice is not paid yet. The add-on goes on running for now.
standing-due-monthly-days = { $count ->
    [one] The monthly invoice is not paid yet. The add-on goes on running for { $count } more day.
   *[other] The monthly invoice is not paid yet. The add-on goes on running for { $count } more days.
}
standing-due-stopped = The monthly invoice was not paid in time, so the add-on was stopped. It runs again as soon as the invoice is paid; data and settings are kept.
standing-confirm = Confirm the payment at your bank
standing-grace-title = Billing could not be confirmed
standing-grace = The billing system has not answered for a while. The add-on goes on running; nothing has to be done here.
standing-trial-title = { $count ->
    [one] { $count } day of the trial is left
   *[other] { $count } days of the trial are left
}
standing-trial = It ends on { $day }. Nothing is charged then: the add-on stops until you choose a plan, and its data is kept.
standing-expired-title = The trial is over
standing-expired = Choose a plan to go on with all data and settings, or uninstall the add-on.
standing-cancelled-title = Cancelled
standing-cancelled = Nothing is charged, and the add-on does not run. Data and settings are kept. Choose a plan to use it again.
standing-working-title = The payment is under way
standing-working = This page shows what came of it.

## Billing page
billing-title = Billing
billing-intro = What this help desk pays for its add-ons: one bill a month.
billing-summary = The month to come
billing-next = Next invoice on { $day }
billing-next-none = No invoice is to come: nothing that renews is in use.
billing-no-amount = Nothing
billing-addons = Add-ons
billing-addon = Add-on
billing-plan = Plan
billing-price = Price
billing-renewal = Renewal
billing-purchased = Purchased
billing-assigned = Assigned
billing-unassigned = Unassigned
billing-addons-empty = Nothing is paid for
billing-addons-empty-hint = Paid add-ons and trials appear here with their plan and licences.
billing-invoices = Invoices
billing-invoices-empty = No invoices yet
billing-invoices-empty-hint = Each purchase and each month gets an invoice.
billing-number = Number
billing-date = Date
billing-for = For
billing-amount = Amount
billing-state = State
billing-more = Older invoices
billing-due-one = { $count ->
    [one] One invoice is to be paid
   *[other] { $count } invoices are to be paid
}
billing-due-hint = Open it to pay, or to see why the payment did not go through.
billing-missed = { $count ->
    [one] One monthly bill was missed
   *[other] { $count } monthly bills were missed
}
billing-missed-hint = The help desk was switched off for a while. Charging all of them comes to { $amount }. Nothing is charged until you confirm; your add-ons keep running until { $day }.
billing-missed-confirm = Charge them now
flash-missed-months = Thank you. The missed bills are being charged.
flash-missed-months-none = There are no missed bills to confirm.
billing-for-month = { $from } to { $to }
billing-for-order = Purchase
billing-method = Payment method
billing-method-none = No card yet
billing-method-none-hint = Cards are added on the page of the payment company; this host never sees their numbers.
billing-method-card = { $brand } ending in { $last }
billing-method-expires = expires { $month }/{ $year }
billing-method-default = Used for payments
billing-method-add = Add a card
billing-method-use = Use this one
billing-method-remove = Remove
billing-method-remove-of = Remove { $card }
billing-credit = Credit
billing-credit-none = No credit
billing-credit-hint = Used before a card is charged.
billing-statement = Statement
billing-statement-hint = All bookings of this help desk.
billing-statement-csv = Download as CSV
billing-statement-print = Open to print
billing-login-needed = Log in to see cards and to pay.
renewal-once = Paid once
renewal-past-due = Payment due

invoice-state-open = Being paid
invoice-state-due = Due
invoice-state-paid = Paid
invoice-state-void = Void
invoice-title = Invoice { $number }
invoice-made = Made out
invoice-reduced = Days not used
invoice-dispute = Dispute
invoice-dispute-inquiry = The bank is asking
invoice-dispute-open = The bank has taken the money back for now
invoice-dispute-won = Settled: the payment stands
invoice-dispute-lost = The money stays with the cardholder
invoice-due-since = Due since
invoice-paid-at = Paid
invoice-lines = What it is for
invoice-line = Item
invoice-quantity = Quantity
invoice-unit = Unit price
invoice-amount = Amount
invoice-total = Total
invoice-credit = Paid from credit
invoice-to-pay = To pay
invoice-refunds = Refunds
invoice-refund-succeeded = Paid back on { $day }
invoice-refund-waiting = On its way
invoice-refund-failed = The payment company refused this. Contact support with the invoice’s number.
invoice-refund-to-credit = To your credit
invoice-refund-to-card = To the card
invoice-attempts = Payments tried
invoice-attempt-succeeded = Paid
invoice-attempt-declined = Declined
invoice-attempt-action = Waits for your confirmation
invoice-attempt-cancelled = Not taken
invoice-attempt-waiting = Under way
invoice-pay = Pay { $amount }
invoice-pay-with = Pay with
invoice-pay-no-card = Add a card first, then pay.
invoice-pay-other-gateway = This card is with another payment company than the one this host uses now. Nothing was charged. Choose another card, or add one.
invoice-pay-confirm = Your bank wants you to confirm this payment.
invoice-pay-confirm-go = Confirm at your bank
invoice-pay-why = The last payment did not go through: { $reason }
invoice-void-hint = Nothing is owed for it any more.
invoice-back = Billing
flash-invoice-paid = Invoice { $number } is paid. Thank you.
flash-invoice-not-paid = Invoice { $number } is not paid: { $reason }
flash-invoice-settled = Invoice { $number } is settled already.
flash-method-default = This card is used for payments from now on.
flash-method-removed = The card is removed.
flash-method-added = Your cards are up to date.

statement-title = Statement
statement-intro = Everything that happened to the account of { $desk }, oldest first, with what is owed and in credit after it.
statement-empty = Nothing has been booked yet
statement-cut = Only the newest rows are shown. The file has all of them.
statement-when = Day
statement-note = What
statement-charged = Charged
statement-paid = Paid
statement-refunded = Paid back
statement-credit = To or from credit
statement-owed = Owed
statement-in-credit = In credit

lifecycle-error-plan-needed = Choose one of the plans first.
lifecycle-error-same-plan = The add-on is on this plan already.
lifecycle-error-no-trial = There is no trial left. What the plan costs is shown below.
lifecycle-error-too-few-licences = There are not enough licences for all of them: buy more, or choose fewer users.
lifecycle-error-no-licences = This add-on is not on a paid plan per user: there are no licences to change.
lifecycle-error-nothing-to-cancel = There is nothing to cancel: the add-on is not billed every month.
lifecycle-error-nothing-to-withdraw = There is nothing to withdraw: neither a plan nor licences are ordered and unpaid.
lifecycle-error-payment-under-way = A payment for this is being made just now. Look again in a moment.
lifecycle-error-billing-logged-out = Log in to the billing system first.
lifecycle-error-billing-wrong-account = The account that is logged in does not hold the licence of this help desk. Log out, then log in with the right one.
lifecycle-error-price-changed = The price has changed since the page was loaded. It is now:
lifecycle-error-no-plan = This plan is no longer offered. Choose again.
lifecycle-error-quantity = This number of licences cannot be bought.
lifecycle-error-forbidden = You may not buy add-ons any more. Ask an admin.
lifecycle-error-order-underway = Something was ordered for this add-on already. Its invoice is to be paid first.
lifecycle-error-unpaid = An invoice of this add-on is to be paid first. The page Billing shows it.
lifecycle-error-amount-too-high = This costs more than 1,000,000.00 at once: take fewer licences.
lifecycle-error-no-licence = At least one licence must be bought.
lifecycle-error-idempotency-key-reused = This page was used for another order. Load it again.
lifecycle-error-billing-unavailable = The payment company does not answer right now. Nothing is lost: look again in a few minutes.
lifecycle-error-gateway-gone = This was begun with a payment company that this host is not set up for any more. It waits until that is set up again. Ask whoever runs this host.
lifecycle-error-gateway-refused = The payment company refused this.
lifecycle-error-gateway-confused = The payment company gave an unclear answer. Nothing is decided on it; somebody has to look.
lifecycle-error-not-payable = There is nothing to pay for this invoice any more.

## Groups of operators
groups-title = Groups
groups-intro = Operators who belong together, such as a team. Add-ons can be given to a group, and to those who join it later.
groups-new = New group
groups-empty = No groups yet
groups-empty-hint = With a group you give an add-on to a whole team at once.
groups-column-name = Group
groups-column-members = Members
group-back = Groups
group-new-title = New group
group-edit-title = Group { $name }
group-name = Name
group-members = Members
group-members-hint = Who joins gets the add-ons whose rule names this group. Who leaves keeps what they have.
group-create = Create group
group-delete = Delete group
group-delete-title = Delete { $name }?
group-delete-text = Its members keep the add-ons that they have. Rules that name only this group then give the add-on to nobody.
group-created = The group { $name } is created.
group-saved = The group { $name } is saved.
group-deleted = The group { $name } is deleted.

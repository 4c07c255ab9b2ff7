### What things cost: plans, licences, invoices, payment and trials in the panel. And groups of operators.

nav-billing = Billing
nav-groups = Groups

## Prices
price-per-user = { $price } per user and month
price-per-seat = { $price } per seat and month
price-flat = { $price } per month
price-one-time = { $price } once
price-from-per-user = from { $price } per user and month
price-from-per-seat = from { $price } per seat and month
price-from-flat = from { $price } per month
price-from-one-time = from { $price } once
# After the price of one seat: what today’s seats cost.
price-seats-today = { $count ->
    [one] { $count } seat today: { $amount } a month
   *[other] { $count } seats today: { $amount } a month
}
price-trial = { $count }-day free trial
price-trial-left = { $count ->
    [one] { $count } day left in the free trial
   *[other] { $count } days left in the free trial
}
model-per-user = You pay for each user you select.
model-per-seat = You pay for each active operator in the help desk; each one counts as a seat.
model-flat = One monthly price, no matter how many people use it.
model-one-time = Pay once and keep it.
model-free = No charge.

badge-payment-due = Payment due
badge-at-bank = Waiting for your bank
badge-paying = Payment in progress
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
    [one] Continue the trial ({ $count } day left)
   *[other] Continue the trial ({ $count } days left)
}
step-purchase = Purchase
step-login = Log in
step-begun = You already started this. Continue where you left off.
step-choose-plan = Choose a plan
step-pay = Pay invoice { $number }
step-trial-hint = You won’t be charged, and nothing renews automatically.
step-login-hint = Paid add-ons are billed through the billing system. Log in there first; the login applies to the whole help desk.
step-today = { $amount } today
step-renews = { $amount } on { $day }, then every month
step-renews-from = Renews on { $day }
step-renews-month = Renews every month
step-once = One-time payment, no renewal.
step-free = No charge.

## Login to the billing system
login-title = Billing account
login-none = Not logged in
login-none-hint = Log in with the account that holds this help desk’s licence. Free add-ons and trials work without logging in.
login-as = Logged in as { $account }
login-since = by { $who }
login-wrong = Wrong billing account
login-wrong-hint = { $account } is logged in but doesn’t hold this help desk’s licence. You can’t install, update, buy or cancel anything until the right account logs in.
login-logout = Log out
login-logout-hint = Open invoices stay due, and add-ons keep running.

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
wizard-kept = Your choices are saved. You can leave and continue later.
wizard-plan-title = Choose a plan
wizard-plan-none = Choose a plan.
wizard-plan-current = Current plan
wizard-plan-gone = The plan you chose is no longer available. Choose another one.
wizard-users-title = Who will use it?
wizard-users-hint-per-user = Each active user needs a licence. You can change this at any time.
wizard-users-hint = Other operators won’t see its panel next to tickets. You can change this at any time.
wizard-users-reset = Choose the users again for the new plan. The person who installed the add-on keeps access.
wizard-users-select = Select several at once
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
wizard-rule-nobody = Nobody gets it automatically
wizard-rule-licences = Only while unassigned licences are available.
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
summary-today = Due today
summary-today-part = For { $from } to { $to }, prorated by the day
summary-netted = Already paid, taken off
summary-credited = Added to your credit
summary-carried = Too little to charge now; goes on your next bill
summary-credit = Paid from credit
summary-monthly = Then every month
summary-renews = First renewal
summary-trial-ends = Trial ends
summary-trial-free = You won’t be charged during the trial or when it ends. The add-on stops unless you choose a plan.
summary-whole-desk = The whole help desk
summary-everyone = Everyone
consent-terms = By continuing, you accept { $publisher }’s terms for this add-on:
consent-terms-none = The publisher has no terms of service of its own.
consent-start-trial = Accept and start { $count }-day trial
consent-purchase = Accept and purchase for { $amount }
price-changed-was = It was { $amount }.
plan-save = Save changes
plan-save-for = Save changes and pay { $amount }

## Plans tab
tab-plans = Plans
plans-free = This add-on is free
plans-free-hint = There is nothing to choose and nothing to pay.
plans-now = Current plan
plans-change = Choose a plan
plans-change-hint = Next, you choose who uses the add-on and see what it costs before anything is saved.
plans-no-change = You’re already on this plan.
plans-renews = Renews on { $day } for { $amount }
plans-trial-until = Trial until { $day }
plans-once = Paid once
plans-waiting = A payment for this add-on is in progress. You can choose a plan once it’s complete.
plans-withdraw-hint = Your order hasn’t been paid yet. If you withdraw it, its invoice is voided, nothing is charged, and everything stays as it is.
plans-withdraw = Withdraw order
flash-withdrawn = The order for { $name } was withdrawn. Nothing was charged.
plan-confirm-title = Your new plan
plan-confirm-credit = The days of it that are paid for and not used become credit.
plan-confirm-from = Before: { $plan }.
flash-plan-chosen = { $name } is now on the { $plan } plan.
flash-plan-due = The payment failed, so { $name } stays as it was. The new plan starts once the invoice is paid.

## Users tab: licences
licences-title = Licences
licences-purchased = Purchased
licences-assigned = Assigned
licences-unassigned = Unassigned
licences-next = { $count ->
    [one] { $count } licence from { $day }
   *[other] { $count } licences from { $day }
}
licences-ending = { $count ->
    [one] This user got the add-on last and loses it on { $day }, unless you keep more licences or choose someone else:
   *[other] These { $count } users got the add-on last and lose it on { $day }, unless you keep more licences or choose others:
}
licences-per-seat = Every active operator counts as a seat, so there’s nothing to assign. { $price }.
licences-flat = The price does not depend on who uses it.
licences-buy = Buy licences
licences-reduce = Reduce licences
licences-page-title = Licences of { $name }
licences-more = How many more
licences-more-hint = Prorated by the day until { $day }, then billed with the others.
licences-more-wrong = Enter a whole number from 1 to { $max }.
licences-more-least = Everyone you selected needs a licence. Enter at least { $count }.
licences-show-cost = Show the cost
licences-cost = Cost
licences-buy-now = Buy for { $amount }
licences-for = { $count ->
    [one] One more user can use the add-on.
   *[other] { $count } more users can use the add-on.
}
licences-fewer = How many to keep
licences-fewer-hint = Takes effect on { $day }, with no refund. Until then, you can assign every licence you’ve paid for.
licences-fewer-least = To keep fewer than { $count }, unassign some users first.
licences-fewer-wrong = Enter a whole number from { $min } to { $max }.
licences-reduce-now = Reduce on { $day }
licences-keep-all = Keep all licences
flash-licences-bought = { $count ->
    [one] { $name } now has { $count } licence.
   *[other] { $name } now has { $count } licences.
}
flash-licences-due = The payment failed. You’ll get the licences once the invoice is paid.
flash-licences-reduced = { $name }: the number of licences changes on { $day }.
flash-payment-due = The payment for { $name } failed. The page shows which invoice is due.
flash-licences-kept = { $name } keeps its licences.

## Cancel
cancel-title = Cancel { $name }
cancel-intro = There are three ways to stop an add-on.
cancel-money = Money
cancel-data = Data
cancel-behaviour = Behaviour
cancel-cancel = Cancel the plan
cancel-cancel-money = Billing stops at once. The running month is not paid back, and what is still open for a plan is dropped.
cancel-cancel-money-trial = The trial ends and you’ll never be charged for it.
cancel-cancel-data = Data and settings are kept.
cancel-cancel-behaviour = It stops immediately for everyone. Using it again requires a new purchase.
cancel-cancel-behaviour-trial = It stops immediately for everyone. You can use the rest of the trial until its last day.
cancel-deactivate = Deactivate
cancel-deactivate-money = Billing continues.
cancel-deactivate-money-trial = The trial continues.
cancel-deactivate-data = Data, settings and licences are kept.
cancel-deactivate-behaviour = It stops immediately. You can turn it back on at any time.
cancel-uninstall = Uninstall
cancel-uninstall-money = Billing stops immediately, as with Cancel.
cancel-uninstall-data = Data and settings are permanently deleted. You’ll see exactly what before you confirm.
cancel-uninstall-behaviour = It’s removed. You can install it again later.
cancel-now = Cancel { $name } now
cancel-keep = Keep it
manage-cancel = Cancel
manage-cancel-hint = Billing and the add-on stop immediately. Data and settings are kept. Using it again requires a new purchase.
manage-cancel-hint-trial = The trial and the add-on stop immediately. Data and settings are kept, and you can use the rest of the trial until its last day.
manage-deactivate-hint-paid = It stops immediately. Data, settings and licences are kept; billing continues.
manage-deactivate-hint-trial = It stops immediately. Data and settings are kept; the trial continues.
manage-uninstall-hint-paid = Billing and the add-on stop, and its data and settings are permanently deleted. You’ll see exactly what before you confirm.
flash-nothing-to-cancel = There’s nothing to cancel: this add-on isn’t billed monthly.
flash-changed-meanwhile = { $name } changed in the meantime. Please review it again.
flash-cancelled = { $name } was cancelled. You won’t be charged again, and its data is kept.

## Where a payment or a trial stands
standing-due-title = Invoice { $number } for { $amount } is due
standing-due-install = The payment failed, so the add-on isn’t installed yet. Installation continues automatically once the invoice is paid, whenever that is.
standing-due-plan = The payment failed. Nothing has changed; your order starts once the invoice is paid.
standing-due-monthly = The monthly invoice hasn’t been paid yet. The add-on keeps running for now.
standing-due-monthly-days = { $count ->
    [one] The monthly invoice hasn’t been paid yet. The add-on keeps running for { $count } more day.
   *[other] The monthly invoice hasn’t been paid yet. The add-on keeps running for { $count } more days.
}
standing-due-stopped = The monthly invoice wasn’t paid in time, so the add-on was stopped. It starts again once the invoice is paid; data and settings are kept.
standing-confirm = Confirm the payment at your bank
standing-grace-title = Billing couldn’t be confirmed
standing-grace = The billing system hasn’t responded for a while. The add-on keeps running, and you don’t need to do anything.
standing-trial-title = { $count ->
    [one] { $count } day left in the trial
   *[other] { $count } days left in the trial
}
standing-trial = The trial ends on { $day }. You won’t be charged: the add-on stops until you choose a plan, and its data is kept.
standing-expired-title = The trial has ended
standing-expired = Choose a plan to continue with all your data and settings, or uninstall the add-on.
standing-cancelled-title = Cancelled
standing-cancelled = You aren’t being charged, and the add-on isn’t running. Data and settings are kept. Choose a plan to use it again.
standing-working-title = Payment in progress
standing-working = This page will show the result.

## A payment that its bank wants confirmed
payment-title = Payment for { $name }
payment-waits = Waiting for your bank
payment-waits-text = Your bank wants you to confirm the payment of { $amount }. Nothing is charged until you do.
payment-then-install = Once it’s paid, the installation continues automatically.
payment-then-plan = Once it’s paid, the new plan starts automatically. Until then, everything stays as it is.
payment-then-licences = Once they’re paid, the licences are added automatically.
payment-processing = It’s waiting for the payment company, which can take a few minutes.
payment-look = Check again
payment-other-card = Pay with another card
payment-progress = Show progress
payment-refused = Your bank didn’t confirm the payment
payment-failed = The payment failed
payment-card-gone = The card you chose is no longer available
payment-credit-gone = Your credit no longer covers this payment
payment-failed-text = Nothing was charged, and your order is still open.
payment-again = Try again
payment-choose-card = Choose a card
payment-later = Not now

## Billing page
billing-title = Billing
billing-intro = What this help desk pays for its add-ons: one bill a month.
billing-summary = Next month
billing-next = Next invoice on { $day }
billing-next-none = No upcoming invoice: nothing in use renews.
billing-no-amount = Nothing
billing-addons = Add-ons
billing-addon = Add-on
billing-plan = Plan
billing-price = Price
billing-renewal = Renewal
billing-purchased = Purchased
billing-assigned = Assigned
billing-unassigned = Unassigned
billing-addons-empty = No paid add-ons
billing-addons-empty-hint = Paid add-ons and trials appear here with their plan and licences.
billing-invoices = Invoices
billing-invoices-empty = No invoices yet
billing-invoices-empty-hint = Every purchase and every month gets an invoice.
billing-number = Number
billing-date = Date
billing-for = For
billing-amount = Amount
billing-state = Status
billing-more = Older invoices
billing-due-one = { $count ->
    [one] One invoice is due
   *[other] { $count } invoices are due
}
billing-due-hint = Open it to pay or to see why the payment failed.
billing-missed = { $count ->
    [one] One monthly bill was missed
   *[other] { $count } monthly bills were missed
}
billing-missed-hint = The help desk was switched off for a while. Charging all of them comes to { $amount }. Nothing is charged until you confirm; your add-ons keep running until { $day }.
billing-missed-confirm = Charge them now
flash-missed-months = Thank you. The missed bills are being charged.
flash-missed-months-none = There are no missed bills to confirm.
flash-missed-months-changed = What would be charged has changed since you loaded the page. Nothing was charged. Check it again, then confirm.
billing-for-month = { $from } to { $to }
invoice-line-charge = { $name }
invoice-line-unused = { $name }: unused days
invoice-line-covered = { $name }: days already paid for
invoice-line-carried = Carried over from earlier invoices
invoice-line-credit = Credit
invoice-about-licences = { $count ->
    [one] { $name } ({ $count } licence)
   *[other] { $name } ({ $count } licences)
}
invoice-about-seats = { $count ->
    [one] { $name } ({ $count } seat)
   *[other] { $name } ({ $count } seats)
}
invoice-about-more = { $first } and { $count } more
billing-method = Payment method
billing-method-none = No card yet
billing-method-none-hint = You add cards on the payment company’s page; this host never sees their numbers.
billing-method-card = { $brand } ending in { $last }
billing-method-expires = expires { $month }/{ $year }
billing-method-default = Used for payments
billing-method-add = Add a card
billing-method-use = Use this one
billing-method-remove = Remove
billing-method-remove-of = Remove { $card }
pay-with = Pay { $amount } with
pay-other-card = Add another card
pay-no-card = Add a card to continue
pay-no-card-hint = This is charged to a card right away, and the account doesn’t have one yet. Once you’ve added a card, you’ll come back here.
pay-no-card-login = The billing account doesn’t have a card yet. Log in to billing and add one to continue.
pay-default = Charged to your default card:
pay-default-login = It’s charged to the default card of the billing account. Log in to billing to see which one that is.
billing-credit = Credit
billing-credit-none = No credit
billing-credit-hint = Used before a card is charged.
billing-statement = Statement
billing-statement-hint = Every transaction of this help desk.
billing-statement-csv = Download as CSV
billing-statement-print = Printable version
billing-login-needed = Log in to see cards and to pay.
renewal-once = Paid once
renewal-past-due = Payment due

invoice-state-open = Processing
invoice-state-due = Due
invoice-state-paid = Paid
invoice-state-void = Void
invoice-title = Invoice { $number }
invoice-made = Issued
invoice-reduced = Days not used
invoice-dispute = Dispute
invoice-dispute-inquiry = The bank is asking
invoice-dispute-open = The bank has taken the money back for now
invoice-dispute-won = Settled: the payment stands
invoice-dispute-lost = The money stays with the cardholder
invoice-due-since = Due since
invoice-paid-at = Paid
invoice-lines = Items
invoice-line = Item
invoice-quantity = Quantity
invoice-unit = Unit price
invoice-amount = Amount
invoice-total = Total
invoice-credit = Paid from credit
invoice-to-pay = Amount due
invoice-refunds = Refunds
invoice-refund-succeeded = Refunded on { $day }
invoice-refund-waiting = In progress
invoice-refund-failed = The payment company declined this refund. Contact support with the invoice number.
invoice-refund-to-credit = To your credit
invoice-refund-to-card = To the card
invoice-attempts = Payment attempts
invoice-attempt-succeeded = Paid
invoice-attempt-declined = Declined
invoice-attempt-action = Waiting for your confirmation
invoice-attempt-cancelled = Not charged
invoice-attempt-waiting = In progress
invoice-pay = Pay { $amount }
invoice-pay-no-card = Add a card first, then pay.
invoice-pay-other-gateway = This card belongs to a different payment company than the one this host uses now. Nothing was charged. Choose another card or add one.
invoice-pay-confirm = Your bank needs you to confirm this payment.
invoice-pay-confirm-go = Confirm at your bank
invoice-pay-why = The last payment failed: { $reason }
invoice-void-hint = You no longer owe anything on this invoice.
invoice-back = Billing
flash-invoice-paid = Invoice { $number } is paid. Thank you.
flash-invoice-not-paid = Invoice { $number } wasn’t paid: { $reason }
flash-invoice-settled = Invoice { $number } is already settled.
flash-method-default = This card will be used for payments from now on.
flash-method-removed = Card removed.

statement-title = Statement
statement-intro = Everything that happened on { $desk }’s account, oldest first, with the balance owed and the credit after each entry.
statement-empty = No transactions yet
statement-cut = Only the most recent rows are shown. The file contains all of them.
statement-when = Day
statement-note = Description
invoice-seller = Seller
invoice-buyer = Buyer
invoice-tax = Tax
statement-charged = Charged
statement-paid = Paid
statement-refunded = Refunded
statement-credit = Credit change
statement-owed = Owed
statement-in-credit = In credit

lifecycle-error-plan-needed = Choose a plan first.
lifecycle-error-same-plan = The add-on is already on this plan.
lifecycle-error-no-trial = The trial has been used up. The plan’s price is shown below.
lifecycle-error-too-few-licences = There aren’t enough licences for everyone selected. Buy more or choose fewer users.
lifecycle-error-no-licences = This add-on isn’t on a paid per-user plan, so there are no licences to change.
lifecycle-error-nothing-to-cancel = There’s nothing to cancel: the add-on isn’t billed monthly.
lifecycle-error-nothing-to-withdraw = There’s nothing to withdraw: no plan or licences are on an unpaid order.
lifecycle-error-payment-under-way = A payment for this is in progress. Check again in a moment.
lifecycle-error-billing-logged-out = Log in to the billing system first.
lifecycle-error-billing-wrong-account = The account that is logged in doesn’t hold this help desk’s licence. Log out, then log in with the right one.
lifecycle-error-price-changed = The price has changed since you loaded the page. It’s now:
lifecycle-error-no-plan = This plan is no longer available. Choose another one.
lifecycle-error-quantity = You can’t buy this number of licences.
lifecycle-error-forbidden = You no longer have permission to buy add-ons. Ask an admin.
lifecycle-error-order-underway = There’s already an order for this add-on. Pay its invoice first.
lifecycle-error-unpaid = Pay this add-on’s open invoice first. You’ll find it on the Billing page.
lifecycle-error-amount-too-high = This costs more than 1,000,000.00 at once. Choose fewer licences.
lifecycle-error-no-licence = Buy at least one licence.
lifecycle-error-no-payment-method = Add a card first. Nothing was ordered or charged.
lifecycle-error-unknown-payment-method = The card you chose is no longer available. Choose another one. Nothing was charged.
lifecycle-error-card-amount-changed = The amount your card would be charged has changed since you loaded the page. Nothing was charged. Check the new amount, then try again.
lifecycle-error-idempotency-key-reused = This page was already used for another order. Reload it.
lifecycle-error-billing-unavailable = The payment company isn’t responding right now. Nothing is lost; check again in a few minutes.
lifecycle-error-gateway-gone = This payment was started with a payment company that this host no longer uses. It stays on hold until that company is set up again. Contact the host’s administrator.
lifecycle-error-gateway-refused = The payment company declined this.
lifecycle-error-gateway-confused = The payment company gave an unclear answer. Nothing was changed; someone needs to look into it.
lifecycle-error-not-payable = There’s nothing left to pay on this invoice.

## Groups of operators
groups-title = Groups
groups-intro = Operators who belong together, such as a team. You can give add-ons to a group and to anyone who joins it later.
groups-new = New group
groups-empty = No groups yet
groups-empty-hint = Use a group to give an add-on to a whole team at once.
groups-column-name = Group
groups-column-members = Members
group-back = Groups
group-new-title = New group
group-edit-title = Group { $name }
group-name = Name
group-members = Members
group-members-hint = New members get the add-ons whose rule names this group. Members who leave keep what they have.
group-create = Create group
group-delete = Delete group
group-delete-title = Delete { $name }?
group-delete-text = Its members keep their add-ons. Rules that name only this group will no longer give the add-on to anyone.
group-created = Group { $name } created.
group-saved = Group { $name } saved.
group-deleted = Group { $name } deleted.

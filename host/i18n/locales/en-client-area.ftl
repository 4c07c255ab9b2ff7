### The client area: where an account's invoices are paid and its cards are kept. And logging a help desk in to it.

client-area-title = Client area
client-nav-label = Client area
client-nav-overview = Overview
client-nav-invoices = Invoices
client-nav-methods = Payment methods
client-nav-password = Password
client-nav-details = Billing details

## Signing in and out
client-sign-in-title = Sign in to the client area
client-sign-in-intro = Use your billing account, not the account you answer tickets with.
client-sign-in-failed = Wrong e-mail address or password.
client-sign-in-hint = Billing accounts are created from the help desk’s panel: choose Log in on the Billing page there. Forgot your password? The host’s administrator can set a new one.
client-sign-in-register = Create a billing account instead
client-sign-out-done = You are signed out of the client area.

## Making an account
client-register-title = Create a billing account
client-register-intro = It will hold the licence of { $desk }: whatever this help desk buys is billed to it.
client-register-name = Name
client-register-name-hint = Your company’s name or your own, as it should appear on invoices.
client-register-email-hint = Monthly invoices are sent here; receipts for purchases go to whoever made them.
client-register-submit = Create account
client-register-sign-in = I already have a billing account
client-email-malformed = Enter an e-mail address such as billing@example.com.
client-email-taken = An account with this address already exists. Sign in instead.
error-code-claim-expired = A billing account is created from the help desk’s panel, within 15 minutes. Choose Log in there again.
error-code-unknown-client = The client area doesn’t know who is asking for this login.
error-code-unknown-redirect = This login would lead to an address that isn’t this help desk’s. It was stopped.
error-code-billing-unavailable = The payment company can’t be reached right now. Nothing is lost; try again in a few minutes.
error-code-gateway-gone = This payment was started with a payment company that this host no longer uses. It stays on hold until that company is set up again. Contact the host’s administrator.
error-code-gateway-refused = The payment company declined this. Try another card or contact the host’s administrator.
error-code-gateway-confused = The payment company’s answer doesn’t match. Nothing was changed; someone needs to look into it.

## Letting a help desk log in
client-authorize-title = Log your help desk in
client-authorize-text = The help desk will be able to buy add-ons on this account until someone logs it out. It can see your name, e-mail address and the last four digits of your cards.
client-authorize-takes = Nobody holds the licence of { $desk } yet. If you continue, this account will hold it, and whatever { $desk } buys is billed to it.
client-authorize-holds = This account holds the licence of:
client-authorize-holds-none = This account doesn’t hold any help desk’s licence. The help desk only accepts the account that holds its licence.
client-authorize-submit = Continue with this account
client-authorize-other = Use another account

## Overview
client-overview-title = Overview
client-overview-due = Due
client-overview-licence = Licence held
client-overview-credit = Credit
client-overview-no-credit = None
client-credit-open = Credit
client-credit-title = Credit of { $desk }
client-credit-once = Top up credit
client-credit-amount = Amount in { $currency }
client-credit-range = Between { $least } and { $most }.
client-credit-submit = Top up
client-credit-done = { $amount } was added to the credit.
client-credit-declined = Your card was declined. Nothing was charged.
client-credit-sent-before = This form was already submitted with a different amount. Nothing more was charged.
client-credit-automatic = Automatic top-up
client-credit-is-on = { $amount } is added whenever the credit falls below { $threshold }.
client-credit-is-off = Off. The credit is topped up only when you do it.
client-credit-threshold = When the credit falls below, in { $currency }
client-credit-switch-on = Turn on
client-credit-switch-off = Turn off
client-credit-on = Automatic top-up is on.
client-credit-off = Automatic top-up is off.
client-credit-automatic-text = Your default payment method is charged, at most once a day. If it’s declined, you’ll get an e-mail, and automatic top-up turns itself off.
client-credit-history = History
client-credit-empty = Nothing has been added or used yet.
client-credit-topped-up = Topped up
client-credit-refund = Refunded
client-credit-invoice = Used for an invoice
client-credit-given = Credit: { $note }
client-overview-next = Next monthly invoice
client-overview-nothing = No paid add-ons
client-overview-nothing-text = This help desk’s paid add-ons and trials will be listed here.
client-overview-table = What { $desk } pays for
client-overview-empty = No help desk yet
client-overview-empty-text = This account doesn’t hold any help desk’s licence.
client-column-addon = Add-on
client-column-plan = Plan
client-column-quantity = Quantity
client-column-state = State
client-column-until = Paid until
client-subscription-trialing = Trial
client-subscription-active = Active
client-subscription-past-due = Payment due
client-subscription-ended = Ended
client-subscription-trial-until = Trial until { $day }
client-subscription-renews = Renews on { $day }
client-subscription-once = One-time purchase

## Invoices
client-invoices-title = Invoices
client-invoices-empty = No invoices yet
client-invoices-empty-text = Every purchase and every month gets an invoice here.
client-invoices-pages = Pages of invoices
client-statement = Statement
client-invoice-title = Invoice { $number }
client-invoice-about = About this invoice
client-invoice-period = Period
client-invoice-paid-on = Paid on
client-invoice-lines = Items
client-invoice-once = Once
client-invoice-reduced = Days not used
client-invoice-credit = Paid from credit
client-invoice-to-pay = By card
client-invoice-open = Processing
client-invoice-due = Due
client-invoice-paid = Paid
client-invoice-void = Void
client-invoice-declined = The last payment failed: { $text }
client-column-number = Invoice
client-column-desk = Help desk
client-column-made = Date
client-column-total = Total
client-column-what = For
client-column-unit = Unit price
client-column-amount = Amount

## Paying by hand
client-pay = Pay
client-pay-title = { $amount } due
client-pay-card = Pay with
client-pay-submit = Pay { $amount }
client-pay-done = Invoice { $number } is paid. Thank you.
client-pay-declined = The card was declined and nothing was charged. Try another card.
client-pay-no-card = Add a card first.
client-pay-action = Your bank needs you to confirm this payment.
client-pay-confirm = Confirm the payment
client-pay-unconfirmed = The payment hasn’t been confirmed yet.

## Cards
client-methods-title = Payment methods
client-methods-intro = You add cards on the payment company’s page; this host never sees their numbers.
client-methods-add = Add a card
client-methods-added = The card was added.
client-methods-unchanged = No card was added.
client-methods-empty = No card yet
client-methods-empty-text = Purchases and monthly invoices are charged to a card. Add one.
client-methods-default = Default card
client-methods-make-default = Make default
client-methods-default-done = This card will be charged from now on.
client-methods-expires = Expires { $date }
client-methods-remove = Remove
client-methods-remove-title = Remove { $card }?
client-methods-remove-text = It won’t be charged any more. Without a card, invoices stay due until you pay them yourself.
client-methods-removed = The card was removed.

## Password
client-password-title = Password
client-password-text = You’ll stay signed in here and be signed out everywhere else.
client-password-done = Your password was changed.
client-details-title = Billing details
client-details-address = Address
client-details-tax-id = Tax ID
client-details-text = New invoices name this address and tax ID. Earlier ones stay as they are.
client-details-done = Your billing details were saved.

## Leaving for another host
client-leave-title = Continue to { $host }
client-leave-text = This takes a second. If nothing happens, use the button.
client-leave-go = Go to { $host }

## The test gateway
test-gateway-mark = Test gateway: no money moves. Never enter a real card.
test-gateway-set-up-title = Add a test card
test-gateway-cards = Choose a test card
test-gateway-pays = Pays.
test-gateway-declines = Is declined.
test-gateway-no-money = Can be added, but has no money.
test-gateway-asks = Asks to confirm each payment (3-D Secure).
test-gateway-times-out = Pays, but the answer gets lost.
test-gateway-month = Expiry month
test-gateway-year = Expiry year
test-gateway-add = Add this card
test-gateway-not-a-test-card = Choose one of the test cards.
test-gateway-expired = This card has expired.
test-gateway-used = This page has already been used. Go back and start again.
test-gateway-confirm-title = Confirm the payment
test-gateway-approve = Confirm
test-gateway-refuse = Refuse
test-gateway-answered = This payment has already been answered.
test-gateway-back = Go back

## Logging a help desk in
billing-login-title = Log in to billing
billing-login-text = You’ll go to the client area, sign in with the billing account that holds this help desk’s licence, and come back. The login applies to the whole help desk until someone logs out.
billing-login-elsewhere = This host uses the billing system at { $host }.
billing-login-submit = Log in
billing-login-already = This help desk is already logged in to billing. Log out first to use another account.
billing-login-done = Logged in to billing as { $email }.
billing-login-wrong = { $email } doesn’t hold this help desk’s licence.
billing-logout-done = This help desk is logged out of billing.
billing-login-refused = Not logged in to billing
billing-login-refused-text = Nothing was changed. You can try again.
billing-login-again = Try again
billing-login-back = Back to Billing
billing-login-error-state = This login was started in another window or session, was already used, or took too long.
billing-login-error-given-up = The login was cancelled in the client area.
billing-login-error-by-issuer = The billing system refused the login.
billing-login-error-issuer = The answer came from a different billing system than the one this host uses. It wasn’t accepted.
billing-login-error-code = The billing system didn’t accept the login’s code: it was already used or took too long.
billing-login-error-token = The billing system’s statement about the account couldn’t be verified. It wasn’t accepted.
billing-login-error-unreachable = The billing system can’t be reached right now. Add-ons keep running; try again in a few minutes.

### The client area: where an account's invoices are paid and its cards are kept. And logging a help desk in to it.

client-area-title = Client area
client-nav-label = Client area
client-nav-overview = Overview
client-nav-invoices = Invoices
client-nav-methods = Payment methods
client-nav-password = Password

## Signing in and out
client-sign-in-title = Sign in to the client area
client-sign-in-intro = With your billing account. It is not the account with which you answer tickets.
client-sign-in-failed = E-mail address or password is wrong.
client-sign-in-hint = A billing account is made from the panel of its help desk: press Log in on the page Billing there. Forgot the password? Whoever runs this host can set another one.
client-sign-in-register = Make a billing account instead
client-sign-out-done = You are signed out of the client area.

## Making an account
client-register-title = Make a billing account
client-register-intro = It will hold the licence of { $desk }: what this help desk buys is billed to it.
client-register-name = Name
client-register-name-hint = Of your company, or your own: as it stands on invoices.
client-register-email-hint = Monthly invoices are sent here; what is bought is told to whoever bought it.
client-register-submit = Make the account
client-register-sign-in = I have a billing account already
client-email-malformed = Enter an e-mail address such as billing@example.com.
client-email-taken = There is an account with this address already. Sign in with it instead.
error-code-claim-expired = A billing account is made from the panel of its help desk, within 15 minutes. Press Log in there again.
error-code-unknown-client = The client area does not know who asks for this login.
error-code-unknown-redirect = This login would lead to an address that is not this help desk’s. It was stopped.
error-code-billing-unavailable = The payment company cannot be reached at the moment. Nothing is lost: try again in a few minutes.
error-code-gateway-gone = This was begun with a payment company that this host is not set up for any more. It waits until that is set up again. Ask whoever runs this host.
error-code-gateway-refused = The payment company refused this. Try another card, or ask whoever runs this host.
error-code-gateway-confused = The payment company gives an answer that does not fit. Nothing was changed; people have to look at it.

## Letting a help desk log in
client-authorize-title = Log your help desk in
client-authorize-text = The help desk will be able to buy add-ons on this account until somebody logs it out. It sees your name, your e-mail address and the cards’ last four digits.
client-authorize-takes = Nobody holds the licence of { $desk } yet. If you go on, this account will hold it, and what { $desk } buys is billed to it.
client-authorize-holds = This account holds the licence of:
client-authorize-holds-none = This account does not hold the licence of any help desk. The help desk will accept only the account that holds its licence.
client-authorize-submit = Go on with this account
client-authorize-other = Use another account

## Overview
client-overview-title = Overview
client-overview-due = To be paid
client-overview-licence = Licence held
client-overview-credit = Credit
client-overview-no-credit = None
client-overview-next = Next monthly invoice
client-overview-nothing = Nothing is paid for
client-overview-nothing-text = Paid add-ons and trials of this help desk will be listed here.
client-overview-table = What { $desk } pays for
client-overview-empty = No help desk yet
client-overview-empty-text = This account does not hold the licence of a help desk.
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
client-subscription-once = Once for good
client-price-per-user = { $price } per user and month
client-price-per-seat = { $price } per operator and month
client-price-flat = { $price } per month
client-price-one-time = { $price } once
client-price-free = Free

## Invoices
client-invoices-title = Invoices
client-invoices-empty = No invoices yet
client-invoices-empty-text = Every purchase and every month has an invoice here.
client-invoices-pages = Pages of invoices
client-statement = Statement
client-invoice-title = Invoice { $number }
client-invoice-about = About this invoice
client-invoice-period = Period
client-invoice-paid-on = Paid on
client-invoice-lines = Lines
client-invoice-once = Once
client-invoice-credit = Paid from credit
client-invoice-to-pay = By card
client-invoice-open = Being charged
client-invoice-due = Due
client-invoice-paid = Paid
client-invoice-void = Void
client-invoice-declined = The last payment did not work: { $text }
client-period = { $from } to { $to }
client-column-number = Invoice
client-column-desk = Help desk
client-column-made = Date
client-column-total = Total
client-column-what = For
client-column-unit = Each
client-column-amount = Amount

## Paying by hand
client-pay = Pay
client-pay-title = { $amount } to be paid
client-pay-card = Pay with
client-pay-cards = Other cards
client-pay-submit = Pay { $amount }
client-pay-done = Invoice { $number } is paid. Thank you.
client-pay-declined = The card was declined. Nothing was taken: try another card.
client-pay-no-card = Add a card first.
client-pay-action = The payment waits for you to confirm it at your bank.
client-pay-confirm = Confirm the payment
client-pay-unconfirmed = The payment is not confirmed yet.

## Cards
client-methods-title = Payment methods
client-methods-intro = Cards are added on a page of the payment company: this host never sees their numbers.
client-methods-add = Add a card
client-methods-added = The card was added.
client-methods-unchanged = No card was added.
client-methods-empty = No card yet
client-methods-empty-text = Purchases and monthly invoices are charged to a card. Add one.
client-methods-default = Charged by default
client-methods-make-default = Charge this one
client-methods-default-done = This card is charged from now on.
client-methods-expires = Expires { $date }
client-methods-remove = Remove
client-methods-remove-title = Remove { $card }?
client-methods-remove-text = It will not be charged any more. Without a card, invoices wait until they are paid by hand.
client-methods-removed = The card was removed.

## Password
client-password-title = Password
client-password-text = You stay signed in here. Everywhere else you are signed out.
client-password-done = Your password was changed.

## Leaving for another host
client-leave-title = On to { $host }
client-leave-text = This takes a second. If nothing happens, use the button.
client-leave-go = Go to { $host }

## The test gateway
test-gateway-mark = Test gateway: no money moves. Never enter a real card.
test-gateway-set-up-title = Add a test card
test-gateway-cards = Choose a test card
test-gateway-pays = Pays.
test-gateway-declines = Is declined.
test-gateway-no-money = Can be added, then has no money.
test-gateway-asks = Asks to confirm each payment (3-D Secure).
test-gateway-times-out = Pays, but the answer gets lost.
test-gateway-month = Expires: month
test-gateway-year = Expires: year
test-gateway-add = Add this card
test-gateway-not-a-test-card = Choose one of the test cards.
test-gateway-expired = This card has expired.
test-gateway-used = This page was used already. Go back and start again.
test-gateway-confirm-title = Confirm the payment
test-gateway-approve = Confirm
test-gateway-refuse = Refuse
test-gateway-answered = This payment waits for nothing any more.
test-gateway-back = Go back

## Logging a help desk in
billing-login-title = Log in to billing
billing-login-text = You go to the client area, sign in with the billing account that holds the licence of this help desk, and come back. The login holds for the whole help desk until somebody logs out.
billing-login-elsewhere = This host uses the billing system at { $host }.
billing-login-submit = Log in
billing-login-already = This help desk is logged in to billing already. Log out first to use another account.
billing-login-done = Logged in to billing as { $email }.
billing-login-wrong = { $email } does not hold the licence of this help desk.
billing-logout-done = This help desk is logged out of billing.
billing-login-refused = Not logged in to billing
billing-login-refused-text = Nothing was changed. You can try again.
billing-login-again = Try again
billing-login-back = Back to Billing
billing-login-error-state = This login was begun in another window or session, was used already, or took too long.
billing-login-error-given-up = The login was given up in the client area.
billing-login-error-by-issuer = The billing system refused the login.
billing-login-error-issuer = The answer came from another billing system than this host uses. It was not accepted.
billing-login-error-code = The billing system did not accept the login’s code: it was used already, or took too long.
billing-login-error-token = What the billing system said about the account could not be verified. It was not accepted.
billing-login-error-unreachable = The billing system cannot be reached at the moment. Add-ons go on running; try again in a few minutes.

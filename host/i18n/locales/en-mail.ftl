### Mails to operators, and the outbox.

## What every mail has

mail-greeting = Hello { $name },
mail-greeting-nobody = Hello,
mail-footer = Written by the help desk { $desk }, because of something that you or it did. Nobody reads answers to this mail.

mail-fact-addon = Add-on
mail-fact-plan = Plan
mail-fact-licences = Licences
mail-fact-seats = Seats
mail-fact-per-month = Each month
mail-fact-once = Once
mail-fact-renews = Next bill
mail-fact-trial-ends = Trial ends
mail-fact-invoice = Invoice
mail-fact-total = Total
mail-fact-credit = Paid from credit
mail-fact-method = Paid with
mail-fact-reason = What the bank said
mail-fact-refusal = What the payment company said

mail-line = { $description }, { $quantity } times
mail-period = { $from } to { $to }

mail-action-open = Open { $addon }
mail-action-again = Try again
mail-action-pay = Pay the invoice
mail-action-answer = Answer
mail-action-invoice = Open the invoice
mail-action-plan = Choose a plan
mail-action-plans = Open its plans
mail-action-listing = Open its page

## An add-on was installed, or was not

mail-installed-subject = { $addon } is installed
mail-installed-happened = { $addon } { $version } is installed and runs in your help desk.
mail-installed-next = Its page has its settings, its users and its plan.
mail-installed-trial = You can try it until { $date }. Nothing is charged for it unless you choose a plan.

mail-install-failed-subject = { $addon } could not be installed
mail-install-failed-happened = { $addon } could not be installed: { $error }
mail-install-failed-refunded = { $amount } had been charged for it and is being paid back.
mail-install-failed-next = Your help desk works as before. You can try again whenever you like; if it fails once more, ask the publisher.

## Money

mail-payment-due-subject = Invoice { $number } over { $amount } is to be paid
mail-payment-due-happened = The payment of { $amount } for invoice { $number } did not go through.
mail-payment-due-action = Your bank wants you to confirm the payment of { $amount } for invoice { $number }.
mail-payment-due-ending = Invoice { $number } for { $amount } is still unpaid, and the add-ons on it will stop soon.
mail-payment-due-retry = We will try your card again on { $date }. If you add another card before then, we will try that one at once.
mail-payment-due-runs-until = Everything runs on until { $date }. Please pay the invoice before then, with this card or another one.
mail-payment-due-starts = What you ordered starts by itself when the invoice is paid, on whichever day that is.

mail-receipt-subject = Receipt for invoice { $number }: { $amount }
mail-receipt-happened = Thank you. Invoice { $number } over { $amount } is paid.

mail-refunded-subject = { $amount } is paid back
mail-refunded-card = { $amount } of invoice { $number } goes back to the card that it was paid with.
mail-refunded-credit = { $amount } of invoice { $number } goes back to your credit.
mail-refunded-next = You need not do anything. It can take a few days until your bank shows it.

mail-refund-failed-subject = { $amount } of invoice { $number } could not be paid back
mail-refund-failed-happened = { $amount } of invoice { $number } were to be paid back, and the payment company refused for good. Nothing was paid back.
mail-refund-failed-next = It is not tried again by itself. Somebody has to look at the dashboard of the payment company, and pay it back from there.

mail-disputed-inquiry-subject = Your bank asks about the payment of invoice { $number }
mail-disputed-inquiry-happened = Your bank asks about the payment of { $amount } for invoice { $number }. No money has moved.
mail-disputed-inquiry-next = If you know the payment, please tell your bank so. You need not do anything here.

mail-disputed-open-subject = The payment of invoice { $number } is disputed
mail-disputed-open-happened = The payment of { $amount } for invoice { $number } is disputed, and your bank has taken the money back until it decides.
mail-disputed-open-next = If you know the payment, please tell your bank so. If something is wrong with the invoice, write to us.

mail-disputed-won-subject = The dispute about invoice { $number } is settled
mail-disputed-won-happened = Your bank has decided: the payment of { $amount } for invoice { $number } stands.
mail-disputed-won-next = You need not do anything.

mail-disputed-lost-subject = The payment of invoice { $number } was taken back
mail-disputed-lost-happened = Your bank has decided: the payment of { $amount } for invoice { $number } stays with the cardholder.
mail-disputed-lost-next = If you want to keep what the invoice is for, please contact us.

mail-missed-months-subject = { $months ->
    [one] May we charge one month that was missed?
   *[other] May we charge { $months } months that were missed?
}
mail-missed-months-happened = { $months ->
    [one] The help desk was switched off for a while, and one monthly bill was not made out.
   *[other] The help desk was switched off for a while, and { $months } monthly bills were not made out.
}
mail-missed-months-next = Nothing is charged until you say so. Your add-ons keep running until { $date }; please answer before then.

mail-no-licence-subject = No licence left of { $addon } for { $user }
mail-no-licence-happened = { $user } should get { $addon } automatically, but all of its licences are in use. { $user } does not have it.
mail-no-licence-next = Buy another licence, or take one from somebody who does not need it any more.

mail-unpaid-subject = { $addon } stopped: invoice { $number } is unpaid
mail-unpaid-happened = { $addon } stopped, because invoice { $number } is still unpaid. Its settings and its data are kept.
mail-unpaid-next = It runs again by itself as soon as the invoice is paid.

## Trials and plans

mail-trial-reminder-subject = { $days ->
    [one] Your trial of { $addon } ends in one day
   *[other] Your trial of { $addon } ends in { $days } days
}
mail-trial-reminder-happened = { $days ->
    [one] The trial of { $addon } has one day left. It ends on { $date } (UTC).
   *[other] The trial of { $addon } has { $days } days left. It ends on { $date } (UTC).
}
mail-trial-reminder-next = To go on using it, choose a plan. Otherwise it stops on that day, and its settings and data are kept.

mail-trial-ended-subject = Your trial of { $addon } has ended
mail-trial-ended-happened = The trial of { $addon } has ended, and it has stopped. Its settings and its data are kept.
mail-trial-ended-next = Choose a plan to go on where you left.

mail-plan-changed-subject = { $addon } is on the plan { $plan }
mail-plan-changed-happened = { $addon } is now on the plan { $plan }.
mail-plan-changed-later = { $count ->
    [one] From the next billing day on it has one licence.
   *[other] From the next billing day on it has { $count } licences.
}

mail-cancelled-subject = { $addon } is cancelled
mail-cancelled-happened = { $addon } is cancelled and has stopped. No further payment is taken for it.
mail-cancelled-next = Its settings and its data are kept. If you buy it again, it goes on where you left.

## An add-on was removed, or could not be updated

mail-uninstalled-subject = { $addon } is uninstalled
mail-uninstalled-happened = { $addon } and the data that it kept are removed. What it cost has ended with it.
mail-uninstalled-next = You can install it again at any time.

mail-update-failed-subject = { $addon } could not be updated
mail-update-failed-happened = The update of { $addon } from { $from } to { $to } failed: { $error }
mail-update-failed-next = Version { $from } runs as before, with its data. You can try again; if it fails once more, ask the publisher.

## The outbox

nav-outbox = Outbox
outbox-title = Outbox
outbox-intro = Every mail that was written for this help desk: installations, invoices, trials. Each is written once.
outbox-server = Mails leave through
outbox-no-server = There is no mail server, so mails are kept here, and nobody gets them. Start the host with:
outbox-empty-title = No mail yet
outbox-empty-text = Mails about installations, invoices and trials appear here.
outbox-column-mail = Subject
outbox-column-to = To
outbox-column-state = State
outbox-column-written = Written
outbox-no-subject = Being written
outbox-waiting = Waiting
outbox-sent = Sent
outbox-kept = Kept here
outbox-failed = Not sent
outbox-failed-text = The mail was not sent, and will not be unless you send it again. The reason was:
outbox-waiting-text = The mail was not sent yet; it is tried again by itself. The last answer was:
outbox-tries = Tries
outbox-back = All mails
outbox-html = See it as its reader does
outbox-send-again = Send again
outbox-sent-again = The mail is on its way again.
outbox-not-written = The mail is being written.

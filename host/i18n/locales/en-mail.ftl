### Mails to operators, and the outbox.

## What every mail has

mail-greeting = Hello { $name },
mail-greeting-nobody = Hello,
mail-footer = Sent by the help desk { $desk } because of something that you or it did. Replies to this e-mail aren’t read.

mail-fact-addon = Add-on
mail-fact-subject = Subject
mail-fact-message = Message
mail-fact-plan = Plan
mail-fact-licences = Licences
mail-fact-unassigned = Lost access
mail-fact-seats = Seats
mail-fact-per-month = Every month
mail-fact-once = Once
mail-fact-renews = Next bill
mail-fact-trial-ends = Trial ends
mail-fact-invoice = Invoice
mail-fact-total = Total
mail-fact-reduced = Days not used
mail-fact-credit = Paid from credit
mail-fact-method = Paid with
mail-fact-reason = What the bank said
mail-fact-refusal = What the payment company said

mail-line = { $description } × { $quantity }
mail-period = { $from } to { $to }

mail-action-open = Open { $addon }
mail-action-again = Try again
mail-action-pay = Pay the invoice
mail-action-answer = Answer
mail-action-invoice = Open the invoice
mail-action-plan = Choose a plan
mail-action-plans = Open its plans
mail-action-listing = Open its page
mail-action-work = Open Background work
mail-action-accept = Accept the invitation
mail-action-reset = Choose a new password
mail-action-ticket = Open the ticket

## An add-on was installed, or was not

mail-installed-subject = { $addon } is installed
mail-installed-happened = { $addon } { $version } is installed and running in your help desk.
mail-installed-next = You’ll find its settings, users and plan on its page.
mail-installed-trial = You can try it until { $date }. You won’t be charged unless you choose a plan.

mail-install-failed-subject = { $addon } could not be installed
mail-install-failed-happened = { $addon } could not be installed: { $error }
mail-install-failed-refunded = You were charged { $amount } for it; the amount is being refunded.
mail-install-failed-next = Your help desk works as before. You can try again at any time; if it fails again, contact the publisher.
mail-install-approved-subject = Your request to install { $addon } was approved
mail-install-approved-happened = The publisher of { $addon } has approved your request and set everything up. The installation is being completed now.
mail-install-approved-next = There’s nothing for you to do. You’ll get another e-mail when the add-on is ready, or if something goes wrong.

## Money

mail-payment-due-subject = Invoice { $number } for { $amount } is due
mail-payment-due-happened = The payment of { $amount } for invoice { $number } failed.
mail-payment-due-action = Your bank needs you to confirm the payment of { $amount } for invoice { $number }.
mail-payment-due-ending = Invoice { $number } for { $amount } is still unpaid, and the add-ons on it will stop soon.
mail-payment-due-retry = We will try your card again on { $date }. If you add another card before then, we will try that one at once.
mail-payment-due-runs-until = Everything keeps running until { $date }. Please pay the invoice before then, with this card or another one.
mail-payment-due-starts = Your order starts automatically once the invoice is paid, whenever that is.

mail-receipt-subject = Receipt for invoice { $number }: { $amount }
mail-receipt-happened = Thank you. Invoice { $number } for { $amount } is paid.

mail-refunded-subject = Refund of { $amount }
mail-refunded-card = { $amount } from invoice { $number } is being refunded to the card you paid with.
mail-refunded-credit = { $amount } from invoice { $number } was added back to your credit.
mail-refunded-next = You don’t need to do anything. It may take a few days to appear on your statement.

mail-refund-failed-subject = The refund of { $amount } for invoice { $number } failed
mail-refund-failed-happened = { $amount } from invoice { $number } was due to be refunded, but the payment company declined it permanently. Nothing was refunded.
mail-refund-failed-next = It won’t be retried automatically. Someone needs to check the payment company’s dashboard and refund it from there.
mail-top-up-declined-subject = { $amount } of credit could not be topped up
mail-top-up-declined-happened = Your card was to be charged { $amount } because the credit had fallen below your threshold. That didn’t work, so nothing was charged.
mail-top-up-declined-next = Automatic top-up is now off. Check your card and turn it on again in the client area.
mail-action-client-area = Open the client area

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
mail-users-unassigned-subject = { $count ->
    [one] One user no longer has { $addon }
   *[other] { $count } users no longer have { $addon }
}
mail-users-unassigned-happened = { $count ->
    [one] { $addon } now has one licence, fewer than it had users. Those who got it last no longer have it.
   *[other] { $addon } now has { $count } licences, fewer than it had users. Those who got it last no longer have it.
}
mail-users-unassigned-next = Anyone who manages add-ons can buy more licences and choose who uses the add-on.

mail-unpaid-subject = { $addon } stopped: invoice { $number } is unpaid
mail-unpaid-happened = { $addon } was stopped because invoice { $number } is still unpaid. Its settings and data are kept.
mail-unpaid-next = It starts again automatically once the invoice is paid.

## Trials and plans

mail-trial-reminder-subject = { $days ->
    [one] Your trial of { $addon } ends in one day
   *[other] Your trial of { $addon } ends in { $days } days
}
mail-trial-reminder-happened = { $days ->
    [one] The trial of { $addon } has one day left. It ends on { $date } (UTC).
   *[other] The trial of { $addon } has { $days } days left. It ends on { $date } (UTC).
}
mail-trial-reminder-next = To keep using it, choose a plan. Otherwise it stops on that day; its settings and data are kept.

mail-trial-ended-subject = Your trial of { $addon } has ended
mail-trial-ended-happened = The trial of { $addon } has ended, and the add-on has stopped. Its settings and data are kept.
mail-trial-ended-next = Choose a plan to continue where you left off.

mail-plan-changed-subject = { $addon } is now on the { $plan } plan
mail-plan-changed-happened = { $addon } is now on the { $plan } plan.
mail-plan-changed-later = { $count ->
    [one] From the next billing day it has one licence.
   *[other] From the next billing day it has { $count } licences.
}

mail-cancelled-subject = { $addon } was cancelled
mail-cancelled-happened = { $addon } was cancelled and has stopped. You won’t be charged for it again.
mail-cancelled-next = Its settings and data are kept. If you buy it again, it continues where it left off.

## An add-on was removed, or could not be updated

mail-uninstalled-subject = { $addon } was uninstalled
mail-uninstalled-happened = { $addon } and the data it stored have been removed. You won’t be charged for it again.
mail-uninstalled-next = You can install it again at any time.
mail-uninstall-failed-subject = { $addon } was not uninstalled
mail-uninstall-failed-happened = { $addon } was not uninstalled: { $error }
mail-uninstall-failed-next = Its data is still there, and you won’t be charged for it again. You can uninstall it again at any time; if that fails too, contact the publisher.
mail-support-requested-subject = Support request: { $addon } ({ $id })
mail-support-requested-happened = { $by } asks for help with an update of { $addon } that failed and could not be undone.

mail-update-failed-subject = { $addon } could not be updated
mail-update-failed-happened = The update of { $addon } from { $from } to { $to } failed: { $error }
mail-update-failed-next = Version { $from } is still running, and its data is unchanged. You can try again; if it fails again, contact the publisher.
mail-update-failed-next-inactive = The add-on is still switched off. It stays on version { $from }, and its data is unchanged. You can try again; if it fails again, contact the publisher.
mail-update-failed-next-suspended = The add-on is still suspended. It stays on version { $from }, and its data is unchanged. You can try again; if it fails again, contact the publisher.
mail-update-failed-next-stuck = Undoing the update failed too, so the add-on isn’t running. It stays on version { $from }. Try the update again; if it fails again, contact the publisher.

## Invitations

mail-operator-invited-subject = You’re invited to the help desk { $desk }
mail-operator-invited-happened = { $name } has invited you to work in the help desk { $desk }.
mail-operator-invited-next = { $days ->
    [one] Choose a password to begin. The link works once, within one day.
   *[other] Choose a password to begin. The link works once, within { $days } days.
}
mail-operator-invited-not-kept = The link is only in the e-mail that was sent. It isn’t kept here.

## Forgotten passwords

mail-password-reset-subject = Choose a new password
mail-password-reset-happened = Somebody, probably you, asked for a new password for your account in the help desk { $desk }.
mail-password-reset-next = The link works once, within one hour. If it wasn’t you, do nothing: your password stays as it is.

## Tickets

mail-ticket-new-subject = New ticket: { $subject } (#{ $number })
mail-ticket-new-happened = { $name } opened a ticket. It isn’t assigned to anyone yet.
mail-ticket-assigned-subject = Assigned to you: { $subject } (#{ $number })
mail-ticket-assigned-happened = { $name } assigned this ticket to you.
mail-ticket-assigned-by-itself = This ticket was assigned to you.
mail-ticket-answered-subject = Re: { $subject } (#{ $number })
mail-ticket-answered-happened = { $name } replied to one of your tickets.
mail-ticket-switch-off = You can turn these e-mails off in your profile.

## The outbox

nav-outbox = Outbox
outbox-title = Outbox
outbox-intro = Every e-mail written for this help desk: invitations, installations, invoices and trials. Each is written once.
outbox-server = Mail server
outbox-no-server = No mail server is set up, so e-mails are kept here and nobody receives them. Start the host with:
outbox-empty-title = No e-mails yet
outbox-empty-text = E-mails about invitations, installations, invoices and trials appear here.
outbox-column-mail = Subject
outbox-column-to = To
outbox-column-state = State
outbox-column-written = Written
outbox-no-subject = Being written
outbox-waiting = Waiting
outbox-sent = Sent
outbox-kept = Kept here
outbox-failed = Not sent
outbox-failed-text = This e-mail wasn’t sent and won’t be retried unless you send it again. The reason was:
outbox-waiting-text = This e-mail hasn’t been sent yet; it’s retried automatically. The last answer was:
outbox-tries = Attempts
outbox-back = All e-mails
outbox-html = View as the reader sees it
outbox-send-again = Send again
outbox-sent-again = The e-mail is being sent again.
outbox-not-written = The e-mail is still being written.

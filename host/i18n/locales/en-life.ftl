### The life of an installed add-on: what needs attention, what is left to do after installing, requests of operators.

badge-needs-setup = Needs setup
badge-set-aside = Set aside
badge-pre-release = Pre-release
badge-pre-releases = Gets pre-releases

## What needs attention
nav-attention = Attention
attention-title = Needs your attention
attention-count = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}
attention-empty = All is well
attention-empty-hint = Failed or suspended add-ons, trials that are ending, unpaid invoices and requests show up here.
attention-open = Have a look
attention-pay = Pay
attention-set-up = Set up
attention-answer = See requests
attention-update-failed = { $name } could not be updated
attention-update-failed-text = The update failed and so did undoing it. Try the update again, go back to the previous version, or ask the publisher for help.
attention-suspended = { $name } is suspended
attention-suspended-text = Annex stopped it three times within an hour, so it was switched off. Update it, go back to the previous version, or activate it again.
attention-blocked = { $name } is blocked
attention-blocked-text = This version may not run any more. Update the add-on or uninstall it.
attention-install-failed = { $name } could not be installed
attention-install-failed-text = Open it to see why, and to try again.
attention-uninstall-failed = { $name } was not uninstalled
attention-uninstall-failed-text = Its publisher sets it up by hand and did not let it go. Open it to see why, and to try again.
attention-set-aside = { $name } is stuck
attention-set-aside-text = An operation kept stopping the host or can’t be continued, so it was set aside. Someone has to decide what to do with it.
attention-invoice-due = Invoice { $number } for { $amount } is due
attention-invoice-due-text = Pay it to keep everything it covers running.
attention-trial-expired = The trial of { $name } is over
attention-trial-expired-text = Choose a plan to use it again, or uninstall it. Its data is kept until then.
attention-needs-setup = { $name } is not set up yet
attention-needs-setup-text = { $count ->
    [0] Its settings do not work.
    [one] One setting is missing. The add-on cannot work without it.
   *[other] { $count } settings are missing. The add-on cannot work without them.
}
attention-trial-ends = { $count ->
    [0] The trial of { $name } ends today
    [one] The trial of { $name } ends within a day
   *[other] The trial of { $name } ends in { $count } days
}
attention-trial-ends-text = Choose a plan to keep using it.
attention-update-undone = The last change to { $name } was undone
attention-update-undone-text = The previous version is still in place, with its data. Open the add-on to see what went wrong.
attention-requested = { $count ->
    [one] A colleague would like to use { $name }
   *[other] { $count } colleagues would like to use { $name }
}
attention-requested-text = Install it to approve, or decline with a short answer.

## Ask an admin
nav-requests = Requests
requests-title = Requests for add-ons
requests-empty = Nobody is asking for an add-on
requests-empty-hint = When somebody who may not install add-ons asks for one, it shows up here.
requests-count = { $count ->
    [one] One person asks for it
   *[other] { $count } people ask for it
}
requests-approve = Review and install
requests-approve-hint = You see what it may do and what it costs before anything happens. Everybody who asked is told when it is installed.
requests-answer = Answer to { $name } (optional)
requests-decline = Decline
requests-listing = { $count ->
    [one] One person asks for this add-on:
   *[other] { $count } people ask for this add-on:
}
requests-consent = { $count ->
    [one] Installing it approves the request of
   *[other] Installing it approves the requests of
}
ask-intro = You can look around here. To get an add-on, open it and ask an admin.
ask-browse = Browse add-ons
ask-forbidden = You can browse the add-ons and ask an admin for the one you need.
ask-installed = Your help desk has this add-on.
ask-asked = You have asked for it; an admin will answer. Asked
ask-declined = An admin declined your request.
ask-reason = Why do you need it?
ask-button = Ask an admin
ask-hint = Everybody who manages add-ons sees your request. You get an email when it is answered.
flash-asked = Your request was sent. You get an email when it is answered.
flash-asked-before = You have already asked for it. You get an email when it is answered.
flash-asked-installed = Your help desk already has this add-on.
flash-declined = The request was declined. { $name } gets an email.

## After installing
start-title = Get started with { $name }
start-left = What is left to do
start-done = Everything is set up
start-is-done = (done)
start-then = And then
start-settings = Fill in its settings
start-settings-go = Open settings
start-channel = Connect the service to your help desk
start-channel-go = Connect
start-users = Choose who uses it
start-users-go = See users
start-ticket = Open a ticket
start-ticket-hint = The add-on has its own panel beside every ticket.
start-inbox = Go to the inbox
start-inbox-hint = Messages that arrive through this channel become tickets in your inbox.
start-no-ticket-hint = The add-on has its own panel beside every ticket. You have no tickets yet.
start-language = Use this language now
start-language-hint = This changes the language for you only. Everybody chooses their own in their profile.
start-language-used = You are using this language. You can change it in your profile at any time.
flash-language-used = You are now using this language.

## One add-on
my-addons-next-try = Annex tries again by itself after { $time } (UTC).
manage-needs-setup = Not set up yet
manage-set-aside = An operation was set aside
manage-set-aside-decide = It won’t continue by itself: it kept stopping the host, or this version of the host can’t continue it. Decide what to do with it under Background work.
manage-set-aside-ask = It won’t continue by itself: it kept stopping the host, or this version of the host can’t continue it. Someone who manages the help desk has to decide what to do with it under Background work.
manage-needs-setup-hint = It cannot work until these are filled in:
manage-settings-wrong = These settings do not work
manage-whats-left = See what is left to do
manage-notice-said = The add-on says:
manage-notice-publisher-said = The publisher says:
manage-notice-logs = Details are in its log
manage-notice-support = Ask the publisher for help
support-ask = Contact support
support-title = Contact support
support-intro = The update failed and couldn’t be undone. Support gets the details below, and answers by e-mail.
support-about = Add-on
support-error-id = Error ID
support-text = What happened before? (optional)
support-send = Send request
support-mail = Write an e-mail instead
flash-support-sent = Your request was sent to support.
flash-support-sent-before = You’ve already sent a request about this problem. Support will get back to you.
manage-patch-hint = Want to stay on { $line }?
manage-patch = Update to { $version } instead
manage-pre-releases-on = Get pre-releases
manage-pre-releases-on-hint = Beta versions are offered, too. They may still contain errors.
manage-pre-releases-off = Stop getting pre-releases
manage-pre-releases-off-hint = Only finished versions are offered.
manage-busy = It is being changed. You can uninstall it when that is done.
settings-read-only = This cannot be changed at the moment.
listing-try-pre-release = Try it
flash-pre-releases-on = { $name } is offered pre-releases, too.
flash-pre-releases-off = { $name } is offered finished versions only.
flash-busy = It is being changed. Try again when that is done.
notice-code-suspended = Annex stopped it three times within an hour because of errors of its own, so it was switched off. Update it, go back to the previous version, or activate it again.
notice-code-install-hook-failed = The add-on reported a problem while it was being installed.
notice-code-update-hook-failed = The add-on reported a problem while it was being updated.
notice-code-language-failed = The texts of this language could not be read.
notice-code-unavailable = Something was not available that was needed for this. It may work later.
notice-code-publisher-declined = The publisher sets this add-on up by hand and declined.
notice-code-publisher-silent = The publisher sets this add-on up by hand and did not answer within 7 days. You can try again.
notice-code-uninstall-declined = The publisher sets this add-on up by hand and declined to remove it. You can try again.
notice-code-uninstall-unanswered = The publisher sets this add-on up by hand and did not answer within 7 days, so it was not removed. You can try again.
notice-code-unknown = Something went wrong.
lifecycle-error-pre-release = This version is a pre-release. Switch pre-releases on for this add-on first.
error-code-cannot-give-up = A cancellation or uninstallation can’t be undone halfway through. Try it again instead.
lifecycle-error-force-disabled = Force uninstall is not available for this help desk.

## Mails
mail-fact-version = Version
mail-fact-error = Error id
mail-fact-answer = Answer
mail-fact-work = Operation
mail-fact-why = Reason
mail-suspended-subject = { $addon } was suspended
mail-suspended-happened = Annex stopped { $addon } { $count ->
    [one] once
   *[other] { $count } times
} within an hour because of errors of its own, so it was switched off. Its data and settings are kept.
mail-suspended-next = Go back to the previous version, or activate it again. If it stops again, ask the publisher.
mail-package-lost-happened = The host switched { $addon } off because its package is damaged or missing from the host.
mail-package-lost-next = It starts again by itself once the host’s administrator has restored the file or published the version again. Its settings and data are kept.
mail-suspended-next-update = Version { $version } is available and may fix it: you can update the add-on while it is suspended.
mail-texts-refused-happened = The host switched { $addon } off because its texts break one of this host’s rules. Its settings are kept.
mail-texts-refused-next = This version can’t be activated. Update or uninstall the add-on.
mail-set-aside-subject = { $addon } is stuck and needs a decision
mail-set-aside-died = An operation on { $addon } stopped the host { $count ->
    [one] once
   *[other] { $count } times
}, so it was set aside.
mail-set-aside-unknown = This version of the host can’t continue an operation on { $addon }, so it was set aside.
mail-set-aside-job-subject = Background work is waiting for a decision
mail-set-aside-job-died = Something the host was doing for this help desk stopped it { $count ->
    [one] once
   *[other] { $count } times
}, so it was set aside.
mail-set-aside-job-failed = Something the host was doing for this help desk failed for good, so it was set aside.
mail-set-aside-next = It won’t continue by itself. Try it again or give it up under Background work.
mail-set-aside-next-again = It won’t continue by itself and can’t be undone halfway through. Try it again under Background work.
mail-request-approved-subject = { $addon } is installed
mail-request-approved-happened = { $name } has installed { $addon }, which you asked for.
mail-request-declined-subject = Your request for { $addon } was declined
mail-request-declined-happened = { $name } has declined your request for { $addon }.

mail-addon-ends-subject = { $addon } is being discontinued
mail-addon-ends-happened = The publisher of { $addon } is discontinuing it. It stops in your help desk on { $date }. What it costs ends then, too.
mail-addon-ends-next = Until then it works as before. Look for a replacement, and export its data if you need it.

## Custom fields of tickets and contacts
nav-fields = Fields
fields-title = Custom fields
fields-intro = What your help desk keeps about tickets and requesters beyond what comes with them, such as an order number.
fields-new = New field
fields-new-ticket = New field for tickets
fields-new-contact = New field for requesters
fields-empty = No custom fields yet
fields-empty-hint = Add a field to keep something about every ticket or requester, and to filter by it.
fields-of-ticket = Tickets
fields-of-contact = Requesters
fields-none = No fields yet.
field-back = Custom fields
field-new-title = New field
field-edit-title = Field { $name }
field-of = Belongs to
field-label = Label
field-key = Key
field-key-hint = Programs know the field by this: a–z, 0–9 and _, starting with a letter. It can’t be changed later.
field-key-wrong = Use 1 to 40 of a–z, 0–9 and _, starting with a letter.
field-kind = Type
field-kind-hint = Once a value is filled in, the type stays. Retire the field then, and make another one.
field-kind-text = Text
field-kind-number = Number
field-kind-date = Date
field-kind-choice = Choice
field-kind-flag = Yes or no
field-has-values = Some tickets or requesters have a value already, so the type can’t be changed. Retire this field and make another one.
field-choices = Choices
field-choices-hint = One per line, for the type Choice.
field-choices-kind = Enter at least one choice.
field-choices-twice = Enter each choice once.
field-help = Help text
field-help-hint = Shown below the field.
field-required = Required to solve a ticket
field-required-hint = For fields of tickets: without it, a ticket can’t be solved.
field-is-required = Required to solve
field-create = Create field
field-retire = Retire field
field-retire-title = Retire { $name }?
field-retire-text = Nobody will see or fill in this field. What it holds is kept, and comes back when you use the field again.
field-restore = Use again
field-restore-named = Use { $name } again
field-is-retired = Not in use
field-of-add-on = From { $name }
field-of-add-on-hint = { $name } brought this field. You can say whether it’s required, move it, and retire it.
field-up = Move { $name } up
field-down = Move { $name } down
field-created = Field { $name } created.
field-saved = Field { $name } saved.
field-moved = Field { $name } moved.
field-retired = Field { $name } retired.
field-restored = Field { $name } is used again.
field-nothing = –
field-yes = Yes
field-no = No
field-odd = This value is from before the field was changed. You can keep it, replace it or clear it.
field-value-required = Fill in this field before the ticket is solved.
field-value-retired = This field is no longer used. What you entered wasn’t saved.
field-value-of-add-on = Only its add-on and people fill in this field.
field-value-number = Enter a number such as 12 or 12.5, with at most 15 digits.
field-value-date = Enter a day such as 2026-02-28.

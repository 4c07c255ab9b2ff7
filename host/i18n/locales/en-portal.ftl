### Publishers: the mails, the portal and the pages of the platform’s people.

## Documentation

developers-title = Documentation for publishers
developers-intro = Build an add-on, connect your own product to it, and publish it in the marketplace.
developers-search = Search the documentation
developers-search-none = Nothing matches all of your words. Try fewer or different ones.
developers-pages = All pages
developers-contents = On this page
developers-turn = Previous and next page
developers-part-start = Get started
developers-part-publish = Publish
developers-part-build = Build

## Mails

mail-action-portal = Open the publisher portal
mail-action-ask-again = Send another request
mail-action-set-up = Set up your account
mail-fact-role = Role
mail-fact-fingerprint = Fingerprint
mail-publisher-requested-subject = We received your request for { $name }
mail-publisher-requested-happened = Thank you. Your request for a publisher account for { $name } has arrived.
mail-publisher-requested-next = We’ll review it and e-mail you the answer. There’s nothing else to do right now.
mail-publisher-approved-subject = Your publisher account for { $name } is ready
mail-publisher-approved-happened = Your request was approved: { $name } can now publish add-ons.
mail-publisher-approved-next = Sign in with the billing account you already have.
mail-publisher-refused-subject = Your request for { $name } wasn’t approved
mail-publisher-refused-happened = We can’t approve a publisher account for { $name } yet.
mail-publisher-refused-next = Once this is resolved, you’re welcome to send another request.
mail-publisher-invited-subject = You’re invited to { $name }
mail-publisher-invited-happened = { $by } has invited you to publish add-ons as part of { $name }.
mail-publisher-invited-next = { $days ->
    [one] The link works once, within one day.
   *[other] The link works once, within { $days } days.
}
mail-key-enrolled-subject = New signing key for { $name }
mail-key-enrolled-happened = { $by } enrolled a signing key. Packages of { $name } signed with it are accepted from now on.
mail-key-enrolled-next = If you don’t recognize this key, remove it in the portal right away.
mail-events-failing-subject = Events of { $addon } aren’t arriving
mail-events-failing-happened = Since { $since }, no event has arrived at the service of { $addon }.
mail-events-failing-next = Events are kept and retried for three days, in order. The portal shows each attempt; once your service answers again, everything arrives by itself.
mail-fact-last-attempt = Last attempt
mail-action-events = Open the events

## Roles

portal-role-owner = Owner
portal-role-developer = Developer
portal-role-finance = Finance

## Portal: around the pages

client-nav-portal = Publisher portal
portal-title = Publisher portal
portal-nav-overview = Overview
portal-nav-organisation = Organization
portal-nav-members = Members
portal-nav-documents = Documents
portal-nav-keys = Signing keys
portal-nav-tokens = Tokens
portal-nav-answers = Requests
portal-answers-title = Requests waiting for you
portal-answers-intro = Help desks that install, update or remove an add-on you set up by hand wait here for your answer, up to 7 days. Your service can answer as well.
portal-answers-empty = Nothing is waiting for your answer.
portal-answers-install = Install
portal-answers-update = Update to
portal-answers-uninstall = Uninstall
portal-answers-until = until { $time }
portal-answers-accept = Approve
portal-answers-reject = Decline
portal-answers-reason = Reason for declining
portal-answers-reason-wrong = Give a reason of up to { $max } characters, on one line. The people of the help desk read it.
portal-answers-given = Your answer was sent.
error-code-nothing-asked = Nothing is waiting for an answer here any more.
error-code-answered-already = This was already answered. The first answer counts.
error-code-answered-too-late = The time for an answer is over.
portal-nav-figures = Figures
portal-nav-earnings = Earnings
portal-home-empty = You don’t belong to a publisher yet
portal-home-empty-text = Request an account, or ask a colleague for an invitation.

## Asking for an account

portal-request-title = Request a publisher account
portal-request-intro = Tell us who you are and what you want to build. We’ll e-mail you the answer.
portal-request-submit = Send request
portal-request-sign-in = Sign in
portal-request-done = Your request was sent.
portal-request-sent = Thank you. We’ll review your request and e-mail you the answer.
portal-field-name = Name
portal-field-slug = Publisher ID
portal-hint-slug = The first part of your add-ons’ IDs: 2 to 40 lowercase letters, digits and hyphens. It can’t be changed later.
portal-field-contact = Your name
portal-field-email = E-mail address
portal-field-site = Website
portal-hint-site = An address that begins with https://
portal-field-about = What do you want to build?
portal-field-contact_email = Contact e-mail address
portal-field-password = Password
portal-field-key = Public key
portal-hint-key = The text of the .pub file that annex key new writes. Never upload a private key.
portal-field-reason = Reason
portal-field-token_name = Name
portal-field-holder = Account holder
portal-field-iban = IBAN
form-unknown-iban = This isn’t a valid IBAN. Check it for typos.
form-unknown-slug = Use 2 to 40 lowercase letters, digits and hyphens.
form-unknown-site = Enter an address that begins with https://.
form-unknown-key = This isn’t a public signing key.

## The link of a mail

portal-welcome-title = Welcome
portal-welcome-intro = Join { $name } as { $role }.
portal-welcome-sign-in = This invitation is for { $email }. Sign in with that account to accept it.
portal-welcome-submit = Accept
portal-welcome-done = You’re a member now.

## Overview

portal-overview-title = Overview
portal-overview-suspended = This publisher is suspended. Contact the platform.
portal-overview-steps = Next steps
portal-step-organisation = Complete your organization’s details
portal-step-documents = Accept the partner documents
portal-step-keys = Enroll a signing key
portal-step-members = Invite your colleagues
portal-step-done = Done
portal-step-open = To do
portal-desk-title = Developer desk
portal-desk-text = A help desk for trying out your add-ons. The first three licenses of every per-user plan are free there. The link to it was e-mailed to its owner.
portal-desk-credit = Credit: { $amount }
portal-desk-none = There’s no developer desk yet.
portal-desk-make = Create developer desk
portal-desk-made = The developer desk was created.

## Organisation and members

portal-organisation-title = Organization
portal-organisation-done = The details were saved.
portal-members-title = Members
portal-members-role-of = Role of { $name }
portal-members-remove = Remove
portal-members-invite = Invite
portal-members-withdraw = Withdraw
portal-members-invited-mark = Invited
portal-members-invited = The invitation was sent.
portal-members-changed = The role was changed.
portal-members-removed = The member was removed.
portal-members-withdrawn = The invitation was withdrawn.

## Documents

portal-documents-title = Partner documents
portal-documents-intro = You can submit and publish once the newest version of each document is accepted.
portal-documents-version = Version { $number }
portal-documents-accept = Accept
portal-documents-none = There’s nothing left to accept.
portal-documents-accepted = Accepted
portal-documents-done = The document was accepted.
portal-documents-unchanged = Nothing was accepted.
partner-document-agreement = Partner agreement
partner-document-data-protection = Data protection agreement
partner-document-guidelines = Certification guidelines

## Keys and tokens

portal-keys-title = Signing keys
portal-keys-intro = Packages are accepted when they’re signed with one of these keys.
portal-keys-empty = No keys yet.
portal-keys-enrol = Enroll key
portal-keys-next = Show fingerprint
portal-keys-compare = Compare this fingerprint with the one annex key list prints.
portal-keys-remove = Remove
portal-keys-remove-title = Remove this key?
portal-keys-remove-text = Nothing new signed with it is accepted, and it can’t be enrolled again. What was published keeps running.
portal-keys-enrolled = The key was enrolled.
portal-keys-removed = The key was removed.
portal-key-active = Active
portal-key-retired = Replaced
portal-key-revoked = Removed
portal-tokens-title = Tokens
portal-tokens-revoked = The token { $name } was revoked.
portal-scope-read = Read projects, reviews and figures
portal-scope-submit = Upload and submit versions
portal-scope-publish = Make versions available
portal-scope-events = Read, replay and answer events

portal-figures-title = Figures
portal-figures-addons = Add-ons
portal-figures-empty = None of your add-ons is in the catalog yet.
portal-figures-days = The last { $days } days, in UTC.
portal-figures-installs = Installations by day
portal-figures-chart = { $count ->
    [one] { $count } installation
   *[other] { $count } installations
}
portal-figures-versions = By version
portal-figures-none = Nothing has happened yet.
portal-figures-version = Version
portal-figures-running = Running now
portal-figures-p95 = 95 % of calls within
portal-figures-reasons = Why desks left
portal-figure-installed = Installations
portal-figure-trial-started = Trials
portal-figure-converted = Conversions
portal-figure-cancelled = Cancellations
portal-figure-uninstalled = Removals
portal-csv = Download CSV
portal-earnings-title = Earnings
portal-earnings-share = You receive { $percent } % of what is paid for your add-ons.
portal-earnings-owed = Balance
portal-earnings-none = There’s nothing to pay out yet.
portal-bank-title = Bank account for payouts
portal-bank-known = Payouts go to { $iban } (since { $day }).
portal-bank-none = Add a bank account to be paid.
portal-bank-done = The bank account was saved.
portal-statement-title = Statement for { $month }
portal-statement-before = Opening balance
portal-statement-empty = Nothing happened in this month.
portal-statement-gross = Paid
portal-statement-earned = Your share
portal-statement-refunded = Refunds
portal-statement-paid-out = Payouts
portal-statement-balance = Balance
portal-statement-earlier = Earlier month
portal-statement-later = Later month
portal-earning-sale = Sale
portal-earning-refund = Refund
portal-earning-refund-back = Refund returned
portal-earning-payout = Payout

## The platform’s people

review-title = Platform
review-nav-publishers = Publishers
review-nav-documents = Partner documents
review-publishers-title = Publishers
review-publishers-none = No requests are waiting.
review-publishers-approve = Approve
review-publishers-refuse = Refuse
review-publishers-reason = Reason, sent to them by e-mail
review-publishers-suspend = Suspend
review-publishers-resume = Reinstate
review-publishers-approved = The publisher { $name } was created.
review-publishers-refused = The request was refused.
review-publishers-status = The publisher’s status was changed.
review-documents-title = Partner documents
review-documents-intro = Publishing a version asks every publisher to accept it before they submit or publish again.
review-documents-text = Text
review-documents-publish = Publish new version
review-documents-done = The new version was published.

## Refusals

error-code-no-portal = This host has no publisher portal, because its accounts belong to another system.
error-code-not-your-role = Your role in this publisher doesn’t allow this. Ask an owner.
error-code-not-staff = Only the platform’s staff can do this.
error-code-last-owner = This is the last owner. Make someone else an owner first.
error-code-publisher-suspended = This publisher is suspended. Contact the platform.
error-code-documents-missing = Accept the newest partner documents first.
error-code-document-changed = A newer version was published in the meantime. Read and accept that one.
error-code-slug-taken = Another publisher has this ID. Choose a different one.
error-code-publisher-has-members = This publisher already has members. They can invite others.
error-code-sign-in-first = An account with this address already exists. Sign in with it, then open the link again.
error-code-revoked-key = This key was removed earlier. Create a new one.
error-code-known-key = This key is already enrolled.
error-code-project-taken = There’s already a project with this ID. Choose another one.
error-code-draft-open = A version is already being worked on. Continue with that one.
error-code-version-taken = Another version of this project has this number. Raise it and sign the package again.
error-code-not-checked = The package hasn’t been checked yet. Try again when the report is ready.
error-code-report-blockers = The report found blockers. Upload a package without them.
error-code-own-publisher = You belong to this publisher, so someone else has to review it.
error-code-not-in-review = This version isn’t in review.
error-code-blocker-needed = A rejection needs at least one open blocker.
error-code-blockers-open = There are open blockers. Settle them first, or reject the version.
error-code-second-reviewer = You’ve already approved this. It asks for more than before, so someone else has to approve it too.
error-code-review-not-allowed = That isn’t possible in the current state of the review. Reload the page.
error-code-incomplete = Some fields are missing or wrong. Nothing was submitted.
error-code-invitation-gone = This link was already used or has expired. Ask for a new one.

## Reviews

mail-action-version = Open the version
mail-version-approved-subject = { $name } { $version } was approved
mail-version-approved-technical = { $name } { $version } passed the technical review.
mail-version-approved-marketplace = The listing of { $name } { $version } was approved and is now advertised.
mail-version-approved-next-technical = Make it available in the portal when you’re ready.
mail-version-approved-next-marketplace = There’s nothing else to do.
mail-version-rejected-subject = { $name } { $version } needs changes
mail-version-rejected-technical = { $name } { $version } didn’t pass the technical review. Here’s why:
mail-version-rejected-marketplace = The listing of { $name } { $version } wasn’t approved. Here’s why:
mail-version-rejected-next-technical = Upload a corrected package, then submit it again.
mail-version-rejected-next-marketplace = Edit the listing, then submit it again.
review-severity-blocker = Blocker
review-severity-suggestion = Suggestion
review-severity-note = Note

## Projects

portal-nav-projects = Projects
review-nav-versions = Reviews
portal-projects-title = Projects
portal-projects-empty = No projects yet. A project is an add-on you build.
portal-projects-new = New project
portal-projects-kind = Kind
portal-projects-make = Create project
portal-projects-made = The project { $name } was created.
portal-field-project_name = Name in English
portal-field-project_slug = ID
portal-hint-project_slug = The second part of the add-on’s ID, such as contact-sync. It can’t be changed later.
form-unknown-project_slug = Use 2 to 40 lowercase letters, digits and hyphens.
portal-project-title = Project
portal-project-versions = Versions
portal-project-empty = No versions yet. Upload a package, or start with the texts.
portal-version-title = Version
portal-version-unnumbered = No package yet
portal-version-begin = Start next version
portal-version-begun = The version was started.
portal-package-upload = Upload package
portal-package-hint = A signed .annex file of this project, up to 16 MB. Nobody can install it before it’s reviewed.
portal-package-uploaded = Version { $version } was uploaded.
portal-package-none = There’s no package yet.
portal-package-take = Use what the package says
portal-package-version = Version
portal-package-digest = SHA-256
portal-package-size = Size
portal-package-report = Automatic report
portal-report-waits = Not checked yet
portal-report-clean = No blockers
portal-report-blockers = Blockers: { $count }
portal-progress = Progress
portal-progress-open = Open: { $count }
portal-language = Language code
portal-language-show = Show
portal-draft-saved = Saved.
portal-draft-newer = This was saved elsewhere in the meantime. Nothing of yours is lost: both are shown below, and saving again keeps yours.
portal-draft-theirs = Saved elsewhere:
portal-draft-locked = This can’t be edited right now. Withdraw it from review first, or start the next version.
portal-submit = Submit for review
portal-submitted = Submitted for review.
portal-withdraw = Withdraw
portal-withdrawn = Withdrawn from review.
portal-release = Make available
portal-released = The version is available now.
draft-part-texts = Texts
draft-part-notes = Release notes
draft-part-details = Categories, support and links
draft-part-package = Package
draft-part-checklist = Checklist
draft-part-certification = Certification
draft-field-name = Name
draft-field-summary = Summary
draft-field-description = Description
draft-field-highlights = Highlights
draft-field-release-notes = What’s new
draft-field-icon = Icon
draft-field-pictures = Pictures
draft-field-video = Video
draft-field-categories = Categories
draft-field-works-with = Works with
draft-field-support-email = Support e-mail address
draft-field-support-portal = Support portal
draft-field-support-faq = FAQ
draft-field-terms-url = Terms of service
draft-field-privacy-url = Privacy policy
draft-field-package = Package
draft-field-plans = Plans
draft-field-service-events = Events URL
draft-field-service-scopes = API scopes
draft-field-service-redirects = Redirect URLs
draft-field-service-open = “Open in” URL
draft-field-service-manual = Manually provisioned
draft-field-checklist-one-click-install = Installs in one click, users included
draft-field-checklist-trial = Offers a 30-day trial
draft-field-checklist-api-access = Works with the help desk’s API
draft-field-checklist-single-sign-on = Single sign-on into your product
draft-field-checklist-pay-as-you-go = Billed as it’s used
draft-field-checklist-life-cycle-tried = Install, update and uninstall were tested
draft-field-checklist-accessibility-tried = Tested with a keyboard and a screen reader
draft-field-certification-data-kept = Which data leaves the help desk, and where is it stored?
draft-field-certification-data-deleted = How and when is it deleted?
draft-field-certification-other-processors = Who else processes it?
draft-field-certification-incidents = How are incidents reported, and by whom?
draft-hint-highlights = What it does best, one line each, up to 6. Every language needs the same number of lines.
draft-hint-categories = Up to 5 lowercase words, separated by commas.
draft-hint-works-with = Names of products, one per line, up to 10.
draft-answer-none = Not answered
draft-answer-yes = Yes
draft-answer-no = No
draft-answer-not-applicable = Not applicable
draft-problem-missing = Fill this in before you submit.
draft-problem-too-long = This is too long.
draft-problem-too-many = These are too many.
draft-problem-control-character = Remove invisible and control characters.
draft-problem-language-code = Use a language code such as de or pt-BR.
draft-problem-categories = Use up to 5 lowercase words of letters, digits and hyphens.
draft-problem-not-an-email = Enter an e-mail address.
draft-problem-not-a-url = Enter an address that begins with https://.
draft-problem-differs-from-package = The package says something else.
draft-problem-other-lines = Write as many lines as in English.
draft-problem-locked = This was published before. Ask the platform to unlock it.
review-standing-draft = Draft
review-standing-under-review = Under review
review-standing-published = Published
review-state-draft = Draft
review-state-in-review = In review
review-state-approved = Approved
review-state-rejected = Rejected
review-state-available = Available
review-state-advertised = Advertised
review-track-technical = Technical review
review-track-marketplace = Marketplace review
review-place = Place in the queue: { $place }
review-usual-hours = Typical review time: { $hours } h
review-usual-days = Typical review time in days: { $days }
review-versions-title = Reviews
review-version-title = Review
review-queue-empty = Nothing is waiting for review.
review-round = Round { $number }
review-half = Second approval needed
review-since = Changes since { $version }
review-first = Nothing was approved before
review-no-difference = Nothing differs.
review-path = Where
review-before = Before
review-after = Now
review-section-fields = Listing
review-section-capabilities = Capabilities
review-section-hosts = Hosts
review-section-strings = Manifest
review-section-files = Files
review-section-package = Package
review-submitted = What was submitted
review-notes = Notes
review-notes-none = No notes yet.
review-note-new = New note
review-note-add = Add note
review-noted = The note was added.
review-severity = Severity
review-at = About
review-at-whole = The version as a whole
review-at-field = A field
review-at-line = A line of a file
review-at-node = A part of a view
review-place-of = Place
review-place-hint = A field such as summary.de, a line such as src/lib.rs:12, or the view and the path of the node with a space between.
review-body = What has to change
review-settle = Settle
review-settled = Settled
review-changed = Changed since
review-omission = Could have been raised earlier
review-approve = Approve
review-approved = The version was approved.
review-reject = Reject
review-rejected = The version was rejected, and its publisher was told why.
review-second-needed = Your approval was noted. It asks for more than before, so a second reviewer has to approve it too.
review-unlock = Unlock icon and plans
review-unlocked = Icon and plans of this version may change.
error-code-addon-ends = The end of this add-on has been announced. Cancel that first.
error-code-rollout-shrinks = A rollout can only grow. Pause it, or withdraw the version.

install-version-title = Install this version
install-version-text = Whoever opens this link is led to the marketplace of their help desk with this version chosen. Help desks that may not install it are told why.
install-version-link = Install link

portal-events-title = Events
portal-events-intro = What happens to your add-ons is sent to your own service, in order. Here you see whether it arrives.
portal-events-endpoints = Endpoints
portal-events-empty = None of your add-ons names an address for events in its manifest yet.
portal-endpoint-title = Events of { $addon }
portal-endpoint-health = Endpoint
portal-endpoint-fine = Working
portal-endpoint-failing = Failing since { $since }
portal-endpoint-paused-by-publisher = Paused
portal-endpoint-paused-gone = Paused: the service answered 410
portal-endpoint-no-address = No address
portal-endpoint-waiting = Waiting: { $count }
portal-endpoint-pause = Pause
portal-endpoint-resume = Resume
portal-endpoint-stopped = Nothing is sent until you resume. What happens meanwhile waits.
portal-endpoint-resumed = Events are sent again.
portal-endpoint-secrets = Signing secrets
portal-endpoint-secrets-show = Show secrets
portal-endpoint-secrets-text = Events are signed with each of the secrets. The last value is the public key, which is no secret.
portal-endpoint-rotate = Create another secret
portal-endpoint-rotated = A new secret signs events from now on. The one before holds for 24 hours.
portal-events-kept = Events of the last 30 days
portal-events-none = No events yet.
portal-events-from = From (UTC)
portal-events-to = Until (UTC)
portal-events-replay = Replay
portal-events-replay-since = Replay all after it
portal-events-replay-range = Replay these
portal-events-range-wrong = Choose when to begin and when to end.
portal-events-replayed = Events in line again: { $count }
portal-events-older = Older events
portal-event-waiting = Waiting
portal-event-delivered = Delivered
portal-event-expired = Expired
portal-event-tries = Attempts: { $count }

portal-clients-title = OAuth clients
portal-clients-intro = For your developer desk, beside the client that comes with each installation. A client may do what the installed version asks for.
portal-clients-new = Create a client
portal-clients-installation = Add-on in the developer desk
portal-clients-redirects = Redirect URIs, one per line
portal-clients-redirects-hint = https, or http on localhost. They are compared exactly.
portal-clients-none-installed = Install one of your add-ons in your developer desk first.
portal-clients-told = Copy this now: it isn’t shown again.
portal-clients-id = Client ID
portal-clients-secret = Client secret
portal-clients-key = Private key (JWK)
portal-clients-empty = No clients yet.
portal-clients-rotate = Replace secret
portal-clients-rotate-text = The secret of { $name } is replaced. The one before works for 24 hours.
portal-clients-revoke = Revoke
portal-clients-revoked = { $name } was revoked.
portal-field-client_name = What it is for
form-unknown-redirects = Use https addresses, or http on localhost, each once.

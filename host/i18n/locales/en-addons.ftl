# The add-on pages and the panels of add-ons, in English.

## Kinds and states
kind-plugin = Plugin
kind-channel = Channel
kind-language = Language
kind-plugins = Plugins
kind-channels = Channels
kind-languages = Languages

badge-installed = Installed
badge-installing = Installing
badge-failed-installation = Installation failed
badge-active = Active
badge-updating = Updating
badge-failed-update = Update failed
badge-inactive = Switched off
badge-suspended = Suspended
badge-uninstalling = Uninstalling
badge-update = Update to { $version }
badge-pinned = Pinned
badge-manual = Manually provisioned
badge-blocked = Blocked
badge-available = Available
badge-yanked = Withdrawn
badge-key-active = Active
badge-key-retired = Retired
badge-key-revoked = Revoked

price-free = Free
price-free-long = Free, no charge.

## Permissions, as sentences
access-none = It doesn’t ask for any permissions.
access-purpose = Purpose:
access-http = Sends and receives data over HTTPS, only with these hosts
access-own-host = the server that you enter as ‹{ $label }›
access-kv = Stores its own data on this host
access-tickets-read = Reads tickets and their messages
access-tickets-write = Opens tickets, adds internal notes, and changes who has them, their status, priority, subject, tags and fields
access-tickets-reply = Answers requesters in the name of your desk
access-contacts-read = Reads names, e-mail addresses and phone numbers of requesters
access-contacts-write = Adds requesters, and changes their names, addresses, phone numbers, companies and fields
access-operators-read = Reads names, e-mail addresses, roles and groups of the people who work in your desk
access-files-read = Reads files that are attached to tickets
access-files-write = Attaches files to messages
access-schedule = Runs by itself at planned times
access-mail = Sends and receives e-mail through mailboxes that you set up for it
access-runs = Runs by itself { $when }
access-public = Can be reached from the internet by anyone, without signing in
rhythm-minutes = { $count ->
    [one] every minute
   *[other] every { $count } minutes
}
rhythm-hours = { $count ->
    [one] every hour
   *[other] every { $count } hours
}
rhythm-days = { $count ->
    [one] every day
   *[other] every { $count } days
}
rhythm-cron = at the times “{ $cron }” (minute, hour, day, month, weekday)
planned-title = Planned
planned-next = Next run:
planned-last = Last run:
access-service = The publisher’s own service may do this from outside: { $what }
access-fields-ticket = Adds fields to tickets
access-fields-contact = Adds fields to requesters
access-fields-purpose = Only this add-on and people in your help desk fill them in.

## Marketplace
marketplace-title = Marketplace
marketplace-search = Search add-ons
marketplace-kinds = Kinds of add-ons
marketplace-all = All
marketplace-show = Show
marketplace-show-all = Everything
marketplace-show-new = Not installed
marketplace-show-installed = Installed
marketplace-show-updates = With updates
marketplace-categories = Categories
marketplace-chip-search = “{ $text }”
marketplace-remove = Remove { $what }
marketplace-clear = Clear all
marketplace-no-match = No matching add-ons
marketplace-no-match-hint = Try different words, or browse all add-ons.
marketplace-empty = No add-ons yet
marketplace-empty-hint = Add-ons appear here once a package has been published to the catalog.
marketplace-to-catalog = Open the catalog
marketplace-developers = Publish your own add-ons
category-crm = CRM
category-translation = Translation
category-surveys = Surveys
category-social = Social media
category-security = Security
category-reporting = Reporting
category-quality = Quality
category-phone = Phone
category-marketing = Marketing
category-knowledge = Knowledge base
category-integration = Integrations
category-developer-tools = Developer tools
category-customer-success = Customer success
category-commerce = Online shops
category-billing = Billing
category-automation = Automation
category-messaging = Messaging
category-productivity = Productivity
category-analytics = Analytics
category-sales = Sales
category-language = Language
category-example = Examples

## Listing
listing-back = Marketplace
listing-install = Install
listing-update = Update to { $version }
listing-manage = Manage
listing-another = Install another one
listing-previous = Previous version ({ $version })
listing-whats-new = What’s new
listing-about = About this add-on
listing-permissions = What it may do
listing-releases = Versions
listing-facts = Details
listing-liability = This add-on is provided by { $publisher }, not by the makers of this help desk. { $publisher } is responsible for what it does and for the data it receives.
fact-price = Price
fact-publisher = Publisher
fact-version = Version
fact-published = Published
fact-size = Size
fact-categories = Categories
fact-support = Support
fact-portal = Help portal
fact-faq = FAQ
fact-terms = Terms
fact-terms-link = Terms of service
fact-privacy = Privacy
fact-privacy-link = Privacy policy
fact-not-given = Not provided

## Consent
consent-title = Install { $name }
consent-by = { $publisher } · version { $version }
consent-permissions = Permissions it asks for
consent-hint = It can’t do anything else. Updates that ask for more need your consent.
consent-install = Accept and install
consent-changed = This changed after you loaded the page. Please review it again.
consent-name-wrong = A name has 1 to 60 characters in one line.
consent-name-taken = You have this channel already. Give this one a name that none of the others has.
install-label = Name
install-label-hint = What your help desk calls it, such as “Sales bot”. It tells it apart when you have several.
install-label-another = You have this channel already. Say what this one is called, such as “Sales bot”.
install-label-save = Save name

## My add-ons
my-addons-title = My add-ons
my-addons-more = Browse the marketplace
my-addons-empty = Nothing installed yet
my-addons-empty-hint = Add-ons bring you plugins for the ticket sidebar, channels and languages.
my-addons-none-of-kind = Nothing of this kind is installed
my-addons-none-of-kind-hint = Choose another kind, or find one in the marketplace.
my-addons-manageable = You can manage this add-on
my-addons-retrying = Trying again…
my-addons-retry-done = The add-on is now installed and active.
my-addons-retry-failed = It failed again. Open it to see why.
my-addons-buy-again = It wasn’t installed, and anything you were charged is being refunded. To get it, choose its plan again.
my-addons-choose-plan = Choose a plan

## One add-on
manage-back = My add-ons
manage-listing = Listing
manage-version = version { $version }
manage-tabs = Parts of this add-on
manage-actions = What you can do
tab-settings = Settings
tab-users = Users
tab-data = Data
tab-logs = Logs
tab-health = Health
manage-blocked = This version was blocked and doesn’t run. Update or uninstall it.
manage-update-title = Version { $version } is available
manage-retry = Try again
manage-notice-id = Error id { $id } ({ $code })
notice-install-failed = Installation failed
notice-update-failed = The update failed and couldn’t be undone
notice-update-undone = The last change was undone; the add-on runs as before
notice-uninstall-failed = It was not uninstalled
notice-suspended = Suspended after repeated failures
manage-versions = Versions
manage-previous-hint = Restores the data from before the update.
manage-pin = Stay on { $line }
manage-pin-hint = Only patches of this line are offered until you unpin it.
manage-unpin = Unpin
manage-unpin-hint = All updates are offered again.
manage-switches = Switch off or remove
manage-activate = Activate
manage-activate-hint = It runs again with all its data and settings.
manage-deactivate = Deactivate
manage-deactivate-hint = It stops immediately. Data and settings are kept, and nothing is charged.
manage-uninstall = Uninstall
manage-uninstall-hint = It stops, and its data and settings are permanently deleted. You’ll see exactly what before you confirm.
manage-granted = What it may do
manage-installed-at = Installed

progress-installing = Installing { $name }
progress-installing-hint = You can leave this page; the installation continues.
progress-updating = Updating { $name } to version { $version }
progress-updating-hint = The current version keeps working until the switch.
progress-uninstalling = Uninstalling { $name }
progress-uninstalling-hint = Its data is being deleted.
progress-by-hand = Waiting for { $publisher }
progress-by-hand-hint = This add-on is set up by its publisher, who has until { $date } to answer. You can leave this page; you’ll get an e-mail.
by-hand-install = { $publisher } sets this add-on up by hand. The installation waits for their answer, up to 7 days. If they decline or don’t answer, nothing is installed and what you paid is refunded.
by-hand-uninstall = { $publisher } has set this add-on up by hand. It’s switched off and no longer billed right away; it’s removed when they confirm, within 7 days. If they don’t, you can try again.

settings-none = No settings
settings-none-hint = This add-on works without settings.
settings-save = Save settings
settings-test = Test connection
settings-work = These settings work.
settings-not-tested = These settings could not be tried: { $reason }
settings-choices-typed = The add-on did not say what can be chosen. Type the value, or reload the page.
settings-choices-typed-lines = The add-on did not say what can be chosen. Type a value on each line, or reload the page.
settings-choices-find = Find more for { $label }
settings-choices-go = Find
settings-account-connected = Connected
settings-account-none = Not connected
settings-account-connect = Connect
settings-account-again = Connect again
settings-account-end = Disconnect
settings-account-back = Redirect address of the app:
connection-title = Connect an account
settings-secret-set = ••••••••  (stored)
settings-secret-kept = Stored encrypted and never shown again. Leave empty to keep it.
settings-secret-new = It will be stored encrypted and never shown again.

users-who = Who uses it
users-count = { $count ->
    [one] One of { $of } active operators uses it.
   *[other] { $count } of { $of } active operators use it.
}
users-hint = Other operators don’t see its panel next to tickets. It receives events no matter who uses it.
users-search = Search operators
users-no-match = No operator matches
users-installer = Installed it and keeps access. Uninstall it to remove access for everyone.
users-installer-me = You installed it, so you keep access. Uninstall it to remove access for everyone.
users-inactive = Keeps access for later but doesn’t count.
users-until = Until { $day }
users-more = { $count ->
    [one] One more isn’t shown. Use the search.
   *[other] { $count } more aren’t shown. Use the search.
}
users-save = Save users
users-later = Operators who join later
users-later-hint = Applies to operators who are invited or given a role from now on. It never takes the add-on away from anyone.
users-rule-everyone = Everyone gets it
users-rule-roles = Those with one of these roles get it
users-rule-which = Roles
users-rule-nobody = Nobody gets it unless selected above
users-rule-save = Save rule
users-rule-no-role = Choose at least one role.
users-whole-desk = It works for the whole help desk
users-whole-desk-channel = A channel brings in messages and sends replies for everyone, so there’s nobody to choose.
users-whole-desk-language = Everyone can choose the language in their profile, so there’s nobody to choose.

data-none = No data stored
data-none-hint = This add-on hasn’t stored anything yet.
data-what = What
data-count = Number
data-size = Size
data-export = Export all
data-export-hint = One archive (tar, zstd). Secrets are left out.
item-kv-entries = Entries of its own data
item-settings = Settings
item-secrets = Secrets
item-log-lines = Log lines
item-snapshots = Snapshots from before updates
item-language-pack = Language packs
item-users = People who use it
item-health-records = Health records
item-channel-records = Links between conversations and tickets
item-other = Other records

logs-level = Level
logs-all = All
logs-time = Time
logs-message = Message
logs-call = Call
logs-host = host
logs-of-call = Call { $call }
logs-none = Nothing logged yet
logs-no-match = No matching lines
logs-older = Older lines
logs-live = New lines appear by themselves.
level-debug = Debug
level-info = Info
level-warn = Warning
level-error = Error

health-calls = Calls in 24 hours
health-errors = Errors
health-median = Median time
health-mean = Mean time
health-longest = Longest
health-memory = Peak memory
health-ms = { $value } ms
health-chart = Calls and errors per hour, last 24 hours
health-chart-text = { $calls } calls, { $errors } errors in the last 24 hours
health-traps = { $count ->
    [one] It was stopped once in the last hour. After three times it’s suspended.
   *[other] It was stopped { $count } times in the last hour. After three times it’s suspended.
}
health-last-error = Last error
health-to-logs = Log lines of that call
health-none = No calls yet
health-none-hint = Times and errors appear here once the add-on is used.
health-last-calls = Last calls
health-kind = Kind
health-outcome = Outcome
health-time = Time taken
health-host-calls = Host calls

## Update and the way back
update-title = Update { $name } to { $version }
update-from = Installed: version { $version }
update-no-notes = The publisher didn’t provide release notes.
update-added = New permissions
update-nothing-added = No new permissions.
update-hint = Its data is backed up first. If the update fails, everything is restored and the current version keeps running.
update-now = Update now
update-accept = Accept and update
rollback-title = Go back to { $version } of { $name }
rollback-data = Its data and settings go back to how they were before the update. Anything stored since then is lost.
rollback-no-snapshot = There’s no backup from before the update, so the current data is kept.
rollback-pinned = The version will be pinned: no updates are offered until you unpin it.
rollback-permissions = It can do no more than that version asks for.
rollback-now = Go back to { $version }

## Uninstall
uninstall-title = Uninstall { $name }
uninstall-deleted = What will be deleted
uninstall-nothing = It hasn’t stored anything.
uninstall-kept = Tickets, messages, requesters and the audit log are kept: they belong to your help desk.
uninstall-fields = The fields it brought are retired, and keep what they hold.
uninstall-export = Export first ({ $size })
uninstall-final = This can’t be undone.
uninstall-type = Type { $name } to confirm
uninstall-name-wrong = Type exactly: { $name }
uninstall-keep = Keep it
leaving-why = Why are you leaving? (optional)
leaving-unsaid = No answer
leaving-hint = The publisher sees how often each answer was given, and not by whom.
why-left-price = It costs too much
why-left-missing = Something is missing
why-left-faults = It doesn’t work well
why-left-hard = It’s hard to use
why-left-other-product = We use something else
why-left-unneeded = We don’t need it anymore
uninstall-force = Force uninstall
uninstall-forced = A change to this add-on is in progress and will be aborted.

## Catalog
catalog-title = Catalog
catalog-intro = The packages this host offers to its help desks, and the publishers it trusts. Every package is checked against its publisher’s keys; unsigned packages are never accepted.
catalog-upload = Publish a package
catalog-package = Package file
catalog-package-hint = A signed .annex file, at most 16 MiB.
catalog-upload-now = Check and publish
catalog-no-file = Choose a file.
catalog-addons = Add-ons
catalog-empty = No packages yet
catalog-empty-hint = Trust a publisher, then upload a package it has signed.
catalog-state = State
catalog-make-available = Make available
catalog-yank = Withdraw
catalog-block = Block
catalog-states-hint = Withdrawn: no new installations; existing ones keep running. Blocked: running installations stop as well.
catalog-publishers = Publishers
catalog-threshold = { $count ->
    [one] one signature needed
   *[other] { $count } signatures needed
}
catalog-revoke = Revoke
catalog-revoke-title = Revoke a key of { $name }?
catalog-revoke-text = Packages signed with it will no longer be accepted, and it can’t be restored.
catalog-trust = Trust a publisher or another key
catalog-trust-hint = Packages signed with this key can then be published here. Verify with the publisher, through another channel, that the key is theirs.
catalog-slug = Publisher id
catalog-slug-wrong = Use 2 to 40 characters: a-z, 0-9 and -, such as acme.
catalog-name-wrong = Write 1 to 60 characters on one line.
catalog-publisher-name = Name
catalog-key = Public key
catalog-key-hint = The text that starts with BEGIN PUBLIC KEY, or 64 hexadecimal digits.
catalog-key-wrong = This isn’t an Ed25519 public key.
catalog-trust-now = Trust this key

## Reports of packages
report-title = Report
report-intro = What this host found in { $addon } { $version } by itself. The same check runs in annex addon check.
report-again = Check again
report-none = This package hasn’t been checked yet.
report-waiting = The check starts in a moment.
report-running = The package is being checked. This takes up to a minute.
report-failed = This host couldn’t check the package.
report-findings = Findings
report-clean = Nothing to complain about.
report-blocker = Blocker
report-suggestion = Suggestion
report-note = Note
report-facts = Facts
report-package = Package
report-component = Component
report-machine-code = Machine code
report-compile = Compile time
report-millis = { $count } ms
report-files = Files
report-scenarios = Scenarios run
report-views = What it shows
report-view = { $scenario }, step { $step }

## Confirmations
flash-installed = { $name } { $version } is installed and active.
flash-already-installed = This add-on is already installed.
flash-updated = { $name } was updated to version { $version }.
flash-rolled-back = { $name } is back on version { $version }.
flash-ready = { $name } { $version } is ready.
flash-not-done = { $name }: that didn’t work. The page says why.
flash-set-aside = { $name } is stuck. This page explains what to do.
flash-refused = Not done: { $reason }
flash-gone = The add-on was uninstalled.
flash-uninstalled = { $name } was uninstalled and its data deleted.
flash-activated = { $name } is active again.
flash-deactivated = { $name } is turned off. Its data is kept.
flash-pinned = { $name } is pinned. Only patches of its line are offered.
flash-unpinned = { $name } receives updates again.
flash-renamed = It is called { $name } now.
flash-no-update = No newer version is available.
flash-no-previous = There’s no previous version to go back to.
flash-settings-saved = Settings for { $name } saved.
flash-settings-untried = Settings of { $name } saved, but its key could not be tried: the service did not answer. Look at a panel to see whether it works.
flash-settings-wrong = Settings for { $name } saved, but they do not work yet.
flash-connected = Account connected.
flash-disconnected = Account disconnected.
flash-connection-needs-setting = Save the settings first, then connect the account.
flash-connection-state = This was not begun here, or too long ago. Connect the account again.
flash-connection-given-up = Nothing was connected: the request was declined at the service.
flash-connection-refused = The service refused to connect the account: { $reason }
flash-connection-unclear = The account was not connected, since the service did not answer as it should: { $reason }
flash-users-saved = { $count ->
    [one] Saved: one operator uses { $name }.
   *[other] Saved: { $count } operators use { $name }.
}
flash-users-unchanged = No changes.
flash-users-rule-saved = Rule saved. It applies from now on.
flash-published = { $name } { $version } is published.
flash-trusted = Packages from { $name } are accepted from now on.
flash-key-revoked = Key revoked.
flash-version-status = { $addon } { $version } was changed.
flash-report-ordered = The package will be checked in a moment.

lifecycle-error-already-installed = The add-on is already installed.
lifecycle-error-consent-needed = It asks for permissions that nobody has consented to.
lifecycle-error-not-allowed = That isn’t possible in its current state.
lifecycle-error-conflict = Someone else just changed it. Please review it again.
lifecycle-error-version-yanked = The publisher withdrew this version.
lifecycle-error-version-blocked = This version was blocked.
lifecycle-error-not-newer = This version isn’t newer than the installed one.
lifecycle-error-no-previous-version = There’s no earlier version to go back to.
lifecycle-error-pinned = The add-on is pinned and only takes patches of its line. Unpin it first.
error-code-not-failed = Sending this message didn’t fail.
error-code-not-unclear = It’s already known whether this message arrived.
lifecycle-error-installer-stays = The person who installed an add-on keeps access to it.
lifecycle-error-whole-desk = This add-on acts for the whole help desk.
intake-told = { $text } { $code }: { $detail }.
error-code-not-a-user = You don’t use this add-on. Ask someone who manages add-ons to give you access.

## What is wrong with a field of an add-on
field-error-required = Enter a value.
field-error-too-long = This is too long.
field-error-too-short = This is too short.
field-error-pattern = This doesn’t have the expected format.
field-error-control-character = Remove line breaks and control characters.
field-error-not-a-number = Enter a number such as 10 or 2.5.
field-error-too-low = This number is too low.
field-error-too-high = This number is too high.
field-error-step = This number falls between the allowed steps.
field-error-not-a-flag = Choose on or off.
field-error-not-a-choice = Choose one of the listed values.
field-error-not-a-date = Enter a date or time in the format shown.
field-error-too-early = This is too early.
field-error-too-late = This is too late.
field-error-not-an-email = Enter an e-mail address such as name@example.com.
field-error-not-a-url = Enter an address that starts with https://.
field-error-not-a-phone-number = Use digits, spaces and + - ( ) / only.
field-error-not-a-subdomain = Enter only the first part of the host name: letters, digits and -.
field-error-not-a-host = Enter the full name of the server, such as mail.example.com.
field-error-enter-again = Enter this again: it is used at another server now.
field-error-not-a-port = Enter a whole number from 1 to 65535.
field-error-unknown = This form has no such field. Reload it.
field-error-not-granted = Requests to this address were not permitted for the add-on. Give the permission first.
field-error-does-not-exist = This does not exist there. Check the spelling.
field-error-not-reachable = Nobody answers there. Check the spelling, or try again later.
field-error-key-refused = The service refused this key. Check that it is complete, valid and permitted to read what the add-on needs.
field-error-mail-unreachable = This server can’t be reached. Check the spelling, or try again later.
field-error-mail-tls = The connection to this server can’t be encrypted. Check name, port and encryption.
field-error-mail-login = The server refused the login. Check user name and password; many providers want an app password.
field-error-mail-folder = There is no such folder in the mailbox.
field-error-mail-lost = The connection to this server failed. Check port and encryption, or try again later.
field-error-wrong-type = This isn’t a valid value for this field.
field-error-repeated = This field was sent twice.
field-error-disabled = This field can’t be changed.
field-error-file-gone = This file isn’t there any more. Choose it again.
field-error-file-too-large = A file is too large for this field.
field-error-file-type = A file isn’t of a type that fits here.
field-error-too-many = Choose fewer.
field-error-not-a-text = This can’t be entered here.

## Panels in the ticket sidebar
panel-to-ticket = Ticket #{ $number }
panel-to-contact = Contact
panel-to-manage = Add-on
panel-back = Back
panel-more = More
panel-retry = Try again
panel-reload = Reload
panel-loading = Loading
panel-load = Load
panel-no-files = Files can’t be added here.
panel-nothing = Nothing to show.
panel-actions = Actions
panel-previous = Previous
panel-next = Next
panel-total = { $count ->
    [one] { $count } in total
   *[other] { $count } in total
}
panel-percent = { $value } %
panel-optional = (optional)
panel-choose = Choose…
panel-find = Find
panel-lookup = Search for { $what }
panel-lookup-placeholder = Search…
panel-copy = Copy { $what }
panel-inserted = Inserted into the reply
panel-opens-new = (opens in a new tab)
panel-step-todo = not yet
panel-step-current = now
panel-step-done = done
panel-step-failed = failed
panel-money = { $whole }.{ $fraction } { $currency }
panel-money-whole = { $whole } { $currency }
panel-ask-admin = Ask your admin to look at this add-on.
panel-open-settings = Open settings
panel-open-health = Open this add-on
panel-open-logs = Open the logs
panel-needs-config = This add-on needs settings
panel-needs-auth = The other system rejected the credentials
panel-upstream = The other system isn’t responding properly
panel-upstream-hint = This usually passes. Try again in a moment.
panel-denied = A permission is missing
panel-internal = The add-on reported an error
panel-not-running = This add-on isn’t running
panel-installing = This add-on is still being installed
panel-suspended = This add-on was suspended after repeated failures
panel-blocked = This version of the add-on was blocked
panel-blocked-hint = Your admin can update or uninstall it.
panel-stale = This panel is out of date
panel-stale-hint = It changed or was open too long. Reload it.
panel-refused = This was refused
panel-refused-hint = The request was incomplete.
panel-not-permitted = You may not do this
panel-not-permitted-hint = An add-on can do for you only what you may do yourself. Ask an admin for the permission.
panel-not-permitted-tickets-view = You may not view tickets.
panel-not-permitted-tickets-reply = You may view tickets, but not write in them.
panel-not-permitted-tickets-manage = You may view tickets, but not change them.
panel-not-permitted-contacts-manage = You may view contacts, but not change them.
panel-deadline = This add-on took too long
panel-memory = This add-on used too much memory
panel-failed = This add-on failed
panel-busy = This add-on is busy
panel-busy-hint = Many requests to it are waiting. Try again in a moment.
panel-unavailable = This add-on can’t run right now

## Connecting a channel

channel-open = Connect and test
channel-open-hint = The address that its service delivers to, and how it is doing.
channel-title = Connect { $name }
channel-intro = Messages arrive here once the service delivers them to this address.
channel-address = Webhook address
channel-address-hint = It stays the same when you update the add-on, or remove and install it again.
channel-address-local = This is not an https address. Most services deliver to public https addresses only.
channel-connect = Set it up for me
channel-connect-hint = Set it up for me tells the service this address and the secret. Test asks the service how it sees the connection.
channel-test = Test
channel-missing = Still missing in the settings: { $labels }
channel-settings = Open settings
channel-steps = Step by step
channel-secret = Secret
channel-secret-set = A secret is stored. Deliveries that do not show it are refused.
channel-secret-unset = No secret is stored, so every delivery is refused.
channel-secret-made = Copy the new secret now and enter it at the service. It is not shown again.
channel-secret-make = Make a new secret
channel-secret-make-hint = The old one stops working at once: the service needs the new one.
channel-done-connect = The service now delivers to this address
channel-done-test = The service answered
channel-failed = That did not work
channel-problem-needs-setting = Enter “{ $label }” in the settings first.
channel-problem-not-granted = This add-on was not allowed to reach { $host } when it was installed.
channel-problem-unreachable = The service could not be reached: { $reason }
channel-problem-refused = The service refused: { $reason }
channel-state = How it is doing
channel-state-connected = Last connection to the mailbox
channel-state-received = Last delivery received
channel-state-refused = Last delivery refused
channel-state-sent = Last reply sent
channel-state-never = None yet
channel-outcome-ok = Fine
channel-outcome-wrong-secret = Secret missing or wrong
channel-outcome-refused = Not accepted by the add-on
channel-outcome-later = Will be tried again
channel-outcome-failed = Not sent
channel-outcome-unclear = May not have arrived
channel-outcome-no-mailbox = Mailbox cannot be opened
channel-outcome-error = The add-on failed

invited-title = Access to an add-on
invited-text = { $publisher } offers { $addon } to your help desk with this link.
invited-hint = If you continue, the add-on appears in your marketplace. Nothing is installed or paid yet.
invited-go-on = Continue with version { $version }
error-code-version-not-offered = This version isn’t offered to your help desk. You may find another one in the marketplace.
error-code-version-yanked = The publisher withdrew this version. You may find another one in the marketplace.
error-code-version-blocked = This version was blocked by the platform. It can’t be installed.
error-code-link-expired = This link has expired. Ask the publisher of the add-on for a new one.
error-code-link-revoked = The publisher of the add-on has revoked this link. Ask them for a new one.
error-code-link-used-up = As many help desks as this link was for have already used it. Ask the publisher of the add-on for a new one.
error-code-link-foreign = This link doesn’t belong to this add-on. Check that you copied all of it.

listing-highlights = Highlights
listing-pictures = Pictures
listing-picture = Picture { $number } of { $addon }
listing-compare = Plans side by side
listing-compare-price = Price
listing-compare-all = { $count ->
    [one] For the one person here
   *[other] For all { $count } people here
}
listing-compare-billing = Billing
listing-compare-trial = Free trial
listing-compare-no-trial = None
listing-compare-for = Good for
fact-installs = Installs
fact-installs-at-least = { $count ->
    [one] At least { $count } help desk
   *[other] At least { $count } help desks
}
fact-installs-short = { $count }+ installs
fact-works-with = Works with
fact-video = Video
fact-video-link = Watch the video
marketplace-sort = Sort by
marketplace-sort-relevance = Relevance
marketplace-sort-newest = What’s new
marketplace-sort-installs = Most installed
marketplace-sort-name = Name
publisher-site = Website

# A form that an add-on asks strangers to fill in.
public-form-optional = optional
public-form-choose = Choose
public-form-send = Send
public-form-sending = Sending
public-form-wait = Without script this form can be sent { $seconds } seconds after it was opened.
public-form-early = { $seconds ->
    [one] That was quick. Wait a second, then send it again.
   *[other] That was quick. Wait { $seconds } seconds, then send it again.
}
public-form-old = This page was sent already, or open for too long. Nothing is lost: send it once more.
public-form-failed = It could not be sent. Nothing is lost: try again in a moment.
public-form-wrong = Something is missing or wrong. See the marked fields.
public-form-missing = Fill this in.
public-form-long = Use at most { $most } characters.
public-form-email = Enter an address such as name@example.com.
public-form-choice = Choose one of these.
public-form-thanks = Thank you. Your message was sent.
public-form-again = Send another message

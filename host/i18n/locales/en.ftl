### The panel: help desk and administration. Texts about add-ons are in en-addons.ftl.
### Keys are stable: language add-ons translate them.

## Everywhere

skip-to-content = Skip to content
nav-label = Main navigation
subnav-label = Pages of this part
nav-inbox = Inbox
nav-contacts = Contacts
nav-addons = Add-ons
nav-marketplace = Marketplace
nav-my-addons = My add-ons
nav-catalog = Catalog
nav-admin = Admin
nav-roles = Roles
nav-operators = Operators
nav-tokens = API tokens
nav-system = Desk and system
nav-audit = Audit log
nav-profile = Profile
nav-sign-out = Sign out
nav-developer-desk = Developer desk

action-save = Save changes
action-cancel = Cancel
action-close = Close
action-dismiss = Dismiss
action-undo = Undo
action-copy = Copy
action-copied = Copied
action-search = Search
action-apply = Apply
action-clear-all = Clear all
action-working = Working…
action-next-page = Next page
action-first-page = Back to the first page

pager-label = More results
pager-range = { $count ->
    [one] { $count } entry on this page
   *[other] { $count } entries on this page
}

field-optional = (optional)

form-errors-title = Please check these fields
form-required = Fill in this field.
form-too-long = Use at most { $max ->
    [one] { $max } character.
   *[other] { $max } characters.
}
form-too-many = Use at most { $max ->
    [one] { $max } line.
   *[other] { $max } lines.
}
form-too-many-files = Attach at most 20 files to a message.
form-unknown-files = A file is no longer there. Attach it again.
form-unknown-into = There’s no ticket with this number.
form-characters = Remove the invisible control characters.
form-email = Enter an e-mail address such as ada@example.com.
form-choice = Choose one of the options.
form-taken = This is already taken. Choose another.
form-out-of-range = Use a number from { $from } to { $to }.
form-password-short = Use at least { $min } characters.
form-password-long = This password is too long.
password-weak-instead = Put several words together that have nothing to do with each other.
password-weak-personal = This is easy to guess for anyone who knows your name, your address or your help desk.
password-weak-common = Many people use this password or one much like it.
password-weak-word = A single word or name is easy to guess.
password-weak-repeats = Characters that repeat are easy to guess.
password-weak-rows = Rows of keys, letters or digits are easy to guess.
password-weak-dates = Dates and years are easy to guess.
password-weak-short = This password is easy to guess.
form-password-repeat = The two passwords don’t match.

time-just-now = just now
time-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
time-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
time-days-ago = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}

size-bytes = { $value } bytes
size-kb = { $value } kB
size-mb = { $value } MB
size-gb = { $value } GB

## Keyboard shortcuts

shortcuts-title = Keyboard shortcuts
shortcuts-move = Next and previous ticket
shortcuts-open = Open the ticket
shortcuts-reply = Write a reply
shortcuts-note = Write an internal note
shortcuts-assign = Choose an assignee
shortcuts-solve = Mark the ticket as solved
shortcuts-search = Search
shortcuts-help = Show this help
shortcuts-hint = Shortcuts are off while you type. You can turn them off completely in your profile.

## Errors

error-title = Something went wrong
error-home = Go to the start page
error-id = Error id: { $id }
error-details = Status { $status } · Error id: { $id }
error-failed-hint = Try again. If it happens again, give the error id to the administrator of this host.
error-connection = The host can’t be reached. Check your connection and try again.
error-bad-request = The request couldn’t be understood.
error-forbidden = Your roles don’t allow this.
error-not-found = There’s nothing at this address.
error-method = This address doesn’t accept that kind of request.
error-timeout = That took too long.
error-conflict = This doesn’t match the current state. Reload the page.
error-too-large = That’s too large.
error-too-many = Too many attempts. Wait a moment and try again.
error-busy = The host is busy. Try again in a moment.
error-code-disk-full = Nothing was saved: the disk of the host is full. Ask its administrator to make room.
error-code-database-away = Nothing was saved: the host cannot reach its database. Try again in a moment.
error-typed-hint = What you typed is still here. You can send it again.
error-typed = Your text
error-try-again = Try again
error-internal = Something went wrong on this host.
error-code-last-admin = This is the last active admin. Give someone else the Admin role first.
error-code-beyond-your-rights = This concerns more permissions than you have. Somebody who has them can do it.
error-code-builtin-role = Built-in roles can’t be changed this way.
error-code-role-in-use = This role is in use. Remove it from its operators first.
error-code-link-gone = The link of this e-mail isn’t stored any more. Create a new one.
error-code-own-account = You can’t deactivate yourself.
error-code-contact-erased = This contact was erased and can’t be changed.
error-code-desk-busy = A payment or refund of this help desk is still running. Try again when it’s done.
error-code-desk-suspended = This help desk is suspended. Nothing in it is lost; ask whoever runs this host.
error-code-ticket-closed = This ticket is closed. Change its status to reply again.
error-code-ticket-put-away = This ticket is in the trash or marked as spam. Move it back to the inbox first.
error-code-merged = This ticket was merged into another one. Go on there.
error-code-answered-meanwhile = Somebody else has just replied. Read their reply before you send yours.
error-code-attachment-too-large = The file is larger than 25 MiB.
error-code-attachment-incomplete = The file didn’t arrive completely. Attach it again.
error-code-attachment-not-scanned = The file couldn’t be checked for viruses, so it wasn’t taken. Try again later.
error-code-attachment-infected = The virus scanner refused the file.
error-code-attachments-full = The attachments of this help desk take up all their space. Ask whoever runs this host for more.
error-code-too-many-searches = Two of your searches are still running. Wait a moment and search again.
error-code-field-of-add-on = An add-on brought this field. You can only change whether it’s required.
error-code-too-many-fields = You already use 100 fields there. Retire one first.
error-code-search-too-long = The search took too long. Try more or longer words.
error-code-too-many-attempts = Too many attempts. Wait a few minutes and try again.
error-code-too-many-payments = Too many payments failed or were attempted in a short time. Nothing was charged. Wait a few minutes and try again.
error-unpaid = Pay invoice { $number } first
error-unpaid-hint = { $amount } is unpaid for this add-on. You can’t buy anything more for it until that is paid.
error-unpaid-go = Go to invoice { $number }
error-code-stale = Someone else changed this in the meantime. Reload the page.

## Sign-in and first run

sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in
sign-in-failed = Wrong e-mail address or password.
sign-in-too-many = { $minutes ->
    [one] Too many attempts. Try again in { $minutes } minute.
   *[other] Too many attempts. Try again in { $minutes } minutes.
}
sign-in-hint = No account yet? An admin of your help desk can invite you.
sign-in-forgotten = Forgot your password?
sign-in-desk-title = Choose a help desk
sign-in-desk-text = Your password works in several help desks. Where do you want to go?
sign-in-desk-late = That took too long. Sign in again.
switch-desk-title = Switch help desk
switch-desk-text = You’re in { $desk } now. These are the other help desks that you signed in to with this browser.
switch-desk-none = You haven’t signed in to another help desk with this browser.
switch-desk-password = Each help desk has a password of its own. Enter that of the one you want to open.
forgotten-title = Forgot your password?
forgotten-intro = Enter the e-mail address you sign in with. We’ll send you a link to choose a new password.
forgotten-submit = Send me a link
forgotten-sent = If an account has this address, an e-mail with a link is on its way to it. The link works once, within one hour.
forgotten-no-mail = This host doesn’t send e-mails. Ask an admin of your help desk for a new invitation link, and use it to choose a new password.
forgotten-back = Back to sign-in
reset-title = Choose a new password
reset-intro = You’ll sign in with it as { $email }.
reset-ends-sessions = You’ll be signed out everywhere else. Your API tokens keep working; you can revoke them in the panel.
reset-submit = Save and sign in
reset-done = Password changed. You were signed out everywhere else.
sign-in-again-title = Sign in again
sign-in-again-text = An add-on’s service asks for a newer sign-in. Enter your password to continue there.
end-session-title = Sign out
end-session-text = A service that you signed in to asks to end your session here as well.
end-session-stay = Stay signed in
password-again = Your password
password-again-hint = You last entered it more than 15 minutes ago. You’re asked again so that nobody else at this screen can spend money.
password-again-missing = Enter your password to continue. Nothing has been charged.
sign-out-done = You are signed out.

setup-title = Set up your help desk
setup-intro = You’re the first one here. This creates your account with the Admin role.
setup-intro-invite = You’re invited to { $desk }. Choose how you sign in.
setup-desk-name = Name of the help desk
setup-desk-name-hint = Your company or team. You can change it later.
setup-name = Your name
setup-email = E-mail address
setup-password = Password
setup-password-hint = At least { $min } characters. A few random words work well.
setup-submit = Create account
setup-submit-invite = Accept invitation
setup-used-title = This link no longer works
setup-used = Links work once and for a limited time. Ask for a new one, or sign in if you have an account.
setup-used-sign-in = Go to sign-in
setup-sample-note = A few sample tickets are waiting in the inbox. You can remove them in one click.

## Inbox

inbox-title = Inbox
inbox-title-unread = ({ $count }) Inbox
inbox-unread = Unread
inbox-views = Views
inbox-view-open = Open
inbox-view-mine = Mine
inbox-view-unassigned = Unassigned
inbox-view-pending = Pending
inbox-view-solved = Solved
inbox-view-closed = Closed
inbox-view-all = All tickets
inbox-view-spam = Spam
inbox-view-trash = Trash
inbox-new-ticket = New ticket
inbox-search = Search tickets
inbox-search-placeholder = Subject, text, requester or number
inbox-search-help = Words of three or more characters are found anywhere, shorter ones at the start of a subject or name. Put phrases in quotes. A number finds its ticket.
inbox-search-cut = The newest { $count } tickets are shown. Try more or longer words to find others.
inbox-search-newest = These words are common. Older tickets that have them in different messages may be missing. Add a rarer word to find those too.
inbox-filter-priority = Priority
inbox-filter-any-priority = Any priority
inbox-filter-assignee = Assignee
inbox-filter-any-assignee = Anyone
inbox-filter-tag = Tag
inbox-filter-any-tag = Any tag
inbox-filter-field = Custom field
inbox-filter-any-field = Any field
inbox-filter-unread = Unread only
inbox-chips-label = Active filters
inbox-chip-search = “{ $text }”
inbox-chip-priority = Priority: { $value }
inbox-chip-assignee = Assignee: { $value }
inbox-chip-tag = Tag: { $value }
inbox-chip-field = { $field }: { $value }
inbox-chip-requester = Requester: { $value }
inbox-chip-remove = Remove filter { $filter }
inbox-column-subject = Ticket
inbox-column-status = Status
inbox-column-priority = Priority
inbox-column-assignee = Assignee
inbox-column-updated = Updated
inbox-found = { $count ->
    [one] { $count } ticket
   *[other] { $count } tickets
}
inbox-found-above = More than { $count } tickets
count-above = { $count }+
inbox-from = { $name } · #{ $number }
inbox-more-tags = { $count } more
inbox-nobody = Nobody
inbox-empty-title = No tickets here yet
inbox-empty-text = New messages from your channels appear here. You can also write a ticket yourself.
inbox-empty-done-title = All done
inbox-empty-done-text = No tickets are waiting in this view.
inbox-no-match-title = No matching tickets
inbox-no-match-text = Try different words or fewer filters.
inbox-sample-title = These are sample tickets
inbox-sample-text = They show how the inbox works. Remove them when you are ready.
inbox-sample-remove = Remove sample data

## Words for tickets

status-open = Open
status-pending = Pending
status-solved = Solved
status-closed = Closed
priority-low = Low
priority-normal = Normal
priority-high = High
priority-urgent = Urgent
delivery-pending = Being sent
delivery-retry = Will be retried
delivery-sent = Sent
delivery-delivered = Delivered
delivery-read = Read
delivery-failed = Not sent
delivery-unclear = May not have arrived

## Ticket

ticket-number = Ticket #{ $number }
ticket-back = Inbox
ticket-opened = Opened
ticket-via = via { $channel }
ticket-copies = In copy:
ticket-conversation = Conversation
ticket-older = Show older messages
ticket-side = About this ticket
ticket-message-by = { $name }
ticket-note-badge = Internal note
ticket-addon-badge = Add-on
ticket-former-operator = Former operator
ticket-removed-addon = Removed add-on
ticket-composer = Write
ticket-tab-reply = Public reply
ticket-tab-note = Internal note
ticket-reply-label = Your message
ticket-reply-placeholder = Write a message…
ticket-reply-hint-channel = The reply goes out through the channel this ticket came from.
ticket-copies-too = It also goes to
ticket-parts = { $length } of { $longest }: goes out in { $parts } parts
ticket-reply-hint-none = This ticket has no channel, so the reply is kept here and not sent.
ticket-note-hint = Only operators can see notes.
ticket-then-status = Then set status
ticket-then-keep = Keep status
ticket-then-pending = Set to pending
ticket-then-solved = Set to solved
ticket-send = Send
ticket-files = Attachments
ticket-files-add = Attach files
ticket-files-hint = { $count ->
    [one] One file, up to { $size }.
   *[other] Up to { $count } files, { $size } each.
}
ticket-files-stay = { $channel } doesn’t carry files: only operators can see them.
ticket-files-go = { $count ->
    [one] { $channel } carries one file with a reply, up to { $size }.
   *[other] { $channel } carries up to { $count } files with a reply, { $size } each.
}
ticket-file-remove = Remove { $name }
ticket-file-removed = { $name } removed
ticket-file-attached = { $name } attached
ticket-file-sending = Uploading { $name }
ticket-file-failed = { $name } couldn’t be uploaded. Try again.
ticket-file-too-large = { $name } is larger than { $size }.
ticket-file-refused = { $name }: { $reason }
ticket-file-infected = The virus scanner refused it: { $said }
ticket-sent = Reply added
ticket-noted = Note added
ticket-closed-hint = This ticket is closed. Change its status to reply again.
ticket-no-reply-permission = Your roles don’t allow you to reply to tickets.
ticket-delivery-failed = The channel didn’t accept this message: { $reason }
ticket-delivery-failed-unknown = The channel didn’t accept this message.
ticket-delivery-try-again = Try again
ticket-delivery-queued = The message will be sent again
ticket-delivery-unclear = It is not certain that this message arrived ({ $reason }). Look in the channel before you send it again.
ticket-delivery-unclear-unknown = It is not certain that this message arrived. Look in the channel before you send it again.
ticket-delivery-send-again = Send again
ticket-delivery-arrived = It arrived
ticket-delivery-confirmed = The message is marked as sent
ticket-message-sent-at = Written
ticket-message-edited = Edited
ticket-message-taken-back = Taken back by its author
ticket-origin-automatic = Automatic reply
ticket-origin-bulk = Mailing list
ticket-origin-bounce = Delivery report
ticket-message-earlier = Show what it said before
ticket-message-plain = Show plain text
ticket-message-as-sent = Show as sent
ticket-message-document = Message as sent
ticket-message-frame = Message { $number } as sent, from { $name }
ticket-message-quoted = Show quoted text
ticket-message-held-back = { $count ->
    [one] A picture from another website was not loaded: it would tell the sender that you read this.
   *[other] { $count } pictures from other websites were not loaded: they would tell the sender that you read this.
}
ticket-message-show-pictures = Show remote pictures
ticket-new-message = New message from { $name }
ticket-mark-read = Mark as read
ticket-marked-read = Marked as read
ticket-writing = { $name } is writing…
ticket-answered-meanwhile = { $name } has just replied. Read their reply before you send yours.
ticket-changed-by = { $name } changed this ticket: { $what }.
ticket-changed-somebody = Somebody else
ticket-reload = Reload
ticket-properties = Properties
ticket-status = Status
ticket-priority = Priority
ticket-assignee = Assignee
ticket-assign-to-me = Assign to me
ticket-tags = Tags
ticket-tags-hint = Separate tags with spaces.
ticket-tags-invalid = Use at most { $max } tags of up to { $length } characters, without spaces, and not of signs alone.
ticket-properties-save = Save properties
ticket-saved = Ticket saved
ticket-mark-solved = Mark as solved
ticket-more = More actions
ticket-mark-spam = Mark as spam
ticket-unmark-spam = Not spam
ticket-spam-marked = Ticket #{ $number } was marked as spam
ticket-spam-unmarked = The ticket is no longer marked as spam
ticket-spam-title = This ticket is marked as spam.
ticket-spam-text = New messages of this conversation are added here, and nobody is notified.
ticket-delete = Delete ticket
ticket-deleted = Ticket #{ $number } was moved to the trash
ticket-restore = Restore
ticket-restored = Ticket restored
ticket-trash-title = This ticket is in the trash.
ticket-trash-text = It will be deleted for good, with its messages, 30 days after it was moved here.
merge-ask = Merge into another ticket
merge-title = Merge ticket #{ $number } into another one
merge-happens = What happens
merge-closes = This ticket is closed for good: nobody can reply to it, change it or reopen it. It can still be read and deleted.
merge-messages = Its messages stay here.
merge-goes-on = New messages of this conversation, and what its requester answers, go to the other ticket.
merge-final = This can’t be undone.
merge-into = Number of the other ticket
merge-into-itself = This is the ticket itself. Enter the number of another one.
merge-into-put-away = That ticket is in the trash or marked as spam.
merge-into-merged = That ticket was merged itself. Enter the number of the ticket it was merged into.
merge-into-closed = That ticket is closed. Reopen it first.
merge-do = Merge tickets
merge-done = Ticket #{ $number } was merged into this one
merge-merged = This ticket was merged into ticket #{ $number }.
merge-merged-text = Go on there: nothing can be added or changed here.
merge-open = Open ticket #{ $number }
ticket-requester = Requester
ticket-requester-open = Open contact
ticket-requester-more = Other tickets
ticket-addons = Add-ons
ticket-addons-empty = Plugins show their panels here.
ticket-addons-browse = Browse add-ons
ticket-addon-loading = { $name } is loading
ticket-addon-still-working = Still working…
ticket-addon-open = Open the panel of { $name }
ticket-addon-up = Move { $name } up
ticket-addon-down = Move { $name } down
addon-open-in = Open in { $name }
ticket-addon-fold = Show the content of { $name }
ticket-addon-button = Its button is beside “Send”.
ticket-addon-button-show = Show the button of { $name } beside “Send”
ticket-addon-moved = { $name } was moved:

ticket-new-title = New ticket
ticket-new-intro = For requests that reach you by phone or in person.
ticket-new-email = Requester’s e-mail address
ticket-new-email-hint = A known address uses that contact.
ticket-new-name = Requester’s name
ticket-new-name-hint = For a new contact; a known one keeps its name.
ticket-subject = Subject
ticket-new-body = Message
ticket-new-via = Send it by
ticket-new-via-none = Not sent: I note what they told me
ticket-new-via-hint = By a channel your message goes to the requester, and the answer comes to this ticket.
ticket-new-submit = Create ticket
flash-ticket-created = Ticket #{ $number } created

history-line = { $name } { $what }
history-earlier = { $count ->
    [one] { $count } earlier change
   *[other] { $count } earlier changes
}
history-show = Show changes
history-hide = Hide changes
history-status = changed the status from { $old } to { $new }
history-priority = changed the priority from { $old } to { $new }
history-subject = changed the subject from “{ $old }” to “{ $new }”
history-assigned = assigned the ticket to { $name }
history-unassigned = unassigned { $name }
history-reassigned = reassigned the ticket from { $old } to { $new }
history-tags-added = added tags: { $tags }
history-tags-removed = removed tags: { $tags }
history-field = changed { $field } from { $old } to { $new }
history-field-set = set { $field } to { $new }
history-field-cleared = cleared { $field }, which was { $old }
history-spam = marked the ticket as spam
history-not-spam = moved the ticket out of spam
history-deleted = deleted the ticket
history-restored = restored the ticket
history-merged = merged ticket #{ $number } into this one
history-merged-into = merged the ticket into #{ $number }
history-follow-up = wrote again after ticket #{ $number } was closed
history-import = imported messages
history-other = changed { $field }

## Drafts

draft-mark = Draft
draft-save = Save draft
draft-saved = Draft saved
draft-discard = Discard
draft-discarded = Draft discarded
draft-undo = Undo
draft-differs = This draft was changed in another tab.
draft-other = You have a draft for another new ticket.
draft-mine = Use this text
draft-theirs = Use the other one
draft-signed-out = You’re signed out. Your text is kept in this tab.
draft-failed = Your text couldn’t be saved. It’s kept in this tab.

## Contacts

contacts-title = Contacts
contacts-search = Search contacts
contacts-search-placeholder = Name, e-mail, company or phone
contacts-search-help = Words of three or more characters are found anywhere, shorter ones at the start of a name. Put phrases in quotes.
contacts-column-name = Name
contacts-column-email = E-mail
contacts-column-company = Company
contacts-column-tickets = Tickets
contacts-column-since = Since
contacts-empty-title = No contacts yet
contacts-empty-text = Everyone who writes to you appears here.
contacts-no-match-title = No matching contacts
contacts-no-match-text = Try different words.
contact-back = Contacts
contact-email = E-mail
contact-phone = Phone
contact-emails = E-mail addresses
contact-phones = Phone numbers
contact-one-per-line = One per line. The first one is shown in lists.
contact-company = Company
contact-name = Name
contact-since = Contact since
contact-edit = Edit contact
contact-save = Save contact
contact-saved = Contact saved
contact-tickets = Tickets
contact-tickets-empty = No tickets yet.
contact-tickets-all = Show all in the inbox
contact-export = Export
contact-erase = Erase…
contact-was-erased = Erased on { $date }. The tickets are kept without what this person wrote.
contact-erase-title = Erase { $name }
contact-erase-goes = What is erased
contact-erase-goes-person = Name, e-mail address, phone number and company
contact-erase-goes-written = Everything this person wrote, with earlier versions, and the subjects of their tickets
contact-erase-goes-channels = Who they are in channels: replies no longer reach them, and if they write again, they are a new contact
contact-erase-goes-addons = What add-ons store under their ID or address, and log lines with that address
contact-erase-stays = Tickets keep their number, status and dates, and what operators and add-ons wrote in them. Check those messages yourself. What other systems have received is not erased.
contact-erase-export-hint = The file contains everything this help desk has about the contact, internal notes included. It can’t be created afterwards.
contact-erase-final = This can’t be undone.
contact-erase-confirm = I have the export, or nobody needs it. Erase this contact.
contact-erase-unconfirmed = Tick the box to erase this contact.
contact-erase-do = Erase contact
contact-erased = Contact erased

## Roles

roles-title = Roles
roles-intro = A role is a set of permissions. Operators can do everything that any of their roles allows.
roles-new = New role
roles-column-name = Role
roles-column-permissions = Permissions
roles-column-operators = Operators
roles-builtin = Built in
roles-all-permissions = All permissions
roles-count-permissions = { $count ->
    [0] None
   *[other] { $count } of { $total }
}
role-back = Roles
role-new-title = New role
role-edit-title = Role { $name }
role-name = Name
role-name-fixed = Built-in roles keep their name.
role-permissions = Permissions
role-admin-fixed = Admins can do everything. This role can’t be changed, so that nobody gets locked out.
rights-not-yours = You cannot give “{ $permission }”, because you do not have it yourself.
role-create = Create role
role-created = Role { $name } created
role-saved = Role { $name } saved
role-deleted = Role { $name } deleted
role-delete = Delete role
role-delete-title = Delete role { $name }?
role-delete-text = No operator has this role. Its permissions are lost; operators and tickets stay as they are.
role-delete-in-use = { $count ->
    [one] { $count } operator has this role. Take it away first.
   *[other] { $count } operators have this role. Take it away first.
}

permission-tickets-view = View tickets
permission-tickets-view-hint = See the inbox, tickets, contacts and the panels of plugins.
permission-tickets-reply = Answer tickets
permission-tickets-reply-hint = Write public replies and internal notes.
permission-tickets-manage = Manage tickets
permission-tickets-manage-hint = Create tickets; change status, priority, assignee and tags.
permission-contacts-manage = Manage contacts
permission-contacts-manage-hint = Change names, addresses, phone numbers and companies of requesters, and export what the help desk has about them.
permission-addons-manage = View and manage add-ons
permission-addons-manage-hint = See the marketplace; install, update, configure and uninstall add-ons.
permission-catalog-manage = Manage the catalog
permission-catalog-manage-hint = Upload packages and trust the keys of publishers.
permission-operators-manage = Manage operators and roles
permission-operators-manage-hint = Invite and deactivate operators; change roles and what they allow.
permission-desk-manage = Manage the desk
permission-desk-manage-hint = Name and language of the desk, the system page and the audit log.

## Operators

operators-title = Operators
operators-intro = Everyone who works in this help desk.
operators-invite = Invite operator
operators-column-name = Name
operators-column-roles = Roles
operators-column-state = State
operators-you = You
operators-active = Active
operators-inactive = Deactivated
operators-invited = Invited
operator-back = Operators
operator-invite-title = Invite an operator
operator-invite-intro = You’ll get a link to share. It works once, for three days.
operator-invite-submit = Create invitation
operator-invite-link-title = Invitation for { $name }
operator-invite-link-text = Copy this link and share it. It’s shown only now and works once within three days.
operator-invite-mailed = The link was also sent to { $email }.
operator-invite-link-label = Invitation link
operator-invite-done = Back to operators
operator-invite-again = New invitation link
operator-name = Name
operator-email = E-mail address
form-already-exists-email = An account with this address already exists.
operator-roles = Roles
form-required-role = Choose at least one role.
operator-edit-title = Operator { $name }
operator-saved = { $name } saved
operator-deactivate = Deactivate
operator-deactivate-title = Deactivate { $name }?
operator-deactivate-text = They are signed out everywhere, their API tokens stop working, and they cannot sign in again until you reactivate them. Their tickets and messages stay.
operator-deactivated = { $name } is deactivated
operator-reactivate = Reactivate
operator-reactivated = { $name } is active again

## API tokens

tokens-title = API tokens
tokens-intro = A token lets a program act as you, with the permissions you choose, until it ends. Treat it like a password.
tokens-docs = API description (OpenAPI)
tokens-new = New token
tokens-name = What is it for?
tokens-name-hint = Such as the name of the program that will use it.
tokens-scopes = What may it do?
tokens-scopes-hint = Only what you may do yourself, now and later. Give it no more than the program needs.
form-required-scope = Choose at least one permission that you have.
tokens-expires = Works for
tokens-expires-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
tokens-create = Create token
tokens-created-title = Your new token
tokens-created-text = Copy it now. It won’t be shown again.
tokens-created-label = Token
tokens-column-name = Name
tokens-column-scopes = May
tokens-column-created = Created
tokens-column-used = Last used
tokens-column-expires = Works until
tokens-never-used = Never
tokens-mark-soon = Ends soon
tokens-mark-expired = Expired
tokens-revoke = Revoke
tokens-revoke-of = Revoke token { $name }
tokens-revoke-title = Revoke token { $name }?
tokens-revoke-text = Programs that use it will be refused from now on. This can’t be undone.
tokens-revoked = Token { $name } revoked
tokens-empty-title = No tokens yet
tokens-empty-text = Create one to use the API from a program or script.

## Profile

profile-title = Profile
profile-you = About you
profile-name = Name
profile-email = E-mail address
profile-language = Language
profile-language-default = Same as the help desk ({ $name })
profile-language-hint = More languages are in the marketplace, as add-ons.
profile-time-zone = Time zone
profile-time-zone-default = Same as the help desk ({ $name })
profile-theme = Appearance
profile-theme-system = Same as the system
profile-theme-light = Light
profile-theme-dark = Dark
profile-shortcuts = Keyboard shortcuts
profile-shortcuts-hint = Single keys such as j, k and r, while you are not typing.
profile-saved = Profile saved
profile-password = Password
profile-password-current = Current password
profile-password-new = New password
profile-password-repeat = New password again
profile-password-change = Change password
profile-password-ends-sessions = Your other sessions are signed out.
profile-end-tokens =
    { $count ->
        [one] Revoke my API token too
       *[other] Revoke my { $count } API tokens too
    }
profile-end-tokens-hint = Programs that use them are refused from then on. Leave this on when somebody else may know your password.
profile-password-wrong = This isn’t your current password.
profile-password-changed = Password changed. Your other sessions were signed out.
profile-notices = E-mails about tickets
profile-notices-new = A new ticket that isn’t assigned to anyone
profile-notices-assigned = Somebody assigns a ticket to me
profile-notices-answered = The requester of one of my tickets writes
profile-notices-answered-hint = At most one e-mail for each ticket within 10 minutes.
profile-sessions = Sessions
profile-sessions-intro = The browsers you’re signed in with.
profile-session-this = This browser
profile-session-unknown = Unknown browser
profile-session-seen = Last active { $when }
profile-session-since = since { $when }
profile-session-revoke = Sign out
profile-session-revoke-of = Sign out { $name }
profile-session-revoked = That browser is signed out
profile-sessions-revoke-others = Sign out everywhere else
profile-sessions-revoked = You’re signed out everywhere else.
profile-sign-out = Sign out of this browser

## Desk and system

system-title = Desk and system
system-desk = Help desk
system-desk-name = Name
system-desk-language = Language
system-desk-language-hint = For operators who haven’t chosen one.
system-desk-time-zone = Time zone
system-desk-time-zone-hint = For operators who haven’t chosen one.
system-desk-saved = Help desk saved
system-host = Host
system-version = Version
system-database = Database
system-address = Address
system-desk-id = ID
system-region = Region
system-host-name = Host name
system-clock = Clock
system-sample = Sample data
system-sample-text = This help desk contains sample tickets and contacts. Removing them doesn’t touch your own data.
system-sample-remove = Remove sample data
system-sample-remove-title = Remove the sample data?
system-sample-remove-text = Sample tickets and contacts are permanently deleted along with their messages. Everything else is kept.
system-sample-removed = Sample data removed
system-sample-none = There’s no sample data.
system-egress-title = Add-on requests are redirected
system-egress-text = This host was started with --egress-override: requests to these hosts go to another address. For development only.
system-egress-none = Add-on requests go to the hosts they name.
system-egress-host = Host
system-egress-target = Goes to
system-outbound = Outgoing requests
system-health = Health
system-ready = Ready

## Audit log

audit-title = Audit log
audit-intro = Everything that changed settings, access or add-ons. Entries cannot be changed or deleted; each is chained to the one before.
audit-intact = { $count ->
    [one] The chain of { $count } entry is intact.
   *[other] The chain of all { $count } entries is intact.
}
audit-broken = The chain is broken at entry { $entry }. Someone changed the database directly.
audit-verify = Check the chain
audit-column-when = When
audit-column-what = What
audit-details = Details
audit-who-system = Host
audit-who-command-line = Command line
audit-who-addon = Add-on { $name }
audit-who-account = Billing account { $email }
audit-empty-title = Nothing logged yet
audit-empty-text = Changes to access, settings and add-ons appear here.
audit-sentence = { $who }: { $what }
audit-sentence-object = { $who }: { $what } – { $object }
audit-filter-action = What was done
audit-filter-any-action = Everything
audit-filter-person = Who did it
audit-filter-anyone = Anyone
audit-filter-from = From
audit-filter-to = To
audit-no-match-title = No entries match
audit-no-match-text = Choose another action, person or time.

## Money. The sign of a currency has no letters at its end (€), a code has (CHF).

money-symbol = { $currency }{ $amount }
money-code = { $currency } { $amount }
money-negative = -{ $money }

## Background work

nav-work = Background work
work-title = Background work
work-intro = Work that failed for good or repeatedly stopped the host is set aside here until someone decides.
work-empty-title = Nothing is waiting
work-empty-text = Everything the host does in the background is getting done.
work-died = { $count ->
    [one] The host stopped once while working on this.
   *[other] The host stopped { $count } times while working on this.
}
work-failed = It did not succeed and is no longer retried.
work-only-again = This can’t be undone halfway through, so it can only be tried again.
work-try-again = Try again
work-give-up = Give up
work-show-addon = Show the add-on
work-tried-again = It is being tried again.
work-given-up = It was given up.
work-kind-event = Event for an add-on
work-kind-schedule = Planned call of an add-on
work-kind-reply = Reply through a channel
work-kind-mail-came = E-mail that came into a mailbox
work-kind-mail = E-mail
work-kind-paid = Switching on what was paid for
work-kind-bill = Monthly bill
work-kind-reconcile = Check of unfinished payments
work-kind-sweep = Cleanup at the payment provider
work-kind-dun = Reminders of unpaid invoices
work-kind-packages = Check of installed packages
work-kind-report = Check of a package
work-kind-install = Installation of an add-on
work-kind-purchase = Purchase of a plan or licences
work-kind-update = Update of an add-on
work-kind-cancel = Cancellation of an add-on
work-kind-uninstall = Uninstallation of an add-on
work-kind-other = Other work

### Publishers: the mails, the portal and the pages of the platform’s people.

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
portal-scope-events = Read and replay events

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

### Publishers: the mails, the portal and the pages of the platform’s people.

## Mails

mail-action-portal = Open the publisher portal
mail-action-ask-again = Send another request
mail-action-set-up = Set up your account
mail-fact-why = Reason
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

### Herausgeber: Mails, Portal und die Seiten der Plattform.

## Mails

mail-action-portal = Herausgeberportal öffnen
mail-action-ask-again = Neue Anfrage stellen
mail-action-set-up = Konto einrichten
mail-fact-why = Grund
mail-fact-role = Rolle
mail-fact-fingerprint = Fingerabdruck
mail-publisher-requested-subject = Ihre Anfrage für { $name } ist eingegangen
mail-publisher-requested-happened = Vielen Dank. Ihre Anfrage nach einem Herausgeberkonto für { $name } ist angekommen.
mail-publisher-requested-next = Wir prüfen sie und schicken Ihnen die Antwort per Mail. Im Moment müssen Sie nichts weiter tun.
mail-publisher-approved-subject = Ihr Herausgeberkonto für { $name } ist bereit
mail-publisher-approved-happened = Ihre Anfrage wurde genehmigt: { $name } kann jetzt Add-ons veröffentlichen.
mail-publisher-approved-next = Melden Sie sich mit dem Abrechnungskonto an, das Sie bereits haben.
mail-publisher-refused-subject = Ihre Anfrage für { $name } wurde nicht genehmigt
mail-publisher-refused-happened = Wir können ein Herausgeberkonto für { $name } noch nicht genehmigen.
mail-publisher-refused-next = Sobald das geklärt ist, können Sie gern eine neue Anfrage stellen.
mail-publisher-invited-subject = Einladung zu { $name }
mail-publisher-invited-happened = { $by } hat Sie eingeladen, als Teil von { $name } Add-ons zu veröffentlichen.
mail-publisher-invited-next = { $days ->
    [one] Der Link gilt einmal, innerhalb eines Tages.
   *[other] Der Link gilt einmal, innerhalb von { $days } Tagen.
}
mail-key-enrolled-subject = Neuer Signaturschlüssel für { $name }
mail-key-enrolled-happened = { $by } hat einen Signaturschlüssel hinterlegt. Damit signierte Pakete von { $name } werden ab jetzt angenommen.
mail-key-enrolled-next = Wenn Sie diesen Schlüssel nicht kennen, entfernen Sie ihn sofort im Portal.

## Rollen

portal-role-owner = Inhaber
portal-role-developer = Entwicklung
portal-role-finance = Finanzen

### Mails an das Team, und der Postausgang.

## What every mail has

mail-greeting = Guten Tag { $name },
mail-greeting-nobody = Guten Tag,
mail-footer = Geschrieben vom Helpdesk { $desk }, weil Sie oder er etwas getan haben. Antworten auf diese Mail liest niemand.

mail-fact-addon = Add-on
mail-fact-subject = Betreff
mail-fact-message = Nachricht
mail-fact-plan = Tarif
mail-fact-licences = Lizenzen
mail-fact-unassigned = Ohne Zugriff
mail-fact-seats = Plätze
mail-fact-per-month = Jeden Monat
mail-fact-once = Einmal
mail-fact-renews = Nächste Rechnung
mail-fact-trial-ends = Testzeit endet
mail-fact-invoice = Rechnung
mail-fact-total = Summe
mail-fact-reduced = Nicht genutzte Tage
mail-fact-credit = Aus Guthaben bezahlt
mail-fact-method = Bezahlt mit
mail-fact-reason = Was die Bank sagte
mail-fact-refusal = Das sagte die Zahlungsfirma

mail-line = { $description }, { $quantity }-mal
mail-period = { $from } bis { $to }

mail-action-open = { $addon } öffnen
mail-action-again = Noch einmal versuchen
mail-action-pay = Rechnung bezahlen
mail-action-answer = Antworten
mail-action-invoice = Rechnung öffnen
mail-action-plan = Tarif wählen
mail-action-plans = Tarife öffnen
mail-action-listing = Seite öffnen
mail-action-work = Hintergrundarbeit öffnen
mail-action-accept = Einladung annehmen
mail-action-reset = Neues Passwort wählen
mail-action-ticket = Ticket öffnen

## An add-on was installed, or was not

mail-installed-subject = { $addon } ist installiert
mail-installed-happened = { $addon } { $version } ist installiert und läuft in Ihrem Helpdesk.
mail-installed-next = Auf seiner Seite stehen Einstellungen, Nutzer und Tarif.
mail-installed-trial = Sie können es bis { $date } testen. Es wird nichts dafür berechnet, wenn Sie keinen Tarif wählen.

mail-install-failed-subject = { $addon } konnte nicht installiert werden
mail-install-failed-happened = { $addon } konnte nicht installiert werden: { $error }
mail-install-failed-refunded = Dafür waren { $amount } abgebucht; der Betrag wird zurückgezahlt.
mail-install-failed-next = Ihr Helpdesk arbeitet wie zuvor. Sie können es jederzeit noch einmal versuchen; scheitert es wieder, fragen Sie den Anbieter.
mail-install-approved-subject = Ihre Anfrage zur Installation von { $addon } ist genehmigt
mail-install-approved-happened = Der Anbieter von { $addon } hat Ihre Anfrage genehmigt und alles eingerichtet. Die Installation wird jetzt abgeschlossen.
mail-install-approved-next = Sie müssen nichts weiter tun. Sie erhalten eine weitere E-Mail, sobald das Add-on bereit ist oder falls etwas schiefgeht.

## Money

mail-payment-due-subject = Rechnung { $number } über { $amount } ist zu bezahlen
mail-payment-due-happened = Die Zahlung von { $amount } für Rechnung { $number } ist nicht durchgegangen.
mail-payment-due-action = Ihre Bank möchte, dass Sie die Zahlung von { $amount } für Rechnung { $number } bestätigen.
mail-payment-due-ending = Die Rechnung { $number } über { $amount } ist noch offen, und die Add-ons darauf halten bald an.
mail-payment-due-retry = Wir versuchen es am { $date } noch einmal mit Ihrer Karte. Wenn Sie vorher eine andere Karte hinterlegen, nehmen wir diese sofort.
mail-payment-due-runs-until = Alles läuft bis { $date } weiter. Bitte bezahlen Sie die Rechnung vorher, mit dieser Karte oder einer anderen.
mail-payment-due-starts = Was Sie bestellt haben, beginnt von selbst, wenn die Rechnung bezahlt ist, an welchem Tag auch immer.

mail-receipt-subject = Quittung für Rechnung { $number }: { $amount }
mail-receipt-happened = Vielen Dank. Rechnung { $number } über { $amount } ist bezahlt.

mail-refunded-subject = { $amount } werden zurückgezahlt
mail-refunded-card = { $amount } von Rechnung { $number } gehen auf die Karte zurück, mit der bezahlt wurde.
mail-refunded-credit = { $amount } von Rechnung { $number } gehen auf Ihr Guthaben zurück.
mail-refunded-next = Sie müssen nichts tun. Es kann einige Tage dauern, bis Ihre Bank es zeigt.

mail-refund-failed-subject = { $amount } von Rechnung { $number } konnten nicht zurückgezahlt werden
mail-refund-failed-happened = { $amount } von Rechnung { $number } sollten zurückgezahlt werden, und die Zahlungsfirma hat es endgültig abgelehnt. Es wurde nichts zurückgezahlt.
mail-refund-failed-next = Von selbst wird es nicht noch einmal versucht. Jemand muss im Dashboard der Zahlungsfirma nachsehen und den Betrag von dort zurückzahlen.
mail-top-up-declined-subject = Guthaben von { $amount } konnte nicht aufgeladen werden
mail-top-up-declined-happened = Ihre Karte sollte mit { $amount } belastet werden, weil das Guthaben unter Ihre Schwelle gefallen ist. Das hat nicht geklappt; es wurde nichts abgebucht.
mail-top-up-declined-next = Die automatische Aufladung ist jetzt aus. Prüfen Sie Ihre Karte und schalten Sie sie im Kundenbereich wieder ein.
mail-action-client-area = Kundenbereich öffnen

mail-disputed-inquiry-subject = Ihre Bank fragt nach der Zahlung von Rechnung { $number }
mail-disputed-inquiry-happened = Ihre Bank fragt nach der Zahlung von { $amount } für Rechnung { $number }. Es wurde kein Geld bewegt.
mail-disputed-inquiry-next = Wenn Sie die Zahlung kennen, sagen Sie das bitte Ihrer Bank. Hier brauchen Sie nichts zu tun.

mail-disputed-open-subject = Die Zahlung von Rechnung { $number } wird angefochten
mail-disputed-open-happened = Die Zahlung von { $amount } für Rechnung { $number } wird angefochten. Ihre Bank hat das Geld zurückgeholt, bis sie entscheidet.
mail-disputed-open-next = Wenn Sie die Zahlung kennen, sagen Sie das bitte Ihrer Bank. Wenn mit der Rechnung etwas nicht stimmt, schreiben Sie uns.

mail-disputed-won-subject = Die Anfechtung von Rechnung { $number } ist erledigt
mail-disputed-won-happened = Ihre Bank hat entschieden: Die Zahlung von { $amount } für Rechnung { $number } bleibt bestehen.
mail-disputed-won-next = Sie brauchen nichts zu tun.

mail-disputed-lost-subject = Die Zahlung von Rechnung { $number } wurde zurückgeholt
mail-disputed-lost-happened = Ihre Bank hat entschieden: Die Zahlung von { $amount } für Rechnung { $number } bleibt beim Inhaber der Karte.
mail-disputed-lost-next = Wenn Sie behalten möchten, wofür die Rechnung ist, melden Sie sich bitte bei uns.

mail-missed-months-subject = { $months ->
    [one] Dürfen wir einen versäumten Monat abbuchen?
   *[other] Dürfen wir { $months } versäumte Monate abbuchen?
}
mail-missed-months-happened = { $months ->
    [one] Der Helpdesk war eine Zeit lang ausgeschaltet, und eine Monatsrechnung wurde nicht gestellt.
   *[other] Der Helpdesk war eine Zeit lang ausgeschaltet, und { $months } Monatsrechnungen wurden nicht gestellt.
}
mail-missed-months-next = Bis Sie zustimmen, wird nichts abgebucht. Ihre Add-ons laufen bis { $date } weiter; bitte antworten Sie vorher.

mail-no-licence-subject = Keine Lizenz von { $addon } frei für { $user }
mail-no-licence-happened = { $user } sollte { $addon } automatisch bekommen, aber alle Lizenzen sind vergeben. { $user } hat es nicht.
mail-no-licence-next = Kaufen Sie eine weitere Lizenz, oder nehmen Sie sie jemandem, der sie nicht mehr braucht.
mail-users-unassigned-subject = { $count ->
    [one] Eine Person hat { $addon } nicht mehr
   *[other] { $count } Personen haben { $addon } nicht mehr
}
mail-users-unassigned-happened = { $count ->
    [one] Für { $addon } gibt es nur noch eine Lizenz, aber mehr Nutzer. Wer das Add-on zuletzt bekommen hat, hat es nicht mehr.
   *[other] Für { $addon } gibt es nur noch { $count } Lizenzen, aber mehr Nutzer. Wer das Add-on zuletzt bekommen hat, hat es nicht mehr.
}
mail-users-unassigned-next = Wer Add-ons verwaltet, kann weitere Lizenzen kaufen und auswählen, wer das Add-on nutzt.

mail-unpaid-subject = { $addon } angehalten: Rechnung { $number } ist unbezahlt
mail-unpaid-happened = { $addon } wurde angehalten, weil Rechnung { $number } noch unbezahlt ist. Einstellungen und Daten sind noch da.
mail-unpaid-next = Es läuft von selbst wieder, sobald die Rechnung bezahlt ist.

## Trials and plans

mail-trial-reminder-subject = { $days ->
    [one] Ihre Testzeit von { $addon } endet in einem Tag
   *[other] Ihre Testzeit von { $addon } endet in { $days } Tagen
}
mail-trial-reminder-happened = { $days ->
    [one] Die Testzeit von { $addon } hat noch einen Tag. Sie endet am { $date } (UTC).
   *[other] Die Testzeit von { $addon } hat noch { $days } Tage. Sie endet am { $date } (UTC).
}
mail-trial-reminder-next = Um es weiter zu nutzen, wählen Sie einen Tarif. Sonst hält es an diesem Tag an; Einstellungen und Daten bleiben.

mail-trial-ended-subject = Ihre Testzeit von { $addon } ist vorbei
mail-trial-ended-happened = Die Testzeit von { $addon } ist vorbei, und es hat angehalten. Einstellungen und Daten sind noch da.
mail-trial-ended-next = Wählen Sie einen Tarif, um dort weiterzumachen, wo Sie waren.

mail-plan-changed-subject = { $addon } ist im Tarif { $plan }
mail-plan-changed-happened = { $addon } ist jetzt im Tarif { $plan }.
mail-plan-changed-later = { $count ->
    [one] Ab dem nächsten Rechnungstag hat es eine Lizenz.
   *[other] Ab dem nächsten Rechnungstag hat es { $count } Lizenzen.
}

mail-cancelled-subject = { $addon } ist gekündigt
mail-cancelled-happened = { $addon } ist gekündigt und hat angehalten. Dafür wird nichts mehr abgebucht.
mail-cancelled-next = Einstellungen und Daten sind noch da. Wenn Sie es wieder kaufen, geht es dort weiter, wo Sie waren.

## An add-on was removed, or could not be updated

mail-uninstalled-subject = { $addon } ist deinstalliert
mail-uninstalled-happened = { $addon } und seine Daten sind entfernt. Was es gekostet hat, ist damit beendet.
mail-uninstalled-next = Sie können es jederzeit wieder installieren.
mail-uninstall-failed-subject = { $addon } wurde nicht deinstalliert
mail-uninstall-failed-happened = { $addon } wurde nicht deinstalliert: { $error }
mail-uninstall-failed-next = Die Daten sind noch da, und es wird nichts mehr dafür berechnet. Sie können es jederzeit noch einmal deinstallieren; scheitert es wieder, fragen Sie den Anbieter.
mail-support-requested-subject = Supportanfrage: { $addon } ({ $id })
mail-support-requested-happened = { $by } bittet um Hilfe bei einem Update von { $addon }, das gescheitert ist und nicht zurückgenommen werden konnte.

mail-update-failed-subject = { $addon } konnte nicht aktualisiert werden
mail-update-failed-happened = Das Update von { $addon } von { $from } auf { $to } ist gescheitert: { $error }
mail-update-failed-next = Version { $from } läuft weiter, und die Daten sind unverändert. Sie können es noch einmal versuchen; scheitert es wieder, fragen Sie den Anbieter.
mail-update-failed-next-inactive = Das Add-on ist weiterhin ausgeschaltet. Es bleibt bei Version { $from }, und die Daten sind unverändert. Sie können es noch einmal versuchen; scheitert es wieder, fragen Sie den Anbieter.
mail-update-failed-next-suspended = Das Add-on ist weiterhin ausgesetzt. Es bleibt bei Version { $from }, und die Daten sind unverändert. Sie können es noch einmal versuchen; scheitert es wieder, fragen Sie den Anbieter.
mail-update-failed-next-stuck = Auch das Zurücknehmen des Updates ist gescheitert, deshalb läuft das Add-on nicht. Es bleibt bei Version { $from }. Versuchen Sie das Update noch einmal; scheitert es wieder, fragen Sie den Anbieter.

## Invitations

mail-operator-invited-subject = Sie sind zum Helpdesk { $desk } eingeladen
mail-operator-invited-happened = { $name } hat Sie eingeladen, im Helpdesk { $desk } mitzuarbeiten.
mail-operator-invited-next = { $days ->
    [one] Wählen Sie ein Passwort, um zu beginnen. Der Link gilt einmal, innerhalb eines Tages.
   *[other] Wählen Sie ein Passwort, um zu beginnen. Der Link gilt einmal, innerhalb von { $days } Tagen.
}
mail-operator-invited-not-kept = Der Link steht nur in der Mail, die verschickt wurde. Hier wird er nicht aufbewahrt.

## Forgotten passwords

mail-password-reset-subject = Wählen Sie ein neues Passwort
mail-password-reset-happened = Jemand, wahrscheinlich Sie, hat ein neues Passwort für Ihr Konto im Helpdesk { $desk } angefordert.
mail-password-reset-next = Der Link gilt einmal, innerhalb einer Stunde. Waren Sie es nicht, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.

## Tickets

mail-ticket-new-subject = Neues Ticket: { $subject } (#{ $number })
mail-ticket-new-happened = { $name } hat geschrieben, und noch ist niemand für dieses Ticket zuständig.
mail-ticket-assigned-subject = Ihnen zugewiesen: { $subject } (#{ $number })
mail-ticket-assigned-happened = { $name } hat Ihnen dieses Ticket zugewiesen.
mail-ticket-assigned-by-itself = Dieses Ticket wurde Ihnen zugewiesen.
mail-ticket-answered-subject = Re: { $subject } (#{ $number })
mail-ticket-answered-happened = { $name } hat in einem Ihrer Tickets geschrieben.
mail-ticket-switch-off = Diese Mails können Sie auf Ihrer Profilseite abschalten.

## The outbox

nav-outbox = Postausgang
outbox-title = Postausgang
outbox-intro = Jede Mail, die für diesen Helpdesk geschrieben wurde: Einladungen, Installationen, Rechnungen, Testzeiten. Jede wird einmal geschrieben.
outbox-server = Mails gehen über
outbox-no-server = Es gibt keinen Mailserver, daher bleiben Mails hier, und niemand bekommt sie. Starten Sie den Host mit:
outbox-empty-title = Noch keine Mail
outbox-empty-text = Mails über Einladungen, Installationen, Rechnungen und Testzeiten erscheinen hier.
outbox-column-mail = Betreff
outbox-column-to = An
outbox-column-state = Stand
outbox-column-written = Geschrieben
outbox-no-subject = Wird geschrieben
outbox-waiting = Wartet
outbox-sent = Gesendet
outbox-kept = Hier aufbewahrt
outbox-failed = Nicht gesendet
outbox-failed-text = Die Mail wurde nicht gesendet und wird es auch nicht, wenn Sie sie nicht noch einmal senden. Der Grund war:
outbox-waiting-text = Die Mail wurde noch nicht gesendet; es wird von selbst noch einmal versucht. Die letzte Antwort war:
outbox-tries = Versuche
outbox-back = Alle Mails
outbox-html = Ansehen, wie sie ankommt
outbox-send-again = Noch einmal senden
outbox-sent-again = Die Mail ist wieder unterwegs.
outbox-not-written = Die Mail wird gerade geschrieben.

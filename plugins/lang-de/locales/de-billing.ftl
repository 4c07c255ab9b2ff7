### Was Dinge kosten: Tarife, Lizenzen, Rechnungen, Zahlung und Testzeiten im Panel. Und Gruppen des Teams.
### Wortwahl: Tarif (plan), Testzeit (trial), Lizenz, kündigen (cancel), Guthaben (credit).

nav-billing = Abrechnung
nav-groups = Gruppen

## Prices
price-per-user = { $price } pro Nutzer und Monat
price-per-seat = { $price } pro Platz und Monat
price-flat = { $price } pro Monat
price-one-time = { $price } einmalig
price-from-per-user = ab { $price } pro Nutzer und Monat
price-from-per-seat = ab { $price } pro Platz und Monat
price-from-flat = ab { $price } pro Monat
price-from-one-time = ab { $price } einmalig
# After the price of one seat: what today’s seats cost.
price-seats-today = { $count ->
    [one] heute { $count } Platz: { $amount } im Monat
   *[other] heute { $count } Plätze: { $amount } im Monat
}
price-trial = { $count ->
    [one] { $count } Tag kostenlos testen
   *[other] { $count } Tage kostenlos testen
}
price-trial-left = { $count ->
    [one] Noch { $count } Tag der kostenlosen Testzeit übrig
   *[other] Noch { $count } Tage der kostenlosen Testzeit übrig
}
model-per-user = Sie zahlen für die Nutzer, die Sie auswählen.
model-per-seat = Sie zahlen für jedes aktive Teammitglied des Helpdesks; jedes belegt einen Platz.
model-flat = Jeden Monat gleich viel, egal wie viele es nutzen.
model-one-time = Einmal bezahlt, für immer.
model-free = Es wird nichts berechnet.

badge-payment-due = Zahlung fällig
badge-at-bank = Wartet auf Ihre Bank
badge-paying = Zahlung läuft
badge-trial-expired = Testzeit abgelaufen
badge-cancelled = Gekündigt
badge-trial = { $count ->
    [one] Testzeit: noch { $count } Tag
   *[other] Testzeit: noch { $count } Tage
}
badge-grace = Abrechnung nicht bestätigt

## The one next step of a listing
step-trial = { $count ->
    [one] { $count } Tag testen
   *[other] { $count } Tage testen
}
step-trial-go-on = { $count ->
    [one] Testzeit fortsetzen (noch { $count } Tag)
   *[other] Testzeit fortsetzen (noch { $count } Tage)
}
step-purchase = Kaufen
step-login = Anmelden
step-begun = Sie haben schon begonnen: Es geht dort weiter, wo Sie aufgehört haben.
step-choose-plan = Tarif wählen
step-pay = Rechnung { $number } bezahlen
step-trial-hint = Es wird nichts berechnet, und nichts verlängert sich von selbst.
step-login-hint = Was etwas kostet, wird über das Abrechnungssystem bezahlt. Melden Sie sich dort zuerst an; die Anmeldung gilt für den ganzen Helpdesk.
step-today = { $amount } heute
step-renews = { $amount } am { $day }, danach jeden Monat
step-renews-from = Verlängert sich am { $day }
step-renews-month = Verlängert sich jeden Monat
step-once = Nichts verlängert sich.
step-free = Es wird nichts berechnet.

## Login to the billing system
login-title = Abrechnungskonto
login-none = Nicht angemeldet
login-none-hint = Melden Sie sich mit dem Konto an, das die Lizenz dieses Helpdesks hält. Kostenlose Add-ons und Testzeiten gehen ohne.
login-as = Angemeldet als { $account }
login-since = von { $who }
login-wrong = Das ist nicht das Konto dieses Helpdesks
login-wrong-hint = { $account } ist angemeldet, hält aber nicht die Lizenz dieses Helpdesks. Installieren, Aktualisieren, Kaufen und Kündigen warten, bis das richtige Konto angemeldet ist.
login-logout = Abmelden
login-logout-hint = Rechnungen bleiben fällig, und Add-ons laufen weiter.

## Installing step by step
wizard-steps = Schritte
wizard-step-plan = Tarif
wizard-step-users = Nutzer
wizard-step-confirm = Zustimmung
wizard-step-summary = Zusammenfassung
wizard-step-state-done = (erledigt)
wizard-next = Weiter
wizard-back = Zurück
wizard-discard = Von vorn beginnen
wizard-kept = Ihre Auswahl bleibt erhalten: Sie können die Seite verlassen und später weitermachen.
wizard-plan-title = Tarif wählen
wizard-plan-none = Wählen Sie einen der Tarife.
wizard-plan-current = Ihr jetziger Tarif
wizard-plan-gone = Der gewählte Tarif wird nicht mehr angeboten. Wählen Sie neu.
wizard-users-title = Wer wird es nutzen?
wizard-users-hint-per-user = Jeder aktive Nutzer braucht eine Lizenz. Sie können das jederzeit ändern.
wizard-users-hint = Andere sehen den Bereich neben Tickets nicht. Sie können das jederzeit ändern.
wizard-users-reset = Im neuen Tarif werden die Nutzer neu gewählt. Wer das Add-on installiert hat, bleibt.
wizard-users-select = Mehrere auf einmal auswählen
wizard-users-everyone = Alle
wizard-users-role = Rolle { $name }
wizard-users-group = Gruppe { $name }
wizard-users-add = Auswählen
wizard-users-drop = Abwählen
wizard-users-count = Zusammenfassung aktualisieren
wizard-users-choose = Nutzer auswählen
wizard-rule-title = Teammitglieder, die später dazukommen
wizard-rule-everyone = Alle bekommen es
wizard-rule-roles = Wer eine dieser Rollen hat, bekommt es
wizard-rule-groups = Wer in eine dieser Gruppen kommt, bekommt es
wizard-rule-nobody = Niemand bekommt es, ohne ausgewählt zu werden
wizard-rule-licences = Nur solange es Lizenzen gibt, die niemand hat.
wizard-rule-no-group = Wählen Sie mindestens eine Gruppe.
summary-title = Zusammenfassung
summary-plan = Tarif
summary-users = Nutzer
summary-licences = { $count ->
    [one] { $count } Lizenz
   *[other] { $count } Lizenzen
}
summary-seats = { $count ->
    [one] { $count } Teammitglied
   *[other] { $count } Teammitglieder
}
summary-today = Heute zu zahlen
summary-today-part = Für { $from } bis { $to }, tagesgenau
summary-netted = Schon bezahlt, wird abgezogen
summary-credited = Kommt zu Ihrem Guthaben
summary-carried = Zu wenig, um es jetzt abzubuchen; kommt auf die nächste Rechnung
summary-credit = Aus Guthaben bezahlt
summary-monthly = Danach jeden Monat
summary-renews = Zuerst am
summary-trial-ends = Testzeit endet
summary-trial-free = Während der Testzeit und an ihrem Ende wird nichts berechnet: Es hält an, wenn Sie keinen Tarif wählen.
summary-whole-desk = Der ganze Helpdesk
summary-everyone = Alle
consent-terms = Mit dem nächsten Klick nehmen Sie die Bedingungen von { $publisher } für dieses Add-on an:
consent-terms-none = Der Anbieter gibt keine eigenen Nutzungsbedingungen an.
consent-start-trial = { $count ->
    [one] Zustimmen und { $count } Tag testen
   *[other] Zustimmen und { $count } Tage testen
}
consent-purchase = Zustimmen und für { $amount } kaufen
price-changed-was = Es waren { $amount }.
plan-save = Änderungen speichern
plan-save-for = Änderungen speichern und { $amount } zahlen

## Plans tab
tab-plans = Tarife
plans-free = Dieses Add-on ist kostenlos
plans-free-hint = Es gibt nichts zu wählen, und es wird nichts berechnet.
plans-now = Jetzt
plans-change = Tarif wählen
plans-change-hint = Danach wählen Sie, wer das Add-on nutzt, und sehen, was es kostet, bevor etwas gespeichert wird.
plans-no-change = Das ist schon Ihr Tarif.
plans-renews = Verlängert sich am { $day } für { $amount }
plans-trial-until = Testzeit bis { $day }
plans-once = Einmal bezahlt
plans-waiting = Für dieses Add-on wird gerade etwas bezahlt. Danach können Sie einen Tarif wählen.
plans-withdraw-hint = Das Bestellte ist noch nicht bezahlt. Sie können die Bestellung zurückziehen: Ihre Rechnung ist dann ungültig, es wird nichts abgebucht, und alles bleibt, wie es ist.
plans-withdraw = Bestellung zurückziehen
flash-withdrawn = Die Bestellung für { $name } ist zurückgezogen. Es wird nichts abgebucht.
plan-confirm-title = Ihr neuer Tarif
plan-confirm-credit = Seine bezahlten, nicht genutzten Tage werden zu Guthaben.
plan-confirm-from = Bisher: { $plan }.
flash-plan-chosen = { $name } läuft jetzt im Tarif „{ $plan }“.
flash-plan-due = Die Zahlung ist nicht durchgegangen: { $name } bleibt, wie es war. Der neue Tarif beginnt, wenn die Rechnung bezahlt ist.

## Users tab: licences
licences-title = Lizenzen
licences-purchased = Gekauft
licences-assigned = Vergeben
licences-unassigned = Nicht vergeben
licences-next = { $count ->
    [one] { $count } Lizenz ab { $day }
   *[other] { $count } Lizenzen ab { $day }
}
licences-ending = { $count ->
    [one] Diese Person hat das Add-on zuletzt bekommen und verliert es am { $day }, es sei denn, Sie behalten mehr Lizenzen oder wählen jemand anderen aus:
   *[other] Diese { $count } Personen haben das Add-on zuletzt bekommen und verlieren es am { $day }, es sei denn, Sie behalten mehr Lizenzen oder wählen andere aus:
}
licences-per-seat = Jedes aktive Teammitglied belegt einen Platz; zu vergeben gibt es nichts. { $price }.
licences-flat = Der Preis hängt nicht davon ab, wer es nutzt.
licences-buy = Lizenzen kaufen
licences-reduce = Lizenzen verringern
licences-page-title = Lizenzen von { $name }
licences-more = Wie viele weitere
licences-more-hint = Sie werden bis { $day } tagesgenau bezahlt und danach mit den anderen.
licences-more-wrong = Geben Sie eine ganze Zahl von 1 bis { $max } ein.
licences-more-least = Alle, die Sie ausgewählt haben, brauchen eine Lizenz. Geben Sie mindestens { $count } ein.
licences-show-cost = Kosten anzeigen
licences-cost = Was es kostet
licences-buy-now = Für { $amount } kaufen
licences-for = { $count ->
    [one] Damit bekommt ein weiterer Nutzer das Add-on.
   *[other] Damit bekommen { $count } weitere Nutzer das Add-on.
}
licences-fewer = Wie viele Sie behalten
licences-fewer-hint = Gilt ab { $day }; es wird nichts zurückgezahlt. Bis dahin können alle bezahlten Lizenzen vergeben werden.
licences-fewer-least = Um weniger als { $count } zu behalten, nehmen Sie das Add-on zuerst einigen Nutzern weg.
licences-fewer-wrong = Geben Sie eine ganze Zahl von { $min } bis { $max } ein.
licences-reduce-now = Ab { $day } verringern
licences-keep-all = Alle Lizenzen behalten
flash-licences-bought = { $count ->
    [one] { $name } hat jetzt { $count } Lizenz.
   *[other] { $name } hat jetzt { $count } Lizenzen.
}
flash-licences-due = Die Zahlung ist nicht durchgegangen. Die Lizenzen kommen, wenn die Rechnung bezahlt ist.
flash-licences-reduced = { $name }: Die Zahl der Lizenzen ändert sich am { $day }.
flash-payment-due = { $name }: Die Zahlung ist nicht durchgegangen. Die Seite sagt, welche Rechnung fällig ist.
flash-licences-kept = { $name } behält seine Lizenzen.

## Cancel
cancel-title = { $name } kündigen
cancel-intro = Es gibt drei Wege, ein Add-on anzuhalten. Wählen Sie den, den Sie meinen.
cancel-money = Geld
cancel-data = Daten
cancel-behaviour = Verhalten
cancel-cancel = Tarif kündigen
cancel-cancel-money = Die Abrechnung endet sofort. Der laufende Monat wird nicht zurückgezahlt, und was für einen Tarif noch offen ist, entfällt.
cancel-cancel-money-trial = Die Testzeit endet, und es wird nie etwas dafür berechnet.
cancel-cancel-data = Daten und Einstellungen bleiben.
cancel-cancel-behaviour = Es hält sofort für alle an. Um es wieder zu nutzen, muss es neu gekauft werden.
cancel-cancel-behaviour-trial = Es hält sofort für alle an. Was von der Testzeit übrig ist, kann bis zu ihrem letzten Tag genutzt werden.
cancel-deactivate = Deaktivieren
cancel-deactivate-money = Die Abrechnung läuft weiter.
cancel-deactivate-money-trial = Die Testzeit läuft weiter.
cancel-deactivate-data = Daten, Einstellungen und Lizenzen bleiben.
cancel-deactivate-behaviour = Es hält sofort an. Sie können es jederzeit wieder einschalten.
cancel-uninstall = Deinstallieren
cancel-uninstall-money = Die Abrechnung endet sofort, wie beim Kündigen.
cancel-uninstall-data = Daten und Einstellungen werden endgültig gelöscht. Vorher sehen Sie, was das ist.
cancel-uninstall-behaviour = Es ist weg. Es kann neu installiert werden.
cancel-now = { $name } jetzt kündigen
cancel-keep = Behalten
manage-cancel = Kündigen
manage-cancel-hint = Die Abrechnung endet, und es hält sofort an. Daten und Einstellungen bleiben. Um es wieder zu nutzen, muss es neu gekauft werden.
manage-cancel-hint-trial = Die Testzeit endet, und es hält sofort an. Daten und Einstellungen bleiben. Was von der Testzeit übrig ist, kann bis zu ihrem letzten Tag genutzt werden.
manage-deactivate-hint-paid = Es hält sofort an. Daten, Einstellungen und Lizenzen bleiben; die Abrechnung läuft weiter.
manage-deactivate-hint-trial = Es hält sofort an. Daten und Einstellungen bleiben; die Testzeit läuft weiter.
manage-uninstall-hint-paid = Die Abrechnung endet, es hält an, und Daten und Einstellungen werden endgültig gelöscht. Vorher sehen Sie, was das ist.
flash-nothing-to-cancel = Es gibt nichts zu kündigen: Dieses Add-on wird nicht monatlich berechnet.
flash-changed-meanwhile = { $name } wurde inzwischen geändert. Sehen Sie es noch einmal an.
flash-cancelled = { $name } ist gekündigt. Es wird nichts mehr berechnet, und die Daten bleiben.

## Where a payment or a trial stands
standing-due-title = Rechnung { $number } ist zu bezahlen: { $amount }
standing-due-install = Die Zahlung ist nicht durchgegangen, daher ist das Add-on noch nicht installiert. Sobald die Rechnung bezahlt ist, an welchem Tag auch immer, geht es von selbst weiter.
standing-due-plan = Die Zahlung ist nicht durchgegangen. Alles bleibt, wie es war; was Sie bestellt haben, beginnt, sobald die Rechnung bezahlt ist.
standing-due-monthly = Die Monatsrechnung ist noch nicht bezahlt. Das Add-on läuft vorerst weiter.
standing-due-monthly-days = { $count ->
    [one] Die Monatsrechnung ist noch nicht bezahlt. Das Add-on läuft noch { $count } Tag weiter.
   *[other] Die Monatsrechnung ist noch nicht bezahlt. Das Add-on läuft noch { $count } Tage weiter.
}
standing-due-stopped = Die Monatsrechnung wurde nicht rechtzeitig bezahlt, daher wurde das Add-on angehalten. Es läuft wieder, sobald die Rechnung bezahlt ist; Daten und Einstellungen sind noch da.
standing-confirm = Zahlung bei Ihrer Bank bestätigen
standing-grace-title = Die Abrechnung ließ sich nicht bestätigen
standing-grace = Das Abrechnungssystem hat seit einer Weile nicht geantwortet. Das Add-on läuft weiter; hier ist nichts zu tun.
standing-trial-title = { $count ->
    [one] Noch { $count } Tag der Testzeit übrig
   *[other] Noch { $count } Tage der Testzeit übrig
}
standing-trial = Sie endet am { $day }. Dann wird nichts berechnet: Das Add-on hält an, bis Sie einen Tarif wählen, und die Daten bleiben.
standing-expired-title = Die Testzeit ist vorbei
standing-expired = Wählen Sie einen Tarif, um mit allen Daten und Einstellungen weiterzumachen, oder deinstallieren Sie das Add-on.
standing-cancelled-title = Gekündigt
standing-cancelled = Es wird nichts berechnet, und das Add-on läuft nicht. Daten und Einstellungen sind noch da. Wählen Sie einen Tarif, um es wieder zu nutzen.
standing-working-title = Die Zahlung läuft
standing-working = Diese Seite zeigt, was daraus wird.

## Eine Zahlung, die die Bank bestätigt haben möchte
payment-title = Zahlung für { $name }
payment-waits = Ihre Bank wartet auf Ihre Bestätigung
payment-waits-text = Ihre Bank möchte, dass Sie die Zahlung von { $amount } bestätigen. Vorher wird nichts abgebucht.
payment-then-install = Sobald bezahlt ist, geht die Installation von selbst weiter.
payment-then-plan = Sobald bezahlt ist, gilt automatisch der neue Tarif. Bis dahin bleibt alles, wie es ist.
payment-then-licences = Sobald bezahlt ist, kommen die Lizenzen automatisch dazu.
payment-processing = Die Zahlungsfirma bearbeitet sie noch, das kann einige Minuten dauern.
payment-look = Erneut prüfen
payment-other-card = Mit einer anderen Karte bezahlen
payment-progress = Fortschritt anzeigen
payment-refused = Ihre Bank hat die Zahlung nicht bestätigt
payment-failed = Die Zahlung ist fehlgeschlagen
payment-card-gone = Die gewählte Karte ist nicht mehr verfügbar
payment-credit-gone = Ihr Guthaben reicht für diese Zahlung nicht mehr aus
payment-failed-text = Es wurde nichts abgebucht, und Ihre Bestellung besteht weiter.
payment-again = Noch einmal versuchen
payment-choose-card = Karte auswählen
payment-later = Nicht jetzt

## Billing page
billing-title = Abrechnung
billing-intro = Was dieser Helpdesk für seine Add-ons zahlt: eine Rechnung im Monat.
billing-summary = Der kommende Monat
billing-next = Nächste Rechnung am { $day }
billing-next-none = Es kommt keine Rechnung: Nichts, was sich verlängert, ist in Gebrauch.
billing-no-amount = Nichts
billing-addons = Add-ons
billing-addon = Add-on
billing-plan = Tarif
billing-price = Preis
billing-renewal = Verlängerung
billing-purchased = Gekauft
billing-assigned = Vergeben
billing-unassigned = Nicht vergeben
billing-addons-empty = Es wird nichts bezahlt
billing-addons-empty-hint = Kostenpflichtige Add-ons und Testzeiten erscheinen hier mit Tarif und Lizenzen.
billing-invoices = Rechnungen
billing-invoices-empty = Noch keine Rechnungen
billing-invoices-empty-hint = Jeder Kauf und jeder Monat bekommt eine Rechnung.
billing-number = Nummer
billing-date = Datum
billing-for = Für
billing-amount = Betrag
billing-state = Stand
billing-more = Ältere Rechnungen
billing-due-one = { $count ->
    [one] Eine Rechnung ist zu bezahlen
   *[other] { $count } Rechnungen sind zu bezahlen
}
billing-due-hint = Öffnen Sie sie, um zu bezahlen oder zu sehen, warum die Zahlung nicht durchging.
billing-missed = { $count ->
    [one] Eine Monatsrechnung wurde versäumt
   *[other] { $count } Monatsrechnungen wurden versäumt
}
billing-missed-hint = Der Helpdesk war eine Zeit lang ausgeschaltet. Alle zusammen kosten { $amount }. Bis Sie zustimmen, wird nichts abgebucht; Ihre Add-ons laufen bis { $day } weiter.
billing-missed-confirm = Jetzt abbuchen
flash-missed-months = Danke. Die versäumten Rechnungen werden abgebucht.
flash-missed-months-none = Es gibt keine versäumten Rechnungen zu bestätigen.
flash-missed-months-changed = Was abgebucht würde, hat sich geändert, seit die Seite geladen wurde. Es wurde nichts abgebucht. Prüfen Sie es noch einmal und stimmen Sie dann zu.
billing-for-month = { $from } bis { $to }
invoice-line-charge = { $name }
invoice-line-unused = { $name }: ungenutzte Tage
invoice-line-covered = { $name }: bereits bezahlte Tage
invoice-line-carried = Übertrag aus früheren Rechnungen
invoice-line-credit = Guthaben
invoice-about-licences = { $count ->
    [one] { $name } ({ $count } Lizenz)
   *[other] { $name } ({ $count } Lizenzen)
}
invoice-about-seats = { $count ->
    [one] { $name } ({ $count } Platz)
   *[other] { $name } ({ $count } Plätze)
}
invoice-about-more = { $first } und { $count } weitere
billing-method = Zahlungsmittel
billing-method-none = Noch keine Karte
billing-method-none-hint = Karten werden auf der Seite der Zahlungsfirma hinzugefügt; dieser Host sieht ihre Nummern nie.
billing-method-card = { $brand } mit der Endung { $last }
billing-method-expires = läuft { $month }/{ $year } ab
billing-method-default = Wird für Zahlungen benutzt
billing-method-add = Karte hinzufügen
billing-method-use = Diese benutzen
billing-method-remove = Entfernen
billing-method-remove-of = { $card } entfernen
pay-with = { $amount } bezahlen mit
pay-other-card = Weitere Karte hinzufügen
pay-no-card = Fügen Sie zuerst eine Karte hinzu
pay-no-card-hint = Der Betrag wird sofort von einer Karte abgebucht, im Konto ist aber noch keine hinterlegt. Nach dem Hinzufügen kommen Sie hierher zurück.
pay-no-card-login = Im Abrechnungskonto ist noch keine Karte hinterlegt. Melden Sie sich bei der Abrechnung an und fügen Sie zuerst eine hinzu.
pay-default = Abgebucht von Ihrer Standardkarte:
pay-default-login = Abgebucht wird von der Standardkarte des Abrechnungskontos. Melden Sie sich bei der Abrechnung an, um zu sehen, welche das ist.
billing-credit = Guthaben
billing-credit-none = Kein Guthaben
billing-credit-hint = Wird benutzt, bevor eine Karte belastet wird.
billing-statement = Kontoauszug
billing-statement-hint = Alle Buchungen dieses Helpdesks.
billing-statement-csv = Als CSV herunterladen
billing-statement-print = Zum Drucken öffnen
billing-login-needed = Melden Sie sich an, um Karten zu sehen und zu bezahlen.
renewal-once = Einmal bezahlt
renewal-past-due = Zahlung fällig

invoice-state-open = Wird bezahlt
invoice-state-due = Fällig
invoice-state-paid = Bezahlt
invoice-state-void = Hinfällig
invoice-title = Rechnung { $number }
invoice-made = Ausgestellt
invoice-reduced = Nicht genutzte Tage
invoice-dispute = Anfechtung
invoice-dispute-inquiry = Die Bank fragt nach
invoice-dispute-open = Die Bank hat das Geld vorerst zurückgeholt
invoice-dispute-won = Erledigt: die Zahlung bleibt bestehen
invoice-dispute-lost = Das Geld bleibt beim Inhaber der Karte
invoice-due-since = Fällig seit
invoice-paid-at = Bezahlt
invoice-lines = Wofür sie ist
invoice-line = Posten
invoice-quantity = Menge
invoice-unit = Einzelpreis
invoice-amount = Betrag
invoice-total = Summe
invoice-credit = Aus Guthaben bezahlt
invoice-to-pay = Zu bezahlen
invoice-refunds = Rückzahlungen
invoice-refund-succeeded = Zurückgezahlt am { $day }
invoice-refund-waiting = Unterwegs
invoice-refund-failed = Die Zahlungsfirma hat dies abgelehnt. Wenden Sie sich mit der Rechnungsnummer an den Support.
invoice-refund-to-credit = Auf Ihr Guthaben
invoice-refund-to-card = Auf die Karte
invoice-attempts = Zahlungsversuche
invoice-attempt-succeeded = Bezahlt
invoice-attempt-declined = Abgelehnt
invoice-attempt-action = Wartet auf Ihre Bestätigung
invoice-attempt-cancelled = Nicht abgebucht
invoice-attempt-waiting = Läuft
invoice-pay = { $amount } bezahlen
invoice-pay-no-card = Fügen Sie zuerst eine Karte hinzu, dann bezahlen Sie.
invoice-pay-other-gateway = Diese Karte liegt bei einer anderen Zahlungsfirma als der, die dieser Host jetzt nutzt. Es wurde nichts abgebucht. Wählen Sie eine andere Karte oder fügen Sie eine hinzu.
invoice-pay-confirm = Ihre Bank möchte, dass Sie diese Zahlung bestätigen.
invoice-pay-confirm-go = Bei Ihrer Bank bestätigen
invoice-pay-why = Die letzte Zahlung ist nicht durchgegangen: { $reason }
invoice-void-hint = Dafür ist nichts mehr zu zahlen.
invoice-back = Abrechnung
flash-invoice-paid = Rechnung { $number } ist bezahlt. Vielen Dank.
flash-invoice-not-paid = Rechnung { $number } ist nicht bezahlt: { $reason }
flash-invoice-settled = Rechnung { $number } ist schon erledigt.
flash-method-default = Diese Karte wird ab jetzt für Zahlungen benutzt.
flash-method-removed = Die Karte ist entfernt.

statement-title = Kontoauszug
statement-intro = Alles, was mit dem Konto von { $desk } geschah, das Älteste zuerst, mit dem, was danach offen und im Guthaben ist.
statement-empty = Noch nichts gebucht
statement-cut = Nur die neuesten Zeilen werden gezeigt. Die Datei enthält alle.
statement-when = Tag
statement-note = Was
invoice-seller = Verkäufer
invoice-buyer = Käufer
invoice-tax = Steuer
statement-charged = Berechnet
statement-paid = Bezahlt
statement-refunded = Zurückgezahlt
statement-credit = Auf oder vom Guthaben
statement-owed = Offen
statement-in-credit = Guthaben

lifecycle-error-plan-needed = Wählen Sie zuerst einen der Tarife.
lifecycle-error-same-plan = Das Add-on ist schon in diesem Tarif.
lifecycle-error-no-trial = Es ist keine Testzeit mehr übrig. Unten steht, was der Tarif kostet.
lifecycle-error-too-few-licences = Es gibt nicht genug Lizenzen für alle: Kaufen Sie mehr, oder wählen Sie weniger Nutzer.
lifecycle-error-no-licences = Dieses Add-on ist in keinem bezahlten Tarif pro Nutzer: Es gibt keine Lizenzen zu ändern.
lifecycle-error-nothing-to-cancel = Es gibt nichts zu kündigen: Das Add-on wird nicht monatlich berechnet.
lifecycle-error-nothing-to-withdraw = Es gibt nichts zurückzuziehen: Weder ein Tarif noch Lizenzen sind bestellt und unbezahlt.
lifecycle-error-payment-under-way = Dafür läuft gerade eine Zahlung. Sehen Sie gleich noch einmal nach.
lifecycle-error-billing-logged-out = Melden Sie sich zuerst beim Abrechnungssystem an.
lifecycle-error-billing-wrong-account = Das angemeldete Konto hält nicht die Lizenz dieses Helpdesks. Melden Sie es ab, und melden Sie sich mit dem richtigen an.
lifecycle-error-price-changed = Der Preis hat sich geändert, seit die Seite geladen wurde. Er beträgt jetzt:
lifecycle-error-no-plan = Dieser Tarif wird nicht mehr angeboten. Wählen Sie neu.
lifecycle-error-quantity = So viele Lizenzen können nicht gekauft werden.
lifecycle-error-forbidden = Sie dürfen keine Add-ons mehr kaufen. Fragen Sie einen Admin.
lifecycle-error-order-underway = Für dieses Add-on ist schon etwas bestellt. Zuerst ist dessen Rechnung zu bezahlen.
lifecycle-error-unpaid = Zuerst ist eine Rechnung dieses Add-ons zu bezahlen. Die Seite Abrechnung zeigt sie.
lifecycle-error-amount-too-high = Das kostet mehr als 1.000.000,00 auf einmal: Nehmen Sie weniger Lizenzen.
lifecycle-error-no-licence = Es muss mindestens eine Lizenz gekauft werden.
lifecycle-error-no-payment-method = Fügen Sie zuerst eine Karte hinzu. Es wurde nichts bestellt und nichts abgebucht.
lifecycle-error-unknown-payment-method = Die gewählte Karte ist nicht mehr verfügbar. Wählen Sie eine andere. Es wurde nichts abgebucht.
lifecycle-error-card-amount-changed = Der Betrag, der von Ihrer Karte abgebucht würde, hat sich geändert, seit die Seite geladen wurde. Es wurde nichts abgebucht. Prüfen Sie den neuen Betrag und versuchen Sie es dann noch einmal.
lifecycle-error-idempotency-key-reused = Diese Seite wurde schon für eine andere Bestellung benutzt. Laden Sie sie neu.
lifecycle-error-billing-unavailable = Die Zahlungsfirma antwortet gerade nicht. Es ist nichts verloren: Sehen Sie in einigen Minuten noch einmal nach.
lifecycle-error-gateway-gone = Das wurde bei einer Zahlungsfirma begonnen, für die dieser Host nicht mehr eingerichtet ist. Es wartet, bis sie wieder eingerichtet ist. Fragen Sie, wer diesen Host betreibt.
lifecycle-error-gateway-refused = Die Zahlungsfirma hat dies abgelehnt.
lifecycle-error-gateway-confused = Die Zahlungsfirma hat unklar geantwortet. Daraus folgt nichts; jemand muss es sich ansehen.
lifecycle-error-not-payable = Für diese Rechnung ist nichts mehr zu bezahlen.

## Groups of operators
groups-title = Gruppen
groups-intro = Teammitglieder, die zusammengehören, etwa eine Schicht. Add-ons können einer Gruppe gegeben werden und allen, die später in sie kommen.
groups-new = Neue Gruppe
groups-empty = Noch keine Gruppen
groups-empty-hint = Mit einer Gruppe geben Sie ein Add-on mehreren auf einmal.
groups-column-name = Gruppe
groups-column-members = Mitglieder
group-back = Gruppen
group-new-title = Neue Gruppe
group-edit-title = Gruppe { $name }
group-name = Name
group-members = Mitglieder
group-members-hint = Wer dazukommt, bekommt die Add-ons, deren Regel diese Gruppe nennt. Wer geht, behält, was er hat.
group-create = Gruppe anlegen
group-delete = Gruppe löschen
group-delete-title = { $name } löschen?
group-delete-text = Ihre Mitglieder behalten die Add-ons, die sie haben. Regeln, die nur diese Gruppe nennen, geben das Add-on dann niemandem.
group-created = Die Gruppe { $name } ist angelegt.
group-saved = Die Gruppe { $name } ist gespeichert.
group-deleted = Die Gruppe { $name } ist gelöscht.

### Der Kundenbereich: wo die Rechnungen eines Kontos bezahlt und seine Karten aufbewahrt werden. Und die Anmeldung eines Helpdesks dort.

client-area-title = Kundenbereich
client-nav-label = Kundenbereich
client-nav-overview = Übersicht
client-nav-invoices = Rechnungen
client-nav-methods = Zahlungsmittel
client-nav-password = Passwort
client-nav-details = Rechnungsangaben

## Signing in and out
client-sign-in-title = Im Kundenbereich anmelden
client-sign-in-intro = Mit Ihrem Abrechnungskonto. Es ist nicht das Konto, mit dem Sie Tickets beantworten.
client-sign-in-failed = E-Mail-Adresse oder Passwort ist falsch.
client-sign-in-hint = Ein Abrechnungskonto wird aus dem Panel seines Helpdesks angelegt: Klicken Sie dort auf der Seite Abrechnung auf Anmelden. Passwort vergessen? Wer diesen Host betreibt, kann ein neues setzen.
client-sign-in-register = Stattdessen ein Abrechnungskonto anlegen
client-sign-out-done = Sie sind aus dem Kundenbereich abgemeldet.

## Making an account
client-register-title = Abrechnungskonto anlegen
client-register-intro = Es wird die Lizenz von { $desk } halten: Was dieser Helpdesk kauft, wird ihm berechnet.
client-register-name = Name
client-register-name-hint = Ihrer Firma oder Ihr eigener: so, wie er auf Rechnungen steht.
client-register-email-hint = Monatliche Rechnungen werden hierhin geschickt; was gekauft wird, erfährt, wer es gekauft hat.
client-register-submit = Konto anlegen
client-register-sign-in = Ich habe schon ein Abrechnungskonto
client-email-malformed = Geben Sie eine E-Mail-Adresse wie billing@example.com ein.
client-email-taken = Mit dieser Adresse gibt es schon ein Konto. Melden Sie sich damit an.
error-code-claim-expired = Ein Abrechnungskonto wird aus dem Panel seines Helpdesks angelegt, innerhalb von 15 Minuten. Klicken Sie dort noch einmal auf Anmelden.
error-code-unknown-client = Der Kundenbereich weiß nicht, wer diese Anmeldung verlangt.
error-code-unknown-redirect = Diese Anmeldung würde zu einer Adresse führen, die nicht zu diesem Helpdesk gehört. Sie wurde angehalten.
error-code-billing-unavailable = Die Zahlungsfirma ist gerade nicht erreichbar. Es ist nichts verloren: Versuchen Sie es in einigen Minuten noch einmal.
error-code-gateway-gone = Das wurde bei einer Zahlungsfirma begonnen, für die dieser Host nicht mehr eingerichtet ist. Es wartet, bis sie wieder eingerichtet ist. Fragen Sie, wer diesen Host betreibt.
error-code-gateway-refused = Die Zahlungsfirma hat dies abgelehnt. Versuchen Sie eine andere Karte, oder fragen Sie, wer diesen Host betreibt.
error-code-gateway-confused = Die Antwort der Zahlungsfirma passt nicht. Es wurde nichts geändert; jemand muss es sich ansehen.

## Letting a help desk log in
client-authorize-title = Ihren Helpdesk anmelden
client-authorize-text = Der Helpdesk kann dann über dieses Konto Add-ons kaufen, bis ihn jemand abmeldet. Er sieht Ihren Namen, Ihre E-Mail-Adresse und die letzten vier Ziffern der Karten.
client-authorize-takes = Noch hält niemand die Lizenz von { $desk }. Wenn Sie weitermachen, hält dieses Konto sie, und was { $desk } kauft, wird ihm berechnet.
client-authorize-holds = Dieses Konto hält die Lizenz von:
client-authorize-holds-none = Dieses Konto hält die Lizenz keines Helpdesks. Der Helpdesk nimmt nur das Konto an, das seine Lizenz hält.
client-authorize-submit = Mit diesem Konto weitermachen
client-authorize-other = Ein anderes Konto benutzen

## Overview
client-overview-title = Übersicht
client-overview-table = Was { $desk } zahlt
client-overview-due = Zu bezahlen
client-overview-licence = Lizenz gehalten
client-overview-credit = Guthaben
client-overview-no-credit = Keines
client-credit-open = Guthaben
client-credit-title = Guthaben von { $desk }
client-credit-once = Guthaben aufladen
client-credit-amount = Betrag in { $currency }
client-credit-range = Zwischen { $least } und { $most }.
client-credit-submit = Aufladen
client-credit-done = { $amount } wurden dem Guthaben hinzugefügt.
client-credit-declined = Ihre Karte wurde abgelehnt. Es wurde nichts abgebucht.
client-credit-sent-before = Dieses Formular wurde schon einmal mit einem anderen Betrag abgeschickt. Es wurde nichts weiter abgebucht.
client-credit-automatic = Automatisch aufladen
client-credit-is-on = { $amount } werden hinzugefügt, sobald das Guthaben unter { $threshold } fällt.
client-credit-is-off = Aus. Das Guthaben wird nur aufgeladen, wenn Sie es tun.
client-credit-threshold = Sobald das Guthaben darunter fällt, in { $currency }
client-credit-switch-on = Einschalten
client-credit-switch-off = Ausschalten
client-credit-on = Automatisches Aufladen ist eingeschaltet.
client-credit-off = Automatisches Aufladen ist ausgeschaltet.
client-credit-automatic-text = Ihr Standard-Zahlungsmittel wird belastet, höchstens einmal am Tag. Wird es abgelehnt, erhalten Sie eine E-Mail, und das automatische Aufladen schaltet sich aus.
client-credit-history = Verlauf
client-credit-empty = Bisher wurde nichts hinzugefügt oder verbraucht.
client-credit-topped-up = Aufgeladen
client-credit-refund = Zurückgezahlt
client-credit-invoice = Für eine Rechnung verwendet
client-credit-given = Guthaben: { $note }
client-overview-next = Nächste Monatsrechnung
client-overview-nothing = Es wird nichts bezahlt
client-overview-nothing-text = Hier erscheinen die kostenpflichtigen Add-ons und Testzeiten dieses Helpdesks.
client-overview-empty = Noch kein Helpdesk
client-overview-empty-text = Dieses Konto hält die Lizenz keines Helpdesks.
client-column-addon = Add-on
client-column-plan = Tarif
client-column-quantity = Menge
client-column-state = Stand
client-column-until = Bezahlt bis
client-subscription-trialing = Testzeit
client-subscription-active = Aktiv
client-subscription-past-due = Zahlung fällig
client-subscription-ended = Beendet
client-subscription-trial-until = Testzeit bis { $day }
client-subscription-renews = Verlängert sich am { $day }
client-subscription-once = Einmal, für immer

## Invoices
client-invoices-title = Rechnungen
client-invoices-empty = Noch keine Rechnungen
client-invoices-empty-text = Für jeden Kauf und jeden Monat gibt es hier eine Rechnung.
client-invoices-pages = Seiten mit Rechnungen
client-statement = Kontoauszug
client-invoice-title = Rechnung { $number }
client-invoice-about = Über diese Rechnung
client-invoice-period = Zeitraum
client-invoice-paid-on = Bezahlt am
client-invoice-lines = Posten
client-invoice-once = Einmal
client-invoice-reduced = Nicht genutzte Tage
client-invoice-credit = Aus Guthaben bezahlt
client-invoice-to-pay = Per Karte
client-invoice-open = Wird abgebucht
client-invoice-due = Fällig
client-invoice-paid = Bezahlt
client-invoice-void = Hinfällig
client-invoice-declined = Die letzte Zahlung hat nicht geklappt: { $text }
client-column-number = Rechnung
client-column-desk = Helpdesk
client-column-made = Datum
client-column-total = Summe
client-column-what = Für
client-column-unit = Einzeln
client-column-amount = Betrag

## Paying by hand
client-pay = Bezahlen
client-pay-title = { $amount } zu bezahlen
client-pay-card = Bezahlen mit
client-pay-submit = { $amount } bezahlen
client-pay-done = Rechnung { $number } ist bezahlt. Vielen Dank.
client-pay-declined = Die Karte wurde abgelehnt. Es wurde nichts abgebucht: Versuchen Sie eine andere Karte.
client-pay-no-card = Fügen Sie zuerst eine Karte hinzu.
client-pay-action = Die Zahlung wartet darauf, dass Sie sie bei Ihrer Bank bestätigen.
client-pay-confirm = Zahlung bestätigen
client-pay-unconfirmed = Die Zahlung ist noch nicht bestätigt.

## Cards
client-methods-title = Zahlungsmittel
client-methods-intro = Karten werden auf einer Seite der Zahlungsfirma hinzugefügt: Dieser Host sieht ihre Nummern nie.
client-methods-add = Karte hinzufügen
client-methods-added = Die Karte wurde hinzugefügt.
client-methods-unchanged = Es wurde keine Karte hinzugefügt.
client-methods-empty = Noch keine Karte
client-methods-empty-text = Käufe und Monatsrechnungen werden von einer Karte abgebucht. Fügen Sie eine hinzu.
client-methods-default = Wird sonst belastet
client-methods-make-default = Diese belasten
client-methods-default-done = Ab jetzt wird diese Karte belastet.
client-methods-expires = Läuft { $date } ab
client-methods-remove = Entfernen
client-methods-remove-title = { $card } entfernen?
client-methods-remove-text = Sie wird nicht mehr belastet. Ohne Karte warten Rechnungen, bis sie von Hand bezahlt werden.
client-methods-removed = Die Karte wurde entfernt.

## Password
client-password-title = Passwort
client-password-text = Hier bleiben Sie angemeldet. Überall sonst werden Sie abgemeldet.
client-password-done = Ihr Passwort wurde geändert.
client-details-title = Rechnungsangaben
client-details-address = Adresse
client-details-tax-id = Steuernummer
client-details-text = Neue Rechnungen nennen diese Adresse und Steuernummer. Frühere bleiben, wie sie sind.
client-details-done = Ihre Rechnungsangaben wurden gespeichert.

## Leaving for another host
client-leave-title = Weiter zu { $host }
client-leave-text = Das dauert eine Sekunde. Wenn nichts geschieht, benutzen Sie die Schaltfläche.
client-leave-go = Zu { $host } gehen

## The test gateway
test-gateway-mark = Testzahlungen: Es fließt kein Geld. Geben Sie nie eine echte Karte ein.
test-gateway-set-up-title = Testkarte hinzufügen
test-gateway-cards = Testkarte wählen
test-gateway-pays = Zahlt.
test-gateway-declines = Wird abgelehnt.
test-gateway-no-money = Lässt sich hinzufügen, hat dann aber kein Geld.
test-gateway-asks = Verlangt für jede Zahlung eine Bestätigung (3-D Secure).
test-gateway-times-out = Zahlt, aber die Antwort geht verloren.
test-gateway-month = Läuft ab: Monat
test-gateway-year = Läuft ab: Jahr
test-gateway-add = Diese Karte hinzufügen
test-gateway-not-a-test-card = Wählen Sie eine der Testkarten.
test-gateway-expired = Diese Karte ist abgelaufen.
test-gateway-used = Diese Seite wurde schon benutzt. Gehen Sie zurück, und beginnen Sie noch einmal.
test-gateway-confirm-title = Zahlung bestätigen
test-gateway-approve = Bestätigen
test-gateway-refuse = Ablehnen
test-gateway-answered = Diese Zahlung wartet auf nichts mehr.
test-gateway-back = Zurück

## Logging a help desk in
billing-login-title = Bei der Abrechnung anmelden
billing-login-text = Sie gehen zum Kundenbereich, melden sich mit dem Abrechnungskonto an, das die Lizenz dieses Helpdesks hält, und kommen zurück. Die Anmeldung gilt für den ganzen Helpdesk, bis jemand abmeldet.
billing-login-elsewhere = Dieser Host benutzt das Abrechnungssystem auf { $host }.
billing-login-submit = Anmelden
billing-login-already = Dieser Helpdesk ist schon bei der Abrechnung angemeldet. Melden Sie ihn zuerst ab, um ein anderes Konto zu benutzen.
billing-login-done = Bei der Abrechnung angemeldet als { $email }.
billing-login-wrong = { $email } hält nicht die Lizenz dieses Helpdesks.
billing-logout-done = Dieser Helpdesk ist von der Abrechnung abgemeldet.
billing-login-refused = Nicht bei der Abrechnung angemeldet
billing-login-refused-text = Es wurde nichts geändert. Sie können es noch einmal versuchen.
billing-login-again = Noch einmal versuchen
billing-login-back = Zurück zur Abrechnung
billing-login-error-state = Diese Anmeldung wurde in einem anderen Fenster oder einer anderen Sitzung begonnen, schon benutzt, oder sie dauerte zu lange.
billing-login-error-given-up = Die Anmeldung wurde im Kundenbereich aufgegeben.
billing-login-error-by-issuer = Das Abrechnungssystem hat die Anmeldung abgelehnt.
billing-login-error-issuer = Die Antwort kam von einem anderen Abrechnungssystem, als dieser Host benutzt. Sie wurde nicht angenommen.
billing-login-error-code = Das Abrechnungssystem hat den Code der Anmeldung nicht angenommen: Er wurde schon benutzt, oder es dauerte zu lange.
billing-login-error-token = Was das Abrechnungssystem über das Konto sagte, ließ sich nicht prüfen. Es wurde nicht angenommen.
billing-login-error-unreachable = Das Abrechnungssystem ist gerade nicht erreichbar. Add-ons laufen weiter; versuchen Sie es in einigen Minuten noch einmal.

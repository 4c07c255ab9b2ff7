### Das Panel auf Deutsch: Helpdesk und Verwaltung. Texte über Add-ons stehen in de-addons.ftl.
### Wortwahl: Team für alle, die im Helpdesk arbeiten; Teammitglied (operator), anfragende Person (requester), Sie.

## Everywhere

skip-to-content = Zum Inhalt springen
nav-label = Hauptnavigation
subnav-label = Seiten dieses Bereichs
nav-inbox = Posteingang
nav-contacts = Kontakte
nav-addons = Add-ons
nav-marketplace = Marktplatz
nav-my-addons = Meine Add-ons
nav-catalog = Katalog
nav-admin = Verwaltung
nav-roles = Rollen
nav-operators = Team
nav-tokens = API-Token
nav-system = Helpdesk und System
nav-audit = Audit-Protokoll
nav-profile = Profil
nav-sign-out = Abmelden
nav-developer-desk = Entwickler-Helpdesk

action-save = Änderungen speichern
action-cancel = Abbrechen
action-close = Schließen
action-dismiss = Ausblenden
action-undo = Rückgängig
action-copy = Kopieren
action-copied = Kopiert
action-search = Suchen
action-apply = Anwenden
action-clear-all = Alle entfernen
action-working = Wird ausgeführt …
action-next-page = Nächste Seite
action-first-page = Zurück zur ersten Seite

pager-label = Weitere Ergebnisse
pager-range = { $count ->
    [one] { $count } Eintrag auf dieser Seite
   *[other] { $count } Einträge auf dieser Seite
}

field-optional = (optional)

form-errors-title = Bitte prüfen Sie diese Felder
form-required = Füllen Sie dieses Feld aus.
form-too-long = Höchstens { $max ->
    [one] { $max } Zeichen.
   *[other] { $max } Zeichen.
}
form-too-many = Höchstens { $max ->
    [one] { $max } Zeile.
   *[other] { $max } Zeilen.
}
form-too-many-files = Hängen Sie höchstens 20 Dateien an eine Nachricht an.
form-unknown-files = Eine Datei ist nicht mehr da. Hängen Sie sie erneut an.
form-unknown-into = Es gibt kein Ticket mit dieser Nummer.
form-characters = Entfernen Sie die unsichtbaren Steuerzeichen.
form-email = Geben Sie eine E-Mail-Adresse wie ada@example.com ein.
form-choice = Wählen Sie eine der Möglichkeiten.
form-taken = Das ist schon vergeben. Wählen Sie etwas anderes.
form-out-of-range = Verwenden Sie eine Zahl von { $from } bis { $to }.
form-password-short = Verwenden Sie mindestens { $min } Zeichen.
form-password-long = Dieses Passwort ist zu lang.
password-weak-instead = Setzen Sie mehrere Wörter zusammen, die nichts miteinander zu tun haben.
password-weak-personal = Das lässt sich leicht erraten, wenn jemand Ihren Namen, Ihre Adresse oder Ihren Helpdesk kennt.
password-weak-common = Viele Menschen verwenden dieses Passwort oder ein sehr ähnliches.
password-weak-word = Ein einzelnes Wort oder ein Name lässt sich leicht erraten.
password-weak-repeats = Zeichen, die sich wiederholen, lassen sich leicht erraten.
password-weak-rows = Reihen von Tasten, Buchstaben oder Ziffern lassen sich leicht erraten.
password-weak-dates = Datumsangaben und Jahre lassen sich leicht erraten.
password-weak-short = Dieses Passwort lässt sich leicht erraten.
form-password-repeat = Die beiden Passwörter stimmen nicht überein.

time-just-now = gerade eben
time-minutes-ago = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
time-hours-ago = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
time-days-ago = { $count ->
    [one] gestern
   *[other] vor { $count } Tagen
}

size-bytes = { $value } Byte
size-kb = { $value } kB
size-mb = { $value } MB
size-gb = { $value } GB

## Keyboard shortcuts

shortcuts-title = Tastenkürzel
shortcuts-move = Nächstes und voriges Ticket
shortcuts-open = Ticket öffnen
shortcuts-reply = Antwort schreiben
shortcuts-note = Interne Notiz schreiben
shortcuts-assign = Zuständigkeit wählen
shortcuts-solve = Ticket als gelöst markieren
shortcuts-search = Suchen
shortcuts-help = Diese Hilfe anzeigen
shortcuts-hint = Während Sie tippen, ruhen die Kürzel. In Ihrem Profil lassen sie sich abschalten.

## Errors

error-title = Etwas ist schiefgegangen
error-home = Zur Startseite
error-id = Fehlernummer: { $id }
error-details = Status { $status } · Fehlernummer: { $id }
error-failed-hint = Versuchen Sie es noch einmal. Tritt es wieder auf, nennen Sie der Systemverwaltung die Fehlernummer.
error-connection = Der Host ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.
error-bad-request = Die Anfrage war nicht verständlich.
error-forbidden = Ihre Rollen erlauben das nicht.
error-not-found = Unter dieser Adresse gibt es nichts.
error-method = Diese Adresse beantwortet Anfragen dieser Art nicht.
error-timeout = Das hat zu lange gedauert.
error-conflict = Das passt nicht zum aktuellen Stand. Laden Sie die Seite neu.
error-too-large = Das ist zu groß.
error-too-many = Zu viele Versuche. Warten Sie einen Moment und versuchen Sie es erneut.
error-busy = Der Host ist ausgelastet. Versuchen Sie es gleich noch einmal.
error-code-disk-full = Es wurde nichts gespeichert: Die Festplatte des Hosts ist voll. Bitten Sie die Verwaltung, Platz zu schaffen.
error-code-database-away = Es wurde nichts gespeichert: Der Host erreicht seine Datenbank nicht. Versuchen Sie es gleich noch einmal.
error-typed-hint = Was Sie eingegeben haben, ist noch da. Sie können es erneut senden.
error-typed = Ihr Text
error-try-again = Erneut versuchen
error-internal = Der Host konnte das nicht ausführen.
error-code-last-admin = Das ist die letzte aktive Person mit der Rolle Admin. Geben Sie die Rolle zuerst jemand anderem.
error-code-beyond-your-rights = Das betrifft mehr Berechtigungen, als Sie haben. Jemand, der sie hat, kann es tun.
error-code-builtin-role = Eine eingebaute Rolle lässt sich so nicht ändern.
error-code-role-in-use = Diese Rolle wird verwendet. Nehmen Sie sie zuerst den Teammitgliedern, die sie haben.
error-code-link-gone = Der Link in dieser E-Mail ist nicht mehr bekannt. Erstellen Sie einen neuen.
error-code-own-account = Sie können sich nicht selbst deaktivieren.
error-code-contact-erased = Dieser Kontakt wurde gelöscht und lässt sich nicht mehr ändern.
error-code-desk-busy = Eine Zahlung oder Erstattung dieses Helpdesks läuft noch. Versuchen Sie es erneut, wenn sie abgeschlossen ist.
error-code-desk-suspended = Dieser Helpdesk ist gesperrt. Es geht nichts verloren; wenden Sie sich an den Betreiber dieses Hosts.
error-code-ticket-closed = Dieses Ticket ist geschlossen. Setzen Sie einen anderen Status, um wieder zu antworten.
error-code-ticket-put-away = Dieses Ticket liegt im Papierkorb oder ist als Spam markiert. Holen Sie es zuerst zurück.
error-code-merged = Dieses Ticket wurde mit einem anderen zusammengeführt. Machen Sie dort weiter.
error-code-answered-meanwhile = Inzwischen hat jemand anders geantwortet. Sehen Sie sich das an, dann senden Sie.
error-code-attachment-too-large = Die Datei ist größer als 25 MiB.
error-code-attachment-incomplete = Die Datei ist nicht vollständig angekommen. Hängen Sie sie erneut an.
error-code-attachment-not-scanned = Die Datei konnte nicht auf Viren geprüft werden und wurde deshalb nicht angenommen. Versuchen Sie es später erneut.
error-code-attachment-infected = Der Virenscanner hat die Datei abgelehnt.
error-code-attachments-full = Die Anhänge dieses Helpdesks belegen ihren ganzen Speicherplatz. Bitten Sie den Betreiber dieses Hosts um mehr.
error-code-too-many-searches = Zwei Ihrer Suchen laufen noch. Warten Sie einen Moment und suchen Sie erneut.
error-code-field-of-add-on = Ein Add-on hat dieses Feld mitgebracht. Sie können nur ändern, ob es erforderlich ist.
error-code-too-many-fields = Dort sind bereits 100 Felder in Gebrauch. Legen Sie zuerst eines still.
error-code-search-too-long = Die Suche hat zu lange gedauert. Verwenden Sie mehr oder längere Wörter.
error-code-too-many-attempts = Zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es erneut.
error-code-too-many-payments = In kurzer Zeit sind zu viele Zahlungen fehlgeschlagen oder versucht worden. Es wird nichts abgebucht. Warten Sie einige Minuten und versuchen Sie es erneut.
error-unpaid = Zuerst ist die Rechnung { $number } zu bezahlen
error-unpaid-hint = Für dieses Add-on sind { $amount } nicht bezahlt. Bis das bezahlt ist, kann nichts weiter dafür gekauft werden.
error-unpaid-go = Zur Rechnung { $number }
error-code-stale = Jemand anderes hat dies inzwischen geändert. Laden Sie die Seite neu.

## Sign-in and first run

sign-in-title = Anmelden
sign-in-email = E-Mail-Adresse
sign-in-password = Passwort
sign-in-submit = Anmelden
sign-in-failed = E-Mail-Adresse oder Passwort ist falsch.
sign-in-too-many = { $minutes ->
    [one] Zu viele Versuche. Versuchen Sie es in { $minutes } Minute erneut.
   *[other] Zu viele Versuche. Versuchen Sie es in { $minutes } Minuten erneut.
}
sign-in-hint = Noch kein Konto? Die Verwaltung Ihres Helpdesks kann Sie einladen.
sign-in-forgotten = Passwort vergessen?
sign-in-desk-title = Helpdesk wählen
sign-in-desk-text = Ihr Passwort gilt in mehreren Helpdesks. Wohin möchten Sie?
sign-in-desk-late = Das hat zu lange gedauert. Melden Sie sich erneut an.
switch-desk-title = Helpdesk wechseln
switch-desk-text = Sie sind jetzt in { $desk }. In diesen weiteren Helpdesks haben Sie sich mit diesem Browser angemeldet.
switch-desk-none = In einem weiteren Helpdesk haben Sie sich mit diesem Browser noch nicht angemeldet.
switch-desk-password = Für jeden Helpdesk gilt ein eigenes Passwort. Geben Sie das ein, das dort gilt, wohin Sie möchten.
forgotten-title = Passwort vergessen?
forgotten-intro = Geben Sie die Adresse ein, mit der Sie sich anmelden. Sie erhalten eine Mail mit einem Link, über den Sie ein neues Passwort wählen.
forgotten-submit = Link zusenden
forgotten-sent = Wenn es ein Konto mit dieser Adresse gibt, ist eine Mail mit einem Link dorthin unterwegs. Der Link gilt einmal, innerhalb einer Stunde.
forgotten-no-mail = Dieser Host verschickt keine Mails. Wenden Sie sich an die Verwaltung Ihres Helpdesks: Sie kann Ihnen einen neuen Einladungslink geben, über den Sie ein neues Passwort wählen.
forgotten-back = Zurück zur Anmeldung
reset-title = Neues Passwort wählen
reset-intro = Sie melden sich damit als { $email } an.
reset-ends-sessions = Alle Ihre anderen Sitzungen werden abgemeldet. Ihre API-Token gelten weiter; Sie können sie im Panel widerrufen.
reset-submit = Speichern und anmelden
reset-done = Sie haben ein neues Passwort. Alle Ihre anderen Sitzungen wurden abgemeldet.
sign-in-again-title = Erneut anmelden
sign-in-again-text = Der Dienst eines Add-ons verlangt eine neuere Anmeldung. Geben Sie Ihr Passwort ein, um dort fortzufahren.
end-session-title = Abmelden
end-session-text = Ein Dienst, bei dem Sie sich angemeldet haben, möchte auch Ihre Sitzung hier beenden.
end-session-stay = Angemeldet bleiben
password-again = Ihr Passwort
password-again-hint = Sie haben es zuletzt vor mehr als 15 Minuten eingegeben. Damit niemand sonst an diesem Bildschirm Geld ausgeben kann, wird noch einmal danach gefragt.
password-again-missing = Geben Sie Ihr Passwort ein, um fortzufahren. Es wurde nichts abgebucht.
sign-out-done = Sie sind abgemeldet.

setup-title = Helpdesk einrichten
setup-intro = Sie sind als Erste oder Erster hier. Damit entsteht Ihr Konto mit der Rolle Admin.
setup-intro-invite = Sie sind zu { $desk } eingeladen. Legen Sie fest, wie Sie sich anmelden.
setup-desk-name = Name des Helpdesks
setup-desk-name-hint = Ihre Firma oder Ihr Team. Der Name lässt sich später ändern.
setup-name = Ihr Name
setup-email = E-Mail-Adresse
setup-password = Passwort
setup-password-hint = Mindestens { $min } Zeichen. Ein paar zufällige Wörter eignen sich gut.
setup-submit = Konto anlegen
setup-submit-invite = Einladung annehmen
setup-used-title = Dieser Link gilt nicht mehr
setup-used = Ein Link gilt einmal und nur für begrenzte Zeit. Bitten Sie um einen neuen, oder melden Sie sich an, wenn Sie schon ein Konto haben.
setup-used-sign-in = Zur Anmeldung
setup-sample-note = Im Posteingang warten einige Beispieltickets. Sie lassen sich mit einem Klick entfernen.

## Inbox

inbox-title = Posteingang
inbox-title-unread = ({ $count }) Posteingang
inbox-unread = Ungelesen
inbox-views = Ansichten
inbox-view-open = Offen
inbox-view-mine = Meine
inbox-view-unassigned = Ohne Zuständigkeit
inbox-view-pending = Wartend
inbox-view-solved = Gelöst
inbox-view-closed = Geschlossen
inbox-view-all = Alle Tickets
inbox-view-spam = Spam
inbox-view-trash = Papierkorb
inbox-new-ticket = Neues Ticket
inbox-search = Tickets suchen
inbox-search-placeholder = Betreff, Text, Person oder Nummer
inbox-search-help = Wörter ab drei Zeichen werden überall gefunden, kürzere nur am Anfang von Betreff oder Name. Setzen Sie Wortfolgen in Anführungszeichen. Eine Nummer findet ihr Ticket.
inbox-search-cut = Die neuesten { $count } Tickets werden angezeigt. Verwenden Sie mehr oder längere Wörter, um andere zu finden.
inbox-search-newest = Diese Wörter sind häufig. Ältere Tickets, in denen sie in verschiedenen Nachrichten stehen, können fehlen. Mit einem selteneren Wort finden Sie auch diese.
inbox-filter-priority = Priorität
inbox-filter-any-priority = Jede Priorität
inbox-filter-assignee = Zuständig
inbox-filter-any-assignee = Alle
inbox-filter-tag = Schlagwort
inbox-filter-any-tag = Jedes Schlagwort
inbox-filter-field = Eigenes Feld
inbox-filter-any-field = Jedes Feld
inbox-filter-unread = Nur ungelesene
inbox-chips-label = Aktive Filter
inbox-chip-search = „{ $text }“
inbox-chip-priority = Priorität: { $value }
inbox-chip-assignee = Zuständig: { $value }
inbox-chip-tag = Schlagwort: { $value }
inbox-chip-field = { $field }: { $value }
inbox-chip-requester = Anfragende Person: { $value }
inbox-chip-remove = Filter { $filter } entfernen
inbox-column-subject = Ticket
inbox-column-status = Status
inbox-column-priority = Priorität
inbox-column-assignee = Zuständig
inbox-column-updated = Geändert
inbox-found = { $count ->
    [one] { $count } Ticket
   *[other] { $count } Tickets
}
inbox-found-above = Mehr als { $count } Tickets
count-above = { $count }+
inbox-from = { $name } · #{ $number }
inbox-more-tags = { $count } weitere
inbox-nobody = Niemand
inbox-empty-title = Hier gibt es noch keine Tickets
inbox-empty-text = Neue Nachrichten aus Ihren Kanälen erscheinen hier. Sie können auch selbst ein Ticket schreiben.
inbox-empty-done-title = Alles erledigt
inbox-empty-done-text = In dieser Ansicht wartet kein Ticket.
inbox-no-match-title = Kein passendes Ticket
inbox-no-match-text = Versuchen Sie andere Wörter oder weniger Filter.
inbox-sample-title = Dies sind Beispieltickets
inbox-sample-text = Sie zeigen, wie der Posteingang funktioniert. Entfernen Sie sie, sobald Sie möchten.
inbox-sample-remove = Beispieldaten entfernen

## Words for tickets

status-open = Offen
status-pending = Wartend
status-solved = Gelöst
status-closed = Geschlossen
priority-low = Niedrig
priority-normal = Normal
priority-high = Hoch
priority-urgent = Dringend
delivery-pending = Wird gesendet
delivery-retry = Wird erneut versucht
delivery-sent = Gesendet
delivery-delivered = Zugestellt
delivery-read = Gelesen
delivery-failed = Nicht gesendet
delivery-unclear = Ankunft ungewiss

## Ticket

ticket-number = Ticket #{ $number }
ticket-back = Posteingang
ticket-opened = Eröffnet
ticket-via = über { $channel }
ticket-copies = In Kopie:
ticket-conversation = Unterhaltung
ticket-older = Ältere Nachrichten anzeigen
ticket-side = Über dieses Ticket
ticket-message-by = { $name }
ticket-note-badge = Interne Notiz
ticket-addon-badge = Add-on
ticket-former-operator = Ehemaliges Teammitglied
ticket-removed-addon = Entferntes Add-on
ticket-composer = Schreiben
ticket-tab-reply = Öffentliche Antwort
ticket-tab-note = Interne Notiz
ticket-reply-label = Ihre Nachricht
ticket-reply-placeholder = Nachricht schreiben …
ticket-reply-hint-channel = Die Antwort geht über den Kanal hinaus, aus dem dieses Ticket kam.
ticket-copies-too = Sie geht auch an
ticket-parts = { $length } von { $longest }: geht in { $parts } Teilen hinaus
ticket-reply-hint-none = Dieses Ticket hat keinen Kanal: Die Antwort bleibt hier und wird nicht gesendet.
ticket-note-hint = Notizen sieht nur das Team.
ticket-then-status = Danach Status setzen
ticket-then-keep = Status behalten
ticket-then-pending = Auf „Wartend“ setzen
ticket-then-solved = Auf „Gelöst“ setzen
ticket-send = Senden
ticket-files = Anhänge
ticket-files-add = Dateien anhängen
ticket-files-hint = { $count ->
    [one] Eine Datei, bis zu { $size }.
   *[other] Bis zu { $count } Dateien, je { $size }.
}
ticket-files-stay = { $channel } überträgt keine Dateien: Nur das Team sieht sie.
ticket-files-go = { $count ->
    [one] { $channel } überträgt mit einer Antwort eine Datei bis zu { $size }.
   *[other] { $channel } überträgt mit einer Antwort bis zu { $count } Dateien, je { $size }.
}
ticket-file-remove = { $name } entfernen
ticket-file-removed = { $name } entfernt
ticket-file-attached = { $name } angehängt
ticket-file-sending = { $name } wird hochgeladen
ticket-file-failed = { $name } konnte nicht hochgeladen werden. Versuchen Sie es erneut.
ticket-file-too-large = { $name } ist größer als { $size }.
ticket-file-refused = { $name }: { $reason }
ticket-file-infected = Der Virenscanner hat sie abgelehnt: { $said }
ticket-sent = Antwort hinzugefügt
ticket-noted = Notiz hinzugefügt
ticket-closed-hint = Dieses Ticket ist geschlossen. Setzen Sie einen anderen Status, um wieder zu antworten.
ticket-no-reply-permission = Ihre Rollen erlauben Ihnen nicht, Tickets zu beantworten.
ticket-delivery-failed = Der Kanal hat diese Nachricht nicht angenommen: { $reason }
ticket-delivery-failed-unknown = Der Kanal hat diese Nachricht nicht angenommen.
ticket-delivery-try-again = Erneut versuchen
ticket-delivery-queued = Die Nachricht wird erneut gesendet
ticket-delivery-unclear = Es ist nicht sicher, ob diese Nachricht angekommen ist ({ $reason }). Sehen Sie im Kanal nach, bevor Sie sie erneut senden.
ticket-delivery-unclear-unknown = Es ist nicht sicher, ob diese Nachricht angekommen ist. Sehen Sie im Kanal nach, bevor Sie sie erneut senden.
ticket-delivery-send-again = Erneut senden
ticket-delivery-arrived = Sie ist angekommen
ticket-delivery-confirmed = Die Nachricht ist als gesendet vermerkt
ticket-message-sent-at = Geschrieben
ticket-message-edited = Bearbeitet
ticket-message-taken-back = Von der anfragenden Person zurückgenommen
ticket-origin-automatic = Automatische Antwort
ticket-origin-bulk = Mailingliste
ticket-origin-bounce = Zustellbericht
ticket-message-earlier = Frühere Fassung zeigen
ticket-message-plain = Als reinen Text zeigen
ticket-message-as-sent = Wie gesendet zeigen
ticket-message-document = Nachricht wie gesendet
ticket-message-frame = Nachricht { $number } wie gesendet, von { $name }
ticket-message-quoted = Zitierten Text zeigen
ticket-message-held-back = { $count ->
    [one] Ein Bild von einer anderen Website wurde nicht geladen: Der Absender würde erfahren, dass Sie dies lesen.
   *[other] { $count } Bilder von anderen Websites wurden nicht geladen: Der Absender würde erfahren, dass Sie dies lesen.
}
ticket-message-show-pictures = Externe Bilder zeigen
ticket-new-message = Neue Nachricht von { $name }
ticket-mark-read = Als gelesen markieren
ticket-marked-read = Als gelesen markiert
ticket-writing = { $name } schreibt gerade …
ticket-answered-meanwhile = { $name } hat inzwischen geantwortet: Sehen Sie sich das an, dann senden Sie.
ticket-changed-by = { $name } hat dieses Ticket geändert: { $what }.
ticket-changed-somebody = Jemand anders
ticket-reload = Neu laden
ticket-properties = Eigenschaften
ticket-status = Status
ticket-priority = Priorität
ticket-assignee = Zuständig
ticket-assign-to-me = Mir zuweisen
ticket-tags = Schlagwörter
ticket-tags-hint = Trennen Sie Schlagwörter durch Leerzeichen.
ticket-tags-invalid = Verwenden Sie höchstens { $max } Schlagwörter mit je höchstens { $length } Zeichen, ohne Leerzeichen und nicht nur aus Sonderzeichen.
ticket-properties-save = Eigenschaften speichern
ticket-saved = Ticket gespeichert
ticket-mark-solved = Als gelöst markieren
ticket-more = Weitere Aktionen
ticket-mark-spam = Als Spam markieren
ticket-unmark-spam = Kein Spam
ticket-spam-marked = Ticket #{ $number } wurde als Spam markiert
ticket-spam-unmarked = Das Ticket ist nicht mehr als Spam markiert
ticket-spam-title = Dieses Ticket ist als Spam markiert.
ticket-spam-text = Neue Nachrichten dieser Unterhaltung kommen hier dazu, und niemand wird benachrichtigt.
ticket-delete = Ticket löschen
ticket-deleted = Ticket #{ $number } wurde in den Papierkorb verschoben
ticket-restore = Wiederherstellen
ticket-restored = Das Ticket ist wieder da
ticket-trash-title = Dieses Ticket liegt im Papierkorb.
ticket-trash-text = Dreißig Tage nach dem Löschen wird es mit seinen Nachrichten endgültig entfernt.
merge-ask = Mit anderem Ticket zusammenführen
merge-title = Ticket #{ $number } mit einem anderen zusammenführen
merge-happens = Was geschieht
merge-closes = Dieses Ticket wird endgültig geschlossen: Niemand kann es mehr beantworten, ändern oder wieder öffnen. Lesen und löschen lässt es sich weiterhin.
merge-messages = Seine Nachrichten bleiben hier.
merge-goes-on = Neue Nachrichten dieser Unterhaltung und Antworten der anfragenden Person kommen in das andere Ticket.
merge-final = Das lässt sich nicht rückgängig machen.
merge-into = Nummer des anderen Tickets
merge-into-itself = Das ist dieses Ticket selbst. Geben Sie die Nummer eines anderen ein.
merge-into-put-away = Jenes Ticket liegt im Papierkorb oder ist als Spam markiert.
merge-into-merged = Jenes Ticket wurde selbst zusammengeführt. Geben Sie die Nummer des Tickets ein, in dem es weitergeht.
merge-into-closed = Jenes Ticket ist geschlossen. Öffnen Sie es zuerst wieder.
merge-do = Tickets zusammenführen
merge-done = Ticket #{ $number } wurde mit diesem zusammengeführt
merge-merged = Dieses Ticket wurde mit Ticket #{ $number } zusammengeführt.
merge-merged-text = Dort geht es weiter: Hier lässt sich nichts mehr hinzufügen oder ändern.
merge-open = Ticket #{ $number } öffnen
ticket-requester = Anfragende Person
ticket-requester-open = Kontakt öffnen
ticket-requester-more = Weitere Tickets
ticket-addons = Add-ons
ticket-addons-empty = Hier zeigen Plug-ins ihre Bereiche.
ticket-addons-browse = Add-ons ansehen
ticket-addon-loading = { $name } wird geladen
ticket-addon-still-working = Noch in Arbeit …
ticket-addon-open = Bereich von { $name } öffnen
ticket-addon-up = { $name } nach oben
ticket-addon-down = { $name } nach unten
addon-open-in = In { $name } öffnen
ticket-addon-fold = Inhalt von { $name } anzeigen
ticket-addon-button = Die Schaltfläche dazu steht neben „Senden“.
ticket-addon-button-show = Schaltfläche von { $name } neben „Senden“ anzeigen
ticket-addon-moved = { $name } wurde verschoben:

ticket-new-title = Neues Ticket
ticket-new-intro = Für Anfragen, die Sie am Telefon oder persönlich erreichen.
ticket-new-email = E-Mail-Adresse der anfragenden Person
ticket-new-email-hint = Bei einer bekannten Adresse wird deren Kontakt verwendet.
ticket-new-name = Name der anfragenden Person
ticket-new-name-hint = Für einen neuen Kontakt; ein bekannter behält seinen Namen.
ticket-subject = Betreff
ticket-new-body = Nachricht
ticket-new-via = Senden über
ticket-new-via-none = Nicht senden: Ich notiere, was gesagt wurde
ticket-new-via-hint = Über einen Kanal geht Ihre Nachricht an die anfragende Person, und die Antwort kommt in dieses Ticket.
ticket-new-submit = Ticket anlegen
flash-ticket-created = Ticket #{ $number } angelegt

history-line = { $name } { $what }
history-earlier = { $count ->
    [one] { $count } frühere Änderung
   *[other] { $count } frühere Änderungen
}
history-show = Änderungen anzeigen
history-hide = Änderungen ausblenden
history-status = hat den Status von { $old } auf { $new } geändert
history-priority = hat die Priorität von { $old } auf { $new } geändert
history-subject = hat den Betreff von „{ $old }“ in „{ $new }“ geändert
history-assigned = hat das Ticket { $name } zugewiesen
history-unassigned = hat die Zuweisung an { $name } aufgehoben
history-reassigned = hat das Ticket statt { $old } nun { $new } zugewiesen
history-tags-added = hat Tags hinzugefügt: { $tags }
history-tags-removed = hat Tags entfernt: { $tags }
history-field = hat { $field } von { $old } in { $new } geändert
history-field-set = hat { $field } auf { $new } gesetzt
history-field-cleared = hat { $field } geleert, vorher { $old }
history-spam = hat das Ticket als Spam markiert
history-not-spam = hat das Ticket aus dem Spam geholt
history-deleted = hat das Ticket gelöscht
history-restored = hat das Ticket wiederhergestellt
history-merged = hat Ticket #{ $number } mit diesem zusammengeführt
history-merged-into = hat das Ticket mit #{ $number } zusammengeführt
history-follow-up = hat nach dem Schließen von Ticket #{ $number } erneut geschrieben
history-import = hat Nachrichten importiert
history-other = hat { $field } geändert

## Drafts

draft-mark = Entwurf
draft-save = Entwurf speichern
draft-saved = Entwurf gespeichert
draft-discard = Verwerfen
draft-discarded = Entwurf verworfen
draft-undo = Rückgängig
draft-differs = Dieser Entwurf wurde in einem anderen Tab geändert.
draft-other = Sie haben einen Entwurf für ein anderes neues Ticket.
draft-mine = Diesen Text verwenden
draft-theirs = Den anderen verwenden
draft-signed-out = Sie sind abgemeldet; Ihr Text bleibt in diesem Tab erhalten.
draft-failed = Ihr Text konnte nicht gespeichert werden; er bleibt in diesem Tab erhalten.

## Contacts

contacts-title = Kontakte
contacts-search = Kontakte suchen
contacts-search-placeholder = Name, E-Mail, Firma oder Telefon
contacts-search-help = Wörter ab drei Zeichen werden überall gefunden, kürzere nur am Anfang des Namens. Setzen Sie Wortfolgen in Anführungszeichen.
contacts-column-name = Name
contacts-column-email = E-Mail
contacts-column-company = Firma
contacts-column-tickets = Tickets
contacts-column-since = Seit
contacts-empty-title = Noch keine Kontakte
contacts-empty-text = Alle, die Ihnen schreiben, erscheinen hier.
contacts-no-match-title = Kein passender Kontakt
contacts-no-match-text = Versuchen Sie andere Wörter.
contact-back = Kontakte
contact-email = E-Mail
contact-phone = Telefon
contact-emails = E-Mail-Adressen
contact-phones = Telefonnummern
contact-one-per-line = Eine pro Zeile. Die erste erscheint in Listen.
contact-company = Firma
contact-name = Name
contact-since = Kontakt seit
contact-edit = Kontakt bearbeiten
contact-save = Kontakt speichern
contact-saved = Kontakt gespeichert
contact-tickets = Tickets
contact-tickets-empty = Noch keine Tickets.
contact-tickets-all = Alle im Posteingang zeigen
contact-export = Exportieren
contact-erase = Löschen …
contact-was-erased = Gelöscht am { $date }. Die Tickets bleiben ohne das, was diese Person geschrieben hat.
contact-erase-title = { $name } löschen
contact-erase-goes = Was gelöscht wird
contact-erase-goes-person = Name, E-Mail-Adresse, Telefonnummer und Firma
contact-erase-goes-written = Alles, was diese Person geschrieben hat, auch frühere Fassungen, und die Betreffzeilen ihrer Tickets
contact-erase-goes-channels = Wer sie in Kanälen ist: Antworten erreichen sie nicht mehr, und schreibt sie wieder, ist sie ein neuer Kontakt
contact-erase-goes-addons = Was Add-ons unter ihrer ID oder Adresse speichern, und Protokollzeilen mit dieser Adresse
contact-erase-stays = Tickets behalten Nummer, Status und Daten sowie das, was Ihr Team und Add-ons darin geschrieben haben. Prüfen Sie diese Nachrichten selbst. Was andere Systeme erhalten haben, wird nicht gelöscht.
contact-erase-export-hint = Die Datei enthält alles, was dieser Helpdesk über den Kontakt hat, auch interne Notizen. Danach lässt sie sich nicht mehr erstellen.
contact-erase-final = Das lässt sich nicht rückgängig machen.
contact-erase-confirm = Ich habe den Export, oder niemand braucht ihn. Diesen Kontakt löschen.
contact-erase-unconfirmed = Setzen Sie das Häkchen, um diesen Kontakt zu löschen.
contact-erase-do = Kontakt löschen
contact-erased = Kontakt gelöscht

## Roles

roles-title = Rollen
roles-intro = Eine Rolle ist eine Menge von Berechtigungen. Teammitglieder dürfen alles, was eine ihrer Rollen erlaubt.
roles-new = Neue Rolle
roles-column-name = Rolle
roles-column-permissions = Berechtigungen
roles-column-operators = Teammitglieder
roles-builtin = Eingebaut
roles-all-permissions = Alle Berechtigungen
roles-count-permissions = { $count ->
    [0] Keine
   *[other] { $count } von { $total }
}
role-back = Rollen
role-new-title = Neue Rolle
role-edit-title = Rolle { $name }
role-name = Name
role-name-fixed = Eingebaute Rollen behalten ihren Namen.
role-permissions = Berechtigungen
role-admin-fixed = Admins dürfen alles. Diese Rolle lässt sich nicht ändern, damit niemand alle aussperrt.
rights-not-yours = Sie können „{ $permission }“ nicht vergeben, weil Sie es selbst nicht haben.
role-create = Rolle anlegen
role-created = Rolle { $name } angelegt
role-saved = Rolle { $name } gespeichert
role-deleted = Rolle { $name } gelöscht
role-delete = Rolle löschen
role-delete-title = Rolle { $name } löschen?
role-delete-text = Niemand hat diese Rolle. Ihre Berechtigungen gehen verloren; Teammitglieder und Tickets bleiben, wie sie sind.
role-delete-in-use = { $count ->
    [one] { $count } Teammitglied hat diese Rolle. Nehmen Sie sie ihm zuerst.
   *[other] { $count } Teammitglieder haben diese Rolle. Nehmen Sie sie ihnen zuerst.
}

permission-tickets-view = Tickets ansehen
permission-tickets-view-hint = Posteingang, Tickets, Kontakte und die Bereiche von Plug-ins sehen.
permission-tickets-reply = Tickets beantworten
permission-tickets-reply-hint = Öffentliche Antworten und interne Notizen schreiben.
permission-tickets-manage = Tickets verwalten
permission-tickets-manage-hint = Tickets anlegen; Status, Priorität, Zuständigkeit und Schlagwörter ändern.
permission-contacts-manage = Kontakte verwalten
permission-contacts-manage-hint = Namen, Adressen, Telefonnummern und Firmen anfragender Personen ändern und exportieren, was der Helpdesk über sie hat.
permission-addons-manage = Add-ons ansehen und verwalten
permission-addons-manage-hint = Den Marktplatz sehen; Add-ons installieren, aktualisieren, einstellen und deinstallieren.
permission-catalog-manage = Katalog verwalten
permission-catalog-manage-hint = Pakete hochladen und den Schlüsseln von Herausgebern vertrauen.
permission-operators-manage = Team und Rollen verwalten
permission-operators-manage-hint = Teammitglieder einladen und deaktivieren; Rollen und ihre Berechtigungen ändern.
permission-desk-manage = Helpdesk verwalten
permission-desk-manage-hint = Name und Sprache des Helpdesks, die Systemseite und das Audit-Protokoll.

## Operators

operators-title = Team
operators-intro = Alle, die in diesem Helpdesk arbeiten.
operators-invite = Teammitglied einladen
operators-column-name = Name
operators-column-roles = Rollen
operators-column-state = Zustand
operators-you = Sie
operators-active = Aktiv
operators-inactive = Deaktiviert
operators-invited = Eingeladen
operator-back = Team
operator-invite-title = Teammitglied einladen
operator-invite-intro = Sie erhalten einen Link zum Weitergeben. Er gilt einmal, drei Tage lang.
operator-invite-submit = Einladung erstellen
operator-invite-link-title = Einladung für { $name }
operator-invite-link-text = Kopieren Sie diesen Link und geben Sie ihn weiter. Er wird nur jetzt gezeigt und gilt einmal, innerhalb von drei Tagen.
operator-invite-mailed = Der Link ging auch per Mail an { $email }.
operator-invite-link-label = Einladungslink
operator-invite-done = Zurück zum Team
operator-invite-again = Neuer Einladungslink
operator-name = Name
operator-email = E-Mail-Adresse
form-already-exists-email = Ein Konto mit dieser Adresse gibt es schon.
operator-roles = Rollen
form-required-role = Wählen Sie mindestens eine Rolle.
operator-edit-title = Teammitglied { $name }
operator-saved = { $name } gespeichert
operator-deactivate = Deaktivieren
operator-deactivate-title = { $name } deaktivieren?
operator-deactivate-text = Die Person wird überall abgemeldet, ihre API-Token gelten nicht mehr, und sie kann sich erst wieder anmelden, wenn Sie sie reaktivieren. Ihre Tickets und Nachrichten bleiben.
operator-deactivated = { $name } ist deaktiviert
operator-reactivate = Reaktivieren
operator-reactivated = { $name } ist wieder aktiv

## API tokens

tokens-title = API-Token
tokens-intro = Mit einem Token handelt ein Programm in Ihrem Namen, mit den Berechtigungen, die Sie wählen, bis es abläuft. Behandeln Sie es wie ein Passwort.
tokens-docs = Beschreibung der API (OpenAPI)
tokens-new = Neues Token
tokens-name = Wofür ist es?
tokens-name-hint = Etwa der Name des Programms, das es verwendet.
tokens-scopes = Was darf es?
tokens-scopes-hint = Nur, was Sie selbst dürfen, jetzt und später. Geben Sie ihm nicht mehr, als das Programm braucht.
form-required-scope = Wählen Sie mindestens eine Berechtigung, die Sie haben.
tokens-expires = Gilt für
tokens-expires-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
tokens-create = Token erstellen
tokens-created-title = Ihr neues Token
tokens-created-text = Kopieren Sie es jetzt. Es wird nicht noch einmal gezeigt.
tokens-created-label = Token
tokens-column-name = Name
tokens-column-scopes = Darf
tokens-column-created = Erstellt
tokens-column-used = Zuletzt verwendet
tokens-column-expires = Gilt bis
tokens-never-used = Nie
tokens-mark-soon = Läuft bald ab
tokens-mark-expired = Abgelaufen
tokens-revoke = Widerrufen
tokens-revoke-of = Token { $name } widerrufen
tokens-revoke-title = Token { $name } widerrufen?
tokens-revoke-text = Programme, die es verwenden, werden ab jetzt abgewiesen. Das lässt sich nicht rückgängig machen.
tokens-revoked = Token { $name } widerrufen
tokens-empty-title = Noch keine Token
tokens-empty-text = Erstellen Sie eines, um die API aus einem Programm oder Skript zu nutzen.

## Profile

profile-title = Profil
profile-you = Über Sie
profile-name = Name
profile-email = E-Mail-Adresse
profile-language = Sprache
profile-language-default = Wie der Helpdesk ({ $name })
profile-language-hint = Weitere Sprachen gibt es im Marktplatz, als Add-ons.
profile-time-zone = Zeitzone
profile-time-zone-default = Wie der Helpdesk ({ $name })
profile-theme = Darstellung
profile-theme-system = Wie das System
profile-theme-light = Hell
profile-theme-dark = Dunkel
profile-shortcuts = Tastenkürzel
profile-shortcuts-hint = Einzelne Tasten wie j, k und r, während Sie nicht tippen.
profile-saved = Profil gespeichert
profile-password = Passwort
profile-password-current = Aktuelles Passwort
profile-password-new = Neues Passwort
profile-password-repeat = Neues Passwort noch einmal
profile-password-change = Passwort ändern
profile-password-ends-sessions = Ihre anderen Sitzungen werden abgemeldet.
profile-end-tokens =
    { $count ->
        [one] Auch mein API-Token widerrufen
       *[other] Auch meine { $count } API-Token widerrufen
    }
profile-end-tokens-hint = Programme, die sie verwenden, werden dann abgewiesen. Lassen Sie dies an, wenn jemand anderes Ihr Passwort kennen könnte.
profile-password-wrong = Das ist nicht Ihr aktuelles Passwort.
profile-password-changed = Passwort geändert. Ihre anderen Sitzungen wurden abgemeldet.
profile-notices = Mails über Tickets
profile-notices-new = Ein neues Ticket, für das niemand zuständig ist
profile-notices-assigned = Jemand weist mir ein Ticket zu
profile-notices-answered = In einem meiner Tickets schreibt die anfragende Person
profile-notices-answered-hint = Höchstens eine Mail je Ticket innerhalb von 10 Minuten.
profile-sessions = Sitzungen
profile-sessions-intro = Die Browser, in denen Sie angemeldet sind.
profile-session-this = Dieser Browser
profile-session-unknown = Unbekannter Browser
profile-session-seen = Zuletzt aktiv { $when }
profile-session-since = seit { $when }
profile-session-revoke = Abmelden
profile-session-revoke-of = { $name } abmelden
profile-session-revoked = Der andere Browser ist abgemeldet
profile-sessions-revoke-others = Alle anderen abmelden
profile-sessions-revoked = Alle anderen Browser sind abgemeldet
profile-sign-out = In diesem Browser abmelden

## Desk and system

system-title = Helpdesk und System
system-desk = Helpdesk
system-desk-name = Name
system-desk-language = Sprache
system-desk-language-hint = Für Teammitglieder, die keine gewählt haben.
system-desk-time-zone = Zeitzone
system-desk-time-zone-hint = Für Teammitglieder, die keine gewählt haben.
system-desk-saved = Helpdesk gespeichert
system-host = Host
system-version = Version
system-database = Datenbank
system-address = Adresse
system-desk-id = ID
system-region = Region
system-host-name = Hostname
system-clock = Uhr
system-sample = Beispieldaten
system-sample-text = In diesem Helpdesk sind Beispieltickets und Beispielkontakte. Wenn Sie sie entfernen, bleiben Ihre eigenen Daten unberührt.
system-sample-remove = Beispieldaten entfernen
system-sample-remove-title = Beispieldaten entfernen?
system-sample-remove-text = Beispieltickets und Beispielkontakte werden mit ihren Nachrichten endgültig gelöscht. Alles andere bleibt.
system-sample-removed = Beispieldaten entfernt
system-sample-none = Es gibt keine Beispieldaten.
system-egress-title = Anfragen von Add-ons werden umgeleitet
system-egress-text = Dieser Host wurde mit --egress-override gestartet: Anfragen an diese Hosts gehen an eine andere Adresse. Nur für die Entwicklung gedacht.
system-egress-none = Anfragen von Add-ons gehen an die Hosts, die sie nennen.
system-egress-host = Host
system-egress-target = Geht an
system-outbound = Ausgehende Anfragen
system-health = Zustand
system-ready = Bereit

## Audit log

audit-title = Audit-Protokoll
audit-intro = Alles, was Einstellungen, Zugänge oder Add-ons geändert hat. Einträge lassen sich nicht ändern oder löschen; jeder ist mit dem vorigen verkettet.
audit-intact = { $count ->
    [one] Die Kette aus { $count } Eintrag ist unversehrt.
   *[other] Die Kette aus allen { $count } Einträgen ist unversehrt.
}
audit-broken = Die Kette ist beim Eintrag { $entry } unterbrochen. Jemand hat die Datenbank auf anderem Weg verändert.
audit-verify = Kette prüfen
audit-column-when = Wann
audit-column-what = Was
audit-details = Einzelheiten
audit-who-system = Host
audit-who-command-line = Befehlszeile
audit-who-addon = Add-on { $name }
audit-who-account = Abrechnungskonto { $email }
audit-empty-title = Noch nichts protokolliert
audit-empty-text = Änderungen an Zugängen, Einstellungen und Add-ons erscheinen hier.
audit-sentence = { $who }: { $what }
audit-sentence-object = { $who }: { $what } – { $object }
audit-filter-action = Was getan wurde
audit-filter-any-action = Alles
audit-filter-person = Wer es getan hat
audit-filter-anyone = Alle
audit-filter-from = Von
audit-filter-to = Bis
audit-no-match-title = Keine passenden Einträge
audit-no-match-text = Wählen Sie eine andere Aktion, Person oder Zeit.

## Geld

money-symbol = { $amount } { $currency }
money-code = { $amount } { $currency }
money-negative = -{ $money }

## Background work

nav-work = Hintergrundarbeit
work-title = Hintergrundarbeit
work-intro = Was endgültig fehlgeschlagen ist oder den Host immer wieder angehalten hat, liegt hier, bis jemand entscheidet.
work-empty-title = Nichts wartet
work-empty-text = Alles, was der Host im Hintergrund tut, erledigt sich von selbst.
work-died = { $count ->
    [one] Der Host ist dabei einmal stehen geblieben.
   *[other] Der Host ist dabei { $count }-mal stehen geblieben.
}
work-failed = Es ist nicht gelungen und wird nicht mehr wiederholt.
work-only-again = Halb ausgeführt lässt sich das nicht zurücknehmen. Sie können es nur erneut versuchen.
work-try-again = Erneut versuchen
work-give-up = Aufgeben
work-show-addon = Add-on anzeigen
work-tried-again = Es wird erneut versucht.
work-given-up = Es wurde aufgegeben.
work-kind-event = Ereignis für ein Add-on
work-kind-schedule = Geplanter Aufruf eines Add-ons
work-kind-reply = Antwort über einen Kanal
work-kind-mail-came = E-Mail, die in einem Postfach ankam
work-kind-mail = E-Mail
work-kind-paid = Freischalten von Bezahltem
work-kind-bill = Monatsrechnung
work-kind-reconcile = Prüfung offener Zahlungen
work-kind-sweep = Aufräumen beim Zahlungsdienst
work-kind-dun = Erinnerungen an unbezahlte Rechnungen
work-kind-packages = Prüfung der installierten Pakete
work-kind-report = Prüfung eines Pakets
work-kind-install = Installation eines Add-ons
work-kind-purchase = Kauf eines Tarifs oder von Lizenzen
work-kind-update = Aktualisierung eines Add-ons
work-kind-cancel = Kündigung eines Add-ons
work-kind-uninstall = Deinstallation eines Add-ons
work-kind-other = Andere Arbeit

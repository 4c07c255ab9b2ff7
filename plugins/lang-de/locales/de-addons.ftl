### Die Seiten über Add-ons und ihre Bereiche im Ticket, auf Deutsch.

## Kinds and states
kind-plugin = Plug-in
kind-channel = Kanal
kind-language = Sprache
kind-plugins = Plug-ins
kind-channels = Kanäle
kind-languages = Sprachen

badge-installed = Installiert
badge-installing = Wird installiert
badge-failed-installation = Installation fehlgeschlagen
badge-active = Aktiv
badge-updating = Wird aktualisiert
badge-failed-update = Update fehlgeschlagen
badge-inactive = Ausgeschaltet
badge-suspended = Ausgesetzt
badge-uninstalling = Wird deinstalliert
badge-update = Update auf { $version }
badge-pinned = Festgehalten
badge-manual = Von Hand eingerichtet
badge-blocked = Gesperrt
badge-available = Verfügbar
badge-yanked = Zurückgezogen
badge-key-active = Aktiv
badge-key-retired = Abgelöst
badge-key-revoked = Widerrufen

price-free = Kostenlos
price-free-long = Kostenlos: Es wird nichts berechnet.

## Permissions, as sentences
access-none = Es verlangt keine Berechtigungen.
access-purpose = Zweck:
access-http = Sendet und empfängt Daten über https, nur mit diesen Hosts
access-own-host = der Server, den Sie als ‹{ $label }› eingeben
access-kv = Bewahrt eigene Daten auf diesem Host auf
access-tickets-read = Liest Tickets und ihre Nachrichten
access-tickets-write = Eröffnet Tickets, fügt interne Notizen hinzu und ändert Zuständigkeit, Status, Priorität, Betreff, Schlagwörter und Felder
access-tickets-reply = Antwortet anfragenden Personen im Namen Ihres Helpdesks
access-contacts-read = Liest Namen, E-Mail-Adressen und Telefonnummern anfragender Personen
access-contacts-write = Legt anfragende Personen an und ändert ihre Namen, Adressen, Telefonnummern, Firmen und Felder
access-operators-read = Liest Namen, E-Mail-Adressen, Rollen und Gruppen der Personen, die in Ihrem Helpdesk arbeiten
access-files-read = Liest Dateien, die an Tickets hängen
access-files-write = Hängt Dateien an Nachrichten an
access-schedule = Läuft von selbst zu geplanten Zeiten
access-mail = Sendet und empfängt E-Mails über Postfächer, die Sie dafür einrichten
access-runs = Läuft von selbst { $when }
access-public = Ist aus dem Internet für alle erreichbar, ohne Anmeldung
rhythm-minutes = { $count ->
    [one] jede Minute
   *[other] alle { $count } Minuten
}
rhythm-hours = { $count ->
    [one] jede Stunde
   *[other] alle { $count } Stunden
}
rhythm-days = { $count ->
    [one] jeden Tag
   *[other] alle { $count } Tage
}
rhythm-cron = zu den Zeiten „{ $cron }“ (Minute, Stunde, Tag, Monat, Wochentag)
planned-title = Geplant
planned-next = Nächster Lauf:
planned-last = Letzter Lauf:
access-service = Der eigene Dienst des Anbieters darf von außen: { $what }
access-fields-ticket = Bringt Felder für Tickets mit
access-fields-contact = Bringt Felder für anfragende Personen mit
access-fields-purpose = Nur dieses Add-on und Menschen in Ihrem Helpdesk füllen sie aus.

## Marketplace
marketplace-title = Marktplatz
marketplace-search = Add-ons suchen
marketplace-kinds = Arten von Add-ons
marketplace-all = Alle
marketplace-show = Anzeigen
marketplace-show-all = Alles
marketplace-show-new = Nicht installiert
marketplace-show-installed = Installiert
marketplace-show-updates = Mit Updates
marketplace-categories = Kategorien
marketplace-chip-search = „{ $text }“
marketplace-remove = { $what } entfernen
marketplace-clear = Alle entfernen
marketplace-no-match = Kein passendes Add-on
marketplace-no-match-hint = Versuchen Sie andere Wörter, oder sehen Sie sich alle Add-ons an.
marketplace-empty = Es gibt noch keine Add-ons
marketplace-empty-hint = Add-ons erscheinen hier, sobald ein Paket im Katalog veröffentlicht ist.
marketplace-to-catalog = Katalog öffnen
marketplace-developers = Eigene Add-ons veröffentlichen
category-crm = CRM
category-translation = Übersetzung
category-surveys = Umfragen
category-social = Soziale Medien
category-security = Sicherheit
category-reporting = Berichte
category-quality = Qualität
category-phone = Telefonie
category-marketing = Marketing
category-knowledge = Wissensdatenbank
category-integration = Integrationen
category-developer-tools = Entwicklungswerkzeuge
category-customer-success = Kundenerfolg
category-commerce = Onlineshops
category-billing = Abrechnung
category-automation = Automatisierung
category-messaging = Nachrichten
category-productivity = Produktivität
category-analytics = Auswertung
category-sales = Vertrieb
category-language = Sprache
category-example = Beispiele

## Listing
listing-back = Marktplatz
listing-install = Installieren
listing-update = Auf { $version } aktualisieren
listing-manage = Verwalten
listing-another = Noch einmal installieren
listing-previous = Vorige Version ({ $version })
listing-whats-new = Neuerungen
listing-about = Über dieses Add-on
listing-permissions = Was es darf
listing-releases = Versionen
listing-facts = Angaben
listing-liability = Dieses Add-on stammt von { $publisher }, nicht von den Herstellern dieses Helpdesks. Der Herausgeber ist verantwortlich für das, was es tut, und für die Daten, die es erhält.
fact-price = Preis
fact-publisher = Herausgeber
fact-version = Version
fact-published = Veröffentlicht
fact-size = Größe
fact-categories = Kategorien
fact-support = Support
fact-portal = Hilfeportal
fact-faq = Fragen und Antworten
fact-terms = Bedingungen
fact-terms-link = Nutzungsbedingungen
fact-privacy = Datenschutz
fact-privacy-link = Datenschutzerklärung
fact-not-given = Nicht angegeben

## Consent
consent-title = { $name } installieren
consent-by = { $publisher } · Version { $version }
consent-permissions = Es verlangt diese Berechtigungen
consent-hint = Mehr kann es nicht tun. Updates, die mehr verlangen, warten auf Ihre Zustimmung.
consent-install = Zustimmen und installieren
consent-changed = Dies hat sich geändert, seit die Seite geladen wurde. Bitte sehen Sie es sich noch einmal an.
consent-name-wrong = Ein Name hat 1 bis 60 Zeichen in einer Zeile.
consent-name-taken = Diesen Kanal gibt es hier schon. Geben Sie diesem einen Namen, den kein anderer hat.
install-label = Name
install-label-hint = So heißt er bei Ihnen, etwa „Vertriebs-Bot“. Daran unterscheiden Sie ihn, wenn Sie mehrere haben.
install-label-another = Diesen Kanal gibt es hier schon. Sagen Sie, wie dieser heißt, etwa „Vertriebs-Bot“.
install-label-save = Name speichern

## My add-ons
my-addons-title = Meine Add-ons
my-addons-more = Marktplatz ansehen
my-addons-empty = Noch ist nichts installiert
my-addons-empty-hint = Add-ons bringen Plug-ins für die Seitenleiste im Ticket, Kanäle und Sprachen.
my-addons-none-of-kind = Von dieser Art ist nichts installiert
my-addons-none-of-kind-hint = Wählen Sie eine andere Art, oder suchen Sie im Marktplatz.
my-addons-manageable = Sie können dieses Add-on verwalten
my-addons-retrying = Neuer Versuch …
my-addons-retry-done = Es hat geklappt: Das Add-on ist installiert und aktiv.
my-addons-retry-failed = Es ist erneut fehlgeschlagen. Öffnen Sie es, um den Grund zu sehen.
my-addons-buy-again = Es wurde nicht installiert. Was dafür abgebucht wurde, wird zurückgezahlt. Um es zu bekommen, wählen Sie seinen Tarif noch einmal.
my-addons-choose-plan = Tarif wählen

## One add-on
manage-back = Meine Add-ons
manage-listing = Beschreibung
manage-version = Version { $version }
manage-tabs = Teile dieses Add-ons
manage-actions = Was Sie tun können
tab-settings = Einstellungen
tab-users = Personen
tab-data = Daten
tab-logs = Protokoll
tab-health = Zustand
manage-blocked = Diese Version wurde gesperrt und läuft nicht. Aktualisieren oder deinstallieren Sie das Add-on.
manage-update-title = Version { $version } ist verfügbar
manage-retry = Erneut versuchen
manage-notice-id = Fehlernummer { $id } ({ $code })
notice-install-failed = Die Installation ist fehlgeschlagen
notice-update-failed = Das Update ist fehlgeschlagen, und der Weg zurück auch
notice-update-undone = Die letzte Änderung wurde zurückgenommen; das Add-on läuft wie zuvor
notice-uninstall-failed = Es wurde nicht deinstalliert
notice-suspended = Nach wiederholten Fehlern ausgesetzt
manage-versions = Versionen
manage-previous-hint = Stellt die Daten von vor dem Update wieder her.
manage-pin = Bei { $line } bleiben
manage-pin-hint = Bis Sie das Add-on freigeben, werden nur Korrekturen dieser Reihe angeboten.
manage-unpin = Freigeben
manage-unpin-hint = Alle Updates werden wieder angeboten.
manage-switches = Ausschalten oder entfernen
manage-activate = Aktivieren
manage-activate-hint = Es läuft wieder, mit allen Daten und Einstellungen.
manage-deactivate = Deaktivieren
manage-deactivate-hint = Es hält sofort an. Daten und Einstellungen bleiben; es wird nichts berechnet.
manage-uninstall = Deinstallieren
manage-uninstall-hint = Es hält an, und seine Daten und Einstellungen werden endgültig gelöscht. Vorher sehen Sie, welche das sind.
manage-granted = Was es darf
manage-installed-at = Installiert

progress-installing = { $name } wird installiert
progress-installing-hint = Sie können diese Seite verlassen; es geht von selbst weiter.
progress-updating = { $name } wird auf Version { $version } aktualisiert
progress-updating-hint = Bis zum Wechsel arbeitet die bisherige Version.
progress-uninstalling = { $name } wird deinstalliert
progress-uninstalling-hint = Die Daten werden gelöscht.
progress-by-hand = Wartet auf { $publisher }
progress-by-hand-hint = Dieses Add-on richtet der Anbieter ein; er kann bis { $date } antworten. Sie können diese Seite verlassen; Sie erhalten eine E-Mail.
by-hand-install = { $publisher } richtet dieses Add-on von Hand ein. Die Installation wartet bis zu sieben Tage auf die Antwort. Wird abgelehnt oder nicht geantwortet, wird nichts installiert, und was Sie bezahlt haben, wird zurückgezahlt.
by-hand-uninstall = { $publisher } hat dieses Add-on von Hand eingerichtet. Es ist sofort ausgeschaltet und wird nicht mehr berechnet; entfernt wird es, sobald der Anbieter das bestätigt, innerhalb von sieben Tagen. Geschieht das nicht, können Sie es noch einmal versuchen.

settings-none = Nichts einzustellen
settings-none-hint = Dieses Add-on kommt ohne Einstellungen aus.
settings-save = Einstellungen speichern
settings-test = Verbindung testen
settings-work = Diese Einstellungen funktionieren.
settings-not-tested = Diese Einstellungen ließen sich nicht ausprobieren: { $reason }
settings-choices-typed = Das Add-on hat nicht mitgeteilt, was zur Auswahl steht. Geben Sie den Wert ein oder laden Sie die Seite neu.
settings-choices-typed-lines = Das Add-on hat nicht mitgeteilt, was zur Auswahl steht. Geben Sie je Zeile einen Wert ein oder laden Sie die Seite neu.
settings-choices-find = Mehr für „{ $label }“ suchen
settings-choices-go = Suchen
settings-account-connected = Verbunden
settings-account-none = Nicht verbunden
settings-account-connect = Verbinden
settings-account-again = Erneut verbinden
settings-account-end = Trennen
settings-account-back = Weiterleitungsadresse der App:
connection-title = Konto verbinden
settings-secret-set = ••••••••  (gespeichert)
settings-secret-kept = Verschlüsselt gespeichert und nie wieder gezeigt. Lassen Sie das Feld leer, um den Wert zu behalten.
settings-secret-new = Wird verschlüsselt gespeichert und nie wieder gezeigt.

users-who = Wer es nutzt
users-count = { $count ->
    [one] Eines von { $of } aktiven Teammitgliedern nutzt es.
   *[other] { $count } von { $of } aktiven Teammitgliedern nutzen es.
}
users-hint = Andere sehen seinen Bereich neben Tickets nicht. Ereignisse erreichen es, egal wer es nutzt.
users-search = Teammitglieder suchen
users-no-match = Kein Teammitglied passt
users-installer = Hat es installiert und behält es. Eine Deinstallation nimmt es allen.
users-installer-me = Sie haben es installiert und behalten es. Eine Deinstallation nimmt es allen.
users-inactive = Behält es für später, zählt aber nicht.
users-until = Bis { $day }
users-more = { $count ->
    [one] Ein weiteres wird nicht gezeigt: Suchen Sie danach.
   *[other] { $count } weitere werden nicht gezeigt: Suchen Sie danach.
}
users-save = Personen speichern
users-later = Teammitglieder, die später dazukommen
users-later-hint = Das gilt für Teammitglieder, die ab jetzt eingeladen werden oder eine Rolle erhalten. Es nimmt niemandem das Add-on weg.
users-rule-everyone = Alle erhalten es
users-rule-roles = Wer eine dieser Rollen hat, erhält es
users-rule-which = Rollen
users-rule-nobody = Niemand erhält es, ohne oben angehakt zu werden
users-rule-save = Regel speichern
users-rule-no-role = Wählen Sie mindestens eine Rolle.
users-whole-desk = Es wirkt für den ganzen Helpdesk
users-whole-desk-channel = Ein Kanal bringt Nachrichten herein und verschickt Antworten für alle; deshalb gibt es niemanden auszuwählen.
users-whole-desk-language = Alle können die Sprache in ihrem Profil wählen; deshalb gibt es niemanden auszuwählen.

data-none = Nichts gespeichert
data-none-hint = Dieses Add-on hat bisher nichts gespeichert.
data-what = Was
data-count = Anzahl
data-size = Größe
data-export = Alles exportieren
data-export-hint = Ein Archiv (tar, zstd). Geheime Werte sind nicht dabei.
item-kv-entries = Einträge eigener Daten
item-settings = Einstellungen
item-secrets = Geheime Werte
item-log-lines = Protokollzeilen
item-snapshots = Sicherungen von vor Updates
item-language-pack = Sprachpakete
item-users = Personen, die es nutzen
item-health-records = Zustandsdaten
item-channel-records = Zuordnungen von Unterhaltungen zu Tickets
item-other = Andere Daten

logs-level = Stufe
logs-all = Alle
logs-time = Zeit
logs-message = Meldung
logs-call = Aufruf
logs-host = Host
logs-of-call = Aufruf { $call }
logs-none = Noch nichts protokolliert
logs-no-match = Keine passende Zeile
logs-older = Ältere Zeilen
logs-live = Neue Zeilen erscheinen von selbst.
level-debug = Debug
level-info = Info
level-warn = Warnung
level-error = Fehler

health-calls = Aufrufe in 24 Stunden
health-errors = Fehler
health-median = Mittlere Dauer (Median)
health-mean = Durchschnittliche Dauer
health-longest = Längste Dauer
health-memory = Höchster Speicherbedarf
health-ms = { $value } ms
health-chart = Aufrufe und Fehler pro Stunde, letzte 24 Stunden
health-chart-text = { $calls } Aufrufe, { $errors } Fehler in den letzten 24 Stunden
health-traps = { $count ->
    [one] Es wurde in der letzten Stunde einmal angehalten. Nach dreimal wird es ausgesetzt.
   *[other] Es wurde in der letzten Stunde { $count }-mal angehalten. Nach dreimal wird es ausgesetzt.
}
health-last-error = Letzter Fehler
health-to-logs = Protokollzeilen dieses Aufrufs
health-none = Noch keine Aufrufe
health-none-hint = Zeiten und Fehler erscheinen hier, sobald das Add-on verwendet wird.
health-last-calls = Letzte Aufrufe
health-kind = Art
health-outcome = Ergebnis
health-time = Dauer
health-host-calls = Aufrufe des Hosts

## Update and the way back
update-title = { $name } auf { $version } aktualisieren
update-from = Installiert: Version { $version }
update-no-notes = Der Herausgeber schreibt nichts zu dieser Version.
update-added = Neue Berechtigungen
update-nothing-added = Es verlangt nichts Neues.
update-hint = Zuerst werden seine Daten gesichert. Schlägt das Update fehl, wird alles zurückgesetzt, und die bisherige Version läuft weiter.
update-now = Jetzt aktualisieren
update-accept = Zustimmen und aktualisieren
rollback-title = Mit { $name } zurück zu { $version }
rollback-data = Daten und Einstellungen werden, wie sie vor dem Update waren. Was seitdem gespeichert wurde, geht verloren.
rollback-no-snapshot = Es gibt keine gesicherten Daten von vor dem Update: Die jetzigen Daten bleiben.
rollback-pinned = Die Version wird festgehalten: Bis Sie sie freigeben, wird kein Update angeboten.
rollback-permissions = Es darf nicht mehr, als diese Version verlangt.
rollback-now = Zurück zu { $version }

## Uninstall
uninstall-title = { $name } deinstallieren
uninstall-deleted = Das wird gelöscht
uninstall-nothing = Es hat nichts gespeichert.
uninstall-kept = Tickets, Nachrichten, anfragende Personen und das Audit-Protokoll bleiben: Sie gehören zu Ihrem Helpdesk.
uninstall-fields = Die mitgebrachten Felder werden stillgelegt und behalten ihren Inhalt.
uninstall-export = Vorher exportieren ({ $size })
uninstall-final = Das lässt sich nicht rückgängig machen.
uninstall-type = Geben Sie zur Bestätigung { $name } ein
uninstall-name-wrong = Geben Sie genau das ein: { $name }
uninstall-keep = Behalten
leaving-why = Warum hören Sie auf? (freiwillig)
leaving-unsaid = Keine Angabe
leaving-hint = Der Herausgeber sieht, wie oft jede Antwort gegeben wurde, und nicht von wem.
why-left-price = Es kostet zu viel
why-left-missing = Etwas fehlt
why-left-faults = Es funktioniert nicht gut
why-left-hard = Es ist schwer zu bedienen
why-left-other-product = Wir verwenden etwas anderes
why-left-unneeded = Wir brauchen es nicht mehr
uninstall-force = Deinstallation erzwingen
uninstall-forced = Mit diesem Add-on läuft gerade ein Vorgang: Er wird abgebrochen.

## Catalog
catalog-title = Katalog
catalog-intro = Die Pakete, die dieser Host seinen Helpdesks anbietet, und die Herausgeber, denen er vertraut. Jedes Paket wird mit den Schlüsseln seines Herausgebers geprüft; nichts ohne Signatur wird aufgenommen.
catalog-upload = Paket veröffentlichen
catalog-package = Paketdatei
catalog-package-hint = Eine signierte .annex-Datei, höchstens 16 MiB.
catalog-upload-now = Prüfen und veröffentlichen
catalog-no-file = Wählen Sie eine Datei.
catalog-addons = Add-ons
catalog-empty = Noch keine Pakete
catalog-empty-hint = Vertrauen Sie einem Herausgeber, und laden Sie dann ein Paket hoch, das er signiert hat.
catalog-state = Zustand
catalog-make-available = Verfügbar machen
catalog-yank = Zurückziehen
catalog-block = Sperren
catalog-states-hint = Zurückgezogen: keine neuen Installationen; was installiert ist, läuft weiter. Gesperrt: Auch laufende Installationen halten an.
catalog-publishers = Herausgeber
catalog-threshold = { $count ->
    [one] eine Signatur nötig
   *[other] { $count } Signaturen nötig
}
catalog-revoke = Widerrufen
catalog-revoke-title = Einen Schlüssel von { $name } widerrufen?
catalog-revoke-text = Damit signierte Pakete werden nicht mehr aufgenommen, und er lässt sich nicht wieder einsetzen.
catalog-trust = Einem Herausgeber oder weiteren Schlüssel vertrauen
catalog-trust-hint = Pakete, die mit diesem Schlüssel signiert sind, können von da an hier veröffentlicht werden. Klären Sie mit dem Herausgeber auf anderem Weg, dass der Schlüssel wirklich seiner ist.
catalog-slug = Kennung des Herausgebers
catalog-slug-wrong = Verwenden Sie 2 bis 40 Zeichen aus a-z, 0-9 und -, etwa acme.
catalog-name-wrong = Geben Sie 1 bis 60 Zeichen in einer Zeile ein.
catalog-publisher-name = Name
catalog-key = Öffentlicher Schlüssel
catalog-key-hint = Der Text, der mit BEGIN PUBLIC KEY beginnt, oder 64 hexadezimale Ziffern.
catalog-key-wrong = Das ist kein öffentlicher Ed25519-Schlüssel.
catalog-trust-now = Diesem Schlüssel vertrauen

## Berichte über Pakete
report-title = Bericht
report-intro = Was dieser Host in { $addon } { $version } von selbst gefunden hat. Dieselbe Prüfung läuft in annex addon check.
report-again = Erneut prüfen
report-none = Dieses Paket wurde noch nicht geprüft.
report-waiting = Die Prüfung beginnt gleich.
report-running = Das Paket wird geprüft. Das dauert bis zu einer Minute.
report-failed = Dieser Host konnte das Paket nicht prüfen.
report-findings = Befunde
report-clean = Keine Beanstandungen.
report-blocker = Blockierend
report-suggestion = Vorschlag
report-note = Hinweis
report-facts = Fakten
report-package = Paket
report-component = Komponente
report-machine-code = Maschinencode
report-compile = Übersetzungszeit
report-millis = { $count } ms
report-files = Dateien
report-scenarios = Ausgeführte Szenarien
report-views = Was es anzeigt
report-view = { $scenario }, Schritt { $step }

## Confirmations
flash-installed = { $name } { $version } ist installiert und aktiv.
flash-already-installed = Dieses Add-on ist schon installiert.
flash-updated = { $name } wurde auf Version { $version } aktualisiert.
flash-rolled-back = { $name } ist wieder auf Version { $version }.
flash-ready = { $name } { $version } ist bereit.
flash-not-done = { $name }: Das hat nicht geklappt. Die Seite sagt, warum.
flash-set-aside = { $name } kommt nicht weiter. Auf dieser Seite steht, was zu tun ist.
flash-refused = Nicht ausgeführt: { $reason }
flash-gone = Das Add-on ist deinstalliert.
flash-uninstalled = { $name } ist deinstalliert, und seine Daten sind gelöscht.
flash-activated = { $name } ist wieder aktiv.
flash-deactivated = { $name } ist ausgeschaltet. Seine Daten bleiben.
flash-pinned = { $name } ist festgehalten. Nur Korrekturen seiner Reihe werden angeboten.
flash-unpinned = { $name } erhält wieder Updates.
flash-renamed = Der Name ist jetzt { $name }.
flash-no-update = Es gibt keine neuere Version.
flash-no-previous = Es gibt keine vorige Version, zu der Sie zurückkehren könnten.
flash-settings-saved = Die Einstellungen von { $name } sind gespeichert.
flash-settings-untried = Einstellungen von { $name } gespeichert, aber der Schlüssel ließ sich nicht prüfen: Der Dienst hat nicht geantwortet. Sehen Sie in einem Bereich nach, ob er funktioniert.
flash-settings-wrong = Die Einstellungen von { $name } sind gespeichert, funktionieren aber noch nicht.
flash-connected = Konto verbunden.
flash-disconnected = Konto getrennt.
flash-connection-needs-setting = Speichern Sie zuerst die Einstellungen und verbinden Sie dann das Konto.
flash-connection-state = Dies wurde nicht hier begonnen oder ist zu lange her. Verbinden Sie das Konto erneut.
flash-connection-given-up = Es wurde nichts verbunden: Die Anfrage wurde beim Dienst abgelehnt.
flash-connection-refused = Der Dienst hat die Verbindung des Kontos abgelehnt: { $reason }
flash-connection-unclear = Das Konto wurde nicht verbunden, weil der Dienst nicht wie erwartet geantwortet hat: { $reason }
flash-users-saved = { $count ->
    [one] Gespeichert: Ein Teammitglied nutzt { $name }.
   *[other] Gespeichert: { $count } Teammitglieder nutzen { $name }.
}
flash-users-unchanged = Es wurde nichts geändert.
flash-users-rule-saved = Die Regel ist gespeichert. Sie gilt ab jetzt.
flash-published = { $name } { $version } ist veröffentlicht.
flash-trusted = Pakete von { $name } werden ab jetzt aufgenommen.
flash-key-revoked = Der Schlüssel ist widerrufen.
flash-version-status = { $addon } { $version } wurde geändert.
flash-report-ordered = Das Paket wird gleich geprüft.

lifecycle-error-already-installed = Das Add-on ist schon installiert.
lifecycle-error-consent-needed = Es verlangt etwas, dem nicht zugestimmt wurde.
lifecycle-error-not-allowed = Das ist im jetzigen Zustand nicht möglich.
lifecycle-error-conflict = Jemand anderes hat es gerade geändert. Sehen Sie es sich noch einmal an.
lifecycle-error-version-yanked = Diese Version wurde vom Herausgeber zurückgezogen.
lifecycle-error-version-blocked = Diese Version wurde gesperrt.
lifecycle-error-not-newer = Diese Version ist nicht neuer als die installierte.
lifecycle-error-no-previous-version = Es gibt keine frühere Version, zu der Sie zurückkehren könnten.
lifecycle-error-pinned = Das Add-on ist festgehalten und nimmt nur Korrekturen seiner Reihe an. Geben Sie es zuerst frei.
error-code-not-failed = Diese Nachricht ist keine, deren Versand fehlgeschlagen ist.
error-code-not-unclear = Ob diese Nachricht ankam, ist nicht zweifelhaft.
lifecycle-error-installer-stays = Wer ein Add-on installiert hat, behält es.
lifecycle-error-whole-desk = Dieses Add-on wirkt für den ganzen Helpdesk.
intake-told = { $text } { $code }: { $detail }.
error-code-not-a-user = Sie nutzen dieses Add-on nicht. Bitten Sie jemanden, der Add-ons verwaltet, es Ihnen zu geben.

## What is wrong with a field of an add-on
field-error-required = Geben Sie einen Wert ein.
field-error-too-long = Das ist zu lang.
field-error-too-short = Das ist zu kurz.
field-error-pattern = Das hat nicht die erwartete Form.
field-error-control-character = Entfernen Sie Zeilenumbrüche und Steuerzeichen.
field-error-not-a-number = Geben Sie eine Zahl wie 10 oder 2.5 ein.
field-error-too-low = Diese Zahl ist zu klein.
field-error-too-high = Diese Zahl ist zu groß.
field-error-step = Diese Zahl liegt zwischen den erlaubten Schritten.
field-error-not-a-flag = Wählen Sie an oder aus.
field-error-not-a-choice = Wählen Sie einen der aufgeführten Werte.
field-error-not-a-date = Geben Sie Datum oder Uhrzeit in der Form ein, die das Feld zeigt.
field-error-too-early = Das ist zu früh.
field-error-too-late = Das ist zu spät.
field-error-not-an-email = Geben Sie eine E-Mail-Adresse wie name@example.com ein.
field-error-not-a-url = Geben Sie eine Adresse ein, die mit https:// beginnt.
field-error-not-a-phone-number = Verwenden Sie nur Ziffern, Leerzeichen und + - ( ) /.
field-error-not-a-subdomain = Geben Sie nur den ersten Teil des Hostnamens ein: Buchstaben, Ziffern und -.
field-error-not-a-host = Geben Sie den vollen Namen des Servers ein, etwa mail.example.com.
field-error-enter-again = Geben Sie dies erneut ein: Es wird jetzt bei einem anderen Server verwendet.
field-error-not-a-port = Geben Sie eine ganze Zahl von 1 bis 65535 ein.
field-error-unknown = Dieses Formular hat kein solches Feld. Laden Sie es neu.
field-error-not-granted = Anfragen an diese Adresse wurden dem Add-on nicht erlaubt. Erteilen Sie zuerst die Berechtigung.
field-error-does-not-exist = Das gibt es dort nicht. Prüfen Sie die Schreibweise.
field-error-not-reachable = Dort antwortet niemand. Prüfen Sie die Schreibweise, oder versuchen Sie es später noch einmal.
field-error-key-refused = Der Dienst hat diesen Schlüssel abgelehnt. Prüfen Sie, ob er vollständig und gültig ist und lesen darf, was das Add-on braucht.
field-error-mail-unreachable = Dieser Server ist nicht erreichbar. Prüfen Sie die Schreibweise, oder versuchen Sie es später erneut.
field-error-mail-tls = Die Verbindung zu diesem Server lässt sich nicht verschlüsseln. Prüfen Sie Name, Port und Verschlüsselung.
field-error-mail-login = Der Server hat die Anmeldung abgelehnt. Prüfen Sie Benutzername und Passwort; viele Anbieter verlangen ein App-Passwort.
field-error-mail-folder = Im Postfach gibt es keinen solchen Ordner.
field-error-mail-lost = Die Verbindung zu diesem Server ist gescheitert. Prüfen Sie Port und Verschlüsselung, oder versuchen Sie es später erneut.
field-error-wrong-type = Das ist kein Wert für dieses Feld.
field-error-repeated = Dieses Feld wurde zweimal gesendet.
field-error-disabled = Dieses Feld lässt sich nicht ändern.
field-error-file-gone = Diese Datei ist nicht mehr da. Wählen Sie sie noch einmal aus.
field-error-file-too-large = Eine Datei ist zu groß für dieses Feld.
field-error-file-type = Der Typ einer Datei passt hier nicht.
field-error-too-many = Wählen Sie weniger aus.
field-error-not-a-text = Das lässt sich hier nicht eingeben.

## Panels in the ticket sidebar
panel-to-ticket = Ticket #{ $number }
panel-to-contact = Kontakt
panel-to-manage = Add-on
panel-back = Zurück
panel-more = Mehr
panel-retry = Erneut versuchen
panel-reload = Neu laden
panel-loading = Wird geladen
panel-load = Laden
panel-no-files = Hier können keine Dateien hinzugefügt werden.
panel-nothing = Nichts anzuzeigen.
panel-actions = Aktionen
panel-previous = Zurück
panel-next = Weiter
panel-total = { $count ->
    [one] insgesamt eines
   *[other] insgesamt { $count }
}
panel-percent = { $value } %
panel-optional = (optional)
panel-choose = Auswählen …
panel-find = Suchen
panel-lookup = Nach { $what } suchen
panel-lookup-placeholder = Suchen …
panel-copy = { $what } kopieren
panel-inserted = In die Antwort eingefügt
panel-opens-new = (öffnet einen neuen Tab)
panel-step-todo = steht noch aus
panel-step-current = jetzt
panel-step-done = erledigt
panel-step-failed = fehlgeschlagen
panel-money = { $whole },{ $fraction } { $currency }
panel-money-whole = { $whole } { $currency }
panel-ask-admin = Bitten Sie Ihre Verwaltung, sich dieses Add-on anzusehen.
panel-open-settings = Einstellungen öffnen
panel-open-health = Dieses Add-on öffnen
panel-open-logs = Protokoll öffnen
panel-needs-config = Dieses Add-on braucht Einstellungen
panel-needs-auth = Das andere System hat die Zugangsdaten abgelehnt
panel-upstream = Das andere System antwortet nicht richtig
panel-upstream-hint = Das geht meist vorüber. Versuchen Sie es gleich noch einmal.
panel-denied = Eine Berechtigung fehlt
panel-internal = Das Add-on meldet einen Fehler
panel-not-running = Dieses Add-on läuft nicht
panel-installing = Dieses Add-on wird noch installiert
panel-suspended = Dieses Add-on wurde nach wiederholten Fehlern ausgesetzt
panel-blocked = Diese Version des Add-ons wurde gesperrt
panel-blocked-hint = Ihre Verwaltung kann es aktualisieren oder deinstallieren.
panel-stale = Dieser Bereich ist veraltet
panel-stale-hint = Er wurde geändert oder war zu lange offen. Laden Sie ihn neu.
panel-refused = Das wurde abgelehnt
panel-refused-hint = In der Anfrage fehlte etwas Nötiges.
panel-not-permitted = Dazu fehlt Ihnen die Berechtigung
panel-not-permitted-hint = Ein Add-on kann für Sie nur tun, was Sie selbst dürfen. Bitten Sie einen Admin um die Berechtigung.
panel-not-permitted-tickets-view = Sie dürfen Tickets nicht sehen.
panel-not-permitted-tickets-reply = Sie dürfen Tickets sehen, aber nichts hineinschreiben.
panel-not-permitted-tickets-manage = Sie dürfen Tickets sehen, aber nicht ändern.
panel-not-permitted-contacts-manage = Sie dürfen Kontakte sehen, aber nicht ändern.
panel-deadline = Dieses Add-on hat zu lange gebraucht
panel-memory = Dieses Add-on hat zu viel Speicher gebraucht
panel-failed = Dieses Add-on ist ausgefallen
panel-busy = Dieses Add-on ist gerade ausgelastet
panel-busy-hint = Es warten bereits viele Anfragen. Versuchen Sie es gleich noch einmal.
panel-unavailable = Dieses Add-on kann gerade nicht laufen

## Einen Kanal verbinden

channel-open = Verbinden und testen
channel-open-hint = Die Adresse, an die der Dienst zustellt, und wie es dem Kanal geht.
channel-title = { $name } verbinden
channel-intro = Nachrichten kommen hier an, sobald der Dienst sie an diese Adresse zustellt.
channel-address = Webhook-Adresse
channel-address-hint = Sie bleibt dieselbe, wenn Sie das Add-on aktualisieren oder entfernen und wieder installieren.
channel-address-local = Das ist keine https-Adresse. Die meisten Dienste stellen nur an öffentliche https-Adressen zu.
channel-connect = Für mich einrichten
channel-connect-hint = „Für mich einrichten“ teilt dem Dienst diese Adresse und das Geheimnis mit. „Testen“ fragt den Dienst, wie er die Verbindung sieht.
channel-test = Testen
channel-missing = In den Einstellungen fehlt noch: { $labels }
channel-settings = Einstellungen öffnen
channel-steps = Schritt für Schritt
channel-secret = Geheimnis
channel-secret-set = Ein Geheimnis ist hinterlegt. Zustellungen ohne dieses Geheimnis werden abgewiesen.
channel-secret-unset = Es ist kein Geheimnis hinterlegt, daher wird jede Zustellung abgewiesen.
channel-secret-made = Kopieren Sie das neue Geheimnis jetzt und tragen Sie es beim Dienst ein. Es wird nicht noch einmal gezeigt.
channel-secret-make = Neues Geheimnis erzeugen
channel-secret-make-hint = Das alte gilt sofort nicht mehr: Der Dienst braucht das neue.
channel-done-connect = Der Dienst stellt jetzt an diese Adresse zu
channel-done-test = Der Dienst hat geantwortet
channel-failed = Das hat nicht funktioniert
channel-problem-needs-setting = Tragen Sie zuerst „{ $label }“ in den Einstellungen ein.
channel-problem-not-granted = Bei der Installation wurde nicht erlaubt, dass dieses Add-on { $host } erreicht.
channel-problem-unreachable = Der Dienst war nicht erreichbar: { $reason }
channel-problem-refused = Der Dienst hat abgelehnt: { $reason }
channel-state = Wie es dem Kanal geht
channel-state-connected = Letzte Verbindung zum Postfach
channel-state-received = Letzte angekommene Zustellung
channel-state-refused = Letzte abgewiesene Zustellung
channel-state-sent = Letzte gesendete Antwort
channel-state-never = Noch keine
channel-outcome-ok = In Ordnung
channel-outcome-wrong-secret = Geheimnis fehlt oder ist falsch
channel-outcome-refused = Vom Add-on nicht angenommen
channel-outcome-later = Wird erneut versucht
channel-outcome-failed = Nicht gesendet
channel-outcome-unclear = Ankunft ungewiss
channel-outcome-no-mailbox = Postfach lässt sich nicht öffnen
channel-outcome-error = Das Add-on ist gescheitert

invited-title = Zugang zu einem Add-on
invited-text = { $publisher } bietet Ihrem Helpdesk mit diesem Link { $addon } an.
invited-hint = Wenn Sie fortfahren, erscheint das Add-on in Ihrem Marktplatz. Noch wird nichts installiert oder bezahlt.
invited-go-on = Weiter mit Version { $version }
error-code-version-not-offered = Diese Version wird Ihrem Helpdesk nicht angeboten. Vielleicht finden Sie im Marktplatz eine andere.
error-code-version-yanked = Der Herausgeber hat diese Version zurückgezogen. Vielleicht finden Sie im Marktplatz eine andere.
error-code-version-blocked = Diese Version wurde von der Plattform gesperrt. Sie kann nicht installiert werden.
error-code-link-expired = Dieser Link ist abgelaufen. Bitten Sie den Herausgeber des Add-ons um einen neuen.
error-code-link-revoked = Der Herausgeber des Add-ons hat diesen Link widerrufen. Bitten Sie ihn um einen neuen.
error-code-link-used-up = Diesen Link haben schon so viele Helpdesks benutzt, wie er zulässt. Bitten Sie den Herausgeber des Add-ons um einen neuen.
error-code-link-foreign = Dieser Link gehört nicht zu diesem Add-on. Prüfen Sie, ob Sie ihn vollständig kopiert haben.

listing-highlights = Stärken
listing-pictures = Bilder
listing-picture = Bild { $number } von { $addon }
listing-compare = Tarife im Vergleich
listing-compare-price = Preis
listing-compare-all = { $count ->
    [one] Für die eine Person hier
   *[other] Für alle { $count } Personen hier
}
listing-compare-billing = Abrechnung
listing-compare-trial = Kostenlos testen
listing-compare-no-trial = Nicht möglich
listing-compare-for = Geeignet für
fact-installs = Installationen
fact-installs-at-least = { $count ->
    [one] Mindestens { $count } Helpdesk
   *[other] Mindestens { $count } Helpdesks
}
fact-installs-short = { $count }+ Installationen
fact-works-with = Arbeitet zusammen mit
fact-video = Video
fact-video-link = Video ansehen
marketplace-sort = Sortieren nach
marketplace-sort-relevance = Relevanz
marketplace-sort-newest = Neuigkeiten
marketplace-sort-installs = Am häufigsten installiert
marketplace-sort-name = Name
publisher-site = Website

# A form that an add-on asks strangers to fill in.
public-form-optional = freiwillig
public-form-choose = Bitte wählen
public-form-send = Senden
public-form-sending = Wird gesendet
public-form-wait = Ohne Skript kann dieses Formular { $seconds } Sekunden nach dem Öffnen gesendet werden.
public-form-early = { $seconds ->
    [one] Das ging schnell. Warten Sie eine Sekunde und senden Sie es dann erneut.
   *[other] Das ging schnell. Warten Sie { $seconds } Sekunden und senden Sie es dann erneut.
}
public-form-old = Diese Seite wurde schon gesendet oder war zu lange geöffnet. Nichts ist verloren: Senden Sie sie noch einmal.
public-form-failed = Es konnte nicht gesendet werden. Nichts ist verloren: Versuchen Sie es gleich noch einmal.
public-form-wrong = Etwas fehlt oder stimmt nicht. Sehen Sie sich die markierten Felder an.
public-form-missing = Füllen Sie dieses Feld aus.
public-form-long = Verwenden Sie höchstens { $most } Zeichen.
public-form-email = Geben Sie eine Adresse wie name@example.com ein.
public-form-choice = Wählen Sie eines davon.
public-form-thanks = Vielen Dank. Ihre Nachricht wurde gesendet.
public-form-again = Weitere Nachricht senden

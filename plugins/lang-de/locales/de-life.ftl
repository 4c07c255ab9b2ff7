### Das Leben eines installierten Add-ons: worauf zu achten ist, was nach der Installation bleibt, Anfragen aus dem Team.

badge-needs-setup = Einrichtung nötig
badge-set-aside = Zurückgestellt
badge-pre-release = Vorabversion
badge-pre-releases = Erhält Vorabversionen

## Worauf zu achten ist
nav-attention = Hinweise
attention-title = Das braucht Ihre Aufmerksamkeit
attention-count = { $count ->
    [one] Eine Sache braucht Ihre Aufmerksamkeit
   *[other] { $count } Dinge brauchen Ihre Aufmerksamkeit
}
attention-empty = Alles in Ordnung
attention-empty-hint = Fehlgeschlagene oder ausgesetzte Add-ons, endende Testzeiten, offene Rechnungen und Anfragen erscheinen hier.
attention-open = Ansehen
attention-pay = Bezahlen
attention-set-up = Einrichten
attention-answer = Anfragen ansehen
attention-update-failed = { $name } konnte nicht aktualisiert werden
attention-update-failed-text = Das Update ist fehlgeschlagen und konnte auch nicht zurückgenommen werden. Versuchen Sie es erneut, gehen Sie zur vorigen Version zurück oder bitten Sie den Anbieter um Hilfe.
attention-suspended = { $name } ist ausgesetzt
attention-suspended-text = Annex hat das Add-on dreimal innerhalb einer Stunde angehalten und es deshalb abgeschaltet. Aktualisieren Sie es, gehen Sie zur vorigen Version zurück oder schalten Sie es wieder ein.
attention-blocked = { $name } ist gesperrt
attention-blocked-text = Diese Version darf nicht mehr laufen. Aktualisieren oder deinstallieren Sie das Add-on.
attention-install-failed = { $name } konnte nicht installiert werden
attention-install-failed-text = Auf der Seite des Add-ons sehen Sie den Grund und können es erneut versuchen.
attention-uninstall-failed = { $name } wurde nicht deinstalliert
attention-uninstall-failed-text = Der Anbieter richtet es von Hand ein und hat es nicht freigegeben. Auf der Seite des Add-ons sehen Sie den Grund und können es erneut versuchen.
attention-set-aside = { $name } kommt nicht weiter
attention-set-aside-text = Ein Vorgang hat den Host immer wieder angehalten oder lässt sich nicht fortsetzen und wurde deshalb zurückgestellt. Jemand muss entscheiden, wie es weitergeht.
attention-invoice-due = Rechnung { $number } über { $amount } ist fällig
attention-invoice-due-text = Bezahlen Sie sie, damit alles weiterläuft, was sie umfasst.
attention-trial-expired = Die Testzeit von { $name } ist vorbei
attention-trial-expired-text = Wählen Sie einen Tarif, um es weiter zu nutzen, oder deinstallieren Sie es. Bis dahin bleiben die Daten erhalten.
attention-needs-setup = { $name } ist noch nicht eingerichtet
attention-needs-setup-text = { $count ->
    [0] Seine Einstellungen funktionieren nicht.
    [one] Eine Einstellung fehlt. Ohne sie kann das Add-on nicht arbeiten.
   *[other] { $count } Einstellungen fehlen. Ohne sie kann das Add-on nicht arbeiten.
}
attention-trial-ends = { $count ->
    [0] Die Testzeit von { $name } endet heute
    [one] Die Testzeit von { $name } endet in weniger als einem Tag
   *[other] Die Testzeit von { $name } endet in { $count } Tagen
}
attention-trial-ends-text = Wählen Sie einen Tarif, um es weiter zu nutzen.
attention-update-undone = Die letzte Änderung an { $name } wurde zurückgenommen
attention-update-undone-text = Die vorige Version ist weiterhin da, mit ihren Daten. Auf der Seite des Add-ons sehen Sie, was schiefgegangen ist.
attention-requested = { $count ->
    [one] Jemand aus dem Team möchte { $name } nutzen
   *[other] { $count } Personen aus dem Team möchten { $name } nutzen
}
attention-requested-text = Installieren Sie es, um zuzustimmen, oder lehnen Sie mit einer kurzen Antwort ab.

## Einen Admin fragen
nav-requests = Anfragen
requests-title = Anfragen nach Add-ons
requests-empty = Niemand fragt nach einem Add-on
requests-empty-hint = Wenn jemand ohne das Recht zu installieren um ein Add-on bittet, erscheint das hier.
requests-count = { $count ->
    [one] Eine Person fragt danach
   *[other] { $count } Personen fragen danach
}
requests-approve = Prüfen und installieren
requests-approve-hint = Vorher sehen Sie, was es darf und was es kostet. Wer gefragt hat, erfährt von der Installation.
requests-answer = Antwort an { $name } (optional)
requests-decline = Ablehnen
requests-listing = { $count ->
    [one] Eine Person fragt nach diesem Add-on:
   *[other] { $count } Personen fragen nach diesem Add-on:
}
requests-consent = { $count ->
    [one] Mit der Installation stimmen Sie der Anfrage zu von
   *[other] Mit der Installation stimmen Sie den Anfragen zu von
}
ask-intro = Hier können Sie sich umsehen. Um ein Add-on zu bekommen, öffnen Sie es und fragen Sie einen Admin.
ask-browse = Add-ons ansehen
ask-forbidden = Sie können sich die Add-ons ansehen und einen Admin um das bitten, das Sie brauchen.
ask-installed = Ihr Helpdesk hat dieses Add-on.
ask-asked = Sie haben darum gebeten; ein Admin wird antworten. Gefragt
ask-declined = Ein Admin hat Ihre Anfrage abgelehnt.
ask-reason = Wofür brauchen Sie es?
ask-button = Einen Admin fragen
ask-hint = Alle, die Add-ons verwalten, sehen Ihre Anfrage. Die Antwort bekommen Sie per E-Mail.
flash-asked = Ihre Anfrage ist unterwegs. Die Antwort bekommen Sie per E-Mail.
flash-asked-before = Sie haben schon darum gebeten. Die Antwort bekommen Sie per E-Mail.
flash-asked-installed = Ihr Helpdesk hat dieses Add-on bereits.
flash-declined = Die Anfrage ist abgelehnt. { $name } bekommt eine E-Mail.

## Nach der Installation
start-title = Erste Schritte mit { $name }
start-left = Was noch zu tun ist
start-done = Alles ist eingerichtet
start-is-done = (erledigt)
start-then = Und dann
start-settings = Einstellungen ausfüllen
start-settings-go = Einstellungen öffnen
start-channel = Den Dienst mit Ihrem Helpdesk verbinden
start-channel-go = Verbinden
start-users = Wählen, wer es nutzt
start-users-go = Benutzer ansehen
start-ticket = Ein Ticket öffnen
start-ticket-hint = Das Add-on hat neben jedem Ticket einen eigenen Bereich.
start-inbox = Zum Posteingang
start-inbox-hint = Nachrichten, die über diesen Kanal kommen, werden zu Tickets in Ihrem Posteingang.
start-no-ticket-hint = Das Add-on hat neben jedem Ticket einen eigenen Bereich. Sie haben noch keine Tickets.
start-language = Diese Sprache jetzt verwenden
start-language-hint = Das ändert die Sprache nur für Sie. Alle wählen ihre eigene in ihrem Profil.
start-language-used = Sie verwenden diese Sprache. In Ihrem Profil können Sie das jederzeit ändern.
flash-language-used = Sie verwenden jetzt diese Sprache.

## Ein Add-on
my-addons-next-try = Annex versucht es nach { $time } (UTC) von selbst noch einmal.
manage-needs-setup = Noch nicht eingerichtet
manage-set-aside = Ein Vorgang wurde zurückgestellt
manage-set-aside-decide = Von selbst geht es nicht weiter: Der Vorgang hat den Host immer wieder angehalten, oder diese Version des Hosts kann ihn nicht fortsetzen. Entscheiden Sie unter Hintergrundarbeit, wie es weitergeht.
manage-set-aside-ask = Von selbst geht es nicht weiter: Der Vorgang hat den Host immer wieder angehalten, oder diese Version des Hosts kann ihn nicht fortsetzen. Jemand, der den Helpdesk verwaltet, muss unter Hintergrundarbeit entscheiden, wie es weitergeht.
manage-needs-setup-hint = Es kann nicht arbeiten, bis Folgendes ausgefüllt ist:
manage-settings-wrong = Diese Einstellungen funktionieren nicht
manage-whats-left = Ansehen, was noch zu tun ist
manage-notice-said = Das Add-on meldet:
manage-notice-publisher-said = Der Anbieter schreibt:
manage-notice-logs = Einzelheiten stehen in seinem Protokoll
manage-notice-support = Den Anbieter um Hilfe bitten
support-ask = Support kontaktieren
support-title = Support kontaktieren
support-intro = Das Update ist gescheitert und konnte nicht zurückgenommen werden. Der Support erhält die folgenden Angaben und antwortet per E-Mail.
support-about = Add-on
support-error-id = Fehlerkennung
support-text = Was ist zuvor geschehen? (freiwillig)
support-send = Anfrage senden
support-mail = Stattdessen eine E-Mail schreiben
flash-support-sent = Ihre Anfrage ist an den Support gesendet.
flash-support-sent-before = Zu diesem Problem haben Sie bereits eine Anfrage gesendet. Der Support meldet sich bei Ihnen.
manage-patch-hint = Möchten Sie bei { $line } bleiben?
manage-patch = Stattdessen auf { $version } aktualisieren
manage-pre-releases-on = Vorabversionen erhalten
manage-pre-releases-on-hint = Auch Betaversionen werden angeboten. Sie können noch Fehler enthalten.
manage-pre-releases-off = Keine Vorabversionen mehr
manage-pre-releases-off-hint = Nur fertige Versionen werden angeboten.
manage-busy = Es wird gerade geändert. Danach können Sie es deinstallieren.
settings-read-only = Das lässt sich im Moment nicht ändern.
listing-try-pre-release = Ausprobieren
flash-pre-releases-on = Für { $name } werden auch Vorabversionen angeboten.
flash-pre-releases-off = Für { $name } werden nur fertige Versionen angeboten.
flash-busy = Es wird gerade geändert. Versuchen Sie es danach noch einmal.
notice-code-suspended = Annex hat das Add-on dreimal innerhalb einer Stunde wegen eigener Fehler angehalten und es deshalb abgeschaltet. Aktualisieren Sie es, gehen Sie zur vorigen Version zurück oder schalten Sie es wieder ein.
notice-code-install-hook-failed = Das Add-on hat bei der Installation ein Problem gemeldet.
notice-code-update-hook-failed = Das Add-on hat beim Update ein Problem gemeldet.
notice-code-language-failed = Die Texte dieser Sprache konnten nicht gelesen werden.
notice-code-unavailable = Etwas, das dafür nötig war, war nicht erreichbar. Später kann es klappen.
notice-code-publisher-declined = Der Anbieter richtet dieses Add-on von Hand ein und hat abgelehnt.
notice-code-publisher-silent = Der Anbieter richtet dieses Add-on von Hand ein und hat sieben Tage lang nicht geantwortet. Sie können es noch einmal versuchen.
notice-code-uninstall-declined = Der Anbieter richtet dieses Add-on von Hand ein und hat abgelehnt, es zu entfernen. Sie können es noch einmal versuchen.
notice-code-uninstall-unanswered = Der Anbieter richtet dieses Add-on von Hand ein und hat sieben Tage lang nicht geantwortet; deshalb wurde es nicht entfernt. Sie können es noch einmal versuchen.
notice-code-unknown = Etwas ist schiefgegangen.
lifecycle-error-pre-release = Das ist eine Vorabversion. Schalten Sie Vorabversionen für dieses Add-on zuerst ein.
error-code-cannot-give-up = Eine halb ausgeführte Kündigung oder Deinstallation lässt sich nicht zurücknehmen. Versuchen Sie es stattdessen erneut.
lifecycle-error-force-disabled = Das erzwungene Deinstallieren ist für diesen Helpdesk nicht verfügbar.

## E-Mails
mail-fact-version = Version
mail-fact-error = Fehlernummer
mail-fact-answer = Antwort
mail-fact-work = Vorgang
mail-fact-why = Grund
mail-suspended-subject = { $addon } wurde ausgesetzt
mail-suspended-happened = Annex hat { $addon } { $count ->
    [one] einmal
   *[other] { $count }-mal
} innerhalb einer Stunde wegen eigener Fehler angehalten und es deshalb abgeschaltet. Daten und Einstellungen bleiben erhalten.
mail-suspended-next = Gehen Sie zur vorigen Version zurück oder schalten Sie es wieder ein. Hält es erneut an, fragen Sie den Anbieter.
mail-package-lost-happened = Der Host hat { $addon } ausgeschaltet, weil das Paket auf dem Host fehlt oder beschädigt ist.
mail-package-lost-next = Es läuft von selbst wieder, sobald die Administration des Hosts die Datei wiederhergestellt oder die Version erneut veröffentlicht hat. Einstellungen und Daten bleiben erhalten.
mail-suspended-next-update = Version { $version } ist verfügbar und behebt den Fehler vielleicht: Sie können das Add-on aktualisieren, auch solange es ausgesetzt ist.
mail-texts-refused-happened = Der Host hat { $addon } ausgeschaltet, weil die Texte dieser Sprache gegen eine Regel des Hosts verstoßen. Die Einstellungen bleiben erhalten.
mail-texts-refused-next = Diese Version lässt sich nicht wieder einschalten. Aktualisieren oder deinstallieren Sie das Add-on.
mail-set-aside-subject = { $addon } kommt nicht weiter: Eine Entscheidung ist nötig
mail-set-aside-died = Ein Vorgang bei { $addon } hat den Host { $count ->
    [one] einmal
   *[other] { $count }-mal
} angehalten und wurde deshalb zurückgestellt.
mail-set-aside-unknown = Diese Version des Hosts kann einen Vorgang bei { $addon } nicht fortsetzen. Er wurde deshalb zurückgestellt.
mail-set-aside-job-subject = Ein Vorgang im Hintergrund wartet auf eine Entscheidung
mail-set-aside-job-died = Ein Vorgang, den der Host für diesen Helpdesk ausgeführt hat, hat ihn { $count ->
    [one] einmal
   *[other] { $count }-mal
} angehalten und wurde deshalb zurückgestellt.
mail-set-aside-job-failed = Ein Vorgang, den der Host für diesen Helpdesk ausgeführt hat, ist endgültig fehlgeschlagen und wurde deshalb zurückgestellt.
mail-set-aside-next = Von selbst geht es nicht weiter. Versuchen Sie es unter Hintergrundarbeit erneut, oder geben Sie den Vorgang auf.
mail-set-aside-next-again = Von selbst geht es nicht weiter, und halb ausgeführt lässt sich der Vorgang nicht zurücknehmen. Versuchen Sie es unter Hintergrundarbeit erneut.
mail-request-approved-subject = { $addon } ist installiert
mail-request-approved-happened = { $name } hat { $addon } installiert, worum Sie gebeten hatten.
mail-request-declined-subject = Ihre Anfrage nach { $addon } wurde abgelehnt
mail-request-declined-happened = { $name } hat Ihre Anfrage nach { $addon } abgelehnt.

mail-addon-ends-subject = { $addon } wird eingestellt
mail-addon-ends-happened = Der Herausgeber stellt { $addon } ein. In Ihrem Helpdesk endet das Add-on am { $date }. Dann enden auch seine Kosten.
mail-addon-ends-next = Bis dahin funktioniert es wie bisher. Suchen Sie einen Ersatz, und exportieren Sie seine Daten, falls Sie sie brauchen.

## Eigene Felder von Tickets und Kontakten
nav-fields = Felder
fields-title = Eigene Felder
fields-intro = Was Ihr Helpdesk zu Tickets und anfragenden Personen zusätzlich festhält, etwa eine Bestellnummer.
fields-new = Neues Feld
fields-new-ticket = Neues Feld für Tickets
fields-new-contact = Neues Feld für anfragende Personen
fields-empty = Noch keine eigenen Felder
fields-empty-hint = Legen Sie ein Feld an, um zu jedem Ticket oder jeder Person etwas festzuhalten und danach zu filtern.
fields-of-ticket = Tickets
fields-of-contact = Anfragende Personen
fields-none = Noch keine Felder.
field-back = Eigene Felder
field-new-title = Neues Feld
field-edit-title = Feld { $name }
field-of = Gehört zu
field-label = Beschriftung
field-key = Schlüssel
field-key-hint = Unter diesem Namen kennen Programme das Feld: a–z, 0–9 und _, am Anfang ein Buchstabe. Er lässt sich später nicht ändern.
field-key-wrong = Verwenden Sie 1 bis 40 Zeichen aus a–z, 0–9 und _, am Anfang ein Buchstabe.
field-kind = Art
field-kind-hint = Sobald ein Wert eingetragen ist, bleibt die Art. Legen Sie das Feld dann still und legen Sie ein anderes an.
field-kind-text = Text
field-kind-number = Zahl
field-kind-date = Datum
field-kind-choice = Auswahl
field-kind-flag = Ja oder nein
field-has-values = Einige Tickets oder Personen haben bereits einen Wert, daher lässt sich die Art nicht ändern. Legen Sie dieses Feld still und legen Sie ein anderes an.
field-choices = Auswahlmöglichkeiten
field-choices-hint = Eine pro Zeile, für die Art Auswahl.
field-choices-kind = Geben Sie mindestens eine Auswahlmöglichkeit ein.
field-choices-twice = Geben Sie jede Auswahlmöglichkeit einmal ein.
field-help = Hilfetext
field-help-hint = Steht unter dem Feld.
field-required = Erforderlich, um ein Ticket zu lösen
field-required-hint = Für Felder von Tickets: Ohne Wert lässt sich ein Ticket nicht lösen.
field-is-required = Zum Lösen erforderlich
field-create = Feld anlegen
field-retire = Feld stilllegen
field-retire-title = { $name } stilllegen?
field-retire-text = Niemand sieht dieses Feld mehr oder füllt es aus. Sein Inhalt bleibt und ist wieder da, wenn Sie das Feld erneut verwenden.
field-restore = Wieder verwenden
field-restore-named = { $name } wieder verwenden
field-is-retired = Nicht in Gebrauch
field-of-add-on = Von { $name }
field-of-add-on-hint = { $name } hat dieses Feld mitgebracht. Sie können festlegen, ob es erforderlich ist, es verschieben und stilllegen.
field-up = { $name } nach oben
field-down = { $name } nach unten
field-created = Feld { $name } angelegt.
field-saved = Feld { $name } gespeichert.
field-moved = Feld { $name } verschoben.
field-retired = Feld { $name } stillgelegt.
field-restored = Feld { $name } ist wieder in Gebrauch.
field-nothing = –
field-yes = Ja
field-no = Nein
field-odd = Dieser Wert stammt aus der Zeit vor einer Änderung des Feldes. Sie können ihn behalten, ersetzen oder leeren.
field-value-required = Füllen Sie dieses Feld aus, bevor das Ticket gelöst wird.
field-value-retired = Dieses Feld wird nicht mehr verwendet. Ihre Eingabe wurde nicht gespeichert.
field-value-of-add-on = Nur das Add-on und Menschen füllen dieses Feld aus.
field-value-number = Geben Sie eine Zahl wie 12 oder 12.5 mit höchstens 15 Ziffern ein.
field-value-date = Geben Sie einen Tag wie 2026-02-28 ein.

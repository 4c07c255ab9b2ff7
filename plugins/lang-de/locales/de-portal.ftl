### Herausgeber: Mails, Portal und die Seiten der Plattform.

## Dokumentation

developers-title = Dokumentation für Herausgeber
developers-intro = Entwickeln Sie ein Add-on, verbinden Sie Ihr eigenes Produkt damit und veröffentlichen Sie es im Marktplatz.
developers-search = Dokumentation durchsuchen
developers-search-none = Nichts enthält alle Ihre Wörter. Versuchen Sie es mit weniger oder anderen.
developers-pages = Alle Seiten
developers-contents = Auf dieser Seite
developers-turn = Vorige und nächste Seite
developers-part-start = Erste Schritte
developers-part-publish = Veröffentlichen
developers-part-build = Entwickeln

## Mails

mail-action-portal = Herausgeberportal öffnen
mail-action-ask-again = Neue Anfrage stellen
mail-action-set-up = Konto einrichten
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
mail-events-failing-subject = Ereignisse von { $addon } kommen nicht an
mail-events-failing-happened = Seit { $since } ist beim Dienst von { $addon } kein Ereignis angekommen.
mail-events-failing-next = Ereignisse werden aufbewahrt und drei Tage lang der Reihe nach erneut zugestellt. Das Portal zeigt jeden Versuch; sobald Ihr Dienst wieder antwortet, kommt alles von selbst an.
mail-fact-last-attempt = Letzter Versuch
mail-action-events = Ereignisse öffnen

## Rollen

portal-role-owner = Inhaber
portal-role-developer = Entwicklung
portal-role-finance = Finanzen

## Portal: Rahmen der Seiten

client-nav-portal = Herausgeberportal
portal-title = Herausgeberportal
portal-nav-overview = Übersicht
portal-nav-organisation = Organisation
portal-nav-members = Mitglieder
portal-nav-documents = Dokumente
portal-nav-keys = Signaturschlüssel
portal-nav-tokens = Token
portal-nav-answers = Anfragen
portal-answers-title = Anfragen, die auf Sie warten
portal-answers-intro = Hier warten Helpdesks bis zu sieben Tage auf Ihre Antwort, die ein von Hand eingerichtetes Add-on installieren, aktualisieren oder entfernen. Auch Ihr Dienst kann antworten.
portal-answers-empty = Nichts wartet auf Ihre Antwort.
portal-answers-install = Installation
portal-answers-update = Update auf
portal-answers-uninstall = Deinstallation
portal-answers-until = bis { $time }
portal-answers-accept = Genehmigen
portal-answers-reject = Ablehnen
portal-answers-reason = Grund der Ablehnung
portal-answers-reason-wrong = Nennen Sie einen Grund mit höchstens { $max } Zeichen in einer Zeile. Die Leute im Helpdesk lesen ihn.
portal-answers-given = Ihre Antwort ist gesendet.
error-code-nothing-asked = Hier wartet nichts mehr auf eine Antwort.
error-code-answered-already = Darauf wurde schon geantwortet. Die erste Antwort zählt.
error-code-answered-too-late = Die Zeit für eine Antwort ist vorbei.
portal-nav-figures = Kennzahlen
portal-nav-earnings = Einnahmen
portal-home-empty = Sie gehören noch zu keinem Herausgeber
portal-home-empty-text = Fragen Sie ein Konto an oder lassen Sie sich einladen.

## Ein Konto anfragen

portal-request-title = Herausgeberkonto anfragen
portal-request-intro = Sagen Sie uns, wer Sie sind und was Sie bauen möchten. Die Antwort kommt per Mail.
portal-request-submit = Anfrage senden
portal-request-sign-in = Anmelden
portal-request-done = Ihre Anfrage wurde gesendet.
portal-request-sent = Vielen Dank. Wir prüfen Ihre Anfrage und schicken Ihnen die Antwort per Mail.
portal-field-name = Name
portal-field-slug = Herausgeberkennung
portal-hint-slug = Der erste Teil der Kennungen Ihrer Add-ons: 2 bis 40 Kleinbuchstaben, Ziffern und Bindestriche. Später nicht änderbar.
portal-field-contact = Ihr Name
portal-field-email = E-Mail-Adresse
portal-field-site = Website
portal-hint-site = Eine Adresse, die mit https:// beginnt
portal-field-about = Was möchten Sie bauen?
portal-field-contact_email = Kontaktadresse
portal-field-password = Passwort
portal-field-key = Öffentlicher Schlüssel
portal-hint-key = Der Text der .pub-Datei, die annex key new schreibt. Laden Sie nie einen privaten Schlüssel hoch.
portal-field-reason = Grund
portal-field-token_name = Name
portal-field-holder = Kontoinhaber
portal-field-iban = IBAN
form-unknown-iban = Das ist keine gültige IBAN. Prüfen Sie sie auf Tippfehler.
form-unknown-slug = Verwenden Sie 2 bis 40 Kleinbuchstaben, Ziffern und Bindestriche.
form-unknown-site = Geben Sie eine Adresse ein, die mit https:// beginnt.
form-unknown-key = Das ist kein öffentlicher Signaturschlüssel.

## Der Link einer Mail

portal-welcome-title = Willkommen
portal-welcome-intro = Treten Sie { $name } bei. Rolle: { $role }.
portal-welcome-sign-in = Diese Einladung gilt für { $email }. Melden Sie sich mit diesem Konto an, um sie anzunehmen.
portal-welcome-submit = Annehmen
portal-welcome-done = Sie sind jetzt Mitglied.

## Übersicht

portal-overview-title = Übersicht
portal-overview-suspended = Dieser Herausgeber ist gesperrt. Wenden Sie sich an die Plattform.
portal-overview-steps = Nächste Schritte
portal-step-organisation = Angaben zur Organisation vervollständigen
portal-step-documents = Partnerdokumente annehmen
portal-step-keys = Signaturschlüssel hinterlegen
portal-step-members = Kollegen einladen
portal-step-done = Erledigt
portal-step-open = Offen
portal-desk-title = Entwicklungs-Helpdesk
portal-desk-text = Ein Helpdesk zum Ausprobieren Ihrer Add-ons. Die ersten drei Lizenzen jedes Tarifs pro Benutzer sind dort kostenlos. Der Link dazu ging per Mail an den Inhaber.
portal-desk-credit = Guthaben: { $amount }
portal-desk-none = Es gibt noch keinen Entwicklungs-Helpdesk.
portal-desk-make = Entwicklungs-Helpdesk anlegen
portal-desk-made = Der Entwicklungs-Helpdesk ist angelegt.

## Organisation und Mitglieder

portal-organisation-title = Organisation
portal-organisation-done = Die Angaben sind gespeichert.
portal-members-title = Mitglieder
portal-members-role-of = Rolle von { $name }
portal-members-remove = Entfernen
portal-members-invite = Einladen
portal-members-withdraw = Zurückziehen
portal-members-invited-mark = Eingeladen
portal-members-invited = Die Einladung wurde gesendet.
portal-members-changed = Die Rolle wurde geändert.
portal-members-removed = Das Mitglied wurde entfernt.
portal-members-withdrawn = Die Einladung wurde zurückgezogen.

## Dokumente

portal-documents-title = Partnerdokumente
portal-documents-intro = Einreichen und veröffentlichen können Sie, sobald die neueste Fassung jedes Dokuments angenommen ist.
portal-documents-version = Fassung { $number }
portal-documents-accept = Annehmen
portal-documents-none = Es ist nichts mehr anzunehmen.
portal-documents-accepted = Angenommen
portal-documents-done = Das Dokument ist angenommen.
portal-documents-unchanged = Nichts wurde angenommen.
partner-document-agreement = Partnervereinbarung
partner-document-data-protection = Vereinbarung zum Datenschutz
partner-document-guidelines = Zertifizierungsrichtlinien

## Schlüssel und Token

portal-keys-title = Signaturschlüssel
portal-keys-intro = Pakete werden angenommen, wenn sie mit einem dieser Schlüssel signiert sind.
portal-keys-empty = Noch keine Schlüssel.
portal-keys-enrol = Schlüssel hinterlegen
portal-keys-next = Fingerabdruck anzeigen
portal-keys-compare = Vergleichen Sie diesen Fingerabdruck mit dem, den annex key list ausgibt.
portal-keys-remove = Entfernen
portal-keys-remove-title = Diesen Schlüssel entfernen?
portal-keys-remove-text = Neues, das damit signiert ist, wird nicht mehr angenommen, und er lässt sich nicht erneut hinterlegen. Veröffentlichtes läuft weiter.
portal-keys-enrolled = Der Schlüssel ist hinterlegt.
portal-keys-removed = Der Schlüssel wurde entfernt.
portal-key-active = Aktiv
portal-key-retired = Ersetzt
portal-key-revoked = Entfernt
portal-tokens-title = Token
portal-tokens-revoked = Das Token { $name } wurde widerrufen.
portal-scope-read = Projekte, Prüfungen und Zahlen lesen
portal-scope-submit = Versionen hochladen und einreichen
portal-scope-publish = Versionen verfügbar machen
portal-scope-events = Ereignisse lesen, erneut senden und beantworten

portal-figures-title = Kennzahlen
portal-figures-addons = Add-ons
portal-figures-empty = Noch keines Ihrer Add-ons ist im Katalog.
portal-figures-days = Die letzten { $days } Tage, in UTC.
portal-figures-installs = Installationen nach Tag
portal-figures-chart = { $count ->
    [one] { $count } Installation
   *[other] { $count } Installationen
}
portal-figures-versions = Nach Version
portal-figures-none = Bisher ist nichts geschehen.
portal-figures-version = Version
portal-figures-running = Aktiv
portal-figures-p95 = 95 % der Aufrufe innerhalb von
portal-figures-reasons = Warum Helpdesks gegangen sind
portal-figure-installed = Installationen
portal-figure-trial-started = Testzeiträume
portal-figure-converted = Käufe nach Test
portal-figure-cancelled = Kündigungen
portal-figure-uninstalled = Deinstallationen
portal-csv = CSV herunterladen
portal-earnings-title = Einnahmen
portal-earnings-share = Sie erhalten { $percent } % dessen, was für Ihre Add-ons bezahlt wird.
portal-earnings-owed = Guthaben
portal-earnings-none = Es gibt noch nichts auszuzahlen.
portal-bank-title = Bankkonto für Auszahlungen
portal-bank-known = Auszahlungen gehen an { $iban } (seit { $day }).
portal-bank-none = Geben Sie ein Bankkonto an, um bezahlt zu werden.
portal-bank-done = Das Bankkonto wurde gespeichert.
portal-statement-title = Abrechnung für { $month }
portal-statement-before = Anfangsstand
portal-statement-empty = In diesem Monat ist nichts geschehen.
portal-statement-gross = Bezahlt
portal-statement-earned = Ihr Anteil
portal-statement-refunded = Erstattungen
portal-statement-paid-out = Auszahlungen
portal-statement-balance = Stand
portal-statement-earlier = Früherer Monat
portal-statement-later = Späterer Monat
portal-earning-sale = Verkauf
portal-earning-refund = Erstattung
portal-earning-refund-back = Erstattung zurückgekommen
portal-earning-payout = Auszahlung

## Die Plattform

review-title = Plattform
review-nav-publishers = Herausgeber
review-nav-documents = Partnerdokumente
review-publishers-title = Herausgeber
review-publishers-none = Keine offenen Anfragen.
review-publishers-approve = Genehmigen
review-publishers-refuse = Ablehnen
review-publishers-reason = Grund, geht per Mail an sie
review-publishers-suspend = Sperren
review-publishers-resume = Freigeben
review-publishers-approved = Der Herausgeber { $name } wurde angelegt.
review-publishers-refused = Die Anfrage wurde abgelehnt.
review-publishers-status = Der Status des Herausgebers wurde geändert.
review-documents-title = Partnerdokumente
review-documents-intro = Wird eine Fassung veröffentlicht, muss jeder Herausgeber sie annehmen, bevor er wieder einreicht oder veröffentlicht.
review-documents-text = Text
review-documents-publish = Neue Fassung veröffentlichen
review-documents-done = Die neue Fassung ist veröffentlicht.

## Ablehnungen

error-code-no-portal = Dieser Host hat kein Herausgeberportal, da seine Konten zu einem anderen System gehören.
error-code-not-your-role = Ihre Rolle bei diesem Herausgeber erlaubt das nicht. Fragen Sie einen Inhaber.
error-code-not-staff = Das kann nur das Team der Plattform.
error-code-last-owner = Das ist der letzte Inhaber. Machen Sie zuerst jemand anderen zum Inhaber.
error-code-publisher-suspended = Dieser Herausgeber ist gesperrt. Wenden Sie sich an die Plattform.
error-code-documents-missing = Nehmen Sie zuerst die neuesten Partnerdokumente an.
error-code-document-changed = Inzwischen wurde eine neuere Fassung veröffentlicht. Lesen Sie diese und nehmen Sie sie an.
error-code-slug-taken = Diese Kennung hat ein anderer Herausgeber. Wählen Sie eine andere.
error-code-publisher-has-members = Dieser Herausgeber hat schon Mitglieder. Sie können andere einladen.
error-code-sign-in-first = Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich damit an und öffnen Sie den Link erneut.
error-code-revoked-key = Dieser Schlüssel wurde früher entfernt. Erzeugen Sie einen neuen.
error-code-known-key = Dieser Schlüssel ist schon hinterlegt.
error-code-project-taken = Es gibt bereits ein Projekt mit dieser ID. Wählen Sie eine andere.
error-code-draft-open = An einer Version wird bereits gearbeitet. Machen Sie mit dieser weiter.
error-code-version-taken = Eine andere Version dieses Projekts hat diese Nummer. Erhöhen Sie sie und signieren Sie das Paket neu.
error-code-not-checked = Das Paket wurde noch nicht geprüft. Versuchen Sie es erneut, sobald der Bericht da ist.
error-code-report-blockers = Der Bericht enthält Hindernisse. Laden Sie ein Paket ohne sie hoch.
error-code-own-publisher = Sie gehören zu diesem Herausgeber. Jemand anderes muss die Version prüfen.
error-code-not-in-review = Diese Version ist nicht in Prüfung.
error-code-blocker-needed = Eine Ablehnung braucht mindestens ein offenes Hindernis.
error-code-blockers-open = Es gibt offene Hindernisse. Erledigen Sie diese zuerst, oder lehnen Sie die Version ab.
error-code-second-reviewer = Sie haben bereits zugestimmt. Die Version verlangt mehr als zuvor, deshalb muss auch jemand anderes zustimmen.
error-code-review-not-allowed = Das geht beim jetzigen Stand der Prüfung nicht. Laden Sie die Seite neu.
error-code-incomplete = Einige Felder fehlen oder sind falsch. Es wurde nichts eingereicht.
error-code-invitation-gone = Dieser Link wurde schon benutzt oder ist abgelaufen. Bitten Sie um einen neuen.

## Prüfungen

mail-action-version = Version öffnen
mail-version-approved-subject = { $name } { $version } wurde genehmigt
mail-version-approved-technical = { $name } { $version } hat die technische Prüfung bestanden.
mail-version-approved-marketplace = Der Eintrag von { $name } { $version } wurde genehmigt und wird jetzt beworben.
mail-version-approved-next-technical = Geben Sie die Version im Portal frei, sobald Sie so weit sind.
mail-version-approved-next-marketplace = Sie müssen nichts weiter tun.
mail-version-rejected-subject = { $name } { $version } muss überarbeitet werden
mail-version-rejected-technical = { $name } { $version } hat die technische Prüfung nicht bestanden. Die Gründe:
mail-version-rejected-marketplace = Der Eintrag von { $name } { $version } wurde nicht genehmigt. Die Gründe:
mail-version-rejected-next-technical = Laden Sie ein korrigiertes Paket hoch und reichen Sie es erneut ein.
mail-version-rejected-next-marketplace = Bearbeiten Sie den Eintrag und reichen Sie ihn erneut ein.
review-severity-blocker = Hindernis
review-severity-suggestion = Vorschlag
review-severity-note = Hinweis

## Projekte

portal-nav-projects = Projekte
review-nav-versions = Prüfungen
portal-projects-title = Projekte
portal-projects-empty = Noch keine Projekte. Ein Projekt ist ein Add-on, das Sie entwickeln.
portal-projects-new = Neues Projekt
portal-projects-kind = Art
portal-projects-make = Projekt anlegen
portal-projects-made = Das Projekt { $name } wurde angelegt.
portal-field-project_name = Name auf Englisch
portal-field-project_slug = ID
portal-hint-project_slug = Der zweite Teil der ID des Add-ons, etwa contact-sync. Er lässt sich später nicht ändern.
form-unknown-project_slug = Verwenden Sie 2 bis 40 Kleinbuchstaben, Ziffern und Bindestriche.
portal-project-title = Projekt
portal-project-versions = Versionen
portal-project-empty = Noch keine Versionen. Laden Sie ein Paket hoch, oder beginnen Sie mit den Texten.
portal-version-title = Version
portal-version-unnumbered = Noch kein Paket
portal-version-begin = Nächste Version beginnen
portal-version-begun = Die Version wurde begonnen.
portal-package-upload = Paket hochladen
portal-package-hint = Eine signierte .annex-Datei dieses Projekts, bis 16 MB. Vor der Prüfung kann sie niemand installieren.
portal-package-uploaded = Version { $version } wurde hochgeladen.
portal-package-none = Es gibt noch kein Paket.
portal-package-take = Angaben des Pakets übernehmen
portal-package-version = Version
portal-package-digest = SHA-256
portal-package-size = Größe
portal-package-report = Automatischer Bericht
portal-report-waits = Noch nicht geprüft
portal-report-clean = Keine Hindernisse
portal-report-blockers = Hindernisse: { $count }
portal-progress = Fortschritt
portal-progress-open = Offen: { $count }
portal-language = Sprachcode
portal-language-show = Anzeigen
portal-draft-saved = Gespeichert.
portal-draft-newer = Dies wurde inzwischen an anderer Stelle gespeichert. Von Ihnen ist nichts verloren: Beides steht unten, und erneutes Speichern behält Ihre Fassung.
portal-draft-theirs = An anderer Stelle gespeichert:
portal-draft-locked = Das lässt sich gerade nicht bearbeiten. Ziehen Sie es zuerst aus der Prüfung zurück, oder beginnen Sie die nächste Version.
portal-submit = Zur Prüfung einreichen
portal-submitted = Zur Prüfung eingereicht.
portal-withdraw = Zurückziehen
portal-withdrawn = Aus der Prüfung zurückgezogen.
portal-release = Freigeben
portal-released = Die Version ist jetzt verfügbar.
draft-part-texts = Texte
draft-part-notes = Versionshinweise
draft-part-details = Kategorien, Support und Links
draft-part-package = Paket
draft-part-checklist = Checkliste
draft-part-certification = Zertifizierung
draft-field-name = Name
draft-field-summary = Kurzbeschreibung
draft-field-description = Beschreibung
draft-field-highlights = Vorzüge
draft-field-release-notes = Was ist neu
draft-field-icon = Symbol
draft-field-pictures = Bilder
draft-field-video = Video
draft-field-categories = Kategorien
draft-field-works-with = Passt zu
draft-field-support-email = E-Mail-Adresse des Supports
draft-field-support-portal = Supportportal
draft-field-support-faq = FAQ
draft-field-terms-url = Nutzungsbedingungen
draft-field-privacy-url = Datenschutzerklärung
draft-field-package = Paket
draft-field-plans = Tarife
draft-field-service-events = URL für Ereignisse
draft-field-service-scopes = API-Berechtigungen
draft-field-service-redirects = Weiterleitungs-URLs
draft-field-service-open = „Öffnen in“-URL
draft-field-service-manual = Manuell bereitgestellt
draft-field-checklist-one-click-install = Installation samt Benutzern mit einem Klick
draft-field-checklist-trial = Bietet eine Testphase von 30 Tagen
draft-field-checklist-api-access = Arbeitet mit der API des Helpdesks
draft-field-checklist-single-sign-on = Single Sign-on in Ihr Produkt
draft-field-checklist-pay-as-you-go = Abrechnung nach Nutzung
draft-field-checklist-life-cycle-tried = Installation, Update und Deinstallation wurden getestet
draft-field-checklist-accessibility-tried = Mit Tastatur und Screenreader getestet
draft-field-certification-data-kept = Welche Daten verlassen den Helpdesk, und wo werden sie gespeichert?
draft-field-certification-data-deleted = Wie und wann werden sie gelöscht?
draft-field-certification-other-processors = Wer verarbeitet sie noch?
draft-field-certification-incidents = Wie und von wem werden Vorfälle gemeldet?
draft-hint-highlights = Was es besonders gut kann, je eine Zeile, höchstens 6. Jede Sprache braucht gleich viele Zeilen.
draft-hint-categories = Bis zu 5 kleingeschriebene Wörter, durch Kommas getrennt.
draft-hint-works-with = Namen von Produkten, einer pro Zeile, höchstens 10.
draft-answer-none = Nicht beantwortet
draft-answer-yes = Ja
draft-answer-no = Nein
draft-answer-not-applicable = Nicht zutreffend
draft-problem-missing = Füllen Sie dies vor dem Einreichen aus.
draft-problem-too-long = Das ist zu lang.
draft-problem-too-many = Das sind zu viele.
draft-problem-control-character = Entfernen Sie unsichtbare und Steuerzeichen.
draft-problem-language-code = Verwenden Sie einen Sprachcode wie de oder pt-BR.
draft-problem-categories = Verwenden Sie bis zu 5 kleingeschriebene Wörter aus Buchstaben, Ziffern und Bindestrichen.
draft-problem-not-an-email = Geben Sie eine E-Mail-Adresse ein.
draft-problem-not-a-url = Geben Sie eine Adresse ein, die mit https:// beginnt.
draft-problem-differs-from-package = Das Paket sagt etwas anderes.
draft-problem-other-lines = Schreiben Sie so viele Zeilen wie auf Englisch.
draft-problem-locked = Dies wurde bereits veröffentlicht. Bitten Sie die Plattform, es zu entsperren.
review-standing-draft = Entwurf
review-standing-under-review = In Prüfung
review-standing-published = Veröffentlicht
review-state-draft = Entwurf
review-state-in-review = In Prüfung
review-state-approved = Genehmigt
review-state-rejected = Abgelehnt
review-state-available = Verfügbar
review-state-advertised = Beworben
review-track-technical = Technische Prüfung
review-track-marketplace = Marktplatzprüfung
review-place = Platz in der Warteschlange: { $place }
review-usual-hours = Übliche Prüfdauer: { $hours } Std.
review-usual-days = Übliche Prüfdauer in Tagen: { $days }
review-versions-title = Prüfungen
review-version-title = Prüfung
review-queue-empty = Nichts wartet auf eine Prüfung.
review-round = Runde { $number }
review-half = Zweite Genehmigung nötig
review-since = Änderungen seit { $version }
review-first = Bisher wurde nichts genehmigt
review-no-difference = Es gibt keine Unterschiede.
review-path = Wo
review-before = Vorher
review-after = Jetzt
review-section-fields = Eintrag
review-section-capabilities = Fähigkeiten
review-section-hosts = Hosts
review-section-strings = Manifest
review-section-files = Dateien
review-section-package = Paket
review-submitted = Was eingereicht wurde
review-notes = Hinweise
review-notes-none = Noch keine Hinweise.
review-note-new = Neuer Hinweis
review-note-add = Hinweis hinzufügen
review-noted = Der Hinweis wurde hinzugefügt.
review-severity = Gewicht
review-at = Bezug
review-at-whole = Die Version als Ganzes
review-at-field = Ein Feld
review-at-line = Eine Zeile einer Datei
review-at-node = Ein Teil einer Ansicht
review-place-of = Stelle
review-place-hint = Ein Feld wie summary.de, eine Zeile wie src/lib.rs:12, oder die Ansicht und der Pfad des Knotens, durch ein Leerzeichen getrennt.
review-body = Was zu ändern ist
review-settle = Erledigt
review-settled = Erledigt
review-changed = Seither geändert
review-omission = Hätte früher auffallen können
review-approve = Genehmigen
review-approved = Die Version wurde genehmigt.
review-reject = Ablehnen
review-rejected = Die Version wurde abgelehnt, und der Herausgeber kennt die Gründe.
review-second-needed = Ihre Genehmigung ist vermerkt. Die Version verlangt mehr als zuvor, deshalb muss noch jemand zustimmen.
review-unlock = Symbol und Tarife entsperren
review-unlocked = Symbol und Tarife dieser Version dürfen sich ändern.
error-code-addon-ends = Das Ende dieses Add-ons ist angekündigt. Nehmen Sie das zuerst zurück.
error-code-rollout-shrinks = Eine Verteilung kann nur größer werden. Halten Sie sie an, oder ziehen Sie die Version zurück.

install-version-title = Diese Version installieren
install-version-text = Wer diesen Link öffnet, kommt in den Marktplatz seines Helpdesks, in dem diese Version ausgewählt ist. Helpdesks, die sie nicht installieren dürfen, erfahren den Grund.
install-version-link = Installationslink

portal-events-title = Ereignisse
portal-events-intro = Was mit Ihren Add-ons geschieht, wird der Reihe nach an Ihren eigenen Dienst gesendet. Hier sehen Sie, ob es ankommt.
portal-events-endpoints = Endpunkte
portal-events-empty = Noch nennt keines Ihrer Add-ons im Manifest eine Adresse für Ereignisse.
portal-endpoint-title = Ereignisse von { $addon }
portal-endpoint-health = Endpunkt
portal-endpoint-fine = In Ordnung
portal-endpoint-failing = Gestört seit { $since }
portal-endpoint-paused-by-publisher = Angehalten
portal-endpoint-paused-gone = Angehalten: Der Dienst hat mit 410 geantwortet
portal-endpoint-no-address = Keine Adresse
portal-endpoint-waiting = Wartend: { $count }
portal-endpoint-pause = Anhalten
portal-endpoint-resume = Fortsetzen
portal-endpoint-stopped = Es wird nichts gesendet, bis Sie fortsetzen. Was inzwischen geschieht, wartet.
portal-endpoint-resumed = Ereignisse werden wieder gesendet.
portal-endpoint-secrets = Geheimnisse für Signaturen
portal-endpoint-secrets-show = Geheimnisse zeigen
portal-endpoint-secrets-text = Ereignisse werden mit jedem der Geheimnisse signiert. Der letzte Wert ist der öffentliche Schlüssel; er ist nicht geheim.
portal-endpoint-rotate = Weiteres Geheimnis erzeugen
portal-endpoint-rotated = Ein neues Geheimnis signiert ab jetzt. Das bisherige gilt noch 24 Stunden.
portal-events-kept = Ereignisse der letzten 30 Tage
portal-events-none = Noch keine Ereignisse.
portal-events-from = Von (UTC)
portal-events-to = Bis (UTC)
portal-events-replay = Erneut senden
portal-events-replay-since = Alle danach erneut senden
portal-events-replay-range = Diese erneut senden
portal-events-range-wrong = Wählen Sie Anfang und Ende.
portal-events-replayed = Erneut eingereihte Ereignisse: { $count }
portal-events-older = Ältere Ereignisse
portal-event-waiting = Wartet
portal-event-delivered = Zugestellt
portal-event-expired = Abgelaufen
portal-event-tries = Versuche: { $count }

portal-clients-title = OAuth-Clients
portal-clients-intro = Für Ihren Entwicklungs-Helpdesk, neben dem Client, der mit jeder Installation kommt. Ein Client darf, worum die installierte Version bittet.
portal-clients-new = Client erstellen
portal-clients-installation = Add-on im Entwicklungs-Helpdesk
portal-clients-redirects = Redirect-URIs, eine pro Zeile
portal-clients-redirects-hint = https, oder http auf localhost. Sie werden genau verglichen.
portal-clients-none-installed = Installieren Sie zuerst eines Ihrer Add-ons in Ihrem Entwicklungs-Helpdesk.
portal-clients-told = Kopieren Sie das jetzt: Es wird nicht noch einmal gezeigt.
portal-clients-id = Client-ID
portal-clients-secret = Client-Geheimnis
portal-clients-key = Privater Schlüssel (JWK)
portal-clients-empty = Noch keine Clients.
portal-clients-rotate = Geheimnis ersetzen
portal-clients-rotate-text = Das Geheimnis von { $name } wird ersetzt. Das bisherige gilt noch 24 Stunden.
portal-clients-revoke = Widerrufen
portal-clients-revoked = { $name } wurde widerrufen.
portal-field-client_name = Wofür er ist
form-unknown-redirects = Verwenden Sie https-Adressen, oder http auf localhost, jede nur einmal.

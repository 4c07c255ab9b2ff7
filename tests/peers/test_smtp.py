"""Checks the mail server: that it keeps mails, and refuses as told."""

import smtplib
import unittest
import urllib.request

import peer_env
from test_peers import PeerTest

HAVE_IT = (peer_env.folder() / "venv" / "bin" / "python").exists()
MAIL = "From: annex@example.com\nTo: ada@example.com\nSubject: Hi\n\nHello.\n"


@unittest.skipUnless(HAVE_IT, "aiosmtpd is not installed; see setup.sh")
class Smtp(PeerTest):
    script = "smtp.py"

    def setUp(self):
        super().setUp()
        self.url = "http://127.0.0.1:" + self.process.stdout.readline().split()[1]
        self.port = self.get("/__smtp")[1]["port"]

    def send(self, login=None):
        with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as client:
            if login:
                client.login(*login)
            client.sendmail("annex@example.com", ["ada@example.com"], MAIL)

    def mails(self):
        return self.get("/__mails")[1]

    def test_mails_are_kept_and_forgotten(self):
        self.send()
        [mail] = self.mails()
        self.assertEqual((mail["from"], mail["to"]), ("annex@example.com", ["ada@example.com"]))
        self.assertIn("Subject: Hi\n\nHello.", mail["data"])
        self.assertEqual(mail["text"], "Hello.\n")
        self.assertEqual([line.split()[0] for line in self.get("/__requests")[1]], ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"])
        urllib.request.urlopen(urllib.request.Request(self.url + "/__mails", method="DELETE")).close()
        self.assertEqual(self.mails(), [])

    def test_refusals_are_used_once_each(self):
        self.get("/__answers", body=["451 4.3.0 try later", "550 5.1.1 no such mailbox"])
        for code in (451, 550):
            with self.assertRaises(smtplib.SMTPDataError) as refused:
                self.send()
            self.assertEqual(refused.exception.smtp_code, code)
        self.send()
        self.assertEqual(len(self.mails()), 1)

    def test_other_stages_and_cut_connections(self):
        self.get("/__answers", body=[{"at": "connect", "answer": "421 busy"}, {"at": "mail", "answer": "452 full"},
                                     {"at": "rcpt", "answer": "550 5.1.1 unknown"}, {"at": "data", "answer": "drop"}, "lost"])
        for kind in (smtplib.SMTPConnectError, smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused,
                     smtplib.SMTPServerDisconnected):
            with self.assertRaises(kind):
                self.send()
        self.assertEqual(self.mails(), [])
        with self.assertRaises(smtplib.SMTPServerDisconnected):
            self.send()
        self.assertEqual(len(self.mails()), 1)


@unittest.skipUnless(HAVE_IT, "aiosmtpd is not installed; see setup.sh")
class WithLogin(Smtp):
    arguments = ("--user", "annex", "--password", "secret")
    test_refusals_are_used_once_each = test_other_stages_and_cut_connections = None

    def test_mails_are_kept_and_forgotten(self):
        self.send(("annex", "secret"))
        self.assertEqual(len(self.mails()), 1)

    def test_strangers_are_refused(self):
        with self.assertRaises(smtplib.SMTPAuthenticationError):
            self.send(("annex", "wrong"))
        with self.assertRaises(smtplib.SMTPSenderRefused):
            self.send()
        self.assertEqual(self.mails(), [])


if __name__ == "__main__":
    unittest.main()

"""The tests' own mail server takes letters as a real one does."""

import smtplib
import socket
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from tests.mail import mailbox


def letter(subject="Grüße", text="Hello\n.\n..two dots\n"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ada@example.com", "bob@example.com", subject
    message.set_content(text)
    return message


def test_keeps_every_letter_as_it_was_sent():
    with mailbox() as (port, letters), smtplib.SMTP("127.0.0.1", port, timeout=5) as sender:
        sender.send_message(letter())
        sender.rset()
        sender.send_message(letter("Again"))
        assert [one["Subject"] for one in letters] == ["Grüße", "Again"]
        assert letters[0]["To"] == "bob@example.com"
        assert letters[0].get_content().splitlines() == ["Hello", ".", "..two dots"]


def test_takes_what_django_sends():
    with mailbox() as (port, letters):
        connection = get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port, timeout=5
        )
        message = EmailMultiAlternatives(
            "Ready", "It is ready.", "a@example.com", ["b@example.com"], connection=connection
        )
        message.attach_alternative("<p>It is ready.</p>", "text/html")
        assert message.send() == 1
        assert letters[0].get_body(("plain",)).get_content().strip() == "It is ready."
        assert letters[0].get_body(("html",)).get_content().strip() == "<p>It is ready.</p>"


def test_takes_letters_of_many_at_once():
    def send(number):
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as sender:
            sender.send_message(letter(str(number)))

    with mailbox() as (port, letters), ThreadPoolExecutor(8) as senders:
        list(senders.map(send, range(40)))
        assert sorted(int(one["Subject"]) for one in letters) == list(range(40))


def test_refuses_for_now_when_asked_to():
    with mailbox(refuse=True) as (port, letters), smtplib.SMTP("127.0.0.1", port, timeout=5) as sender:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            sender.send_message(letter())
        assert refused.value.smtp_code == 451
        assert letters == []


def test_half_a_letter_is_none_and_a_silent_sender_holds_nothing_up():
    with mailbox() as (port, letters), smtplib.SMTP("127.0.0.1", port, timeout=5) as sender:
        sender.ehlo()
        sender.mail("a@example.com")
        sender.rcpt("b@example.com")
        sender.docmd("DATA")
        sender.send("Subject: Half\r\n\r\nof it")
        sender.close()
        silent = socket.create_connection(("127.0.0.1", port))
    silent.close()
    assert letters == []

"""Letters with one-time links: sent once, tried again, given up after a day; the database lets nobody in."""

import smtplib
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.utils import timezone

from audiences import tasks
from audiences.api.client import Deadline
from team import letters
from team.models import AccountGroup, Invitation, Letter, ResetRequest, SignInLink, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailed(settings):
    settings.EMAIL_URL = "smtp://mail.example"
    settings.PUBLIC_URL = "https://audiences.example.com"


@pytest.fixture
def invitation(monkeypatch, ada):
    monkeypatch.setattr(Invitation.objects, "token_for_letter", lambda _: "T0ken", raising=False)
    group = AccountGroup.objects.create(id="grp", name="Nordwind\nBcc: eve@example.com")
    ends = timezone.now() + timedelta(days=7)
    made = Invitation.objects.create(group=group, email="bob@example.com", by=ada, token_hash="x", expires_at=ends)
    Letter.objects.create(kind="invitation", email=made.email, invitation=made)
    return made


@pytest.fixture
def reset(ada):
    return Letter.objects.create(kind="reset", email=ada.email)


def test_an_invitation_is_sent_once(invitation):
    for _ in range(2):
        letters.send(Deadline(5))
    (letter,) = mail.outbox
    assert letter.recipients() == ["bob@example.com"]
    assert letter.subject == "Join Nordwind Bcc: eve@example.com in the Audience Dashboard"
    assert "ada@example.com invites you" in letter.body
    assert "\nhttps://audiences.example.com/join/T0ken/\n" in letter.body


def test_an_invitation_that_was_taken_in_this_moment_is_not_sent(invitation, monkeypatch):
    monkeypatch.setattr(Invitation.objects, "token_for_letter", lambda _: "", raising=False)
    letters.send(Deadline(5))
    assert mail.outbox == []


def test_the_worker_sends_and_forgets(reset, ada):
    tasks.send_mail()
    assert [letter.to for letter in mail.outbox] == [[ada.email]]
    long_ago = timezone.now() - letters.KEPT
    ResetRequest.objects.create(email_hash="x", network="192.0.2.1", at=long_ago)
    AccessAttempt.objects.create(username="x", failures_since_start=1)
    AccessAttempt.objects.update(attempt_time=long_ago)
    tasks.clear_old()
    assert not ResetRequest.objects.exists()
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize("change", [{"is_asleep": True}, {"expires_at": timezone.now()}])
def test_an_invitation_that_is_over_is_not_sent(invitation, change):
    Invitation.objects.update(**change)
    letters.send(Deadline(5))
    assert mail.outbox == []
    assert not Letter.objects.exists()


def test_without_mail_nothing_is_sent(reset, settings):
    settings.EMAIL_URL = ""
    letters.send(Deadline(5))
    assert mail.outbox == []


def test_the_database_holds_no_token_of_a_letter(reset):
    letters.send(Deadline(5))
    token = mail.outbox[0].body.partition("/password/reset/")[2].partition("/")[0]
    assert len(token) == 43
    assert token not in str([list(model.objects.values()) for model in (SignInLink, Letter, User)])


def test_a_letter_that_cannot_be_sent_is_tried_later_with_another_link(reset, monkeypatch):
    sent = []

    def fails(self, fail_silently=False):
        sent.append(self.body)
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fails)
    for _ in range(3):
        letters.send(Deadline(5))
        assert Letter.objects.get().mail_at > timezone.now()
        letters.send(Deadline(5))  # it is not due
        Letter.objects.update(mail_at=timezone.now())
    assert len(set(sent)) == len(sent) == 3


def test_one_that_cannot_be_sent_holds_up_no_other(reset, ada, monkeypatch):
    Letter.objects.create(kind="reset", email=User.objects.create_user("bob@example.com").email)
    real = mail.EmailMessage.send

    def refuses(self, fail_silently=False):
        if self.to == [ada.email]:
            raise smtplib.SMTPRecipientsRefused({})
        return real(self)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuses)
    for _ in range(2):
        letters.send(Deadline(5))
    assert [letter.to for letter in mail.outbox] == [["bob@example.com"]]


def test_after_a_day_it_is_given_up(reset):
    Letter.objects.update(asked_at=timezone.now() - letters.KEPT)
    letters.send(Deadline(5))
    assert mail.outbox == []
    letters.clear_old()
    assert not Letter.objects.exists()


def test_one_that_another_worker_has_taken_is_left_to_it(reset, monkeypatch):
    real = letters._written

    def meanwhile(letter):
        letters.send(Deadline(5))
        return real(letter)

    monkeypatch.setattr(letters, "_written", meanwhile)
    letters.send(Deadline(5))
    assert len(mail.outbox) == 1

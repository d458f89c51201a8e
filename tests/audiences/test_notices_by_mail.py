"""Letters: to whoever created the audience, where mail is set up, each once; tried again when they cannot be sent."""

import smtplib

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.utils import timezone

from audiences import notices
from audiences.api.client import Deadline
from audiences.models import Notice
from team.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(row, settings):
    settings.EMAIL_URL = "smtp://mail.example"
    settings.PUBLIC_URL = "https://audiences.example.com"
    user = User.objects.create_user("ada@example.com")
    row.members.add(user)
    return user


def tell(row, ada, name="Freight"):
    mia = User.objects.create_user("mia@example.com")
    row.members.add(mia)
    notices.tell([ada, mia], row, "ready", name, audience_id="new", words="Words.", mail_to=ada)


def test_the_creator_gets_one_letter(row, ada):
    tell(row, ada)
    for _ in range(2):
        notices.send_mail(Deadline(5))
    (letter,) = mail.outbox
    assert letter.to == ["ada@example.com"]
    assert letter.subject == "Freight is ready"
    assert "https://audiences.example.com/g/grp/audiences/new/" in letter.body


def test_without_mail_there_is_none(row, ada, settings):
    settings.EMAIL_URL = ""
    tell(row, ada)
    notices.send_mail(Deadline(5))
    assert mail.outbox == []


def test_a_strangers_name_is_one_line_of_a_header(row, ada):
    tell(row, ada, "Freight\r\nBcc: eve@example.com\n\nx" + "y" * 500)
    notices.send_mail(Deadline(5))
    (letter,) = mail.outbox
    assert "\n" not in letter.subject
    assert letter.recipients() == ["ada@example.com"]


def test_a_letter_that_cannot_be_sent_is_tried_again_and_not_for_ever(row, ada, monkeypatch):
    def fails(self, fail_silently=False):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fails)
    tell(row, ada)
    for tries in range(1, notices.MAIL_TRIES + 3):
        Notice.objects.exclude(mail_at=None).update(mail_at=timezone.now())
        notices.send_mail(Deadline(5))
        assert Notice.objects.get(user=ada).mail_tries == min(tries, notices.MAIL_TRIES)
    assert not Notice.objects.exclude(mail_at=None).exists()


def test_a_task_whose_time_is_over_in_the_midst_of_a_letter_loses_none(row, ada, monkeypatch):
    def slow(self, fail_silently=False):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("django.core.mail.EmailMessage.send", slow)
    tell(row, ada)
    notices.send_mail(Deadline(5))
    assert Notice.objects.get(user=ada).mail_at > timezone.now()


@pytest.mark.parametrize("change", ["leaves", "is deactivated", "was told long ago"])
def test_no_letter_to_whom_it_is_nobodys_news(row, ada, change):
    tell(row, ada)
    if change == "leaves":
        row.members.remove(ada)
    if change == "is deactivated":
        User.objects.filter(pk=ada.pk).update(is_active=False)
    if change == "was told long ago":
        Notice.objects.update(made_at=timezone.now() - notices.MAIL_IS_NEWS)
    notices.send_mail(Deadline(5))
    assert mail.outbox == []


def test_one_that_was_taken_by_another_is_left_to_it(row, ada, monkeypatch):
    tell(row, ada)
    real = notices._letter

    def meanwhile(notice):
        notices.send_mail(Deadline(5))  # another worker, in the midst of this one's
        return real(notice)

    monkeypatch.setattr(notices, "_letter", meanwhile)
    notices.send_mail(Deadline(5))
    assert len(mail.outbox) == 1

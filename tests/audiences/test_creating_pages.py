"""The form of a new audience and the page of an attempt: who may, what is said, and that nothing typed is lost."""

import re
from concurrent.futures import Future

import pytest
from django.test import Client
from django.utils import timezone

from audiences import creation
from audiences.api import errors
from audiences.api.records import Navigation
from audiences.models import Attempt, Watch
from team.models import Event, Membership, User
from tests.audiences.fakes import audience

pytestmark = pytest.mark.django_db
NEW = "/g/grp/audiences/new/"
TYPED = {"name": "Freight <b>forwarders</b>", "type": "monitoring", "description": "Who moves\ngoods."}


@pytest.fixture(autouse=True)
def _in_this_thread(monkeypatch):
    """The database of a test is this thread's alone."""

    def begin(attempt):
        done = Future()
        creation.send(Attempt.objects.select_related("group", "by").get(pk=attempt.pk))
        done.set_result(None)
        return done

    monkeypatch.setattr(creation, "begin", begin)


@pytest.fixture
def api(fake, row):
    fake.tree = Navigation()
    return fake


@pytest.fixture
def admin(client, row):
    user = User.objects.create_user("ada@example.com", "a password", name="Ada")
    Membership.objects.create(user=user, group=row, role="admin")
    client.force_login(user)
    return client


@pytest.fixture
def member(row):
    user = User.objects.create_user("mia@example.com")
    Membership.objects.create(user=user, group=row)
    browser = Client()
    browser.force_login(user)
    return browser


def form_of(answer):
    """The fields of a form as a browser would send them."""
    said = answer.content.decode()
    assert 'name="typed_by"' in said
    fields = {"form_key": re.search(r'name="form_key" value="([^"]+)"', said)[1]}
    fields["name"] = answer.context["form"]["name"].value()
    fields["description"] = answer.context["form"]["description"].value()
    fields["type"] = answer.context["form"]["type"].value()
    return fields


def create(browser, **fields):
    return browser.post(NEW, form_of(browser.get(NEW)) | TYPED | fields)


def text(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def test_the_page_of_what_was_created_costs_no_call(admin, member, api):
    api.creates = ["made"]
    answer = create(admin)
    assert answer["Location"] == "/g/grp/audiences/made/"
    api.calls.clear()
    for browser in (admin, member):
        said = text(browser.get("/g/grp/audiences/made/"))
        assert "This audience is still being populated" in said
        assert "Freight &lt;b&gt;forwarders&lt;/b&gt;" in said
        assert "Being populated" in said
        assert "Ada</bdi> created it here" in said
        assert 'data-audience="made" aria-current="page"' in said
    assert api.calls == []
    assert Watch.objects.get().onlookers.count() == 2


def test_members_see_no_way_and_are_refused(member, api):
    assert "New audience" not in text(member.get("/g/grp/"))
    for answer in (member.get(NEW), member.post(NEW, TYPED)):
        assert answer.status_code == 403
        assert "This is for admins" in text(answer)
    assert Attempt.objects.count() == 0


def test_admins_find_it_in_the_sidebar_and_on_the_list(admin, api):
    assert text(admin.get("/g/grp/")).count(f'href="{NEW}"') == 3  # and in the place of a list that is empty


def test_strangers_get_the_404_of_what_is_not_there(client, api, django_user_model):
    client.force_login(django_user_model.objects.create_user("eve@example.com"))
    made = Attempt.objects.create(group_id="grp", form_key="a" * 32, name="x", name_key="x", type="on_demand")
    for path in (NEW, f"{NEW}{made.form_key}/", "/g/grp/pulse/"):
        assert client.get(path).status_code == 404
    assert client.post(f"{NEW}{made.form_key}/", {"wish": "give up"}).status_code == 404
    assert client.post("/g/grp/audiences/aud/look/").status_code == 404


def test_the_audit_log_says_who_sent_it_once(admin, api):
    api.creates = [errors.NotSent("no line"), "made"]
    form = form_of(admin.get(NEW)) | TYPED
    for _ in range(2):
        admin.post(NEW, form)
    event = Event.objects.get()
    assert (event.kind, event.who, event.about, event.network) == ("created", "Ada", TYPED["name"], "127.0.0.1")
    admin.post(f"{NEW}{form['form_key']}/", {"wish": "send"})
    assert Event.objects.count() == 2


@pytest.mark.parametrize("missing", ["name", "type"])
def test_what_the_api_requires_is_asked_for_before_anything_is_sent(admin, api, missing):
    answer = create(admin, **{missing: " "})
    assert answer.status_code == 422
    assert f'id="id_{missing}_error"' in text(answer)
    assert form_of(answer)["description"] == TYPED["description"]
    assert Attempt.objects.count() == 0


def test_the_apis_words_stand_at_their_fields_and_everything_typed_is_kept(admin, api):
    details = [{"path": "name", "message": "Too dull."}, {"path": "body", "message": "Not today."}]
    api.creates = [errors.ValidationFailed("Check it.", status=400, details=details, trace_id="t-400")]
    answer = create(admin)
    said = text(answer)
    assert answer.status_code == 422
    assert re.search(r'<span class="field-error" id="id_name_error">Too dull\.</span>', said)
    for words in ("Check it.", "Not today.", "t-400"):
        assert words in said
    again = form_of(answer)
    assert {name: again[name] for name in TYPED} == TYPED
    assert again["form_key"] != Attempt.objects.get().form_key


def test_a_422_stands_on_top_and_the_form_can_be_sent_changed(admin, api):
    api.creates = [errors.Unprocessable("This cannot be monitored.", status=422), "made"]
    answer = create(admin)
    assert "This cannot be monitored." in text(answer)
    assert admin.post(NEW, form_of(answer) | {"type": "on_demand"})["Location"] == "/g/grp/audiences/made/"


def test_what_was_not_sent_says_so_and_can_be_sent_again(admin, api):
    api.creates = [errors.NotSent("no line"), "made"]
    answer = create(admin)
    assert answer.status_code == 503
    assert "Nothing was sent" in text(answer)
    assert admin.post(NEW, form_of(answer))["Location"] == "/g/grp/audiences/made/"


def test_the_same_form_again_shows_the_same_and_sends_nothing(admin, api):
    api.creates = ["made"]
    fields = form_of(admin.get(NEW)) | TYPED
    assert {admin.post(NEW, fields)["Location"] for _ in range(3)} == {"/g/grp/audiences/made/"}
    assert [call[0] for call in api.calls].count("create") == 1


def test_the_second_of_a_name_is_told_by_whom_and_may_insist(admin, api):
    api.creates = ["made", "second"]
    create(admin)
    answer = create(admin)
    assert answer.status_code == 409
    assert "Ada</bdi> created an audience of this name" in text(answer)
    assert 'href="/g/grp/audiences/made/"' in text(answer)
    assert create(admin, same_name="on")["Location"] == "/g/grp/audiences/second/"


def test_while_it_is_unconfirmed_nobody_may_insist(admin, api):
    api.creates = [errors.TimedOut("late")]
    create(admin)
    answer = create(admin, same_name="on")
    assert answer.status_code == 409
    assert "it is not known yet what became of it" in text(answer)
    assert 'name="same_name"' not in text(answer)


@pytest.mark.parametrize("key", ["", "x", "A" * 32, "a" * 33, "a\x00" + "a" * 31])
def test_a_form_without_its_key_keeps_what_was_typed(admin, api, key):
    answer = admin.post(NEW, TYPED | {"form_key": key})
    assert answer.status_code == 422
    assert form_of(answer)["name"] == TYPED["name"]


def test_an_attempt_that_nobody_knows_the_outcome_of_stands_in_every_sidebar(admin, member, api):
    api.creates = [errors.TimedOut("late", trace_id="t-late")]
    where = create(admin)["Location"]
    assert where == f"{NEW}{Attempt.objects.get().form_key}/"
    for browser in (admin, member):
        said = text(browser.get("/g/grp/"))
        assert said.count(f'href="{where}"') == (3 if browser is admin else 2)  # and a notice
        page = text(browser.get(where))
        assert "so it may exist and not be listed yet" in page
        assert ("Look now" in page) is (browser is admin)
    assert member.post(where, {"wish": "give up"}).status_code == 403


def unconfirmed(admin, api):
    api.creates = [errors.TimedOut("late")]
    return create(admin)["Location"]


def test_look_now_finds_it(admin, api):
    where = unconfirmed(admin, api)
    assert admin.post(where, {"wish": "look"})["Location"] == where
    api.tree = Navigation((), (audience("made", TYPED["name"]),))
    Attempt.objects.update(last_look_at=None)
    assert admin.post(where, {"wish": "look"})["Location"] == "/g/grp/audiences/made/"
    assert admin.get(where)["Location"] == "/g/grp/audiences/made/"


def test_sent_again_only_with_its_name_typed(admin, api):
    where = unconfirmed(admin, api)
    answer = admin.post(where, {"wish": "send", "name": "another"})
    assert answer.status_code == 422
    assert "This is not its name" in text(answer)
    api.creates = ["made"]
    assert admin.post(where, {"wish": "send", "name": TYPED["name"]})["Location"] == "/g/grp/audiences/made/"
    assert [call[0] for call in api.calls].count("create") == 2


def test_given_up_it_leaves_the_sidebar_and_its_name_is_free(admin, api):
    where = unconfirmed(admin, api)
    assert "Given up" in text(admin.post(where, {"wish": "give up"}, follow=True))
    assert text(admin.get("/g/grp/")).count(where) == 1  # the notice
    api.creates = ["made"]
    assert create(admin)["Location"] == "/g/grp/audiences/made/"


def test_a_person_chooses_between_two(admin, api):
    where = unconfirmed(admin, api)
    api.tree = Navigation((), (audience("one", TYPED["name"]), audience("two", TYPED["name"])))
    assert "2 new audiences have this name" in text(admin.post(where, {"wish": "look"}, follow=True))
    assert admin.post(where, {"wish": "choose", "audience": "two"})["Location"] == "/g/grp/audiences/two/"


@pytest.mark.parametrize("wish", ["", "fly"])
def test_a_wish_that_there_is_not(admin, api, wish):
    assert admin.post(unconfirmed(admin, api), {"wish": wish}).status_code == 403


def test_refused_after_the_page_had_gone_on_it_can_be_changed_and_sent(admin, api):
    where = unconfirmed(admin, api)
    Attempt.objects.update(state="refused", problem="Too dull.", details=[["name", "Dull."]], settled_at=timezone.now())
    said = text(admin.get(where))
    assert "Too dull." in said
    again = admin.get(re.search(r'href="(\.\./\?from=[^"]+)"', said)[1].replace("../", NEW))
    assert {name: form_of(again)[name] for name in TYPED} == TYPED


def test_a_token_that_is_gone_costs_nothing_typed(row, api):
    user = User.objects.create_superuser("boss@example.com")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    answer = strict.post(NEW, TYPED | {"form_key": "a" * 32})
    assert answer.status_code == 403
    assert "What you typed is still here" in text(answer)
    assert {name: form_of(answer)[name] for name in TYPED} == TYPED
    assert Attempt.objects.count() == 0


def test_a_form_from_elsewhere_is_not_filled_in_for_anybody(row, api):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.create_superuser("boss@example.com"))
    answer = strict.post(NEW, TYPED, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "forwarders" not in text(answer)


def test_a_session_that_is_gone_costs_nothing_typed(admin, api):
    who = User.objects.get(email="ada@example.com")
    fields = form_of(admin.get(NEW)) | TYPED | {"typed_by": str(who.pk)}
    admin.logout()
    answer = admin.post(NEW, fields)
    assert answer.status_code == 403
    assert "what you typed is kept" in text(answer)
    draft = re.search(r'name="draft" value="([^"]+)"', text(answer))[1]
    who = {"email": "ada@example.com", "password": "wrong", "next": NEW, "draft": draft}
    assert draft in text(admin.post("/sign-in/", who))
    assert admin.post("/sign-in/", who | {"password": "a password"})["Location"] == NEW
    again = form_of(admin.get(NEW))
    assert {name: again[name] for name in TYPED} == TYPED
    assert form_of(admin.get(NEW))["name"] is None  # once


def test_what_somebody_typed_is_not_for_whoever_signs_in_next(admin, api, row):
    other = User.objects.create_user("bob@example.com", "a password")
    Membership.objects.create(user=other, group=row, role="admin")
    admin.logout()
    answer = admin.post(NEW, TYPED | {"form_key": "a" * 32, "typed_by": "1"})
    draft = re.search(r'name="draft" value="([^"]+)"', text(answer))[1]
    admin.post("/sign-in/", {"email": "bob@example.com", "password": "a password", "next": NEW, "draft": draft})
    assert form_of(admin.get(NEW))["name"] is None


def test_what_was_not_sent_is_not_sent_later_beside_another_of_its_name(admin, api):
    api.creates = [errors.NotSent("no line"), "made"]
    first = create(admin)
    unsent = Attempt.objects.get()
    admin.post(NEW, form_of(first))
    answer = admin.post(f"{NEW}{unsent.form_key}/", {"wish": "send"})
    assert answer.status_code == 409
    assert "There is an audience of this name by now" in text(answer)
    assert [call[0] for call in api.calls].count("create") == 2


def test_a_draft_that_was_forged_is_nothing(admin, api):
    admin.logout()
    who = {"email": "ada@example.com", "password": "a password", "next": NEW, "draft": "eyJ4IjoxfQ:1:x"}
    admin.post("/sign-in/", who)
    assert form_of(admin.get(NEW))["name"] is None


def test_the_api_down_costs_the_form_only_its_sidebar(admin, api):
    api.failures["navigation"] = errors.InternalError("500", status=500)
    assert admin.get(NEW).status_code == 200

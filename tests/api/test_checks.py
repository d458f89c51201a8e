"""What may enter a request, and the sentence for what may not."""

import pytest

from audiences.api.client import AudiencesClient
from tests.api.conftest import KEY


@pytest.mark.parametrize(
    "url",
    [
        "https://api.sonarly.io",
        "https://api.sonarly.io/",
        "HTTPS://API.example:8443/path/",
        "http://localhost:9000",
        "http://127.0.0.1:1",
        "http://127.8.9.1",
        "http://[::1]:8000",
    ],
)
def test_base_urls_that_serve(url):
    AudiencesClient(url, KEY).close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://api.sonarly.io", "https"),
        ("http://127.0.0.1.example.com", "https"),
        ("http://0.0.0.0", "https"),
        ("http://[::2]", "https"),
        ("http://2130706433", "https"),
        ("https://user:pass@api.test", "user name"),
        ("https://api.test?x=1", "query"),
        ("https://api.test#x", "fragment"),
        ("https://", "like https"),
        ("ftp://api.test", "like https"),
        ("api.test", "like https"),
        ("", "like https"),
        (None, "like https"),
        ("https://api.test\\@evil.test", "like https"),
        ("https://api.test/\r\nX: y", "like https"),
        ("https://api.test\n", "like https"),
        ("https://bücher.test", "like https"),
        ("https://api.test:0", "port"),
        ("https://api.test:99999", "port"),
        ("https://api.test/v1", "/v1"),
        ("https://api.test/a/../b", ".."),
    ],
)
def test_base_urls_that_are_refused(url, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        AudiencesClient(url, KEY)
    assert "pass" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://sandbox:8900", "http://10.0.0.7", "http://api.sonarly.io/"])
def test_a_key_of_the_sandbox_opens_nothing_real_and_may_go_anywhere(url):
    AudiencesClient(url, "sk_sandbox_all").close()


@pytest.mark.parametrize("key", [KEY, "sk_live_sk_sandbox_all", "SK_SANDBOX_ALL", "sk_sandboxed", " sk_sandbox_all"])
def test_no_other_key_goes_over_plain_http(key):
    with pytest.raises(ValueError, match=r"https|API key"):
        AudiencesClient("http://sandbox:8900", key)


@pytest.mark.parametrize("key", ["", "sk_live_a\nX: y", "sk_live_a\r", "sk live", "sk_live_é", "sk_live_\x00", None])
def test_keys_that_are_refused_are_not_repeated(key):
    with pytest.raises(ValueError, match="API key") as caught:
        AudiencesClient("https://api.test", key)
    assert "sk_live" not in str(caught.value)


WRONG_IDS = ["", "..", "a/b", "a b", "a\n", "a?x", "x" * 129, "é", None, 7]


@pytest.mark.parametrize("wrong", WRONG_IDS)
def test_wrong_ids_make_no_call(connect, wrong):
    client = connect()
    calls = [
        lambda: client.navigation(wrong),
        lambda: client.audiences(wrong),
        lambda: client.audience(wrong, "a1"),
        lambda: client.audience("g1", wrong),
        lambda: client.prospects(wrong, "a1"),
        lambda: client.prospects("g1", wrong),
        lambda: client.create_audience(wrong, name="x", type="on_demand"),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="id must"):
            call()


@pytest.mark.parametrize("word", ["navigation", "folders"])
def test_addresses_of_the_api_are_no_audiences(connect, word):
    with pytest.raises(ValueError, match="no audience's id"):
        connect().audience("g1", word)
    with pytest.raises(ValueError, match="no audience's id"):
        connect().prospects("g1", word)


@pytest.mark.parametrize("wrong", ["a\nb", "\x00", "\ud800", "x" * 4097, None, 5])
def test_wrong_cursors_make_no_call(connect, wrong):
    with pytest.raises(ValueError, match="cursor must"):
        connect().audiences("g1", wrong)
    with pytest.raises(ValueError, match="cursor must"):
        connect().prospects("g1", "a1", wrong)

"""How times, counts and the API's words are shown."""

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# the types that the reference pages name; the set is open
AUDIENCE_TYPES = {
    "on_demand": "On demand",
    "monitoring": "Monitoring",
    "linkedin_search": "LinkedIn search",
}


@register.filter
def when(value: object, form: str = "full") -> SafeString | str:
    """A time as `<time>`, in UTC and saying so; a script rewrites it in the reader's zone (`data-when` is the form).

    Forms: "full" 3 Nov 2026, 14:02 UTC; "day" 3 Nov 2026; "clock" 14:02 UTC and "second" 14:02:31 UTC, with the day
    when it is not today's.
    Takes a datetime or the API's literal text: text that is no time is given back as it is, None as "". A time
    without a zone counts as UTC.
    """
    moment = _moment(value)
    if moment is None:
        return "" if value is None else str(value)
    full = f"{_day(moment)} {moment.year}, {moment:%H:%M} UTC"
    forms = {"day": f"{_day(moment)} {moment.year}", "clock": _clock(moment), "second": _clock(moment, "%H:%M:%S")}
    machine = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    markup = '<time datetime="{}" data-when="{}" title="{}">{}</time>'
    return format_html(markup, machine, form, full, forms.get(form, full))


def _moment(value: object) -> datetime | None:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value or "").strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]}"


def _clock(moment: datetime, form: str = "%H:%M") -> str:
    is_today = datetime.now(UTC).date() == moment.date()
    return f"{moment:{form}} UTC" if is_today else f"{_day(moment)}, {moment:{form}} UTC"


@register.filter
def count(value: object) -> str:
    """A whole number with its thousands separated, 2340 → "2,340"; anything else as it is, None as ""."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)


@register.filter
def audience_type(word: object) -> str:
    """The API's word for a type of audience in ours, "on_demand" → "On demand"; unknown words as they are."""
    text = "" if word is None else str(word)
    return AUDIENCE_TYPES.get(text, text)

"""Parts of an address."""

from django.urls.converters import IntConverter

from audiences.api.checks import checked_audience_id, checked_id


class ApiId:
    """An id of the API. Anything else is a 404 before a call is made: a quoted `..` still climbs in a path."""

    regex = "[A-Za-z0-9_-]{1,128}"

    check = staticmethod(checked_id)

    def to_python(self, value: str) -> str:
        """The id as it is; ValueError (a 404) when no call can be made with it."""
        return self.check(value)

    def to_url(self, value: str) -> str:
        """The id as it is; ValueError when no address can hold it."""
        return self.check(value)


class RowNumber(IntConverter):
    """The number of a row of ours. A longer one than a database takes is a 404, too."""

    regex = "[0-9]{1,18}"


class AudienceId(ApiId):
    """An audience's id, which is none of the words that the API keeps for itself at that place."""

    check = staticmethod(checked_audience_id)

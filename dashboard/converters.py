"""Parts of an address."""

from audiences.api.records import usable_id


class ApiId:
    """An id of the API. Anything else is a 404 before a call is made: a quoted `..` still climbs in a path."""

    regex = "[A-Za-z0-9_-]{1,128}"

    def to_python(self, value: str) -> str:
        """The id as it is."""
        return value

    def to_url(self, value: str) -> str:
        """The id as it is; ValueError when no address can hold it."""
        if not usable_id(value):
            raise ValueError("not an id of the API")
        return value

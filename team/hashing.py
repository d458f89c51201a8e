"""Password hashing that cannot fill the memory."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 2
_places = BoundedSemaphore(AT_ONCE)


class FewAtOnce(Argon2PasswordHasher):
    """Django's argon2, two at a time in a process: each takes 100 MiB, and 64 threads may be asked for one."""

    def encode(self, password: str, salt: str) -> str:
        """As Django's."""
        with _places:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """As Django's."""
        with _places:
            return super().verify(password, encoded)

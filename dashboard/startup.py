"""What has to be settled before a process reads its settings."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from dotenv import load_dotenv

from dashboard import env

_BASE_DIR = Path(__file__).resolve().parent.parent


def read_env_file() -> None:
    """Take from `.env` beside manage.py what the environment does not say itself."""
    load_dotenv(_BASE_DIR / ".env")


def require_api_key() -> None:
    """End this start with one sentence when there is no key: only `manage.py up` may stand in with the sandbox."""
    if not env.secret("AUDIENCES_API_KEY"):
        env.refuse("AUDIENCES_API_KEY", "is not set. Set it, or use `make run`, which can start a sandbox instead.")


def use_kept_secret_key(*, make: bool) -> None:
    """Without a SECRET_KEY, take the one kept in var/, so that every command works on the same deployment.

    With `make`, one that is missing is made: 0600, whole or not at all, and the same for two starts at once.
    """
    if env.text("SECRET_KEY") or env.text("SECRET_KEY_FILE"):
        return
    kept = Path(env.text("VAR_DIR", str(_BASE_DIR / "var"))) / "secret-key"
    try:
        key = _kept_key(kept) or (_make_key(kept) if make else "")
    except (OSError, UnicodeDecodeError) as error:
        env.refuse("SECRET_KEY", f"is not set, and {kept} cannot be used: {error}.")
    if key:
        os.environ["SECRET_KEY"] = key


def _kept_key(kept: Path) -> str:
    return kept.read_text().strip() if kept.is_file() else ""


def _make_key(kept: Path) -> str:
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        if kept.is_file():  # but empty: a disk that was full
            draft.replace(kept)
        else:
            # unlike rename, link never replaces the key that another start has just made
            with suppress(FileExistsError):
                kept.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    return _kept_key(kept)


def refuse_half_restored() -> None:
    """End this start with one sentence while a restore is not finished: pages would open to whoever was removed since
    the dump. Needs the settings; leaves no connection behind.
    """
    from operations import marker

    if marker.stands():
        raise SystemExit(marker.SENTENCE)

"""One machine, no server to install: what `make run` uses. Loopback is open to the simulators alone."""

import secrets

from cms.settings.base import *

DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])


def _kept_secret(name: str, make: object) -> str:
    """The secret kept in DATA_DIR/`name`, made at the first start and readable by its owner alone."""
    path = DATA_DIR / name
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())  # type: ignore[operator]
    return path.read_text().strip()


def _fernet_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


SECRET_KEY = SECRET_KEY or _kept_secret("secret_key", lambda: secrets.token_urlsafe(50))
CONG_FIELD_KEYS = CONG_FIELD_KEYS or [_kept_secret("field_key", _fernet_key)]
CONG_HTTP_ALLOW = tuple(env.list("CONG_HTTP_ALLOW", []))
CONG_CRASH_POINTS = env.bool("CONG_CRASH_POINTS", False)
LOGGING = build_logging(json=env.bool("CONG_LOG_JSON", False), level=env.str("CONG_LOG_LEVEL", "INFO"))
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# A plain start with an empty static folder must still draw its pages; the start-up command collects them.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
CONG_SAMPLE_ALLOWED = True

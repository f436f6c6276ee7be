"""Tests: dummy secrets, no outside network, fast hashes. CONG_TEST_DATABASE=postgres runs on a real PostgreSQL."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Here and not in conftest.py: pytest-django reads the settings before it looks at any conftest.
if os.environ.get("CONG_TEST_DATABASE") == "postgres" and not os.environ.get("DATABASE_URL"):
    from tests.postgres import start_for_session

    start_for_session()

from cms.settings.base import *  # noqa: E402

DATA_DIR = Path(tempfile.mkdtemp(prefix="cong-test-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
SECRET_KEY = "only-for-tests-" + "x" * 40
CONG_FIELD_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = []
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# The simulators that tests start choose free ports of their own.
CONG_HTTP_ALLOW = ("127.0.0.1:*",)
# Long enough that a busy machine keeps its leases; the crash and lease tests set one second.
CONG_LEASE_SECONDS = env.float("CONG_LEASE_SECONDS", 30.0)
CONG_CRASH_POINTS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
if env.str("DATABASE_URL", ""):
    DATABASES = {"default": tuned(env.dj_db_url("DATABASE_URL"))}
else:
    DATABASES = {"default": tuned(env.dj_db_url("_NO_SUCH_VARIABLE", f"sqlite:///{DATA_DIR / 'test.sqlite3'}"))}
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "pytest.sqlite3")}
# Durability is what the crash tests prove with the production pragma; the rest need not wait for the disk.
DATABASES["default"].setdefault("OPTIONS", {})
LOGGING = build_logging(json=False, level=env.str("CONG_LOG_LEVEL", "WARNING"))
CONG_SAMPLE_ALLOWED = True

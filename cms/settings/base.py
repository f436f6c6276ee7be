"""What is true of every installation; the environment is read here, typed, once."""

from pathlib import Path

from environs import Env

from cms.core import languages
from cms.core.logs import build_logging

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# Everything a run leaves behind: the database, uploads, logs. Never in git.
DATA_DIR = env.path("CONG_DATA_DIR", BASE_DIR / "var")
SECRET_KEY = env.str("SECRET_KEY", "")
# Keys that encrypt credentials at rest, newest first (Fernet, 32 bytes in urlsafe base64).
CONG_FIELD_KEYS: list[str] = env.list("CONG_FIELD_KEYS", [])
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
CONG_BASE_URL = env.str("CONG_BASE_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "cms.core",
    "campaigns",
    "translations",
    "media.library",
    "media.press",
    "channels.delivery",
    "channels.website",
    "channels.telegram",
    "channels.zalo",
    "channels.facebook",
    "channels.loudspeaker",
    "channels.manual",
    "cms.website",
    "cms.portal",
    "cms.cockpit",
    "cms.ops",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.core.middleware.RequestIdMiddleware",
    "cms.core.csp.ContentSecurityPolicyMiddleware",
    "cms.website.page_cache.WholePageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.core.middleware.AdminGateMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database --------------------------------------------------------------------------------------------------
# WAL and IMMEDIATE: a transaction that reads and then writes never fails with "database is locked" (measured:
# shared reference, reliability.md section 3). FULL, because the delivery journal must survive a power cut.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
        "PRAGMA cache_size=-16000;PRAGMA journal_size_limit=67108864;"
    ),
}


# How long a claimed delivery or job stays with its worker without a word; clients time out before half of it.
CONG_LEASE_SECONDS = env.float("CONG_LEASE_SECONDS", 60.0)
# A machine that stands still inside a transaction would keep its row locks, and all who wait for them, for ever.
# After a lease its work belongs to others: the server ends such a session, and nobody waits longer for a lock.
POSTGRES_LIMITS = " ".join(
    f"-c {name}={int(CONG_LEASE_SECONDS * 1000)}" for name in ("idle_in_transaction_session_timeout", "lock_timeout")
)

# The statements of a send are prepared by the server once for each session. A connection pool that hands out another
# session for each transaction must know about that (PgBouncer from 1.21 on: max_prepared_statements); else switch it off.
CONG_POSTGRES_PREPARE = env.bool("CONG_POSTGRES_PREPARE", True)


def tuned(config: dict[str, object]) -> dict[str, object]:
    """The parsed database settings with what this product needs of the engine added."""
    if str(config["ENGINE"]).endswith("sqlite3"):
        return {**config, "OPTIONS": dict(SQLITE_OPTIONS), "CONN_MAX_AGE": None}
    return {**config, "OPTIONS": {"options": POSTGRES_LIMITS}, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": tuned(env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'cong.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Lock the pair, not the name alone: else anybody could lock a colleague out.
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the page editor previews in a frame of its own host

# --- Languages and time ----------------------------------------------------------------------------------------
languages.install_lang_info()
LANGUAGE_CODE = "vi"
LANGUAGES = languages.django_languages()
WAGTAIL_CONTENT_LANGUAGES = languages.content_languages()
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["cms.core.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# --- Files -----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cms.core.staticfinders.FontWheelFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends one field per block and more

# --- Wagtail ---------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Cồng"
# The date pickers write what people type: another form would be taken for a mistake and replaced by the present moment.
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAILADMIN_BASE_URL = CONG_BASE_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAILADMIN_LOGIN_URL = "/dang-nhap/"
WAGTAILIMAGES_IMAGE_MODEL = "core.Image"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.core.image_forms.SafeImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "core.Document"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.core.image_forms.SafeDocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAIL_AUTO_UPDATE_PREVIEW_INTERVAL = 2000
WAGTAIL_WORKFLOW_ENABLED = False  # one way to approve, ours: campaigns.services.approvals
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no request leaves for a picture of a person
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if env.str("CACHE_URL", ""):
    CACHES = {"default": env.dj_cache_url("CACHE_URL")}

# --- Celery: the database is the schedule, the broker a doorbell -------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 600,
        "socket_timeout": 30,
        "socket_keepalive": True,
    }
elif CELERY_BROKER_URL.startswith("amqp"):
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05}

# --- Our own -----------------------------------------------------------------------------------------------------
# How often the worker's ticker looks for what is due.
CONG_TICK_SECONDS = env.float("CONG_TICK_SECONDS", 1.0)
# When a due delivery was taken by nobody for so long, the ticker works it by itself: broker down, pool standing still.
CONG_WATCHDOG_SECONDS = env.float("CONG_WATCHDOG_SECONDS", 15.0)
# "host:port" pairs that the guarded client may reach although they are not public. Development and tests only.
CONG_HTTP_ALLOW: tuple[str, ...] = ()
# Who we say we are to the servers we call: program, version, where to complain.
CONG_USER_AGENT = env.str("CONG_USER_AGENT", f"Cong/0.1 (+{CONG_BASE_URL})")
CONG_TELEGRAM_API_BASE = env.str("CONG_TELEGRAM_API_BASE", "https://api.telegram.org")
# "http://[user:password@]host:port" or "socks5://…": the way to Telegram where it is blocked; used for nothing else.
CONG_TELEGRAM_PROXY = env.str("CONG_TELEGRAM_PROXY", "")
CONG_ZALO_API_BASE = env.str("CONG_ZALO_API_BASE", "https://openapi.zalo.me")
CONG_ZALO_OAUTH_BASE = env.str("CONG_ZALO_OAUTH_BASE", "https://oauth.zaloapp.com")
CONG_FACEBOOK_API_BASE = env.str("CONG_FACEBOOK_API_BASE", "https://graph.facebook.com")
CONG_FACEBOOK_API_VERSION = env.str("CONG_FACEBOOK_API_VERSION", "v25.0")
# Facebook documents no length of a post; this figure is what its own composer was long known to take.
CONG_FACEBOOK_MESSAGE_LIMIT = env.int("CONG_FACEBOOK_MESSAGE_LIMIT", 63206)
CONG_CRASH_POINTS = False
# The sample province has passwords that everybody knows.
CONG_SAMPLE_ALLOWED = False

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = build_logging(json=env.bool("CONG_LOG_JSON", True), level=env.str("CONG_LOG_LEVEL", "INFO"))

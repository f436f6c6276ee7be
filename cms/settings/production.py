"""A department's servers. Nothing here has a default that would be unsafe: what is missing stops the start."""

from cms.settings.base import *

SECRET_KEY = env.str("SECRET_KEY")
CONG_FIELD_KEYS = env.list("CONG_FIELD_KEYS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-cong_session"
CSRF_COOKIE_NAME = "__Host-cong_csrf"
# /admin/ needs the cookie readable by nobody's script.
CSRF_COOKIE_HTTPONLY = False  # Wagtail's admin reads it to sign its requests
EMAIL_CONFIG = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
vars().update({k: v for k, v in EMAIL_CONFIG.items() if k.startswith("EMAIL")})
# W019 wants X-Frame-Options DENY; the page editor previews in a frame of its own host. Public and working pages forbid
# every frame by their Content-Security-Policy (cms.core.csp).
SILENCED_SYSTEM_CHECKS = ["security.W019"]

"""What a browser may load on our pages. Measured in Chromium on the whole site: shared reference, reliability.md 2.7."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"
# Public site, portal, workbench, press desk, cockpit: nothing inline, nothing from elsewhere.
STRICT = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
# Wagtail's editor writes inline scripts and styles (14 of its pages) and previews in a frame of its own host.
ADMIN = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
)
DEFAULT_ADMIN_PREFIXES = ("/admin/", "/quan-tri/")


class ContentSecurityPolicyMiddleware:
    """Adds the header to every answer that has none yet; looser under settings.CONG_ADMIN_PREFIXES alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_prefixes = tuple(getattr(settings, "CONG_ADMIN_PREFIXES", DEFAULT_ADMIN_PREFIXES))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if HEADER not in response:
            response[HEADER] = ADMIN if request.path_info.startswith(self.admin_prefixes) else STRICT
        return response

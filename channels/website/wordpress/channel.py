"""A text on a WordPress site: shown from its moment to its end, corrected in place, taken down as the site wishes.

WordPress has no idempotency key, and posting twice makes two posts. So every text has one lasting address (slug) there;
it is looked for before anything is made, and looked for again when an answer was lost. Changing, hiding and uploading
under that address may be repeated; only the making of a post may not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Approval
from campaigns.payloads import payload_sha256
from channels.delivery.contract import Budget, Channel, Counter, Look, Outgoing, Sent
from channels.delivery.enums import Action, ReadBack
from channels.delivery.errors import Permanent
from channels.delivery.models import Endpoint
from channels.website import words
from channels.website.wordpress import pictures
from channels.website.wordpress.classification import NotThere
from channels.website.wordpress.client import Post, Site
from channels.website.wordpress.forms import (
    DRAFT,
    TRASH,
    WordPressConfigForm,
    WordPressKeyForm,
    categories_of,
    slugs_of,
)
from channels.website.wordpress.markup import for_wordpress
from cms.core import clock
from cms.core.errors import BadInput

# Shared hosting cuts off who asks more often; a text costs about five requests.
WINDOWS = ((2, 1.0), (30, 60.0))
TEXT_LIMIT = 200_000
PICTURE_LIMIT = 20
# PHP ends a request after half a minute unless told otherwise: a post that is not there after this will not come.
SETTLED = timedelta(minutes=2)


class WordPressChannel(Channel):
    """The REST API of a WordPress site that an organisation owns."""

    kind = "wordpress"
    label = gettext_lazy("WordPress site")
    spans = True
    replaces = True
    idempotent = frozenset({Action.TAKE_DOWN, Action.CORRECT})
    actions = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})
    needs_credential = True
    key_goes_to = "site"
    config_form = WordPressConfigForm
    credential_form = WordPressKeyForm

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        """The document of channels/website/words.py with the address (`slug`) and the written language (`code`)."""
        document = words.document_of(approval)
        slug = f"tin-{approval.item_id}-{approval.orthography}-{document['object'][:8]}"
        return _checked({**document, "slug": slug.lower(), "code": approval.orthography})

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        """Other paragraphs; pictures, hotlines and signature stay."""
        return _checked(words.with_words(payload, text))

    def plain_text(self, payload: dict[str, Any]) -> str:
        """All words of the post."""
        return words.words_of(payload)

    def editable_text(self, payload: dict[str, Any]) -> str:
        """The paragraphs."""
        return words.editable_words(payload)

    def counters(self, payload: dict[str, Any]) -> list[Counter]:
        """WordPress has no limit of its own; ours keeps a page readable."""
        return [Counter(_("Text"), len(_content(payload, {})), TEXT_LIMIT)]

    def preview_html(self, payload: dict[str, Any]) -> str:
        """Title and body as they will be sent; all of it is our renderer's own, escaped, markup."""
        body = words.body_html(payload, picture=lambda part: format_html("<p>▣ {}</p>", part["alt"]))
        return format_html("<h3>{}</h3>{}", payload["title"], mark_safe(body))

    def warnings(self, payload: dict[str, Any]) -> list[str]:
        """What an editor should know: no way back to our own page, pictures without words."""
        found = []
        if not payload["link"]:
            found.append(_("The text is not on the website, so the post has no link back."))
        if any(part["type"] == "picture" and not part["alt"].strip() for part in payload["parts"]):
            found.append(_("A picture has no description for those who cannot see it."))
        return found

    def budgets(self, endpoint: Endpoint) -> list[Budget]:
        """One bucket for the site."""
        return [Budget(f"wordpress:{endpoint.pk}", WINDOWS)]

    def is_long(self, payload: dict[str, Any]) -> bool:
        """Always: several requests one after the other, some of them uploads."""
        return True

    def send(self, outgoing: Outgoing) -> Sent:
        """Show it: change the post that stands there, or make it when there is none."""
        with _site(outgoing) as site:
            fields = self._fields(site, outgoing)
            post = self._change(site, outgoing, fields)
            if post is None:
                outgoing.note({"slug": outgoing.payload["slug"], "making": True})
                post = site.create_post({**fields, "status": "publish"})
        return _sent(post)

    def correct(self, outgoing: Outgoing) -> Sent:
        """Replace the words of the post that stands there. Raises Permanent when it is gone."""
        with _site(outgoing) as site:
            post = self._change(site, outgoing, self._fields(site, outgoing))
        if post is None:
            raise Permanent("already_gone")
        return _sent(post)

    def take_down(self, outgoing: Outgoing) -> Sent:
        """Make it a draft or put it into the bin; what is gone counts as taken down."""
        trash = outgoing.endpoint.config.get("take_down", DRAFT) == TRASH
        with _site(outgoing) as site:
            number = int(outgoing.remote_id) if outgoing.remote_id.isdigit() else None
            if number is None:
                found = site.find_post(outgoing.payload["slug"])
                number = found.id if found is not None and found.status != "trash" else None
            try:
                if number is not None and trash:
                    site.trash_post(number)
                elif number is not None:
                    site.update_post(number, {"status": "draft"})
            except NotThere:
                number = None
        return Sent(remote_id=outgoing.remote_id, evidence={"gone_already": number is None})

    def look(self, outgoing: Outgoing, *, since: datetime, noted: dict[str, Any]) -> Look:
        """Whether just these words stand at the text's address; "absent" only once no request can still be under way."""
        with _site(outgoing) as site:
            post = site.find_post(outgoing.payload["slug"])
        evidence: dict[str, Any] = {"slug": outgoing.payload["slug"]}
        if post is not None:
            same = _mark(outgoing.payload) in post.content
            evidence |= {"post": post.id, "status": post.status, "same_words": same}
            if same and post.status == "publish":
                return Look(ReadBack.THERE, _sent(post), evidence)
            if same:
                # Somebody there has hidden it: whether it should be shown again is for a person to say.
                return Look(ReadBack.UNKNOWN, None, evidence)
        settled = clock.now() - since > SETTLED
        return Look(ReadBack.ABSENT if settled else ReadBack.UNKNOWN, None, evidence)

    def test_connection(self, endpoint: Endpoint, secret: str) -> str:
        """Which account answered and what it may do; categories and tags that the site lacks are named."""
        user = endpoint.credential.config.get("user", "") if endpoint.credential else ""
        with _open(endpoint, user, secret) as site:
            me = site.me()
            missing = _lacking(site, endpoint.config, None)[1]
        facts = {"name": me.get("name", user), "missing": ", ".join(missing)}
        may = me.get("capabilities") or {}
        if not may.get("publish_posts"):
            return _("“%(name)s” can log in but may not publish; the account needs the role Author or Editor.") % facts
        if not may.get("upload_files"):
            return _("“%(name)s” may publish, but not upload pictures.") % facts
        if missing:
            return _("“%(name)s” may publish there. The site has no category or tag %(missing)s.") % facts
        return _("“%(name)s” may publish there.") % facts

    def _fields(self, site: Site, outgoing: Outgoing) -> dict[str, Any]:
        """What the post carries, after its pictures are in the site's library."""
        payload, config = outgoing.payload, outgoing.endpoint.config
        uploaded = {part["sha256"]: _uploaded(site, part) for part in payload["parts"] if part["type"] == "picture"}
        fields: dict[str, Any] = {
            "title": for_wordpress(escape(payload["title"], quote=True)),
            "excerpt": for_wordpress(escape(payload["summary"], quote=True)),
            "content": _content(payload, {digest: media[1] for digest, media in uploaded.items()}),
            "slug": payload["slug"],
            "comment_status": "closed",
            "ping_status": "closed",
        }
        terms, lacking = _lacking(site, config, payload["code"])
        if lacking:
            raise Permanent("wp_term_missing", evidence={"missing": ", ".join(lacking)[:200]})
        fields.update(terms)
        if uploaded and config.get("featured"):
            fields["featured_media"] = next(iter(uploaded.values()))[0]
        if config.get("multilingual"):
            fields["lang"] = payload["lang"]
        return fields

    def _change(self, site: Site, outgoing: Outgoing, fields: dict[str, Any]) -> Post | None:
        """The post, changed and shown; None when it is not there."""
        fields = {**fields, "status": "publish"}
        if outgoing.remote_id.isdigit():
            try:
                return site.update_post(int(outgoing.remote_id), fields)
            except NotThere:
                outgoing.note({"gone": outgoing.remote_id})
        found = site.find_post(outgoing.payload["slug"])
        if found is None:
            return None
        try:
            return site.update_post(found.id, fields)
        except NotThere:
            return None


def _checked(payload: dict[str, Any]) -> dict[str, Any]:
    if len(_content(payload, {})) > TEXT_LIMIT:
        raise BadInput(_("The text is longer than the channel carries (%(limit)s characters).") % {"limit": TEXT_LIMIT})
    if sum(part["type"] == "picture" for part in payload["parts"]) > PICTURE_LIMIT:
        raise BadInput(_("The text has more than %(limit)s pictures.") % {"limit": PICTURE_LIMIT})
    return payload


def _content(payload: dict[str, Any], addresses: dict[str, str]) -> str:
    """The body. As an HTML block, so that neither WordPress nor a colleague's editor lays it out again."""

    def figure(part: dict[str, Any]) -> str:
        return words.figure_html(part, addresses.get(part["sha256"], ""))

    body = words.body_html(payload, picture=figure, text=for_wordpress, mark=_mark(payload))
    return f"<!-- wp:html -->{body}<!-- /wp:html -->"


def _mark(payload: dict[str, Any]) -> str:
    """A name for just these words, written into the post: a look at the site can tell them from older ones."""
    return f"cong-{payload_sha256(payload)[:16]}"


def _uploaded(site: Site, part: dict[str, Any]) -> tuple[int, str]:
    media = site.find_media(pictures.slug_of(part))
    if media is None:
        file = pictures.load(part)
        media = site.upload(slug=file.slug, name=file.name, kind=file.kind, content=file.content, alt=file.alt)
    return media.id, media.url


def _wanted(config: dict[str, Any], code: str | None) -> list[tuple[str, list[str]]]:
    """(taxonomy, addresses) that a post of this written language gets; None means those of all languages together."""
    own = categories_of(str(config.get("language_categories", "")), code)
    categories = list(dict.fromkeys([*slugs_of(str(config.get("categories", ""))), *own]))
    wanted = [("categories", categories), ("tags", slugs_of(str(config.get("tags", ""))))]
    return [(taxonomy, slugs) for taxonomy, slugs in wanted if slugs]


def _lacking(site: Site, config: dict[str, Any], code: str | None) -> tuple[dict[str, list[int]], list[str]]:
    """The numbers for the post's fields, and the addresses that the site does not have."""
    fields: dict[str, list[int]] = {}
    lacking: list[str] = []
    for taxonomy, slugs in _wanted(config, code):
        found = site.find_terms(taxonomy, slugs)
        fields[taxonomy] = list(found.values())
        lacking += [slug for slug in slugs if slug not in found]
    return fields, lacking


@contextmanager
def _site(outgoing: Outgoing) -> Iterator[Site]:
    with _open(outgoing.endpoint, str(outgoing.credential_config.get("user", "")), outgoing.secret) as site:
        yield site


def _open(endpoint: Endpoint, user: str, secret: str) -> Site:
    config = endpoint.config
    return Site(address=config["site"], user=user, password=secret, plain=bool(config.get("plain_addresses")))


def _sent(post: Post) -> Sent:
    return Sent(str(post.id), post.link, evidence={"post": post.id, "status": post.status, "slug": post.slug})

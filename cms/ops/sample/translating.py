"""Trial versions in Jrai and Bahnar: marked, never approvable, so that every page of the workbench has something on it.

And one open translation job, with the approved source beside an empty target, for the sample's translator.
"""

from campaigns.models import ContentItem
from cms.ops.sample.content import Cast
from translations.models import TranslationJob
from translations.services.jobs import make_pseudo, open_job


def load_pseudo(cast: Cast) -> None:
    """Pseudo-translations of the anti-theft campaign, and a real job for its first script in Jrai."""
    theft = cast.campaigns["theft"]
    scripts = list(ContentItem.objects.filter(campaign=theft, kind="script").order_by("pk"))
    articles = list(ContentItem.objects.filter(campaign=theft, kind="article").order_by("pk"))
    for orthography, items in (("jra", [articles[0]]), ("bdq", [articles[0], scripts[0]])):
        for item in items:
            make_pseudo(item=item, orthography=orthography, user=cast.people["quantri"])
    if not TranslationJob.objects.filter(item=scripts[0], orthography="jra").exists():
        open_job(
            item=scripts[0],
            orthography="jra",
            user=cast.people["bientap"],
            translator=cast.people["dich.jrai"],
            reviewer=cast.people["duyet.jrai"],
        )

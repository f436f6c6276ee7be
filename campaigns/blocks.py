"""The blocks of articles and radio scripts. Hotlines are chosen, never typed."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

# Rich text without pictures or embeds: those are blocks of their own, so that each is approved by its hash.
RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "superscript", "subscript"]


class HotlineBlock(blocks.StructBlock):
    """A line of text and a verified number. The number comes from its own row when the text is approved."""

    text_before = blocks.CharBlock(
        label=_("Words before the number"),
        max_length=300,
        help_text=_("For example: When you see something suspicious, call"),
    )
    hotline = SnippetChooserBlock("campaigns.Hotline", label=_("Hotline"))

    class Meta:
        icon = "mobile-alt"
        label = _("Hotline")
        template = "site/blocks/hotline.html"


class HeadingBlock(blocks.CharBlock):
    """A heading inside an article."""

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "site/blocks/heading.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said, with who said it."""

    text = blocks.TextBlock(label=_("Words"))
    source = blocks.CharBlock(label=_("Who says it"), max_length=200)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "site/blocks/quote.html"


class PictureBlock(blocks.StructBlock):
    """A picture with words for those who cannot see it."""

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(label=_("What it shows"), max_length=250)
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "site/blocks/picture.html"


class ArticleBody(blocks.StreamBlock):
    """The body of an article or of a campaign's page."""

    heading = HeadingBlock(max_length=200)
    paragraph = blocks.RichTextBlock(
        label=_("Paragraph"), features=RICH_TEXT_FEATURES, template="site/blocks/paragraph.html"
    )
    picture = PictureBlock()
    quote = QuoteBlock()
    hotline = HotlineBlock()


class LeadInBlock(blocks.StructBlock):
    """The presenter's lead-in."""

    text = blocks.TextBlock(label=_("Words"))

    class Meta:
        icon = "openquote"
        label = _("Lead-in")
        template = "site/blocks/spoken.html"


class TurnBlock(blocks.StructBlock):
    """One voice reads one paragraph."""

    voice = blocks.ChoiceBlock(
        label=_("Voice"), choices=[("female", _("Female voice")), ("male", _("Male voice"))], default="female"
    )
    text = blocks.TextBlock(label=_("Words"))

    class Meta:
        icon = "user"
        label = _("Turn")
        template = "site/blocks/spoken.html"


class InterviewBlock(blocks.StructBlock):
    """Somebody answers in their own words. Named by office or role, in line with the rules on victims and minors."""

    who = blocks.CharBlock(label=_("Who speaks"), max_length=200)
    voice = blocks.ChoiceBlock(
        label=_("Voice"), choices=[("female", _("Female voice")), ("male", _("Male voice"))], default="male"
    )
    text = blocks.TextBlock(label=_("Words"))

    class Meta:
        icon = "comment"
        label = _("Interview")
        template = "site/blocks/spoken.html"


class SoundBlock(blocks.StructBlock):
    """Music or a noise, with its length; nobody reads it."""

    description = blocks.CharBlock(label=_("What is heard"), max_length=200)
    seconds = blocks.IntegerBlock(label=_("Seconds"), min_value=1, max_value=120)

    class Meta:
        icon = "media"
        label = _("Music or sound")
        template = "site/blocks/sound.html"


class ClosingBlock(blocks.StructBlock):
    """The closing line."""

    text = blocks.TextBlock(label=_("Words"))

    class Meta:
        icon = "tick"
        label = _("Closing line")
        template = "site/blocks/spoken.html"


class ScriptBody(blocks.StreamBlock):
    """The body of a radio script."""

    lead_in = LeadInBlock()
    turn = TurnBlock()
    interview = InterviewBlock()
    sound = SoundBlock()
    hotline = HotlineBlock()
    closing = ClosingBlock()

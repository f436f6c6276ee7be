"""What is hashed, and what changes the hash."""

import pytest

from campaigns import payloads
from campaigns.services import items
from tests.factories.campaigns import HotlineFactory, UserFactory, make_article, make_script

pytestmark = pytest.mark.django_db


def _payload(item):
    page = items.page_of(item, orthography="vi").get_latest_revision_as_object()
    return payloads.build_payload(page)


def test_payload_holds_words_issuer_and_hotline_numbers():
    hotline = HotlineFactory()
    item = make_script(hotline=hotline)
    payload = _payload(item)
    assert payload["hotlines"] == [{"id": hotline.pk, "label": hotline.label, "number": hotline.number, "hours": ""}]
    assert payload["issuer"]["name"] == item.campaign.issuer.name
    assert payload["orthography"] == "vi"
    assert hotline.number in payloads.spoken_text(payload)


def test_hash_is_the_same_for_composed_and_decomposed_letters():
    import unicodedata

    user = UserFactory()
    title = "Hòa giải ở cơ sở"
    one = _payload(make_article(user=user, title=title))
    two = dict(one, title=unicodedata.normalize("NFD", title))
    assert payloads.payload_sha256(one) == payloads.payload_sha256(two)


def test_a_changed_word_changes_both_hashes_and_a_changed_voice_the_spoken_one():
    payload = _payload(make_script())
    other = {**payload, "blocks": [dict(block) for block in payload["blocks"]]}
    other["blocks"][1]["voice"] = "male"
    assert payloads.payload_sha256(other) != payloads.payload_sha256(payload)
    assert payloads.text_sha256(other) != payloads.text_sha256(payload)


def test_article_is_read_with_its_markup_removed():
    spoken = payloads.spoken_text(_payload(make_article()))
    assert "vài phút" in spoken
    assert "<" not in spoken


def test_address_of_a_page_is_plain_ascii():
    item = make_article(title="Đắk Đoa ra quân phòng, chống trộm cắp")
    assert items.page_of(item, orthography="vi").slug == "dak-doa-ra-quan-phong-chong-trom-cap"

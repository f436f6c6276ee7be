"""Addresses of sound and documents, mounted at the root: /a/…, /tai-ve/…, /ghi-am/…."""

from django.urls import path, re_path

from media.library.views import audio, documents, recordings

app_name = "library"
urlpatterns = [
    re_path(r"^a/(?P<sha256>[0-9a-f]{64})$", audio.rendition, name="rendition"),
    path("tai-ve/<int:item_id>/<slug:orthography>/van-ban.docx", documents.docx, name="docx"),
    path("tai-ve/<int:item_id>/<slug:orthography>/van-ban.pdf", documents.pdf, name="pdf"),
    path("tai-ve/<int:item_id>/<slug:orthography>/am-thanh.mp3", documents.audio, name="audio"),
    path("tai-ve/<int:item_id>/bo-tai-lieu.zip", documents.kit, name="kit"),
    path("ghi-am/", recordings.index, name="recordings"),
    path("ghi-am/<int:item_id>/<slug:orthography>/", recordings.text, name="record"),
    path("ghi-am/<int:item_id>/<slug:orthography>/doc-thu/", recordings.draft, name="draft"),
    path("ghi-am/ban-ghi/<int:recording_id>/ban-goc", recordings.original, name="original"),
    path("ghi-am/ban-ghi/<int:recording_id>/rut/", recordings.withdraw, name="withdraw"),
    path("ghi-am/ban-ghi/<int:recording_id>/kiem-tra-lai/", recordings.again, name="again"),
    path("ghi-am/ban-ghi/<int:recording_id>/cho-phat/", recordings.allow, name="allow"),
    path("ghi-am/ban-ghi/<int:recording_id>/thoi-phat/", recordings.forbid, name="forbid"),
]

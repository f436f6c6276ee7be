"""A page with every component, for people who build pages; mounted only where DEBUG is on."""

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from cms.core.charts import Point, by_week, share
from cms.core.languages import ORTHOGRAPHIES


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("Title"), help_text=_("As it will be read out."))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("a", "Tin, bài"), ("b", "Kịch bản phát thanh")])
    days = forms.MultipleChoiceField(
        label=_("Days"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("2", "Thứ Hai"), ("3", "Thứ Ba"), ("4", "Thứ Tư")],
    )
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label=_("I have listened to the whole recording"))


def gallery(request: HttpRequest) -> HttpResponse:
    """The components as they look; 404 outside DEBUG."""
    if not settings.DEBUG:
        raise Http404
    points = [
        Point("21/9", 4),
        Point("28/9", 9),
        Point("5/10", None, "nguồn tin lỗi"),
        Point("12/10", 12),
        Point("19/10", 37),
        Point("26/10", 0),
    ]
    form = SampleForm({"title": "", "kind": "b", "note": "Phát sau bản tin chiều"})
    return render(
        request,
        "core/gallery.html",
        {
            "form": form,
            "page": Paginator(range(30), 10).page(2),
            "chart": by_week("Tuần 19/10: 37 tin, nhiều nhất từ đầu đợt", points, label_head="Tuần", value_head="Tin"),
            "line": by_week(
                "Lượt phát theo tuần", points, label_head="Tuần", value_head="Lượt", kind="line", target=30
            ),
            "share": share(21, 30),
            "orthographies": list(ORTHOGRAPHIES.values()),
            "weeks": [[(d, d % 7 in (2, 4)) for d in range(w * 7 + 1, w * 7 + 8)] for w in range(4)],
        },
    )


urlpatterns = [path("kieu-dang/", gallery, name="gallery")]

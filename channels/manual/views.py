"""Tasks for those who plan them: the list with its filters, one task with everything that was said, the table to take."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Area, Campaign
from channels.delivery.permissions import may_plan
from channels.manual import export, selectors
from channels.manual.enums import LegalForm, TaskState
from channels.manual.models import ManualTask, TaskQuerySet
from channels.manual.permissions import READERS
from cms.core import clock
from cms.core.permissions import role_required

PER_PAGE = 50
STATES = [("late", gettext_lazy("overdue")), ("waiting", gettext_lazy("not yet done")), *TaskState.choices]


class FilterForm(forms.Form):
    """Which tasks; everything may stay empty."""

    dot = forms.ModelChoiceField(
        label=gettext_lazy("Campaign"), queryset=Campaign.objects.none(), required=False,
        empty_label=gettext_lazy("all campaigns"),
    )  # fmt: skip
    dia_ban = forms.ModelChoiceField(
        label=gettext_lazy("Area"), queryset=Area.objects.none(), required=False, empty_label=gettext_lazy("all areas")
    )
    hinh_thuc = forms.ChoiceField(
        label=gettext_lazy("Form by Decree 49/2024"), required=False,
        choices=[("", gettext_lazy("all eight forms")), *LegalForm.choices],
    )  # fmt: skip
    trang_thai = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("every state")), *STATES]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["dot"].queryset = Campaign.objects.filter(items__manual_tasks__isnull=False).distinct().order_by("title")
        used = ManualTask.objects.filter(area__isnull=False).values("area")
        above = Area.objects.filter(pk__in=used)
        parents = above.values("parent")
        fields["dia_ban"].queryset = (Area.objects.filter(pk__in=used) | Area.objects.filter(pk__in=parents)).order_by(
            "kind", "name"
        )

    def tasks(self) -> TaskQuerySet:
        """The tasks that fit; a filter that cannot be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        return selectors.list_tasks(
            campaign=data.get("dot"), area=data.get("dia_ban"), form=data.get("hinh_thuc", ""),
            state=data.get("trang_thai", ""),
        )  # fmt: skip


@role_required(*READERS)
def task_list(request: HttpRequest) -> HttpResponse:
    """All tasks, the newest due first; filters in the address."""
    form = FilterForm(request.GET)
    page = Paginator(form.tasks(), PER_PAGE).get_page(request.GET.get("trang"))
    kept = request.GET.copy()
    kept.pop("trang", None)
    context = {
        "page_title": _("Tasks for people"), "header_icon": "tasks", "form": form, "page": page,
        "count": page.paginator.count, "counts": selectors.task_counts(), "query": kept.urlencode(),
    }  # fmt: skip
    return render(request, "ch_manual/tasks.html", context)


@role_required(*READERS)
def task_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: its packs, every word that was said of it, the pictures."""
    task = get_object_or_404(ManualTask.objects.shown().select_related("delivery", "follows", "closed_by"), pk=pk)
    pack = selectors.newest_pack(task)
    context = {
        "page_title": task.item.title, "page_subtitle": task.get_means_display(), "header_icon": "tasks", "task": task,
        "pack": pack, "packs": task.packs.select_related("seen_by").order_by("n"),
        "withheld": selectors.why_withheld(task, pack) if task.is_waiting else "",
        "said": task.confirmations.select_related("confirmed_by", "withdrawn_by", "pack").prefetch_related("photos")
        .order_by("pk"),
        "followers": task.followers.all(),
        "may_call_off": may_plan(request.user) and task.is_waiting and task.kind == "carry_out",
    }  # fmt: skip
    return render(request, "ch_manual/task.html", context)


@role_required(*READERS)
def task_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The filtered list as CSV or XLSX."""
    makers = {"csv": (export.as_csv, "text/csv; charset=utf-8"), "xlsx": (export.as_xlsx, export.XLSX)}
    if kind not in makers:
        raise Http404
    make, media_type = makers[kind]
    body = make(FilterForm(request.GET).tasks()[: export.MOST_ROWS])
    response = HttpResponse(body, content_type=media_type)
    name = f"viec-thu-cong-{clock.today():%Y%m%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response

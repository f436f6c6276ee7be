"""Addresses of the portal, mounted at /co-so/."""

from django.urls import path

from cms.portal import views, views_tasks

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("kich-ban/<int:item_id>/<slug:orthography>/", views.script, name="script"),
    path("xac-nhan/<int:item_id>/", views.confirm, name="confirm"),
    path("lich-su/", views.history, name="history"),
    path("lich-su/<int:confirmation_id>/rut-lai/", views.withdraw, name="withdraw"),
    path("viec/", views_tasks.tasks, name="tasks"),
    path("viec/<int:pk>/", views_tasks.task, name="task"),
    path("viec/<int:pk>/nhan/", views_tasks.take, name="task_take"),
    path("viec/<int:pk>/da-biet/", views_tasks.acknowledge, name="task_acknowledge"),
    path("viec/<int:pk>/xac-nhan/", views_tasks.confirm, name="task_confirm"),
    path("viec/<int:pk>/sua/<int:confirmation_id>/", views_tasks.correct, name="task_correct"),
    path("viec/<int:pk>/khong-lam/", views_tasks.not_done, name="task_not_done"),
    path("viec/<int:pk>/goi/<str:name>", views_tasks.pack_file, name="task_pack"),
]

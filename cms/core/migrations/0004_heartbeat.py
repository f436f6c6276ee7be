from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_membership"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=80, unique=True, verbose_name="worker")),
                ("at", models.DateTimeField(verbose_name="last heard")),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
            ],
            options={
                "verbose_name": "sign of life",
                "verbose_name_plural": "signs of life",
                "indexes": [models.Index(fields=["at"], name="core_heartbeat_at")],
            },
        ),
    ]

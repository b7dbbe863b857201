"""django-fsm-2 with django-fsm-log: a model with a protected state, each transition logged."""

# The packages stand in another environment, where mypy does not look.
# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators

from __future__ import annotations

import sys

import django
from django.conf import settings
from django.core.management import call_command

from bench.peers.serving import in_wal, serve

DATABASE = sys.argv[1]

in_wal(DATABASE)
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATABASE,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    },
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django_fsm",
        "django_fsm_log",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

# Models can be declared only once the settings stand.
from django.db import connection, models, transaction  # noqa: E402
from django_fsm import FSMField, transition  # noqa: E402


class Case(models.Model):
    """A case with one track and whose turn it is."""

    state = FSMField(default="deciding", protected=True)
    party = models.CharField(max_length=40, default="reporter")

    class Meta:
        """No application declares it."""

        app_label = "bench"

    def decided_by_member(self) -> bool:
        """The guard: the member decides."""
        return bool(self.party == "reporter")

    @transition(state, source="deciding", target="supporting", conditions=[decided_by_member])
    def choose_support(self) -> None:
        """The member chooses support."""

    @transition(state, source="supporting", target="deciding", conditions=[decided_by_member])
    def decide_anew(self) -> None:
        """The member decides anew."""


call_command("migrate", verbosity=0)
with connection.schema_editor() as editor:
    editor.create_model(Case)
NUMBER = Case.objects.create().pk


def advance() -> None:
    """Load the case, take the step that is open, log it and save the case: one transaction."""
    with transaction.atomic():
        case = Case.objects.get(pk=NUMBER)
        if case.state == "deciding":
            case.choose_support()
        else:
            case.decide_anew()
        case.save(update_fields=["state"])


serve(DATABASE, "SELECT count(*) FROM django_fsm_log_statelog", advance)

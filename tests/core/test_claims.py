"""Claims and jobs: one owner, a fencing token, nothing lost when a worker dies."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from cms.core import claims, clock, jobs, shutdown
from cms.core.errors import BadInput, Conflict
from cms.core.jobs import states
from cms.core.jobs.registry import handler
from cms.core.models.jobs import Job, JobState
from tests.factories.campaigns import UserFactory

AT = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
ran: list[int] = []


@handler("test.note")
def note(job, progress):
    ran.append(job.payload["n"])
    progress(1, 1)
    return {"n": job.payload["n"]}


@handler("test.refuse")
def refuse(job, progress):
    raise BadInput("Tệp này không phải âm thanh.")


@handler("test.break")
def break_down(job, progress):
    raise OSError("disk full")


@handler("test.lose")
def lose(job, progress):
    Job.objects.filter(pk=job.pk).update(attempt=99, owner="somebody else")
    return {}


def _claim(limit=10, owner="me", at=AT):
    return claims.claim_due(
        Job, now=at, limit=limit, owner=owner, due_states=[JobState.DUE], claimed_state=JobState.RUNNING
    )


@pytest.mark.django_db
class TestClaims:
    def test_asking_twice_is_asking_once(self):
        assert jobs.enqueue("test.note", key="k", payload={"n": 1}).pk == jobs.enqueue("test.note", key="k").pk

    def test_a_claim_takes_only_what_is_due_and_counts_the_attempt(self):
        with clock.frozen(AT):
            due = jobs.enqueue("test.note", key="now", payload={"n": 1})
            jobs.enqueue("test.note", key="later", payload={"n": 2}, not_before=AT + timedelta(seconds=1))
        rows = _claim()
        assert [row.pk for row in rows] == [due.pk]
        assert (rows[0].attempt, rows[0].owner, rows[0].state) == (1, "me", JobState.RUNNING)
        assert _claim(owner="other") == []

    def test_fenced_write_of_a_lost_claim_changes_nothing(self):
        with clock.frozen(AT):
            jobs.enqueue("test.note", key="k", payload={"n": 1})
        (row,) = _claim()
        later = AT + timedelta(hours=1)
        assert jobs.reap(now=later) == 1
        (again,) = _claim(owner="other", at=later)
        assert claims.fenced(row, JobState.RUNNING).update(state=JobState.DONE) == 0
        assert claims.fenced(again, JobState.RUNNING).update(state=JobState.DONE) == 1

    def test_a_job_that_kills_its_worker_each_time_is_given_up(self):
        with clock.frozen(AT):
            job = jobs.enqueue("test.note", key="k", payload={"n": 1}, max_attempts=2)
        for hour in (1, 2):
            at = AT + timedelta(hours=hour)
            assert len(_claim(at=at)) == 1
            jobs.reap(now=at + timedelta(minutes=30))
        job.refresh_from_db()
        assert job.state == JobState.FAILED


@pytest.mark.django_db
class TestJobs:
    def test_done_with_result(self):
        job = jobs.enqueue("test.note", key="k", payload={"n": 7})
        assert jobs.run_due() == 1
        job.refresh_from_db()
        assert (job.state, job.result, job.progress_done) == (JobState.DONE, {"n": 7}, 1)
        assert ran[-1] == 7

    def test_expected_error_fails_at_once_with_its_message(self):
        job = jobs.enqueue("test.refuse", key="k")
        jobs.run_due()
        job.refresh_from_db()
        assert (job.state, job.last_error) == (JobState.FAILED, "Tệp này không phải âm thanh.")

    def test_fault_is_tried_again_later_and_stops_nobody(self):
        broken = jobs.enqueue("test.break", key="a")
        fine = jobs.enqueue("test.note", key="b", payload={"n": 3})
        assert jobs.run_due() == 2
        broken.refresh_from_db()
        fine.refresh_from_db()
        assert broken.state == JobState.DUE and broken.not_before > clock.now()
        assert "disk full" in broken.last_error
        assert fine.state == JobState.DONE

    def test_a_process_that_ends_takes_up_no_more(self):
        jobs.enqueue("test.note", key="k", payload={"n": 7})
        shutdown.begin()
        try:
            assert jobs.run_due() == 0
        finally:
            shutdown.called_off()
        assert jobs.run_due() == 1

    def test_kind_without_handler_fails_with_a_reason(self):
        job = jobs.enqueue("test.nobody", key="k")
        jobs.run_due()
        job.refresh_from_db()
        assert job.state == JobState.FAILED and "test.nobody" in job.last_error

    def test_result_of_a_lost_claim_is_not_written(self):
        job = jobs.enqueue("test.lose", key="k")
        jobs.run_due(limit=1)
        job.refresh_from_db()
        assert job.result is None and job.owner == "somebody else"

    def test_retry_and_cancel_follow_the_table(self):
        user = UserFactory()
        job = jobs.enqueue("test.refuse", key="k")
        with pytest.raises(Conflict):
            jobs.retry(job, user=user)
        jobs.run_due()
        jobs.retry(job, user=user)
        jobs.cancel(job, user=user)
        job.refresh_from_db()
        assert job.state == JobState.CANCELLED
        assert {t for options in states.TRANSITIONS.values() for t in options} <= set(JobState.values)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_nothing_is_done_twice():
    for number in range(40):
        jobs.enqueue("test.note", key=f"k{number}", payload={"n": 1000 + number})
    ran.clear()

    def work():
        try:
            while jobs.run_due(limit=3):
                pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    [worker.start() for worker in workers]
    [worker.join(timeout=60) for worker in workers]
    assert sorted(ran) == list(range(1000, 1040))
    assert Job.objects.filter(state=JobState.DONE, attempt=1).count() == 40

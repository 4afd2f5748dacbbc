"""All users as a job, as a client sees it."""

from __future__ import annotations

from pathlib import Path

import httpx2

from embed_platform.lake import layout
from embed_platform_tests.service.conftest import new_home, serving, until

PATH = "/v1/embed-archive"


def test_every_user_is_embedded_and_one_whose_files_are_damaged_fails_alone(
    tmp_path: Path,
) -> None:
    lake = new_home(tmp_path)
    path = lake.storage.list(layout.documents("bob"))[0].path
    lake.storage.put(path, b"no parquet")
    with serving(lake.settings) as served, served.client() as client:
        answer = client.post(PATH, json={"model_name": "minilm"})
        assert answer.status_code == 202
        card = answer.json()
        assert answer.headers["location"] == card["status_url"] == f"/v1/jobs/{card['id']}"
        until(lambda: client.get(card["status_url"]).json()["status"] == "completed")
        done = client.get(card["status_url"]).json()
        assert done["processed_users"] == ["ann"]
        assert list(done["failed_users"]) == ["bob"]
        assert "cannot be read" in done["failed_users"]["bob"]
        summary = done["summary"]
        assert (summary["users"], summary["embedded"], summary["reused"]) == (2, 3, 0)
        again = client.post(PATH, json={"model_name": "minilm"}).json()
        assert again["id"] != card["id"]
        until(lambda: client.get(again["status_url"]).json()["status"] == "completed")
        assert client.get(again["status_url"]).json()["summary"]["embedded"] == 0
        listed = client.get("/v1/jobs").json()["data"]
        assert [job["id"] for job in listed] == [again["id"], card["id"]]


def test_a_job_that_nobody_knows_is_not_found(admin: httpx2.Client) -> None:
    answer = admin.get("/v1/jobs/0123456789abcdef")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_not_found")
    unknown = admin.post(PATH, json={"model_name": "nope"})
    assert (unknown.status_code, unknown.json()["error"]["param"]) == (404, "model_name")

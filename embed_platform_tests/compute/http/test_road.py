"""The fleet of embedding servers that are there already: ready, lost, back again, given up."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embed_platform.compute.http.fleet import HttpFleet
from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.loop import embed_shards
from embed_platform.embedding.plan import Shard, Work, shards
from embed_platform.embedding.text_modality import embed_checked
from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    ModelUnavailable,
    PermanentError,
    SettingsError,
)
from embed_platform.settings import Settings, load_settings
from embed_platform_tests.compute.http.cases import HASH, OPTIONS, expected, some_texts
from embed_platform_tests.servers import free_port
from embed_platform_tests.standins.embedding_process import RunningStandin, running_standin


def settings_of(tmp_path: Path, *urls: str, **fields: Any) -> Settings:
    return load_settings(home=tmp_path, http_urls=urls, http_timeout=5, **fields)


def next_machine(fleet: HttpFleet, seconds: float = 15) -> Machine:
    machine = fleet.next_machine(seconds)
    assert machine is not None
    return machine


def test_each_server_is_a_machine(
    everything: RunningStandin, openai: RunningStandin, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, everything.url, openai.url, http_in_flight=3)
    with HttpFleet(HASH, settings) as fleet:
        machines = [next_machine(fleet) for _ in range(2)]
        assert {m.name for m in machines} == {server_name_of(everything), server_name_of(openai)}
        assert {m.lanes for m in machines} == {3}
        assert (fleet.machines, fleet.dollars) == (2, 0)
        assert list(fleet.salvage()) == []
        assert fleet.next_machine(0.1) is None
        for machine in machines:
            found = machine.engine.embed(["a"], "").vectors
            assert np.allclose(found, expected(["a"]), atol=1e-6)
    assert fleet.machines == 0


def server_name_of(server: RunningStandin) -> str:
    return server.url.removeprefix("http://")


def test_work_goes_on_when_one_of_several_servers_dies(
    everything: RunningStandin, tmp_path: Path
) -> None:
    with running_standin(*OPTIONS, "--fault", "die=8") as mortal:
        settings = settings_of(tmp_path, everything.url, mortal.url)
        with HttpFleet(HASH, settings, pause=0.2, patience=1) as fleet:
            machines = {m.name: m for m in (next_machine(fleet) for _ in range(2))}
            dying = machines[server_name_of(mortal)]
            with pytest.raises(MachineUnavailable):
                for _ in range(20):
                    dying.engine.embed(some_texts(10), "")
            fleet.lost(dying, "it died")
            fleet.lost(dying, "another lane says so too")
            assert fleet.machines == 1
            left = machines[server_name_of(everything)]
            texts = some_texts(100)
            assert np.allclose(left.engine.embed(texts, "").vectors, expected(texts), atol=1e-6)
            assert fleet.next_machine(2) is None, "no machine comes, yet one still works"


def test_a_run_over_several_servers_outlives_one_that_dies_and_one_that_lies(
    everything: RunningStandin, openai: RunningStandin, tmp_path: Path
) -> None:
    texts = [f"document {i}" for i in range(600)]
    work = [Work("ann", f"{i:032x}", text) for i, text in enumerate(texts)]
    vectors: dict[str, Any] = {}

    def commit(shard: Shard, answer: Embedded, machine: Machine, seconds: float) -> None:
        assert not answer.failed
        vectors.update(zip(shard.texts(), answer.vectors, strict=True))

    def started(engine: Engine) -> None:
        openai.fault("shift")

    with running_standin(*OPTIONS, "--fault", "die=9") as mortal:
        settings = settings_of(tmp_path, everything.url, mortal.url, openai.url)
        with HttpFleet(HASH, settings, pause=0.2, patience=1) as fleet:
            embed_shards(
                fleet,
                shards(iter(work), 100),
                embed=lambda machine, shard: embed_checked(machine, HASH.space, shard),
                admit=started,
                commit=commit,
                give_up=lambda shard, reason: pytest.fail(reason),
            )
    assert np.allclose([vectors[item.text_hash] for item in work], expected(texts), atol=1e-6)


def test_a_server_that_comes_back_is_offered_again(tmp_path: Path) -> None:
    port = free_port()
    with HttpFleet(
        HASH, settings_of(tmp_path, f"http://127.0.0.1:{port}"), pause=0.2, patience=60
    ) as fleet:
        with running_standin(*OPTIONS, port=port):
            first = next_machine(fleet)
        fleet.lost(first, "it ended")
        assert fleet.next_machine(0.5) is None
        with running_standin(*OPTIONS, port=port):
            second = next_machine(fleet)
            assert second.name == first.name
            assert not second.engine.embed(["a"], "").failed


def test_a_server_that_is_lost_again_and_again_is_given_up(
    openai: RunningStandin, tmp_path: Path
) -> None:
    with HttpFleet(HASH, settings_of(tmp_path, openai.url), pause=0.01) as fleet:
        for _ in range(4):
            fleet.lost(next_machine(fleet), "it lies")
        with pytest.raises(PermanentError, match="it lies"):
            fleet.next_machine(5)


def test_a_server_that_is_loading_is_waited_for(openai: RunningStandin, tmp_path: Path) -> None:
    openai.fault("unhealthy=1.5")
    started = time.monotonic()
    with HttpFleet(HASH, settings_of(tmp_path, openai.url), pause=0.3) as fleet:
        next_machine(fleet)
    assert time.monotonic() - started > 1.4


def test_a_server_without_the_model_ends_the_run_with_that(
    openai: RunningStandin, tmp_path: Path
) -> None:
    entry = replace(HASH, space=replace(HASH.space, model="other/model"))
    with (
        HttpFleet(entry, settings_of(tmp_path, openai.url)) as fleet,
        pytest.raises(ModelUnavailable, match=r"does not have other/model \(it lists: test/hash"),
    ):
        fleet.next_machine(10)


def test_where_no_server_answers_each_is_told_with_its_reason(tmp_path: Path) -> None:
    urls = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
    with (
        HttpFleet(HASH, settings_of(tmp_path, *urls), pause=0.05, patience=0.3) as fleet,
        pytest.raises(ComputeRefused) as caught,
    ):
        fleet.next_machine(20)
    assert all(url.removeprefix("http://") in str(caught.value) for url in urls)
    assert "\n" not in str(caught.value)


def test_settings_choose_the_model_and_the_protocol(
    everything: RunningStandin, tmp_path: Path
) -> None:
    entry = replace(HASH, space=replace(HASH.space, model="other/model"))
    settings = settings_of(tmp_path, everything.url, http_protocol="ollama", http_model="test/hash")
    with HttpFleet(entry, settings) as fleet:
        engine = next_machine(fleet).engine
    assert engine.provenance.engine == "ollama"


def test_a_fleet_without_an_address_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="EMBED_HTTP_URLS"):
        HttpFleet(HASH, settings_of(tmp_path))


def test_a_fleet_that_is_left_early_waits_for_nobody(tmp_path: Path) -> None:
    started = time.monotonic()
    with HttpFleet(HASH, settings_of(tmp_path, f"http://127.0.0.1:{free_port()}")):
        pass
    assert time.monotonic() - started < 2

"""What is refused, each time in one line that says what to do."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.compute.modal.payload import Vectors, pack, unpack
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused, PermanentError, SpaceMismatch
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal.conftest import MakeSettings, machine_of
from embed_platform_tests.standins.modal_grpc import TOKEN
from embed_platform_tests.standins.modal_server import ModalServer


def test_an_answer_of_another_length_is_refused(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    def shorter(data: bytes) -> bytes:
        answer = unpack(data)
        assert answer.vectors is not None
        vectors: Vectors = msgspec.structs.replace(answer.vectors, dimension=128)
        return pack(msgspec.structs.replace(answer, vectors=vectors))

    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        server.control.rewrite = shorter
        with pytest.raises(SpaceMismatch, match=r"\(2, 128\) vectors for 2 texts in 384"):
            machine.engine.embed(["a", "b"], "")


def test_a_model_that_is_not_what_the_registry_says_is_refused_once_and_not_again_and_again(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    wrong = replace(entry, space=replace(entry.space, pooling="cls"))
    with (
        ModalFleet(wrong, settings) as fleet,
        pytest.raises(PermanentError, match="pooling is 'mean', the registry says 'cls'"),
    ):
        machine_of(fleet)
    assert server.containers.started == 1, "a container that crashes is started for ever"


def test_an_older_app_is_refused_with_what_to_do(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    server.control.rewrite = lambda data: pack(msgspec.structs.replace(unpack(data), protocol=0))
    with (
        ModalFleet(entry, settings) as fleet,
        pytest.raises(
            ComputeRefused, match=r"of version 0, this one is of version 1.*modal deploy"
        ),
    ):
        machine_of(fleet)


def test_an_app_that_is_not_deployed_is_one_line(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    for fields in ({"modal_app": "other"}, {"modal_environment": "other"}):
        with (
            ModalFleet(entry, make_settings(**fields)) as fleet,
            pytest.raises(
                ComputeRefused,
                match=r"is not deployed in the environment .*`embed-platform modal deploy`",
            ) as caught,
        ):
            machine_of(fleet)
        assert "\n" not in str(caught.value)
    assert server.state.calls == {}


def test_an_app_deployed_for_other_gpus_is_refused(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    with (
        ModalFleet(entry, make_settings(gpu="T4,L4")) as fleet,
        pytest.raises(ComputeRefused, match="deployed for L4, A10, EMBED_GPU asks for T4, L4"),
    ):
        machine_of(fleet)
    assert server.state.calls == {}


def test_the_budget_counts_what_was_really_deployed(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    cheap = ModalFleet(entry, make_settings(gpu="L4", max_dollars=1.0)).budget.dollars
    settings = make_settings(gpu="", max_dollars=cheap * 1.05)
    with (
        ModalFleet(entry, settings) as fleet,
        pytest.raises(ComputeRefused, match=r"is less than this run may cost.*L4, A10"),
    ):
        machine_of(fleet)
    assert server.state.calls == {}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"modal_token_secret": "as-wrong"}, "the token is refused"),
        ({"modal_token_id": None, "modal_token_secret": None}, "there is no token"),
    ],
)
def test_a_token_that_is_missing_or_wrong_is_one_line(
    server: ModalServer,
    make_settings: MakeSettings,
    entry: ModelEntry,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, object],
    reason: str,
) -> None:
    monkeypatch.delenv("MODAL_TOKEN_ID")
    monkeypatch.delenv("MODAL_TOKEN_SECRET")
    given = {"modal_token_id": TOKEN[0], "modal_token_secret": TOKEN[1]} | fields
    with (
        ModalFleet(entry, make_settings(**given)) as fleet,
        pytest.raises(ComputeRefused, match=reason) as caught,
    ):
        machine_of(fleet)
    assert "modal token new" in str(caught.value)
    assert "as-wrong" not in str(caught.value)
    assert "\n" not in str(caught.value)

"""OpenAI's endpoint, asked by OpenAI's own client and by clients that know no better."""

from __future__ import annotations

import base64
import json
import threading
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import openai
import pytest

from embed_platform.compute.engines import open_engine
from embed_platform.embedding.registry import load_registry
from embed_platform.errors import SettingsError
from embed_platform.service.app import create_app
from embed_platform_tests.service.conftest import TEXTS, Served, new_home

PATH = "/v1/embeddings"


@pytest.fixture
def client(with_keys: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{with_keys.url}/v1", api_key=with_keys.keys["embed"])


def expected(served: Served, texts: tuple[str, ...], prompt: str = "") -> np.ndarray:
    settings = served.service.settings
    return open_engine(load_registry(settings).wanted()[0], settings).embed(texts, prompt).vectors


def near(found: Any, wanted: np.ndarray) -> bool:
    # batches of other lengths round bfloat16 otherwise
    return bool((np.sum(np.asarray(found) * wanted, axis=-1) > 0.999).all())


@pytest.mark.parametrize("encoding", ["float", "base64", openai.omit])
def test_openais_client_works_unchanged(
    client: openai.OpenAI, with_keys: Served, encoding: Any
) -> None:
    found = client.embeddings.create(
        model="all-MiniLM-L6-v2", input=list(TEXTS), encoding_format=encoding
    )
    values: list[Any] = [row.embedding for row in found.data]
    if encoding == "base64":
        values = [np.frombuffer(base64.b64decode(value), "<f4") for value in values]
    assert near(values, expected(with_keys, TEXTS))
    assert [row.index for row in found.data] == [0, 1, 2]
    assert found.model == "sentence-transformers/all-MiniLM-L6-v2"
    assert found.usage.prompt_tokens == found.usage.total_tokens > 10


def test_a_field_that_is_null_is_as_one_that_is_left_out(with_keys: Served) -> None:
    body = {"model": "minilm", "input": TEXTS[0]}
    nulls = dict.fromkeys(("encoding_format", "dimensions", "user", "input_type"))
    with with_keys.client("embed") as client:
        answer = client.post(PATH, json=body | nulls)
        assert answer.status_code == 200
        assert answer.json() == client.post(PATH, json=body).json()


def test_one_text_is_a_list_of_one(client: openai.OpenAI, with_keys: Served) -> None:
    found = client.embeddings.create(model="minilm", input=TEXTS[0])
    assert near(found.data[0].embedding, expected(with_keys, TEXTS[:1])[0])


def test_langchains_requests_work_without_its_tokenizer_and_say_so_with_it(
    client: openai.OpenAI, with_keys: Served
) -> None:
    """What `OpenAIEmbeddings` of langchain-openai 1.7 sends, for it goes through this client too.

    With check_embedding_ctx_length=False that is texts, a thousand at a time; by default token ids.
    """
    found = client.embeddings.create(input=list(TEXTS), model="minilm")
    vectors = [row["embedding"] for row in found.model_dump()["data"]]
    assert near(vectors, expected(with_keys, TEXTS))
    with pytest.raises(openai.BadRequestError, match="check_embedding_ctx_length=False") as tokens:
        client.embeddings.create(input=[[32, 4321], [785, 13]], model="minilm")
    assert tokens.value.code == "token_ids"


def test_openais_client_lists_the_models(client: openai.OpenAI) -> None:
    models = [model.id for model in client.models.list()]
    assert models[0] == "sentence-transformers/all-MiniLM-L6-v2"
    assert client.models.retrieve(models[0]).id == models[0]
    assert client.models.retrieve("minilm").id == models[0]
    with pytest.raises(openai.NotFoundError, match="these are: sentence-transformers"):
        client.models.retrieve("gpt-4")


def test_a_model_of_page_images_is_none_of_texts(client: openai.OpenAI) -> None:
    assert not [model.id for model in client.models.list() if "colqwen" in model.id]
    with pytest.raises(openai.NotFoundError, match="not served here"):
        client.embeddings.create(model="tsystems/colqwen2.5-3b-multilingual-v1.0", input="a")


def test_a_service_of_page_models_alone_says_what_to_set(tmp_path: Path) -> None:
    lake = new_home(tmp_path, serve_models=("tsystems/colqwen2.5-3b-multilingual-v1.0",))
    with pytest.raises(SettingsError, match="EMBED_SERVE_PAGE_MODEL"):
        create_app(lake.settings)


def test_openais_client_raises_its_own_errors(client: openai.OpenAI, with_keys: Served) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.embeddings.create(model="text-embedding-3-small", input="a")
    assert unknown.value.code == "model_not_found"
    assert unknown.value.param == "model"
    with pytest.raises(openai.BadRequestError) as empty:
        client.embeddings.create(model="minilm", input="")
    assert empty.value.code == "empty_string"
    stranger = openai.OpenAI(base_url=f"{with_keys.url}/v1", api_key="epk_no")
    with pytest.raises(openai.PermissionDeniedError):
        stranger.embeddings.create(model="minilm", input="a")


def test_a_matryoshka_model_gives_shorter_unit_vectors_and_others_refuse(
    client: openai.OpenAI, with_keys: Served
) -> None:
    found = client.embeddings.create(model="test/nested", input=TEXTS[0], dimensions=64)
    vector = np.array(found.data[0].embedding)
    whole = expected(with_keys, TEXTS[:1])[0][:64]
    assert vector.shape == (64,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert near(vector, whole / np.linalg.norm(whole))
    with pytest.raises(openai.BadRequestError, match="384 dimensions at most"):
        client.embeddings.create(model="test/nested", input="a", dimensions=385)
    with pytest.raises(openai.BadRequestError, match="no Matryoshka model"):
        client.embeddings.create(model="minilm", input="a", dimensions=64)
    assert client.embeddings.create(model="minilm", input="a", dimensions=384).data


def test_a_models_prompt_is_read_when_it_is_asked_for(
    client: openai.OpenAI, with_keys: Served
) -> None:
    def ask(**extra: str) -> list[float]:
        found = client.embeddings.create(model="test/nested", input=TEXTS[0], extra_body=extra)
        return found.data[0].embedding

    plain, prompted = ask(), ask(input_type="document")
    assert near(prompted, expected(with_keys, TEXTS[:1], "passage: ")[0])
    assert near(plain, expected(with_keys, TEXTS[:1])[0])
    assert not near(plain, np.array(prompted))


def test_a_text_that_is_too_long_is_refused_unless_it_may_be_cut(client: openai.OpenAI) -> None:
    texts = ["short", "word " * 400]
    with pytest.raises(openai.BadRequestError, match=r"item 1 has more than the 256 tokens") as no:
        client.embeddings.create(model="minilm", input=texts)
    assert no.value.code == "context_length_exceeded"
    found = client.embeddings.create(model="minilm", input=texts, extra_body={"truncate": True})
    assert len(found.data) == 2
    assert found.usage.prompt_tokens == 256 + 3


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        ({"input": []}, 400, "empty_list", "the list is empty"),
        ({"input": ""}, 400, "empty_string", "item 0 is an empty text"),
        ({"input": ["a", ""]}, 400, "empty_string", "item 1 is an empty text"),
        ({"input": ["a"] * 10_000}, 400, "too_many_inputs", "10,000 texts; at most 2,048"),
        ({"input": ["a" * 1000] * 1300}, 400, "too_many_tokens", "at most 300,000"),
        ({"input": [1, 2, 3]}, 400, "token_ids", "check_embedding_ctx_length=False"),
        ({"input": [[1, 2], [3]]}, 400, "token_ids", "check_embedding_ctx_length=False"),
        ({"input": ["a", 3]}, 400, "input_type", "item 1 is no text"),
        ({"input": {"text": "a"}}, 400, "input_type", "expected a text or a list of texts"),
        ({"input": None}, 400, "input_type", "expected a text or a list of texts"),
        ({"input": 3}, 400, "input_type", "expected a text or a list of texts"),
        ({"input": "\ud800"}, 400, "input_type", "lone surrogate"),
        ({}, 400, "missing", "input: Field required"),
        ({"input": "a", "model": 3}, 400, "string_type", "model: Input should be a valid string"),
        ({"input": "a", "model": "nope"}, 404, "model_not_found", "all-MiniLM-L6-v2"),
        ({"input": "a", "encoding_format": "base65"}, 400, "literal_error", "'float' or 'base64'"),
        ({"input": "a", "dimensions": "64"}, 400, "int_type", "dimensions"),
        ({"input": "a", "dimensions": 0}, 400, "greater_than_equal", "dimensions"),
        ({"input": "a", "inputs": "b"}, 400, "extra_forbidden", "inputs"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(
    admin: httpx2.Client, body: dict[str, Any], status: int, code: str, message: str
) -> None:
    content = json.dumps({"model": "minilm"} | body)  # escapes lone surrogates
    answer = admin.post(PATH, content=content, headers={"Content-Type": "application/json"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert message in error["message"]
    assert set(error) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b'{"model": "minilm", "input": "\xff\xfe"}', "application/json", 400, "invalid_encoding"),
        (b"\xff\xfe{", "application/json", 400, "invalid_encoding"),
        (b"{", "application/json", 400, "invalid_json"),
        (b"", "application/json", 400, "invalid_json"),
        (b"[]", "application/json", 400, "invalid_json"),
        (b'{"model": "minilm", "input": "a"}', "text/plain", 400, "invalid_json"),
        (b"[" * 100_000, "application/json", 400, None),
        (b'{"input": "' + b"a" * 3_000_000 + b'"}', "application/json", 413, "body_too_large"),
    ],
)
def test_a_body_that_is_none_is_refused(
    admin: httpx2.Client, content: bytes, kind: str, status: int, code: str | None
) -> None:
    answer = admin.post(PATH, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_many_small_requests_at_once_share_passes_and_get_their_own_vectors(
    admin: httpx2.Client, with_keys: Served
) -> None:
    texts = tuple(f"note number {i} about the weather and the garden" for i in range(48))
    found: dict[str, Any] = {}

    def ask(text: str) -> None:
        answer = admin.post(PATH, json={"model": "minilm", "input": text})
        found[text] = answer.json()["data"][0]["embedding"]

    threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert near([found[text] for text in texts], expected(with_keys, texts))
    slug = with_keys.service.models.get("minilm").space.slug
    shared = with_keys.service.metrics.batch_requests.labels(slug)
    buckets = {
        bound: count.get()
        for bound, count in zip(shared._upper_bounds, shared._buckets, strict=True)
    }
    assert sum(count for bound, count in buckets.items() if bound > 1) > 0

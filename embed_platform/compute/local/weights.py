"""A model's weights: where they are, in which precision and on which device they are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embed_platform.embedding.registry import ModelEntry, pin
from embed_platform.errors import ModelUnavailable
from embed_platform.settings import Settings

# Padded tokens per batch when EMBED_BATCH_TOKENS is 0. On two CPU cores more than 4,096 fall
# out of the caches; a GPU wants work by the ten thousands.
CPU_BATCH_TOKENS = 4096
GPU_BATCH_TOKENS = 65_536
# Tokens that a CPU reads in the time that a batch costs whatever is in it (five milliseconds; measured
# with MiniLM: 100 in bfloat16, 35 in float32). A GPU has too much room to cut batches for padding.
CPU_PADDING = {"bfloat16": 100, "float32": 35}
# Other frameworks' copies of the same weights.
_UNUSED_FILES = ["onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot", "*.gguf"]


def fetch_model(name: str, revision: str, settings: Settings) -> Path:
    """Folder of a model of the hub at a revision, downloaded unless it is in the hub's cache.

    Raises:
        ModelUnavailable: it is neither in the cache nor to be had from the hub.
    """
    from huggingface_hub import snapshot_download

    cached = cached_model(name, revision)
    if cached is not None:
        return cached
    # One quick question first: the download itself would try for minutes without a network.
    commit = check_fetchable(name, revision, settings)
    with _hub_errors(name, revision):
        return Path(
            snapshot_download(
                name, revision=commit, token=_token(settings), ignore_patterns=_UNUSED_FILES
            )
        )


def cached_model(name: str, revision: str) -> Path | None:
    """Folder of a model in the hub's cache; None where it is not there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(
            # without the patterns a snapshot that lacks what was left out would be none
            snapshot_download(
                name, revision=revision, local_files_only=True, ignore_patterns=_UNUSED_FILES
            )
        )
    except (LocalEntryNotFoundError, ValueError):
        return None


def check_fetchable(name: str, revision: str, settings: Settings) -> str:
    """Ask the hub for a model, without its weights; returns the commit of the revision.

    Raises:
        ModelUnavailable: the hub does not answer, does not have it, or wants a token.
    """
    from huggingface_hub import HfApi

    with _hub_errors(name, revision):
        found = HfApi(token=_token(settings)).model_info(name, revision=revision, timeout=10)
        return str(found.sha)


@contextmanager
def _hub_errors(name: str, revision: str) -> Iterator[None]:
    import httpx2

    try:
        yield
    except (OSError, ValueError, httpx2.HTTPError) as error:
        raise ModelUnavailable(
            f"the model cannot be fetched ({reason(error)})",
            where=f"{name}@{revision[:12]}",
            remedy="Check the name and the network (HF_TOKEN for a gated model), or give the folder of a downloaded model",
        ) from error


def _token(settings: Settings) -> str | None:
    return settings.hf_token.get_secret_value() if settings.hf_token else None


def batch_limits(device: str, dtype: str, batch_tokens: int) -> tuple[int, int | None]:
    """Most padded tokens of a batch, and most tokens of padding among them (None: no limit).

    Args:
        device: as torch calls it.
        dtype: of the weights.
        batch_tokens: of the settings; 0 for the device's own number.
    """
    if device.startswith("cpu"):
        return batch_tokens or CPU_BATCH_TOKENS, CPU_PADDING.get(dtype)
    return batch_tokens or GPU_BATCH_TOKENS, None


def pinned(entry: ModelEntry, settings: Settings) -> ModelEntry:
    """The entry with the commit behind its branch, which is written to the home's registry at once.

    One that names a commit, a file or a folder comes back as it is. The space follows from the
    commit, so that vectors of two states of a branch are never mixed.

    Raises:
        ModelUnavailable: neither the hub nor its cache tells the commit.
    """
    if not entry.space.is_floating:
        return entry
    commit = _commit(entry.name, entry.space.revision, settings)
    return pin(settings, entry.name, commit)


def _commit(name: str, revision: str, settings: Settings) -> str:
    """The commit behind a branch, by the hub; without a network the one that its cache holds."""
    import httpx2
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        found = HfApi(token=_token(settings)).model_info(name, revision=revision, timeout=10).sha
        if found:
            return found
        problem = "the hub names no commit"
    except (OSError, ValueError, httpx2.HTTPError) as error:
        problem = reason(error)
    try:
        return Path(snapshot_download(name, revision=revision, local_files_only=True)).name
    except (LocalEntryNotFoundError, ValueError):
        raise ModelUnavailable(
            f"the commit behind {revision!r} cannot be looked up ({problem})",
            where=name,
            remedy="Check the network (HF_TOKEN for a gated model), or write `revision:` with the "
            "commit into the model's entry in models.yaml",
        ) from None


def best_dtype(device: str) -> str:
    """bfloat16 where the device has units for it (and is faster for it), else float32."""
    import torch

    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.get_device_capability()[0] >= 8 else "float32"
    if device == "cpu":
        # AMX or AVX512-BF16; without them bfloat16 is emulated and slower than float32.
        has_units = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
        return "bfloat16" if has_units else "float32"
    return "float32"


def device_of(settings: Settings) -> str:
    """The device of the settings; `auto` is the best that is there: cuda, mps or cpu."""
    import torch

    if settings.device != "auto":
        return settings.device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def reason(error: BaseException) -> str:
    """The first line of an error, or its kind where it says nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:160] if lines else type(error).__name__

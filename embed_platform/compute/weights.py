"""A model's weights: where they are, in which precision and on which device they are used."""

from __future__ import annotations

from pathlib import Path

from embed_platform.errors import ModelUnavailable
from embed_platform.settings import Settings

# Other frameworks' copies of the same weights.
_UNUSED_FILES = ["onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot", "*.gguf"]


def fetch_model(name: str, revision: str, settings: Settings) -> Path:
    """Folder of a model of the hub at a revision, downloaded unless it is in the hub's cache.

    Raises:
        ModelUnavailable: it is neither in the cache nor to be had from the hub.
    """
    import httpx2
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    token = settings.hf_token.get_secret_value() if settings.hf_token else None
    try:
        return Path(snapshot_download(name, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, ValueError):
        pass
    try:
        # One quick question first: the download itself would try for minutes without a network.
        found = HfApi(token=token).model_info(name, revision=revision, timeout=10)
        return Path(
            snapshot_download(name, revision=found.sha, token=token, ignore_patterns=_UNUSED_FILES)
        )
    except (OSError, ValueError, httpx2.HTTPError) as error:
        raise ModelUnavailable(
            f"the model cannot be fetched ({reason(error)})",
            where=f"{name}@{revision[:12]}",
            remedy="Check the name and the network (HF_TOKEN for a gated model), or give the folder of a downloaded model",
        ) from error


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

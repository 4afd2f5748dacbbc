"""Pipelines from files: YAML that names the pieces, or Python that holds a `Pipeline`."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from embed_platform.errors import SettingsError
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.processors import Processor, chunk, clean_html

_FIELDS = {"name", "source", "processors", "space", "stores", "embed", "publish"}
SOURCES = {
    "pages": "embed_platform.live.sources.pages:HttpPages",
    "rss": "embed_platform.live.sources.feed:Rss",
    "hacker_news": "embed_platform.live.sources.hacker_news:HackerNews",
    "folder": "embed_platform.live.sources.folder:Folder",
    "postgres": "embed_platform.live.sources.postgres:PostgresTable",
}
PROCESSORS: dict[str, Any] = {"clean_html": clean_html, "chunk": chunk}
# Processors that are called with options to make one.
_FACTORIES = {"chunk"}
# Folders of pipelines beside which modules were looked for.
_FOLDERS: set[Path] = set()


class NoPipeline(SettingsError):
    """A Python file that holds no pipeline."""


def load_pipeline(path: Path) -> Pipeline:
    """The pipeline of a file.

    Raises:
        SettingsError: there is none, or a part of it is not as it should be; names the part.
    """
    if not path.is_file():
        what = "this is a folder" if path.is_dir() else "there is no such file"
        raise SettingsError(what, where=str(path), remedy="Name a pipeline's .yaml or .py file")
    if path.suffix == ".py":
        return _from_python(path)
    if path.suffix in (".yaml", ".yml"):
        return from_mapping(_read_yaml(path), str(path), path.parent)
    raise SettingsError("a pipeline is a .yaml or a .py file", where=str(path))


def load_folder(folder: Path) -> tuple[dict[Path, Pipeline], dict[Path, SettingsError]]:
    """Every pipeline of a folder, and the error of each file that holds none.

    Of two files with one name, the second is an error. A Python file without a pipeline is a module
    that others use.
    """
    found: dict[Path, Pipeline] = {}
    errors: dict[Path, SettingsError] = {}
    names: dict[str, Path] = {}
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.suffix not in (".py", ".yaml", ".yml") or path.name.startswith(("_", ".")):
            continue
        try:
            pipeline = load_pipeline(path)
            if pipeline.name in names:
                raise SettingsError(
                    f"{names[pipeline.name].name} has the name {pipeline.name!r} too",
                    where=str(path),
                )
        except NoPipeline:
            continue
        except SettingsError as error:
            errors[path] = error
        else:
            names[pipeline.name] = path
            found[path] = pipeline
    return found, errors


def from_mapping(content: Mapping[str, Any], where: str, folder: Path | None = None) -> Pipeline:
    """A pipeline of plain values.

    Names with a colon, `module:name`, are one's own; modules beside the file are found too. A folder
    that is followed is looked for beside it, unless its path is absolute.

    Raises:
        SettingsError: a field is unknown, missing, or does not fit.
    """
    unknown = set(content) - _FIELDS
    missing = {"name", "source"} - set(content)
    if unknown or missing:
        what = (
            f"unknown field {min(unknown)!r}; the fields are {', '.join(sorted(_FIELDS))}"
            if unknown
            else f"field {min(missing)!r} is missing"
        )
        raise SettingsError(what, where=where)
    given = content["source"]
    if not isinstance(given, Mapping) or "type" not in given:
        raise SettingsError(
            f"source needs a type: {', '.join(SOURCES)}, or module:name of one's own", where=where
        )
    options = {key: value for key, value in given.items() if key != "type"}
    kind = str(given["type"])
    if ":" not in kind and kind not in SOURCES:
        raise SettingsError(
            f"unknown source {kind!r}; the sources are {', '.join(SOURCES)}", where=where
        )
    if kind == "folder" and folder is not None and isinstance(options.get("path"), str):
        # beside the file, wherever it is run from: Dagster's daemon stands elsewhere
        options["path"] = folder / Path(options["path"]).expanduser()
    source = _call(
        _named(SOURCES.get(kind, kind), where, folder), options, f"{where}, source {kind}"
    )
    processors = [_processor(entry, where, folder) for entry in content.get("processors") or []]
    space: Any = content.get("space", "all-minilm-l6-v2")
    embed = content.get("embed")
    if isinstance(space, Mapping):
        from embed_platform.embedding.space import EmbeddingSpace

        space = _call(EmbeddingSpace, space, f"{where}, space")
    stores = content.get("stores", ["pgvector"])
    if isinstance(stores, str) or not isinstance(stores, list):
        raise SettingsError("stores is a list", where=where)
    publish = content.get("publish", False)
    if not isinstance(publish, bool):
        raise SettingsError("publish is true or false", where=where)
    return Pipeline(
        name=str(content["name"]),
        source=source,
        processors=processors,
        space=space,
        stores=[
            _call(_named(store, where, folder), {}, where) if ":" in str(store) else str(store)
            for store in stores
        ],
        embed=None if embed is None else _named(str(embed), where, folder),
        publish=publish,
    )


def _processor(entry: Any, where: str, folder: Path | None) -> Processor:
    """`name`, or `{name: {option: value}}`."""
    name, options = (
        next(iter(entry.items()))
        if isinstance(entry, Mapping) and len(entry) == 1
        else (entry, None)
    )
    if not isinstance(name, str) or (":" not in name and name not in PROCESSORS):
        raise SettingsError(
            f"unknown processor {name!r}; the processors are {', '.join(PROCESSORS)}, "
            "or module:name of one's own",
            where=where,
        )
    made = PROCESSORS[name] if name in PROCESSORS else _named(name, where, folder)
    if name in _FACTORIES or options is not None:
        made = _call(made, options or {}, f"{where}, processor {name}")
    found: Processor = made
    return found


def _named(name: str, where: str, folder: Path | None) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    try:
        found: Callable[..., Any] = getattr(_module(module, folder), attribute)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"{name!r} cannot be found ({error})", where=where) from error
    return found


def _module(name: str, folder: Path | None) -> ModuleType:
    """A module beside a pipeline's file, or one that is installed; each folder has its own."""
    if folder is None:
        return importlib.import_module(name)
    here = folder.absolute()
    _FOLDERS.add(here)
    beside = here / f"{name}.py"
    known = getattr(sys.modules.get(name), "__file__", None)
    of_another = known is not None and Path(known) != beside and Path(known).parent in _FOLDERS
    if beside.is_file() and of_another:
        del sys.modules[name]
    # the folder of this file before those of others, and before what is installed only for its own
    if str(here) in sys.path:
        sys.path.remove(str(here))
    sys.path.insert(0 if beside.is_file() else len(sys.path), str(here))
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(here))
        sys.path.append(str(here))


def _call(make: Callable[..., Any], options: Mapping[str, Any], where: str) -> Any:
    try:
        return make(**options)
    except (TypeError, ValueError) as error:
        raise SettingsError(str(error), where=where) from error


def _read_yaml(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"no valid YAML ({str(error).splitlines()[0]})", where=str(path)
        ) from None
    if not isinstance(content, Mapping):
        raise SettingsError("expected name, source, processors, space, stores", where=str(path))
    return content


def _from_python(path: Path) -> Pipeline:
    # under its own name, so that what it defines can be told from what another file defines
    name = f"embed_platform_pipeline_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SettingsError(
            f"it cannot be run ({type(error).__name__}: {error})", where=str(path)
        ) from error
    found = [value for value in vars(module).values() if isinstance(value, Pipeline)]
    if not found:
        raise NoPipeline("it holds no pipeline", where=str(path))
    if len(found) != 1:
        raise SettingsError(f"it holds {len(found)} pipelines instead of one", where=str(path))
    return found[0]

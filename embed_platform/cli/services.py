"""demo, ui, down: trying it out, and the servers around it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
import yaml

from embed_platform.cli.app import app, escape, one_line, open_home, output, say
from embed_platform.settings import load_settings

SAMPLE = Path(__file__).resolve().parents[1] / "sample"


@app.command()
def demo() -> None:
    """Take in the two sample archives, embed them, load all stores, and search; in a home of its own."""
    from embed_platform.cli.data import ingest, run
    from embed_platform.cli.messages import stats
    from embed_platform.compute.engines import open_engine
    from embed_platform.embedding.registry import load_registry
    from embed_platform.search.retrieve import Query
    from embed_platform.search.retrieve import search as retrieve
    from embed_platform.stores.open import open_store

    home = Path(os.environ.get("EMBED_HOME") or load_settings().home)
    home = home if home.name.endswith("demo") else home.with_name(f"{home.name}-demo")
    os.environ["EMBED_HOME"] = str(home)
    _tell(
        "[bold]1/4[/] Taking in two sample archives, one person's tweets and another's Messenger; "
        f"the demo's home is [bold]{home}[/]"
    )
    ingest([SAMPLE / "export"])
    ingest([SAMPLE / "messenger"], user="edwin_pellow")
    stats(user="edwin_pellow")
    _tell(
        "[bold]2/4[/] Cleaning, embedding on this machine, loading pgvector, Milvus and the publication "
        "(half a minute the first time)"
    )
    run()
    settings, lake = open_home()
    entry = load_registry(settings).wanted()[0]
    _tell(
        "[bold]3/4[/] Searching by meaning: each best hit shares no word of weight with its question"
    )
    store = open_store(settings.stores[0], settings, lake)
    for search in [*demo_searches(), *demo_searches("messenger_searches.yaml")]:
        results = retrieve(
            store,
            entry.space,
            open_engine(entry, settings),
            Query(search["query"], entry.kinds, limit=3),
        )
        _tell(f"\n  [bold cyan]{search['query']}[/]")
        for result in results:
            text = escape(one_line(result.text)[:150])
            _tell(f"  {result.score:.3f}  {result.created_at[:10]} {result.kind:13}  {text}…")
    prefix = f"EMBED_HOME={home} "
    _tell(
        "\n[bold]4/4[/] What to do next\n"
        f"  source .venv/bin/activate\n"
        f"  {prefix}embed-platform ui          # lineage, partitions, checks, backfills\n"
        f'  {prefix}embed-platform search "what keeps me awake"\n'
        f"  {prefix}embed-platform verify      # where every message went\n"
        "  embed-platform ingest ~/Downloads/twitter-2026.zip && embed-platform run   # your own archive\n"
        "  embed-platform ingest ~/Downloads/facebook-*.zip --user me && embed-platform run\n"
        f"  {prefix}embed-platform down        # stop the embedded servers"
    )


def _tell(text: str) -> None:
    """The demo's story, on standard output: it is what was asked for."""
    output.print(text, soft_wrap=True)
    output.file.flush()


def demo_searches(file: str = "searches.yaml") -> list[dict[str, str]]:
    """The demo's searches: query, what the best hit is known by (a tweet's id, words of a chunk), and why."""
    return list(yaml.safe_load((SAMPLE / file).read_text(encoding="utf-8")))


@app.command()
def ui(port: Annotated[int | None, typer.Option(help="Port of the UI.")] = None) -> None:
    """Open Dagster: webserver and daemon, sensors and schedules on, until Ctrl-C."""
    from embed_platform.defs.instance import prepare_instance

    settings, _ = open_home()
    prepare_instance(settings)
    chosen = port or settings.ui_port
    settings.inbox_folder.mkdir(parents=True, exist_ok=True)
    binaries = Path(sys.executable).parent
    location = ["-m", "embed_platform.definitions"]
    web = [
        str(binaries / "dagster-webserver"),
        *location,
        "--host",
        "127.0.0.1",
        "--port",
        str(chosen),
    ]
    daemon = [str(binaries / "dagster-daemon"), "run", *location]
    say(
        f"Dagster on http://127.0.0.1:{chosen}  (home {settings.home}, inbox {settings.inbox_folder}); Ctrl-C stops it"
    )
    children = [subprocess.Popen(command) for command in (web, daemon)]
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
    except KeyboardInterrupt:
        say(
            "Stopping. Runs in flight are ended by Dagster; `embed-platform run` goes on from there."
        )
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()
    if any(child.returncode not in (0, -2, -15, 1, 130) for child in children):
        raise typer.Exit(1)


@app.command()
def down() -> None:
    """Stop the embedded PostgreSQL and Milvus of this home; the data stay."""
    from embed_platform.stores.servers import stop_servers

    settings = load_settings()
    stopped = stop_servers(settings) if settings.home.exists() else []
    say(f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running.")

"""plan: what embedding would take on each machine, before a cent is spent."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from embed_platform.cli.app import AsJson, app, console, emit, escape, open_home, output, say
from embed_platform.cli.choices import chosen_users
from embed_platform.embedding.estimate import Estimate, cheapest
from embed_platform.embedding.registry import load_registry


@app.command()
def plan(
    user: Annotated[list[str] | None, typer.Option("--user", help="Only these users.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Model to embed with.")] = None,
    pods: Annotated[
        int | None, typer.Option("--pods", min=1, max=100, help="Machines to rent at a time.")
    ] = None,
    deadline: Annotated[
        float | None, typer.Option("--deadline", min=1, help="Minutes that it may take.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what embedding would take: texts or pages, tokens, GPU-hours, dollars and minutes; nothing is rented."""
    from embed_platform.compute.planning import make_plan
    from embed_platform.compute.prices import offers
    from embed_platform.corpus.prepare import prepare

    settings, lake = open_home()
    users = chosen_users(lake, user, feeds=False)
    registry = load_registry(settings)
    entry = registry.get(model) if model else registry.wanted(settings.models)[0]
    with console.status("reading archives"):
        prepare(lake, users)
        rentable, problem = offers(settings)
        found = make_plan(lake, entry, users, rentable, pods or settings.pods)
    if problem:
        say(f"[yellow]RunPod's prices of this moment are not known:[/] {escape(problem)}")
    best = cheapest([one for one in found.estimates if one.offer.dollars_per_hour], deadline)
    if as_json:
        emit(
            {
                "model": entry.name,
                "space": entry.space.slug,
                "unit": found.unit,
                "texts": found.texts,
                "tokens": found.tokens,
                "reused": found.reused,
                "estimates": [_row(one) for one in found.estimates],
                "cheapest": _row(best) if best else None,
            }
        )
        return
    output.print(
        f"[bold]{escape(entry.name)}[/]: {found.texts:,} {found.unit} to embed, about {found.tokens:,} tokens; "
        f"{found.reused:,} have their vector",
        soft_wrap=True,
    )
    if not found.texts:
        return
    output.print(_table(found.estimates, best))
    days = sorted(
        {f"{one.offer.compute} {one.offer.dated}" for one in found.estimates if one.offer.dated}
    )
    say(f"Prices of {', '.join(days)}. Estimates follow from the model's size and the card's peak.")
    if deadline and best is None:
        say(
            f"[yellow]Nothing is surely ready within {deadline:g} minutes;[/] --pods rents more machines."
        )
    if not entry.parameters:
        say(
            "[yellow]The registry does not know the model's size;[/] `parameters:` in models.yaml says it."
        )


def _table(estimates: tuple[Estimate, ...], best: Estimate | None) -> Table:
    table = Table(
        "",
        "compute",
        "GPU",
        "machines",
        "GPU-hours",
        "dollars",
        "minutes",
        box=None,
        pad_edge=False,
    )
    for one in sorted(estimates, key=lambda one: (one.dollars[1], one.wall_minutes[1])):
        table.add_row(
            "●" if one is best else "",
            one.offer.compute,
            one.offer.gpu,
            str(one.machines),
            _range(one.gpu_hours, 2),
            _range(one.dollars, 2),
            _range(one.wall_minutes, 0),
            "measured" if one.measured else "estimated",
        )
    return table


def _range(pair: tuple[float, float], digits: int) -> str:
    low, high = (f"{value:,.{digits}f}" for value in pair)
    return low if low == high else f"{low} – {high}"


def _row(one: Estimate) -> dict[str, object]:
    return {
        "compute": one.offer.compute,
        "gpu": one.offer.gpu,
        "machines": one.machines,
        "dollars_per_hour": one.offer.dollars_per_hour,
        "price_of": one.offer.dated,
        "gpu_hours": [round(value, 4) for value in one.gpu_hours],
        "dollars": [round(value, 4) for value in one.dollars],
        "wall_minutes": [round(value, 2) for value in one.wall_minutes],
        "measured": one.measured,
    }

"""modal: deploying the app to Modal with the HTTP service in it, checking both, logs, taking it down."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from embed_platform.cli.app import AsJson, Yes, app, confirm, console, emit, escape, output, say
from embed_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from embed_platform.compute.modal.verify import Served

modal_app = typer.Typer(help="Embedding on Modal: deploy its app, check it.", no_args_is_help=True)
app.add_typer(modal_app, name="modal")


@modal_app.command()
def deploy() -> None:
    """Deploy the app, or a new version of it, with the GPUs, limits and keys of this home."""
    from embed_platform.compute.modal.commands import deploy as deploy_app
    from embed_platform.service.keys import KeyFile

    settings = load_settings()
    KeyFile(settings).keys()  # damaged, it is said here in one line
    done = deploy_app(settings)
    say(
        f"{escape(done.app)} is deployed in {escape(settings.modal_environment)}: "
        f"{escape(', '.join(done.gpus))}, at most {done.max_containers} containers"
    )
    _say_service(settings)
    say("`embed-platform modal verify` embeds three texts with it")


@modal_app.command()
def verify(
    model: Annotated[str | None, typer.Option("--model", help="Model to try.")] = None,
    as_json: AsJson = False,
) -> None:
    """Embed three texts there, compare them with this machine, ask the service; costs cents."""
    from embed_platform.compute.modal.verify import verify as verify_app
    from embed_platform.compute.modal.verify import verify_service
    from embed_platform.embedding.probe import MIN_COSINE
    from embed_platform.embedding.registry import load_registry

    settings = load_settings()
    registry = load_registry(settings)
    entry = registry.get(model) if model else registry.wanted(settings.models)[0]
    with console.status("waiting for a container"):
        found = verify_app(entry, settings)
        served = verify_service(settings)
    agrees = found.cosine is None or found.cosine >= MIN_COSINE
    if as_json:
        emit(
            {
                "model": entry.name,
                "engine": found.maker.engine,
                "dtype": found.maker.dtype,
                "device": found.maker.device,
                "cosine": found.cosine,
                "agrees": agrees,
                "gpu_seconds": round(found.gpu_seconds, 3),
                "start_seconds": round(found.start_seconds, 1),
                "dollars": round(found.dollars, 4),
                "price_of": found.budget.as_of,
                "service": None if served is None else _rounded(served),
            }
        )
    else:
        compared = (
            f"not compared with this machine ({found.reason})"
            if found.cosine is None
            else f"cosine {found.cosine:.4f} with this machine"
        )
        output.print(
            escape(
                f"{entry.name}: {found.maker.dtype} on {found.maker.device}, {compared}; "
                f"{found.gpu_seconds:.2f} GPU seconds after {found.start_seconds:.0f} to start, "
                f"about ${found.dollars:.4f} at Modal's prices of {found.budget.as_of}"
            ),
            soft_wrap=True,
        )
        if served is not None:
            output.print(escape(_described(served)), soft_wrap=True)
    if not agrees or (served is not None and not served.ready):
        raise typer.Exit(1)


def _say_service(settings: Settings) -> None:
    """Where the service is reached and what it does without, or why there is none."""
    from embed_platform.compute.modal.commands import service_address
    from embed_platform.compute.modal.serving import left_at_home

    address = service_address(settings)
    if address is None:
        say(
            "without the HTTP service, which needs a key: `embed-platform keys add NAME`, then deploy again"
        )
        return
    say(f"the HTTP service: {escape(address)}/v1, with the keys of this moment")
    missing = left_at_home(settings)
    if missing:
        say(f"what needs {', '.join(missing)} (s3://…, a server) answers 501 there")


def _rounded(served: Served) -> dict[str, object]:
    return asdict(served) | {
        "seconds": round(served.seconds, 1),
        "dollars": round(served.dollars, 4),
    }


def _described(served: Served) -> str:
    state = "is ready" if served.ready else "is not ready"
    return (
        f"{served.address} {state} (model: {served.model}, lake: {served.lake}) "
        f"after {served.seconds:.0f} s, about ${served.dollars:.4f}"
    )


@modal_app.command()
def logs() -> None:
    """Show what the app's containers have printed."""
    from embed_platform.compute.modal.commands import show_logs

    show_logs(load_settings())


@modal_app.command()
def undeploy(yes: Yes = False) -> None:
    """Stop the app and everything that runs of it; weights stay on its volume."""
    from embed_platform.compute.modal.commands import undeploy as undeploy_app

    settings = load_settings()
    confirm(f"Stop {settings.modal_app} on Modal?", yes=yes)
    undeploy_app(settings)
    say(f"{escape(settings.modal_app)} is stopped")

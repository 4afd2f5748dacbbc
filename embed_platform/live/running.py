"""Runs a feed continuously: one process of the stream engine for each worker, ended together."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from embed_platform.errors import SettingsError, SourceUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.live.definitions import load_pipeline
from embed_platform.live.feed import Done, Feed
from embed_platform.live.opening import feed_lock, open_feed, opened, put_right
from embed_platform.live.state import state_path

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2


def run_workers(lake: Lake, path: Path, workers: int = 1, *, once: bool = False) -> None:
    """Run a pipeline's file in so many processes until it is interrupted, or the source has no more.

    Raises:
        SettingsError: Bytewax is not installed, or the pipeline is not as it should be.
        FeedBusy: another process runs it.
        SourceUnavailable: a worker died; what was written is kept.
    """
    needs_engine()
    pipeline = load_pipeline(path)
    user = pipeline.user
    with feed_lock(lake.settings, user):
        feed = open_feed(lake, pipeline)
        try:
            put_right(feed)
        finally:
            feed.close()
        from embed_platform.live.flow import prepare_recovery

        prepare_recovery(recovery_folder(lake, user))
        if workers == 1:
            run_worker(lake, path, [], 0, once=once)
            return
        addresses = [f"127.0.0.1:{port}" for port in _free_ports(workers)]
        commands = [_command(path, addresses, process, once=once) for process in range(workers)]
        _run_together(commands, pipeline.name)


def run_worker(
    lake: Lake,
    path: Path,
    addresses: Sequence[str],
    process: int,
    *,
    once: bool = False,
    wrote: Callable[[Done], None] = lambda done: None,
) -> None:
    """Be one worker of a feed whose lock somebody holds."""
    from embed_platform.live.flow import PolledSource, dataflow, run_flow

    def told(done: Done) -> None:
        if done.items and (done.changed or done.deleted or done.dead_letters):
            _log.info("%s: %s", load.user, done.line)
        wrote(done)

    load = load_pipeline(path)
    # the state of the worker that polls; each worker that writes opens its own
    polling = open_feed(lake, load)
    try:
        source = PolledSource(
            load.source,
            lambda: polling.state.position,
            lambda: polling.state.round,
            polling.commit,
            polling.note_failure,
            once=once,
        )
        flow = dataflow(lambda: _warm(open_feed(lake, load)), source, told)
        run_flow(flow, recovery_folder(lake, load.user), addresses, process)
    finally:
        polling.close()


def _warm(feed: Feed) -> Feed:
    feed.warm_up()
    return feed


def run_once(lake: Lake, path: Path, *, allow_empty: bool = False) -> Done:
    """Poll until the source has no more at this moment, in this process and without Bytewax."""
    with opened(lake, load_pipeline(path)) as feed:
        return feed.run_due(allow_empty=allow_empty)


def recovery_folder(lake: Lake, user: str) -> Path:
    """Folder of Bytewax's snapshots of a feed."""
    return state_path(lake.settings, user).with_suffix(".recovery")


def needs_engine() -> None:
    """Raise where Bytewax is not installed."""
    import importlib.util

    if importlib.util.find_spec("bytewax") is None:
        raise SettingsError(
            "running continuously needs Bytewax",
            remedy="pip install 'embed-platform[live]' (Python 3.11 or 3.12), use --once, or let Dagster run it",
        )


def _command(path: Path, addresses: Sequence[str], process: int, *, once: bool) -> list[str]:
    options = ["--process", str(process), *(f"--address={address}" for address in addresses)]
    program = [sys.executable, "-c", "from embed_platform.cli import main; main()"]
    return [*program, "live", "worker", str(path.absolute()), *options, *["--once"] * once]


def _run_together(commands: Sequence[Sequence[str]], name: str) -> None:
    """Run processes until all have ended; when one dies, the others are ended too."""
    with ExitStack() as stack:
        running = [stack.enter_context(_Ended(subprocess.Popen(command))) for command in commands]
        while any(process.poll() is None for process in running):
            dead = [p for p in running if p.poll() not in (None, 0)]
            if dead:
                raise SourceUnavailable(
                    f"worker {running.index(dead[0])} ended with {dead[0].returncode}",
                    where=name,
                    remedy="What was written is kept; the same command goes on from there",
                )
            time.sleep(_LOOK_SECONDS)
        if any(process.returncode for process in running):
            raise SourceUnavailable("a worker failed", where=name)


class _Ended:
    """A process that does not outlive the block."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on, all at a time so that they differ."""
    with ExitStack() as stack:
        probes = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]

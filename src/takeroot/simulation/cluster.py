"""Blocks on a Dask cluster that somebody runs already, by its address.

A worker that is lost takes nothing with it: its blocks are made again elsewhere, and give the same numbers. Workers
need the same Takeroot as the caller; in which form their kernel is does not matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from takeroot.errors import TakerootError
from takeroot.simulation.ensemble import Sent, Work, gathered
from takeroot.simulation.forms import simulate
from takeroot.simulation.kernel import Block

#: How often a block is sent again when the worker that had it is lost.
AGAIN = 5
#: For how many seconds a scheduler is waited for.
PATIENCE = 20


def on_cluster(
    work: Work, address: str, progress: Callable[[float], None] | None, cancel: Callable[[], bool] | None
) -> Iterator[tuple[int, Block]]:
    """The blocks of some work, made by the workers of a cluster.

    Parameters
    ----------
    work
        What is to be simulated.
    address
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.
    progress, cancel
        As in :func:`~takeroot.simulation.ensemble.run`.
    """
    with _client(address) as client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise TakerootError(f"The cluster at {address} has no workers; start some and try again.")
        executor: Executor = client.get_executor(retries=AGAIN, pure=False)
        spread: dict[int, Any] = {}
        watch = work.watched()

        def send(block: int, again: bool) -> Sent:
            model = block // work.blocks_each
            if again or model not in spread:
                for done in [number for number in spread if number < model - 2 * threads]:
                    del spread[done]
                spread[model] = client.scatter(work.layout(block), broadcast=len(work.models) == 1, hash=False)
            return executor.submit(simulate, spread[model], block, work.width(block), watch, work.keep_sites, work.form)

        yield from gathered(len(work), 2 * threads, send, progress, cancel, again=AGAIN)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise TakerootError(
            "A cluster needs Dask, which is not installed here; install takeroot[cluster], on the workers too."
        ) from None
    try:
        with ThreadPoolExecutor(1) as aside:  # a notebook has a loop of its own, in which nothing can be waited for
            aside.submit(asyncio.run, _answered(address)).result()
        client = Client(address, set_as_default=False, timeout=PATIENCE)
    except (OSError, ValueError, ImportError) as error:
        raise TakerootError(f"No Dask scheduler answers at '{address}' ({error}); is the address right?") from None
    try:
        yield client
    finally:
        client.close()


async def _answered(address: str) -> None:
    """Wait until a scheduler answers: a client that never had one does not close quietly."""
    from distributed.comm import connect

    comm = await connect(address, timeout=PATIENCE)
    await comm.close()

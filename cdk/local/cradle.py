"""The program behind `nursery.py`: it imports the third-party packages once, then forks a child for each function.

A child becomes what Lambda would start: its own variables, import path, directory and log, and AWS's runtime client.
Two things are added. It ends when the local cloud ends (the lifeline, an inherited pipe, closes). And the kernel's
clock runs with an offset read from a shared file, so that the product needs no branch for time travel.

It speaks lines of JSON: a request on standard input starts a child, `{"started": pid}` and `{"ended": pid, "code": …}`
answer on standard output.
"""

import importlib
import json
import mmap
import os
import select
import signal
import struct
import sys
import threading
import time
import traceback
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Any, NoReturn

PRELOADED = (
    "boto3",
    "botocore.httpsession",
    "cryptography.hazmat.primitives.ciphers.aead",
    "jwt",
    "opensearchpy",
    "pydantic",
    "aws_lambda_powertools",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.utilities.batch",
)


def main(lifeline: int) -> None:
    """Forks children on request until standard input closes."""
    for name in PRELOADED:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            continue
    requests = FileIO(0, closefd=False)
    waking, awake = os.pipe()
    for end in (waking, awake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(awake)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    while True:
        ready, _, _ = select.select([0, waking], [], [])
        if waking in ready:
            os.read(waking, 1024)
            report_ended()
        if 0 in ready:
            line = requests.readline()
            if not line:
                return
            request = json.loads(line)
            pid = os.fork()
            if pid == 0:
                become(request, lifeline)
            say(started=pid)


def report_ended() -> None:
    """Tells of every child that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        say(ended=pid, code=os.waitstatus_to_exitcode(status))


def say(**message: int) -> None:
    """One line on standard output."""
    os.write(1, (json.dumps(message) + "\n").encode())


def become(request: dict[str, Any], lifeline: int) -> NoReturn:
    """Turns a fresh fork into the function's process; never returns."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        os.chdir(request["directory"])
        sys.path[:0] = request["path"]
        threading.Thread(target=end_with, args=(lifeline,), name="lifeline", daemon=True).start()
        travel_in_time(request["clock"])
        from awslambdaric.__main__ import main as serve

        serve(["awslambdaric", request["handler"]])
    except SystemExit as left:
        os._exit(left.code if isinstance(left.code, int) else 1)
    except BaseException:  # noqa: BLE001 -- a fork must never return into its parent's loop
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def end_with(lifeline: int) -> None:
    """Exits as soon as the other end of the lifeline is gone, whatever the main thread is doing."""
    os.read(lifeline, 1)
    os._exit(0)


def travel_in_time(clock_file: str) -> None:
    """Shifts `passerelle.clock.now` by the number of seconds kept in `clock_file`, re-read at every call."""
    try:
        clock = importlib.import_module("passerelle.clock")
    except ModuleNotFoundError as missing:
        if missing.name not in ("passerelle", "passerelle.clock"):
            raise
        return
    with Path(clock_file).open("rb") as opened:
        offset = mmap.mmap(opened.fileno(), 8, prot=mmap.PROT_READ)
    real = clock.now

    def now() -> datetime:
        shifted: datetime = real() + timedelta(seconds=struct.unpack("d", offset[:8])[0])
        return shifted

    clock.now = now  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(int(sys.argv[1]))

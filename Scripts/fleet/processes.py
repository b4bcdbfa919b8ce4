"""Processes of the fleet: started in groups of their own, found again by their environment, and stopped."""

import os
import pathlib
import signal
import socket
import subprocess
import time


class FleetError(Exception):
    """What is not as it should be. Its text says what was expected and what was found."""


def start(command, log, environment=None):
    """A program whose output goes to a file."""
    with open(log, "ab") as output:
        return subprocess.Popen(
            [str(part) for part in command], env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True)


def run(command, environment=None, **options):
    return subprocess.run(
        [str(part) for part in command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        **options)


def wait_until(what, condition, seconds=60, log=None):
    """The first value of a condition that is true. Fails with the end of a log."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    words = f" The end of {log}:\n{tail(log)}" if log else ""
    raise FleetError(f"After {seconds} s there is still no sign of this: {what}.{words}")


def tail(log, lines=15):
    path = pathlib.Path(log)
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else "(it is empty)"


def with_variable(name, value):
    """The processes that were started with a variable of the environment, so that nobody else's are among them."""
    wanted, found = f"{name}={value}".encode(), []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def parent(process):
    try:
        for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("PPid:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def name(process):
    try:
        return pathlib.Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return ""


def descendants(process):
    """Its children, theirs, and so on."""
    parents = {int(folder.name): parent(int(folder.name)) for folder in pathlib.Path("/proc").glob("[0-9]*")}
    found, new = [], [process]
    while new:
        new = [child for child, above in parents.items() if above in new]
        found += new
    return found


def kill(processes, number=signal.SIGKILL):
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


def stop(process, seconds=5):
    """Ends a program that `start` started: by its own means, or else by force."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports

"""Programs that tests need: whether they run, and installing them where that takes no password."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess

ROOT_USER = hasattr(os, "geteuid") and os.geteuid() == 0

APT_UPDATE = "120s"
APT_INSTALL = "600s"


def apt_install(name: str, *arguments: str) -> bool:
    """Whether `apt-get install` with those arguments brought the program of that name."""
    if shutil.which("apt-get") is None:
        return False
    as_root = [] if ROOT_USER else ["sudo", "-n"]
    if not succeeds([*as_root, "true"], seconds=10):
        return False
    print(f"installing {name} with apt-get", flush=True)
    # `timeout` ends it as root: a plain user could not end what sudo has started. Where the update fails, the
    # lists that are there already may do.
    succeeds([*as_root, "timeout", APT_UPDATE, "apt-get", "update"])
    return succeeds([*as_root, "timeout", APT_INSTALL, "apt-get", "install", "-y", *arguments])


def succeeds(command: list[str], *, seconds: float | None = None) -> bool:
    """Whether a command ends well, and in time."""
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError:
        return False
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            # With all that it has started: Playwright leaves the downloading to a process of its own.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

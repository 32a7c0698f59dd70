"""Lets a process on Windows end with this one, even if this one is killed or its console closed."""

import importlib
import logging
from contextlib import suppress

_log = logging.getLogger(__name__)


def tie(pid: int) -> object:
    """Tie a process to this one by a job object, which Windows ends with its last handle.

    Source: "Job Objects" in the Windows documentation, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE.

    Args:
        pid: of the process; what it starts from now on is tied, too.

    Returns:
        What ties them while it is held; None where that is not possible.
    """
    try:
        return _tied(pid)
    except Exception:  # noqa: BLE001  # without it all is ended just the same, unless we are killed
        _log.exception("process %d is not tied to this one", pid)
        return None


def _tied(pid: int) -> object:
    api, jobs = importlib.import_module("win32api"), importlib.import_module("win32job")
    rights = importlib.import_module("win32con")
    job: object = jobs.CreateJobObject(None, "")
    kind = jobs.JobObjectExtendedLimitInformation
    limits = jobs.QueryInformationJobObject(job, kind)
    limits["BasicLimitInformation"]["LimitFlags"] |= jobs.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    jobs.SetInformationJobObject(job, kind, limits)
    process = api.OpenProcess(rights.PROCESS_SET_QUOTA | rights.PROCESS_TERMINATE, False, pid)
    try:
        jobs.AssignProcessToJobObject(job, process)
    finally:
        with suppress(Exception):
            api.CloseHandle(process)
    return job

"""How Celery's messages travel: Redis, or files where no redis-server can be had."""

from pathlib import Path


def transport_options(url: str, data_dir: Path, task_seconds: int) -> dict[str, object]:
    """Kombu's transport options for a broker address; `task_seconds`: the longest that a task may take."""
    if url.startswith("files:"):
        folder = data_dir / "queue"
        folder.mkdir(parents=True, exist_ok=True)
        # The default polling interval of 1 s also is the time for one message.
        return {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder / "control"),
            "polling_interval": 0.02,
        }
    return {
        # A message that is not acknowledged for so long is delivered again: later than a task can still run.
        "visibility_timeout": task_seconds + 300,
        # Kombu looks for such messages every interval x throttle seconds; its default is 100 s.
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        # Seconds. A broker that is silent, not gone, would hold whoever sends for ever; a worker's own
        # wait for messages is answered each second.
        "socket_connect_timeout": 1,
        "socket_timeout": 2,
    }

"""The same work for python-task-queue's file queue: insert empty tasks, or drain them as its manual does.

Usage: tasks.py insert|drain FOLDER COUNT, with the folder of the package on PYTHONPATH.
"""
import sys
from functools import partial
from types import ModuleType

# Debian lacks these two. The package imports them at its start; neither an insert nor a drain calls them.
for name in ("orjson", "pathos.pools"):
    try:
        __import__(name)
    except ImportError:
        sys.modules[name] = sys.modules[name.split(".")[0]] = ModuleType(name)

from taskqueue import TaskQueue, queueable  # noqa: E402


@queueable
def empty(id, area, name, wanted, tile):
    return True


def insert(queue, count):
    queue.insert((partial(empty, row, row * 1.5, f"cell-{row:08d}", row % 2 == 0, row % 100) for row in range(count)), total=count)


def drain(queue, count):
    executed = queue.poll(stop_fn=lambda executed: executed >= count)
    if executed != count or not queue.is_empty():
        sys.exit(f"{executed} of {count} tasks were run.")


if __name__ == "__main__":
    verb, folder, count = sys.argv[1:]
    {"insert": insert, "drain": drain}[verb](TaskQueue(f"fq://{folder}", progress=False), int(count))

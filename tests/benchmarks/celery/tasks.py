"""The same work for Celery: a delay loop, and two processes that drain empty tasks. Printed: tasks per second."""
import os
import sys
import time

from celery import Celery

app = Celery("empty", broker=os.environ["BROKER"])
app.conf.update(task_ignore_result=True, worker_send_task_events=False, task_default_queue=os.environ["QUEUE"])


@app.task(name="empty")
def empty(id, area, name, wanted, tile):
    return True


def insert(count):
    empty.delay(-1, 1.5, "cell", True, 7)
    started = time.monotonic()
    for row in range(count):
        empty.delay(row, row * 1.5, f"cell-{row:08d}", row % 2 == 0, row % 100)
    print(count / (time.monotonic() - started))


if __name__ == "__main__":
    insert(int(sys.argv[1]))

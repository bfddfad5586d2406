"""What a process of the pages has loaded is not looked through again for garbage in the midst of a page."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.postgres
PROGRAM = """
import gc, json
import tongzhou.wsgi
first = gc.get_freeze_count()
kept = [[] for _n in range(5000)]
for _n in range(9):
    gc.collect()
print(json.dumps([first, gc.get_freeze_count() - first, gc.get_threshold()[0], len(gc.callbacks)]))
"""


def test_what_is_loaded_is_set_aside_and_only_the_first_collections_add_to_it(db):
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 0, done.stderr
    first, more, threshold, left = json.loads(done.stdout)
    assert first > 50_000 and more >= 5000 and threshold == 10_000 and left == 0

"""A child process of this room: fitting numbers, and making paths, off the web process's time.

``python -m hanmadang.curricula.child WORKER SECONDS MEGABYTES``, as `polls.child`.
"""

import sys

from hanmadang.polls.child import main

WORKERS = {"fit": "hanmadang.curricula.fit_child", "paths": "hanmadang.curricula.paths_child"}

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), WORKERS)

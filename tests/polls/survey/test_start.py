"""The web process starts without numpy: only pages of surveys need it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORDS = """
import sys
sys.path.insert(0, "platform")
from hanmadang.factory import create_app
from hanmadang.settings import load
url = f"sqlite:///{sys.argv[1]}/test.sqlite"
create_app(load({"SECRET_KEY": "a key for tests only, it guards nothing", "DATABASE_URL": url,
                 "HANMADANG_INSTANCE": sys.argv[1]}))
print("numpy" in sys.modules, "hanmadang.polls.survey.thresholds" in sys.modules)
"""


def test_the_app_starts_without_numpy(tmp_path: Path) -> None:
    words = [sys.executable, "-c", WORDS, str(tmp_path)]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.stdout.split(), result.returncode) == (["False", "True"], 0), result.stderr

"""What `make` calls first: from a bare Python to a working .venv, then on to the real command.

Standard library only, and readable by Python 3.6, so that an old Python gets a sentence instead
of a SyntaxError. Whatever can go wrong on a newcomer's machine is told in one sentence with its
remedy, English then Korean, with exit status 1 and no traceback.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SUPPORTED = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11", "python3.14")
ROOM_FOR = {"requirements.txt": 300, "requirements-dev.txt": 800}  # megabytes, with pip's own
SQLITE = (3, 35)  # RETURNING
PORT, LAST_PORT = "8000", 65535


class Trouble(Exception):  # noqa: N818  (a state of the machine, not a mistake)
    """Something the person at the keyboard can mend; carries the sentence in both languages."""

    def __init__(self, english: str, korean: str) -> None:
        super().__init__(english + "\n" + korean)


def say(text: str) -> None:
    """Write to standard error as UTF-8, whatever the terminal's locale claims."""
    sys.stderr.flush()
    sys.stderr.buffer.write((text + "\n").encode("utf-8"))
    sys.stderr.buffer.flush()


# --- Python ---------------------------------------------------------------------------------


def use_a_supported_python() -> None:
    """Return if this Python will do; else start again under one that does."""
    if sys.version_info >= SUPPORTED:
        return
    for name in NEWER:
        path = shutil.which(name)
        if path and _version(path):
            os.execv(path, [path, __file__, *sys.argv[1:]])
    found = "%d.%d" % sys.version_info[:2]
    raise Trouble(
        "Python 3.11 or newer is needed and this one is " + found + "; install python3.12 and"
        " run the command again.",
        "파이썬 3.11 이상이 필요한데 지금은 " + found + "입니다. python3.12를 설치한 뒤 다시"
        " 실행해 주세요.",
    )


def _version(python: str) -> str:
    """Its version if that Python runs and will do, else nothing; version managers leave shims."""
    test = "import sys; v = sys.version_info; print('%d.%d' % v[:2]); sys.exit(v < (3, 11))"
    try:
        found = subprocess.check_output([python, "-c", test], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return found.decode("ascii").strip()


def check_standard_library() -> None:
    """Some builds of Python leave out ssl or sqlite3, and Debian ships ensurepip apart."""
    version = "%d.%d" % sys.version_info[:2]
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        package = "python" + version + "-venv"
        raise Trouble(
            "Python " + version + " lacks its venv module; on Debian or Ubuntu run: sudo apt"
            " install " + package,
            "파이썬 "
            + version
            + "에 venv 모듈이 없습니다. 데비안·우분투에서는 sudo apt install "
            + package
            + " 명령으로 설치해 주세요.",
        ) from None
    try:
        import sqlite3
        import ssl  # noqa: F401
    except ImportError as missing:
        raise Trouble(
            "Python "
            + version
            + " was built without %s; install your system's own python3." % missing.name,
            "파이썬 " + version + "에 %s 모듈이 빠져 있습니다. 운영체제가 제공하는 python3를"
            " 설치해 주세요." % missing.name,
        ) from None
    if sqlite3.sqlite_version_info < SQLITE:
        raise Trouble(
            "SQLite 3.35 or newer is needed and Python "
            + version
            + " carries "
            + sqlite3.sqlite_version
            + "; use a newer Python or set DATABASE_URL to PostgreSQL.",
            "SQLite 3.35 이상이 필요한데 지금은 " + sqlite3.sqlite_version + "입니다. 더 새로운"
            " 파이썬을 쓰거나 DATABASE_URL에 PostgreSQL 주소를 넣어 주세요.",
        )


# --- The folder -----------------------------------------------------------------------------


def check_folder() -> None:
    """We must be able to write here; asking the disk is the only honest test."""
    try:
        with tempfile.TemporaryFile(dir=str(ROOT)):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _full_disk() from None
        raise Trouble(
            "No permission to write in " + str(ROOT) + "; make the folder yours or clone into your"
            " home folder.",
            str(ROOT) + " 폴더에 쓸 수 없습니다. 권한을 바꾸거나 홈 폴더에 다시 내려받아 주세요.",
        ) from None


def check_disk(requirements: str) -> None:
    """Refuse before the download rather than in its middle."""
    if shutil.disk_usage(str(ROOT)).free < ROOM_FOR[requirements] * 1000 * 1000:
        raise _full_disk(ROOM_FOR[requirements])


def _full_disk(megabytes: int = 300) -> Trouble:
    return Trouble(
        "The disk is too full: %d MB are needed in %s; free some space and try again."
        % (megabytes, ROOT),
        "디스크 공간이 모자랍니다. %s에 %dMB가 필요하니 공간을 비우고 다시 시도해 주세요."
        % (ROOT, megabytes),
    )


# --- .venv ----------------------------------------------------------------------------------


def python() -> str:
    """The interpreter inside .venv."""
    if os.name == "nt":
        return str(VENV / "Scripts" / "python.exe")
    return str(VENV / "bin" / "python")


def prepare(requirements: str) -> None:
    """Make .venv hold exactly what the lock says; costs nothing when it already does."""
    version = _version(python())
    if is_ready(requirements, version):
        return
    check_standard_library()
    check_folder()
    check_disk(requirements)
    finished = [_read(_stamp_file(name)).endswith(" " + version) for name in ROOM_FOR]
    if not version or not any(finished):  # none yet, half made, or of another Python
        say("Making .venv ...")
        _quietly([sys.executable, "-m", "venv", "--clear", str(VENV)])
        version = _version(python())
    say("Installing " + requirements + " ... (the first time takes about half a minute)")
    _install(requirements)
    for name in {requirements, "requirements.txt"}:  # the development lock holds the other one
        _stamp_file(name).write_text(_stamp(name, version))


def is_ready(requirements: str, version: str = "") -> bool:
    """Whether .venv runs and holds that lock."""
    version = version or _version(python())
    return bool(version) and _read(_stamp_file(requirements)) == _stamp(requirements, version)


def _install(requirements: str) -> None:
    pip = [python(), "-m", "pip", "install", "--disable-pip-version-check", "-q", "--no-input"]
    _quietly([*pip, "--retries", "2", "--require-hashes", "-r", requirements])


def _quietly(words: "list[str]") -> None:
    """Run a command whose own words matter only when it fails."""
    environment = dict(os.environ, PIP_USER="0", PYTHONUTF8="1")
    result = subprocess.run(
        words,
        cwd=str(ROOT),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if result.returncode:
        _explain(result.stdout.decode("utf-8", "replace"))


def _explain(output: str) -> None:
    """Turn the words of pip or venv into a sentence; what we do not know we quote."""
    if "No space left" in output or "[Errno 28]" in output:
        raise _full_disk()
    if "DO NOT MATCH THE HASHES" in output:
        raise Trouble(
            "A downloaded package differs from the one pinned; clear pip's cache with `python3 -m"
            " pip cache purge`, try again, and report it if it stays.",
            "내려받은 꾸러미가 고정된 것과 다릅니다. `python3 -m pip cache purge`를 실행한 뒤 다시"
            " 시도하고, 계속되면 알려 주세요.",
        )
    if re.search(
        r"NewConnection|name resolution|ConnectTimeout|ReadTimeout|ProxyError|SSLError"
        r"|from versions: none|getaddrinfo|NameResolution|Max retries",
        output,
    ):
        raise Trouble(
            "The packages could not be downloaded; check the network connection (or proxy) and"
            " run the same command again.",
            "꾸러미를 내려받지 못했습니다. 네트워크 연결이나 프록시를 확인하고 같은 명령을 다시"
            " 실행해 주세요.",
        )
    if "Permission denied" in output or "[Errno 13]" in output:
        raise Trouble(
            "No permission to write in "
            + str(VENV)
            + "; delete that folder (sudo rm -rf .venv) and"
            " run the command again without sudo.",
            str(VENV) + " 폴더에 쓸 수 없습니다. 폴더를 지우고(sudo rm -rf .venv) sudo 없이 다시"
            " 실행해 주세요.",
        )
    lines = [line for line in output.splitlines() if re.match(r"\s*(ERROR|error)", line)]
    cause = (lines or output.splitlines() or ["no message"])[0].strip()
    raise Trouble(
        "Installation failed (" + cause + "); run `make clean` and try again.",
        "설치하지 못했습니다(" + cause + "). `make clean`을 실행한 뒤 다시 시도해 주세요.",
    )


def _stamp(requirements: str, version: str) -> str:
    return hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest() + " " + version


def _stamp_file(requirements: str) -> Path:
    return VENV / ("." + requirements + ".sha256")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


# --- The port -------------------------------------------------------------------------------


def check_port() -> None:
    """Find out now, not after migrations and sample data."""
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or PORT
    if not text.isdigit() or not 0 < int(text) <= LAST_PORT:
        raise Trouble(
            "PORT must be a number from 1 to 65535, not '" + text + "': PORT=8001 make run",
            "PORT는 1에서 65535 사이의 숫자여야 합니다(지금 값 '" + text + "'): PORT=8001 make run",
        )
    problem = _bind(host, int(text))
    if problem == errno.EADDRINUSE:
        free = next((p for p in range(int(text) + 1, LAST_PORT + 1) if not _bind(host, p)), 8001)
        raise Trouble(
            "Port %s is taken by another program; choose another one: PORT=%d make run"
            % (text, free),
            "%s번 포트를 다른 프로그램이 쓰고 있습니다. 다른 포트를 골라 주세요: PORT=%d make run"
            % (text, free),
        )
    if problem == errno.EACCES:
        raise Trouble(
            "Port " + text + " is reserved for the administrator; choose one above 1023:"
            " PORT=8000 make run",
            text + "번 포트는 관리자만 쓸 수 있습니다. 1023보다 큰 번호를 골라 주세요: PORT=8000"
            " make run",
        )
    if problem:
        raise Trouble(
            "HOST=" + host + " is not an address of this machine; leave it out, or use 0.0.0.0 to"
            " answer the whole network.",
            "HOST=" + host + " 값은 이 컴퓨터의 주소가 아닙니다. 빼거나, 네트워크 전체에 열려면"
            " 0.0.0.0을 쓰세요.",
        )
    os.environ["HOST"], os.environ["PORT"] = host, text


def _bind(host: str, port: int) -> int:
    """The error number of listening there, 0 for none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        if os.name != "nt":  # a port just left is free; on Windows the option means the opposite
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            return errno.EADDRNOTAVAIL
        except OSError as error:
            return error.errno or errno.EADDRNOTAVAIL
    return 0


# --- Commands -------------------------------------------------------------------------------


def flask(*words: str) -> "list[str]":
    """A command of the application."""
    return [python(), "-m", "flask", *words]


def finish(*names: str) -> None:
    """Run commands of the application one after another; each explains its own failures."""
    for name in names:
        if subprocess.call(flask(name)):
            sys.exit(1)


def use_this_machines_address() -> None:
    """What pages and mails call this site, and which names it answers to, unless told."""
    host, port = os.environ["HOST"], os.environ["PORT"]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    shown = "[" + shown + "]" if ":" in shown else shown
    os.environ.setdefault("HANMADANG_BASE_URL", "http://" + shown + ":" + port)
    os.environ.setdefault("HANMADANG_TRUSTED_HOSTS", "localhost,127.0.0.1")


def run() -> "list[str]":
    """Serve with sample data, on an address of this machine unless told otherwise."""
    check_port()
    prepare("requirements.txt")
    use_this_machines_address()
    os.environ.setdefault("HANMADANG_DEMO", "1")
    finish("setup", "demo-load")
    return flask("serve")


def scale() -> "list[str]":
    """Serve as several processes."""
    check_port()
    prepare("requirements.txt")
    use_this_machines_address()
    finish("setup")
    return flask("serve", "--scale")


def develop(*module: str) -> "list[str]":
    """One of the project's own modules, under the development lock."""
    prepare("requirements-dev.txt")
    return [python(), "-m", *module]


MODULES = {
    "check": ("tools.stages", "check"),
    "fmt": ("tools.stages", "fmt"),
    "lock": ("tools.lock",),
    "prove": ("proofs",),
    "strings": ("tools.strings", "update", "--check"),
    "test": ("tools.stages", "test"),
}


def command(name: str, rest: "list[str]") -> "list[str]":
    """The words to become."""
    if name in ("run", "scale"):
        return run() if name == "run" else scale()
    if name == "doctor":
        return [sys.executable, "-m", "tools.doctor"]  # looks, installs nothing
    if name in MODULES:
        return [*develop(*MODULES[name]), *rest]
    raise Trouble(
        "There is no command '" + name + "'; `make` lists them.",
        "'" + name + "' 명령은 없습니다. `make`가 목록을 보여 줍니다.",
    )


def main() -> None:
    """Check, prepare, and become the command."""
    os.chdir(str(ROOT))
    try:
        use_a_supported_python()
        name, *rest = sys.argv[1:] or ["run"]
        line = command(name, rest)
    except Trouble as trouble:
        say(str(trouble))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.stdout.flush()
    if os.name == "nt":  # there exec returns to the shell at once
        sys.exit(subprocess.call(line))
    os.execv(line[0], line)


if __name__ == "__main__":
    main()

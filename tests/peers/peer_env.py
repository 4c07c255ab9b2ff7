"""Where the packages of the test servers are (see setup.sh), and how a server that is started with any Python gets to
them: it starts itself again with the Python that has them."""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def folder():
    """`ANNEX_TEST_PEERS`, else where setup.sh puts them by itself."""
    given = os.environ.get("ANNEX_TEST_PEERS")
    target = os.environ.get("CARGO_TARGET_DIR") or HERE.parent.parent / "target"
    return pathlib.Path(given) if given else pathlib.Path(target) / "peers"


def need(module):
    """Returns when `module` can be imported, after starting again with another Python if need be."""
    try:
        __import__(module)
        return
    except ImportError:
        pass
    python = folder() / "venv" / "bin" / "python"
    if not python.exists() or os.environ.get("ANNEX_PEER_STARTED_AGAIN"):
        sys.exit(f"{sys.argv[0]}: no `{module}` here; run tests/peers/setup.sh")
    os.environ["ANNEX_PEER_STARTED_AGAIN"] = "1"
    os.execv(python, [str(python), "-B", *sys.argv])

"""The version of the engine, as installed."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("treasury-sim")
except PackageNotFoundError:  # run from a folder that was never installed
    VERSION = "0+unknown"

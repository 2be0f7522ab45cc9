"""The contenders of `benchmarks/networks.py`: their names, their jobs, and where the peers are."""

import subprocess
import sys

from descriptions import describe
from our_networks import LR, NETWORKS, build

NUMPY = ("textbook", "ours 1", "ours 2")
FORMS = {"torch": ("eager", "fused", "tuned", "compiled"), "jax": ("NCHW", "NHWC")}


def installed(pythons):
    """Return which Python runs each peer, and the versions; print a line for each missing peer.

    Parameters
    ----------
    pythons : dict
        For the name of each package a Python that has it; None is this one.
    """
    found, versions = {}, {}
    for package, python in pythons.items():
        python = python or sys.executable
        code = f"from importlib.metadata import version; print(version({package!r}))"
        try:
            done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
            found[package], versions[package] = python, done.stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            print(f"Without {package}: not installed for {python} (see --{package}-python).")
    return found, versions


def peer_names(packages, network, threads=(1, 2)):
    """Return the names of all forms of these packages; the order of axes is only for images."""
    names = [f"{package} {form}" for package in packages for form in FORMS[package]]
    if not network.endswith("ConvNet"):
        names = [name for name in names if name != "jax NHWC"]
    return [f"{name} {number}" for name in names for number in threads]


def is_peer(name):
    """Return whether a contender is PyTorch or JAX."""
    return name.split()[0] in FORMS


def threads_of(name):
    """Return the number of threads at the end of a contender's name; 1 without a number."""
    return int(name.split()[-1]) if name[-1].isdigit() else 1


def job(contender, name, task="train", batch=100, **sizes):
    """Return the job of a contender: a step with a network of `our_networks.NETWORKS`."""
    kind, *form = contender.split()
    work = {"task": task, "threads": threads_of(contender), "batch": batch}
    if not is_peer(contender):
        return {"module": "our_networks", "kind": kind, "name": name, **work, **sizes}
    update, layers = NETWORKS[name][1], describe(build(name, **sizes))
    work |= {"size": sizes.get("size", 28), "update": update, "lr": LR[update]}
    return {"module": f"{kind}_networks", "form": form[0], "layers": layers, **work}

"""BLAS threads: one thread is fastest for the matrix products of a mini-batch (8.3)."""

from threadpoolctl import threadpool_limits


def one_blas_thread() -> threadpool_limits:
    """Return a context manager that limits matrix products to one thread.

    The matrix products of a mini-batch are too small to split, so that further threads mostly wait.
    On a busy machine with two cores a training step was ten times slower with two threads.
    """
    return threadpool_limits(limits=1, user_api="blas")

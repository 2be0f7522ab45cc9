"""Threads of BLAS: one is fastest for products of mini-batch size (8.3)."""

from threadpoolctl import threadpool_limits


def one_blas_thread() -> threadpool_limits:
    """Return a context in which matrix products run on one thread.

    Products of mini-batch size are too small to share, so that further threads mostly wait; on a
    busy machine of two cores a training step was ten times slower with two.
    """
    return threadpool_limits(limits=1, user_api="blas")

"""Measure how long DeepConvNet takes to learn MNIST to 99 %, from scratch, on two threads (8.1.1).

    python benchmarks/to_99_percent.py --seeds 0 1 2

You will see for each seed the accuracy on all 10,000 test images, and the seconds, including
loading and evaluation. The defaults were chosen with 6,000 held-out training images (--validation),
not with the test set: Adam, a learning rate that rises, then falls to 0, no Dropout, one evaluation
at the end. It takes about a minute per seed, and needs the real MNIST.
"""

import argparse
from time import perf_counter

try:
    from common.optimizer import Adam
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.deep_convnet import DeepConvNet
from common.batches import MiniBatches, split_validation
from common.data_parallel import DataParallel
from dataset.mnist import load_mnist


def learning_rate(t, steps, largest, warm_up=0.2):
    """Return the learning rate of step t: it rises linearly to `largest`, then falls to 0."""
    return largest * min((t + 1) / (warm_up * steps), (1 - t / steps) / (1 - warm_up))


def train(seed, plan):
    """Train one network, and print a line for each evaluation."""
    start = perf_counter()
    train_set, test_set = load_mnist(flatten=False, source="mnist")
    if plan.validation:
        train_set, test_set = split_validation(*train_set, rate=0.1, rng=0)
    (x, t), (x_test, t_test) = train_set, test_set
    rng = np.random.default_rng(seed)
    network, optimizer = DeepConvNet(dropout_ratio=plan.dropout, rng=rng), Adam()
    batches = MiniBatches(len(x), plan.batch_size, rng, shuffle=True)
    steps = int(plan.epochs * len(x) / plan.batch_size)
    moments = {round(steps * part / plan.evaluations) for part in range(1, plan.evaluations + 1)}
    with DataParallel(network, plan.threads) as parallel:
        for step, batch in zip(range(steps), batches, strict=False):
            _, grads = parallel.loss_and_gradient(x[batch], t[batch])
            optimizer.lr = learning_rate(step, steps, plan.lr)
            optimizer.update(network.params, grads)
            if step + 1 in moments:
                percent = 100 * parallel.accuracy(x_test, t_test)
                line = f"seed {seed}: {percent:.2f} % after {step + 1} mini-batches"
                print(f"{line}, {perf_counter() - start:.1f} s", flush=True)


def main(argv=None):
    """Train a network for each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--epochs", type=float, default=1.6)
    parser.add_argument("--batch-size", type=int, default=50)
    parser.add_argument("--lr", type=float, default=0.002, help="the largest learning rate")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--evaluations", type=int, default=1, help="evenly spread, one at the end")
    parser.add_argument("--validation", action="store_true", help="6,000 held-out training images")
    plan = parser.parse_args(argv)
    print(" ".join(f"{name}={value}" for name, value in vars(plan).items()))
    for seed in plan.seeds:
        train(seed, plan)


if __name__ == "__main__":
    main()

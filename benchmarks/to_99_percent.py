"""DeepConvNet from nothing to 99 % on MNIST: how long it takes on two threads (8.1.1).

    python benchmarks/to_99_percent.py --seeds 0 1 2

You will see for each seed the accuracy on all 10,000 test images, and the seconds since the data
began to be loaded. The recipe is fixed, and was chosen by 6,000 training images held out
(--validation): Adam, a learning rate that rises, then falls to 0, no Dropout, one evaluation at
each of the moments planned. 1 minute a seed. Needs the real MNIST.
"""

import argparse
from time import perf_counter

from ch08.deep_convnet import DeepConvNet
from common.data_parallel import DataParallel
from common.optimizer import Adam
from common.util import MiniBatches, split_validation
from dataset.mnist import load_mnist


def learning_rate(t, steps, largest, warm_up=0.2):
    """Return the rate of step t: up in a straight line to `largest`, then down to 0."""
    part = (t + 1) / steps
    return largest * min(part / warm_up, (1 + 1 / steps - part) / (1 - warm_up))


def train(seed, plan, validation=False):
    """Train one network; print a line for each evaluation; return the last accuracy and time."""
    start = perf_counter()
    train_set, test_set = load_mnist(flatten=False, source="mnist")
    if validation:
        train_set, test_set = split_validation(*train_set, rate=0.1, rng=0)
    (x, t), (x_test, t_test) = train_set, test_set
    network = DeepConvNet(dropout_ratio=plan.dropout, rng=seed)
    optimizer = Adam()
    batches = MiniBatches(len(x), plan.batch_size, network.layers["Dropout1"].rng, shuffle=True)
    steps = int(plan.epochs * len(x) / plan.batch_size)
    moments = {round(steps * part / plan.evaluations) for part in range(1, plan.evaluations + 1)}
    with DataParallel(network, plan.threads) as parallel:
        for step, batch in zip(range(steps), batches, strict=False):
            _, grads = parallel.loss_and_gradient(x[batch], t[batch])
            optimizer.lr = learning_rate(step, steps, plan.lr)
            optimizer.update(network.params, grads)
            if step + 1 in moments:
                accuracy = parallel.accuracy(x_test, t_test)
                seconds = perf_counter() - start
                print(
                    f"seed {seed}: {100 * accuracy:.2f} % after {step + 1} mini-batches, "
                    f"{seconds:.1f} s",
                    flush=True,
                )
    return accuracy, seconds


def main():
    """Train a network for each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--epochs", type=float, default=1.5)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--lr", type=float, default=0.003, help="the largest")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--evaluations", type=int, default=2, help="evenly spread, one at the end")
    parser.add_argument("--validation", action="store_true", help="6,000 held-out training images")
    plan = parser.parse_args()
    print(" ".join(f"{name}={value}" for name, value in vars(plan).items()))
    for seed in plan.seeds:
        train(seed, plan, plan.validation)


if __name__ == "__main__":
    main()

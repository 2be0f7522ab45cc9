"""Learning rates that fall, for DeepConvNet (sections 6.1.5 and 8.1.2).

    python ch08/section_8_1/learning_rate_decay.py

Four networks with the same first weights see the same mini-batches of 10,000 digits: one with a
constant learning rate, the others with one that falls in steps, exponentially, along a cosine. You
will see that in so short a training, of six epochs, it is no clear gain: the cosine, which keeps a
high rate for long, ends at 0.9787, the constant rate at 0.9747, the two that fall early at 0.9724
(steps) and 0.9666 (exponential): they have learned less, as their losses say. With `--lr 0.005` all
are worse, in the same order. About 4 minutes.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.figure import Figure

from ch08.deep_convnet import DeepConvNet
from common.optimizer import Adam
from common.schedules import Schedule, cosine_decay, exponential_decay, step_decay
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots


def schedules(lr: float, steps: int) -> dict[str, Schedule]:
    """Return learning rates for so many mini-batches, all of which start at `lr`."""
    return {
        "constant": lambda t: lr,
        "step": step_decay(lr, 0.3, every=max(1, steps / 4)),
        "exponential": exponential_decay(lr, 4 / steps),
        "cosine": cosine_decay(lr, steps),
    }


def trainers(args: argparse.Namespace, data: str) -> dict[str, Trainer]:
    """Return a trainer for each schedule; all will see the same mini-batches."""
    (x, t), (x_test, t_test) = load_mnist(flatten=False, source=data)
    x, t = x[: args.samples], t[: args.samples]
    steps = args.epochs * -(-len(x) // args.batch_size)
    return {
        name: Trainer(
            *(DeepConvNet(rng=args.seed), x, t),
            *(x_test[: args.test_samples], t_test[: args.test_samples]),
            epochs=args.epochs,
            mini_batch_size=args.batch_size,
            optimizer=Adam(args.lr),
            evaluate_sample_num_per_epoch=1000,
            verbose=False,
            rng=args.seed,
            schedule=schedule,
            threads=args.threads,
        )
        for name, schedule in schedules(args.lr, steps).items()
    }


def draw(trained: Mapping[str, Any], results: Mapping[str, Any], title: str) -> Figure:
    """Draw learning rates, losses, and accuracies: on 1,000 test digits, at the end on all."""
    fig, (rates, losses, accuracies) = plots.figure(1, 3, size=(16, 4.8))
    for number, (name, trainer) in enumerate(trained.items()):
        rates.plot([trainer.schedule(t) for t in range(trainer.max_iter)], label=name)
        row, end = results["test_acc_list"][name], results["test_acc"][name]
        style = {"color": f"C{number}", "marker": "osD^"[number], "markersize": 5}
        accuracies.plot(range(1, len(row)), row[1:], **style)
        accuracies.plot(trainer.current_epoch, end, **{**style, "markersize": 10})
        accuracies.plot([], **style, label=f"{name}: {end:.2%} at the end")
    rates.set(title="Learning rate", xlabel="iteration", ylabel="learning rate of Adam")
    rates.legend()
    plots.loss_curves(losses, results["train_loss_list"], "Loss in training, with Dropout")
    accuracies.set(title="Accuracy on test digits", xlabel="epoch")
    accuracies.set(ylabel="accuracy on 1,000 of them, at the end on all")
    accuracies.margins(0.1, 0.25)  # room for the legend
    accuracies.legend()
    fig.suptitle(title)
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Train with each learning rate, print how far each came, and draw it."""
    parser = cli.parser(__doc__, data=True)
    add, number = parser.add_argument, cli.at_least(1)
    add("--epochs", type=number, default=6, help="default: 6")
    add("--samples", type=number, default=10000, help="training digits (default: 10000)")
    add("--test-samples", type=number, default=10000, help="test digits (default: 10000)")
    add("--batch-size", type=number, default=100, help="default: 100")
    add("--lr", type=cli.positive, default=0.002, help="the first learning rate (default: 0.002)")
    add("--threads", type=number, default=1, help="2: in half the time (default: 1)")
    args = cli.parse(
        parser, argv, too_small=True, epochs=2, samples=20, test_samples=40, batch_size=10
    )

    data = data_name(args.data)
    print(f"data: {data}")
    trained = trainers(args, data)
    train_together(*trained.values())
    results: dict[str, Any] = {"data": data, "test_acc": {}, "final_loss": {}}
    for name, trainer in trained.items():
        accuracy = trainer.network.accuracy(trainer.x_test, trainer.t_test)
        losses = trainer.train_loss_list[-100:]
        loss = float(np.mean(losses))
        results["test_acc"][name], results["final_loss"][name] = accuracy, loss
        print(f"{name:12} mean loss of the last {len(losses)} batches {loss:.3f},", end=" ")
        print(f"test accuracy {accuracy:.4f}")
    results["train_loss_list"] = {name: one.train_loss_list for name, one in trained.items()}
    results["test_acc_list"] = {name: one.test_acc_list for name, one in trained.items()}
    title = f"DeepConvNet, {len(trained['constant'].x_train)} training digits, data: {data}"
    return cli.finish(args, __file__, results, draw(trained, results, title))


if __name__ == "__main__":
    cli.run(main)

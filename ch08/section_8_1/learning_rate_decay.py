"""Learning rate decay for DeepConvNet (sections 6.1.5 and 8.1.2).

    python ch08/section_8_1/learning_rate_decay.py

Four networks with the same initial weights are trained on the same mini-batches of 10,000 digits:
one with a constant learning rate, the others with one that falls in steps, exponentially, or along
a cosine. You will see no clear gain in a training run of only six epochs: the cosine, which keeps a
high rate for long, ends at a test accuracy of 0.9774, the steps at 0.9740, the constant rate at
0.9730, and the exponential at 0.9683. All that fall have higher losses. About 4 minutes.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch08.deep_convnet import DeepConvNet
from common.optimizer import Adam
from common.schedules import Schedule, cosine_decay, exponential_decay, step_decay
from lab.digits import digits
from lab.plots import Axes, Figure
from lab.script import Flag, Results
from lab.training import compare, ending, steps

FLAGS = {
    "epochs": Flag(6, "passes over the training digits", quick=2),
    "samples": Flag(10000, "training digits", quick=20),
    "test_samples": Flag(10000, "test digits", quick=40),
    "batch_size": Flag(100, "digits in a mini-batch", quick=10),
    "lr": Flag(0.002, "initial learning rate of Adam"),
    "threads": Flag(1, "threads; 2 take half the time"),
}


def schedules(lr: float, steps: int) -> dict[str, Schedule]:
    """Return functions of the mini-batch's number, for `steps` of them; all start at `lr`."""
    return {
        "constant": lambda t: lr,
        "step": step_decay(lr, 0.3, every=max(1, steps / 4)),
        "exponential": exponential_decay(lr, 4 / steps),
        "cosine": cosine_decay(lr, steps),
    }


def experiment(args: argparse.Namespace) -> Results:
    """Train with each learning rate; print and return the loss and the accuracy at the end."""
    train, test = digits(args, flatten=False)
    rates = schedules(args.lr, steps(args, train))
    networks = {name: DeepConvNet(rng=args.seed) for name in rates}
    each = {name: {"schedule": schedule} for name, schedule in rates.items()}
    options: Results = {"optimizer": Adam, "evaluate_sample_num_per_epoch": 1000}
    trainers = compare(args, networks, train, test, each=each, **options)
    results: Results = {"test_acc_list": {key: one.test_acc_list for key, one in trainers.items()}}
    for name, trained in trainers.items():
        end = ending(trained)
        print(f"{name:12} loss {end['final_loss']:.3f}, test accuracy {end['test_acc']:.4f}")
        for key, value in end.items():
            results.setdefault(key, {})[name] = value
    return results


def draw(results: Results) -> Figure:
    """Draw learning rates, losses, and accuracies."""
    fig, axes = plots.mosaic([["rates", "losses"], ["accuracies"] * 2], size=(9.3, 7.4))
    losses, settings = results["train_loss_list"], results["settings"]
    number = len(losses["constant"])
    draw_rates(axes["rates"], settings["lr"], number)
    plots.loss_curves(axes["losses"], losses, "Loss in training, with Dropout")
    draw_accuracies(axes["accuracies"], results)
    samples, data = settings["samples"], results["data"]
    fig.suptitle(f"DeepConvNet, {samples:,} training digits, data: {data}")
    return fig


def draw_rates(ax: Axes, lr: float, number: int) -> None:
    """Draw the learning rate of each mini-batch."""
    for (name, rate), style in zip(
        schedules(lr, number).items(), ("-", "--", "-.", ":"), strict=True
    ):
        ax.plot([rate(t) for t in range(number)], style, label=name)
    ax.set(title="Learning rate", xlabel="iteration", ylabel="learning rate of Adam")
    ax.set_ylim(0, 1.4 * lr)  # room for the legend
    ax.legend(ncols=2, loc="upper right")


def draw_accuracies(ax: Axes, results: Results) -> None:
    """Draw the accuracies at the beginning of each epoch except the first, and at the end."""
    final = results["test_acc"]
    for name, color, marker in zip(final, plots.COLORS, "osD^", strict=False):
        row, label = results["test_acc_list"][name], f"{name}: {final[name]:.2%} at the end"
        ax.plot(range(1, len(row)), row[1:], marker=marker, color=color, label=label)
        ax.plot(results["settings"]["epochs"], final[name], marker, color=color, markersize=10)
    best = max(final, key=final.__getitem__)
    ax.set(title=f"Test accuracy: {best} ends highest", xlabel="epoch")
    ax.set_ylabel("accuracy on 1,000 digits, at the end on all", fontsize=9)
    ax.set_xticks(range(1, results["settings"]["epochs"] + 1))
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.4 * (high - low))  # room for the legend
    ax.legend(ncols=2, loc="upper center")


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)

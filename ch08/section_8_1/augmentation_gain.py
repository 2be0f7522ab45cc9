"""The gain of data augmentation with few digits (section 8.1.2).

    python ch08/section_8_1/augmentation_gain.py

Small convolutional networks are trained on 100, 300 and 1,000 digits, with the same number of
mini-batches: once on unchanged digits, once on digits rotated, shifted and scaled slightly. You
will see the test accuracy rise from 0.734 to 0.844, from 0.848 to 0.916, and from 0.932 to 0.939:
the fewer the digits, the larger the gain. With 300 digits each change is also tried alone: shifts
help most (+7.2 percentage points), then scaling (+2.2), rotations (+1.7) and crops (+1.1).
Brightness makes no clear difference (+0.2), as all digits are equally bright, and flips lower the
accuracy (-5.7): a flipped digit is no longer a digit. About 50 seconds.
"""

import argparse
from collections.abc import Mapping

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None


from ch08.helpers.small_convnet import SmallConvNet
from common.augment import Augment, random_transform
from common.optimizer import Adam
from common.train_together import train_together
from common.trainer import Trainer
from lab.digits import digits, first
from lab.plots import Axes, Figure
from lab.script import Flag, Results
from lab.training import trainer

NONE, ALL = "unchanged", "rotated, shifted, scaled"
CHANGES: dict[str, Augment | None] = {
    NONE: None,
    ALL: random_transform(10, 0.1, 2),
    "rotated by up to 10°": random_transform(10, 0, 0),
    "shifted by up to 2 pixels": random_transform(0, 0, 2),
    "scaled by up to 10 %": random_transform(0, 0.1, 0),
    "cropped by 8 pixels": random_transform(0, 0, 0, crop=8),
    "brighter or darker by 20 %": random_transform(0, 0, 0, brightness=0.2),
    "half of them flipped": random_transform(0, 0, 0, flip=True),
}
FLAGS = {
    "iters": Flag(600, "mini-batches", quick=3),
    "batch_size": Flag(50, "digits in a mini-batch", quick=20),
    "lr": Flag(0.001, "learning rate of Adam"),
    "samples": Flag([100, 300, 1000], "training digits", quick=[20, 60], many=True, dest="sizes"),
    "alone": Flag(300, "training digits for each change alone", quick=20),
    "test_samples": Flag(10000, "test digits", quick=200),
}


def experiment(args: argparse.Namespace) -> Results:
    """Train, print and return the test accuracies, by the number of digits and the change."""
    train, test = digits(args, flatten=False)
    trainers = {
        (n, name): trainer(
            *(args, SmallConvNet(rng=args.seed), first(train, n), test),
            optimizer=Adam,
            augment=CHANGES[name],
        )
        for n in sorted({*args.sizes, args.alone})
        for name in (CHANGES if n == args.alone else (NONE, ALL))
    }
    train_together(*trainers.values())
    return {"accuracy": accuracies(trainers)}


def accuracies(trainers: Mapping[tuple[int, str], Trainer]) -> dict[str, dict[str, float]]:
    """Print and return the test accuracies at the end."""
    result: dict[str, dict[str, float]] = {}
    for (n, name), trained in trainers.items():
        accuracy = trained.network.accuracy(trained.x_test, trained.t_test)
        result.setdefault(str(n), {})[name] = accuracy
        print(f"{n} digits, {name}: test accuracy {accuracy:.4f}")
    return result


def draw(results: Results) -> Figure:
    """Draw the accuracies by the number of digits, and the gain of each change alone."""
    fig, (left, right) = plots.figure(1, 2, size=(9.3, 4.4))
    settings, accuracy = results["settings"], results["accuracy"]
    draw_accuracies(left, accuracy)
    alone = settings["alone"]
    draw_gains(right, accuracy[str(alone)], f"{alone:,} digits: gain of each change")
    few, row = next(iter(accuracy.items()))
    gain = f"{100 * (row[ALL] - row[NONE]):+.1f} percentage points with {few} digits"
    fig.suptitle(f"Data augmentation: {gain}, data: {results['data']}")
    return fig


def draw_accuracies(ax: Axes, accuracy: dict[str, dict[str, float]]) -> None:
    """Draw the accuracy with and without all changes, by the number of training digits."""
    numbers = [int(n) for n in accuracy]
    for name, style in ((NONE, "s--"), (ALL, "o-")):
        ax.plot(numbers, [row[name] for row in accuracy.values()], style, label=name)
    ax.set(title="Accuracy by the number of digits", xscale="log", xlabel="training digits")
    ax.set_xticks(numbers, [f"{n:,}" for n in numbers], minor=False)
    ax.set_xticks([], minor=True)
    ax.set(ylabel="test accuracy")
    ax.legend(title="training digits")


def draw_gains(ax: Axes, accuracy: dict[str, float], title: str) -> None:
    """Draw by how many percentage points each change raises the accuracy."""
    gains = {name: 100 * (value - accuracy[NONE]) for name, value in accuracy.items()}
    del gains[NONE]
    colors = [plots.BLUE if gain > 0 else plots.RED for gain in gains.values()]
    bars = ax.barh(list(gains), list(gains.values()), color=colors)
    ax.bar_label(bars, [f"{gain:+.1f}" for gain in gains.values()], padding=3)
    ax.axvline(0, color="black", linewidth=1)
    ax.invert_yaxis()
    ax.margins(x=0.2)
    ax.set(title=title, xlabel="percentage points")


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)

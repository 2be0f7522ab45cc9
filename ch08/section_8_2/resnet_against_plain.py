"""Deep networks with and without shortcuts: gradients, losses, accuracies (8.2.4, figure 8-12).

    python ch08/section_8_2/resnet_against_plain.py

Trains networks of 8, 20 and 32 layers on digits of 14x14 pixels, with shortcuts over every two
convolutions and without ("plain"), from the same initial weights and on the same mini-batches. You
will see that with shortcuts deeper networks learn better: losses of 1.21, 0.71 and 0.49 after 200
mini-batches, accuracies of 0.67, 0.78 and 0.87. Without them they learn worse: losses of 1.35, 1.29
and 1.80, accuracies of 0.59, 0.52 and 0.35. The second figure shows the gradients before training:
where the weights are small, half of He's, the gradient of 32 plain layers is 1e-12, and with
shortcuts 0.01 or more. With He's weights the gradient of the plain network does not vanish, and
with shortcuts it is large, since every block adds to x. With batch normalization, which all trained
networks have, the gradient is about the same in all layers with shortcuts; without them it grows
towards the input. About a minute.
"""

import argparse
from itertools import product

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from ch08.helpers.shortcuts import KINDS, STARTS, Gradients, gradients, halved, network
from common.optimizer import Adam
from common.schedules import cosine_decay
from lab.digits import Digits, digits
from lab.plots import Axes, Figure
from lab.script import Flag, Results
from lab.training import compare

TRAINED = "He's weights, batch normalization"  # how all trained networks start
LOSSES = "train_loss_list"
LAST = 20  # mini-batches: their mean loss is the loss at the end
FLAGS = {
    "iters": Flag(200, "mini-batches", quick=2),
    "batch_size": Flag(50, "digits in a mini-batch", quick=10),
    "lr": Flag(0.003, "learning rate of Adam"),
    "depths": Flag([8, 20, 32], "layers of each network", quick=[4, 10], many=True),
    "filters": Flag(8, "filters of each convolution", quick=4),
    "samples": Flag(10000, "digits to train on", quick=20, least=2),
    "test_samples": Flag(1000, "test digits", quick=20),
}


def experiment(args: argparse.Namespace) -> Results:
    """Measure the gradients, then train all networks; print and return both."""
    if any(depth < 4 or depth % 2 for depth in args.depths):
        raise ValueError(f"--depths {args.depths}; expected even numbers >= 4")
    train, test = (halved(some) for some in digits(args, flatten=False))
    norms = gradients(args.depths[-1], args.filters, args.seed, train[0][:100], train[1][:100])
    for start, kind in product(STARTS, KINDS):
        first, *_, last = norms[start][kind]
        print(f"{start}, {kind}: gradient {first:.1e} in the first layer, {last:.1e} in the last")
    return {**learn(args, train, test), "gradients": norms}


def learn(args: argparse.Namespace, train: Digits, test: Digits) -> Results:
    """Train all networks; return by kind and depth their losses and accuracies."""
    results: Results = {
        key: {kind: {} for kind in KINDS} for key in ("final_loss", "test_acc", LOSSES)
    }
    networks = {
        (kind, depth): network(depth, args.filters, args.seed, kind, TRAINED)
        for kind, depth in product(KINDS, args.depths)
    }
    schedule = cosine_decay(args.lr, args.iters)
    trained = compare(args, networks, train, test, optimizer=Adam, schedule=schedule)
    for (kind, depth), trainer in trained.items():
        losses, accuracy = trainer.train_loss_list, trainer.network.accuracy(*test)
        loss = float(np.mean(losses[-LAST:]))
        for key, value in zip(results, (loss, accuracy, losses), strict=True):
            results[key][kind][depth] = value
        print(f"{depth} layers {kind}: mean loss of the last {len(losses[-LAST:])}", end=" ")
        print(f"batches {loss:.3f}, accuracy {accuracy:.3f}")
    return results


def draw(results: Results) -> list[Figure]:
    """Draw the losses and the accuracies, and in another figure the gradients before training."""
    return [draw_training(results), draw_gradients(results["gradients"])]


def draw_training(results: Results) -> Figure:
    """Draw the losses of both kinds, and the accuracies by depth."""
    fig, axes = plots.mosaic([[*KINDS], ["accuracy"] * 2], size=(9.4, 7.6), height_ratios=[1.3, 1])
    for kind, by_depth in results[LOSSES].items():
        ends = ", ".join(f"{loss:.2f}" for loss in results["final_loss"][kind].values())
        losses = {f"{depth} layers": values for depth, values in by_depth.items()}
        plots.loss_curves(axes[kind], losses, f"{kind.capitalize()}: loss {ends} at the end")
    top = max(axes[kind].get_ylim()[1] for kind in KINDS)
    for kind in KINDS:
        axes[kind].set_ylim(0, top)
    draw_accuracies(axes["accuracy"], results["test_acc"])
    return fig


def draw_accuracies(ax: Axes, accuracies: Results) -> None:
    """Draw the accuracies of both kinds by depth."""
    for (kind, by_depth), style in zip(accuracies.items(), ("o-", "s--"), strict=True):
        ax.plot(list(by_depth), list(by_depth.values()), style, label=kind)
    most = max(by_depth)
    ends = ", ".join(f"{of[most]:.2f} {kind}" for kind, of in accuracies.items())
    ax.set_title(f"{most} layers: accuracy {ends}")
    ax.set(xlabel="layers", ylabel="test accuracy", ylim=(0, 1.02), xticks=list(by_depth))
    ax.legend()


def draw_gradients(norms: Gradients) -> Figure:
    """Draw the norm of the gradient, layer by layer."""
    fig, axes = plots.figure(1, len(norms), size=(9.4, 4.4), sharey=True)
    for ax, (start, kinds) in zip(axes, norms.items(), strict=True):
        for (kind, values), style in zip(kinds.items(), ("o-", "s--"), strict=True):
            ax.semilogy(range(1, len(values) + 1), values, style, markersize=3, label=kind)
        ax.set(title=start.replace(", ", ",\n"), xlabel="layer, from the input")
    axes[0].set_ylabel("norm of the gradient")
    axes[-1].legend(loc="lower right")
    (start, first), *_ = norms.items()
    ends = ", ".join(f"{values[0]:.0e} {kind}" for kind, values in first.items())
    fig.suptitle(f"Figure 8-12: gradient of layer 1 before training, {start}: {ends}", fontsize=11)
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True, too_small=True)

if __name__ == "__main__":
    script.run(main)

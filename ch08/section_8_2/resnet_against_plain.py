"""Depth with shortcuts and without them: gradients, losses, accuracies (8.2.4, figure 8-12).

    python ch08/section_8_2/resnet_against_plain.py

Networks of 8, 20 and 32 layers read digits of 14x14 pixels, once with shortcuts over every two
convolutions and once without, from the same first weights and on the same mini-batches. You will
see that with shortcuts more layers come further: losses of 1.21, 0.71 and 0.49 after 200
mini-batches, accuracies of 0.67, 0.78 and 0.88; without them less far: 1.35, 1.27 and 1.83; 0.60,
0.53 and 0.32. Before the training: where the weights are small, half of He's, the gradient of 32
plain layers is 1e-12, with shortcuts 0.01 and more. He's weights alone keep the plain gradient from
vanishing, and make that with shortcuts large, since every block adds to x; with batch
normalization, as all are trained here, it is even from layer to layer with shortcuts, and grows
towards the input without. A minute.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ch08.section_8_2.resnet import ResNet
from common.layers import AveragePooling
from common.optimizer import Adam
from common.schedules import cosine_decay
from common.threads import one_blas_thread
from common.train_together import train_together
from common.trainer import Trainer
from dataset.mnist import data_name, load_mnist
from lab import plots

KINDS = {"with shortcuts": True, "plain": False}
# How a network begins: what He's weights are multiplied by; whether there is batch normalization.
STARTS = {
    "weights half of He's": (0.5, False),
    "He's weights": (1.0, False),
    "He's weights, batch normalization": (1.0, True),
}
Gradients = dict[str, dict[str, list[float]]]


def network(args: argparse.Namespace, depth: int, kind: str, start: str) -> ResNet:
    """Return a network of `depth` layers; both kinds have the same first weights."""
    scale, batchnorm = STARTS[start]
    result = ResNet(
        *([args.filters] * (depth // 2 - 1), (1, 14, 14)),
        shortcut=KINDS[kind],
        batchnorm=batchnorm,
        rng=args.seed,
    )
    for key, value in result.params.items():
        if key.startswith("W"):
            value *= np.float32(scale)
    return result


def gradients(args: argparse.Namespace, x: np.ndarray, t: np.ndarray) -> Gradients:
    """Return by start and kind the norm of the gradient for each layer's weights, untrained."""
    norms: Gradients = {}
    for start in STARTS:
        norms[start] = {}
        for kind in KINDS:
            grads = network(args, args.depths[-1], kind, start).gradient(x, t)
            norms[start][kind] = [
                float(np.linalg.norm(grads[f"W{n}"])) for n in range(1, args.depths[-1] + 1)
            ]
    return norms


def trainers(
    args: argparse.Namespace, train: tuple[Any, Any], test: tuple[Any, Any]
) -> dict[str, dict[int, Trainer]]:
    """Return by kind and depth a trainer; all will see the same mini-batches."""
    return {
        kind: {
            depth: Trainer(
                network(args, depth, kind, "He's weights, batch normalization"),
                *(*train, *test),
                max_iter=args.iters,
                mini_batch_size=args.batch_size,
                optimizer=Adam(args.lr),
                evaluate_sample_num_per_epoch=10,
                verbose=False,
                rng=args.seed,
                schedule=cosine_decay(args.lr, args.iters),
            )
            for depth in args.depths
        }
        for kind in KINDS
    }


def draw_gradients(axes: Sequence[Axes], norms: Gradients) -> None:
    """Draw how large the gradient is, layer by layer."""
    for ax, (start, kinds) in zip(axes, norms.items(), strict=True):
        for (kind, values), style in zip(kinds.items(), ("o-", "s--"), strict=True):
            ax.semilogy(range(1, len(values) + 1), values, style, markersize=3, label=kind)
        ax.set(title=start, xlabel="layer, from the input", ylabel="norm of the gradient")
        ax.legend()


def draw(norms: Gradients, losses: Mapping[str, Any], accuracies: Mapping[str, Any]) -> Figure:
    """Draw the gradients before the training, the losses in it, and the accuracies behind it."""
    fig, axes = plots.figure(2, 3, size=(14, 8))
    draw_gradients(axes[0], norms)
    for ax, (kind, by_depth) in zip(axes[1], losses.items(), strict=False):
        curves = {f"{depth} layers": values for depth, values in by_depth.items()}
        plots.loss_curves(ax, curves, f"Loss in the training, {kind}")
    for (kind, by_depth), style in zip(accuracies.items(), ("o-", "s--"), strict=True):
        axes[1, 2].plot(list(by_depth), list(by_depth.values()), style, label=kind)
    axes[1, 2].set(title="Accuracy on test digits, at the end", xlabel="layers", ylim=(0, 1.02))
    axes[1, 2].set_xticks(list(by_depth))
    axes[1, 2].legend()
    depth = len(norms["He's weights"]["plain"])
    fig.suptitle(f"Above: {depth} layers before the training; below: trained")
    return fig


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure the gradients, train all networks, print how far each came, and draw it."""
    parser = cli.parser(__doc__, data=True)
    cli.add_training_flags(parser, iters=200, batch_size=50, lr=0.003)
    add = parser.add_argument
    add("--depths", type=int, nargs="+", default=[8, 20, 32], help="layers (default: 8 20 32)")
    add("--filters", type=cli.at_least(1), default=8, help="of each convolution (default: 8)")
    add("--samples", type=cli.at_least(2), default=10000, help="to train on (default: 10000)")
    args = cli.parse(
        parser, argv, too_small=True, iters=2, depths=[4, 10], filters=4, samples=20, batch_size=10
    )
    if any(depth < 4 or depth % 2 for depth in args.depths):
        raise ValueError(f"--depths {args.depths}; expected even numbers from 4 on")

    name = data_name(args.data)
    print(f"data: {name}")
    halves = AveragePooling(2, 2, stride=2)  # 28 x 28 pixels are more than this takes
    (x, t), (x_test, t_test) = load_mnist(flatten=False, source=name)
    train = halves.forward(x[: args.samples]), t[: args.samples]
    number = min(args.samples, 1000)
    test = halves.forward(x_test[:number]), t_test[:number]
    with one_blas_thread():
        norms = gradients(args, train[0][:100], train[1][:100])
    for start, kinds in norms.items():
        for kind, values in kinds.items():
            print(f"{start}, {kind}: gradient {values[0]:.1e} in the first layer,", end=" ")
            print(f"{values[-1]:.1e} in the last")
    trained = trainers(args, train, test)
    train_together(*(trainer for by_depth in trained.values() for trainer in by_depth.values()))
    keys: tuple[str, ...] = ("final_loss", "test_acc", "train_loss_list")
    results: dict[str, Any] = {key: {kind: {} for kind in KINDS} for key in keys}
    for kind, by_depth in trained.items():
        for depth, trainer in by_depth.items():
            losses = trainer.train_loss_list
            loss, accuracy = float(np.mean(losses[-20:])), trainer.network.accuracy(*test)
            for key, value in zip(keys, (loss, accuracy, losses), strict=True):
                results[key][kind][depth] = value
            print(f"{depth} layers {kind}: mean loss of the last {len(losses[-20:])}", end=" ")
            print(f"batches {loss:.3f}, accuracy {accuracy:.3f}")
    results |= {"data": name, "gradients": norms}
    figure = draw(norms, results["train_loss_list"], results["test_acc"])
    return cli.finish(args, __file__, results, figure)


if __name__ == "__main__":
    cli.run(main)

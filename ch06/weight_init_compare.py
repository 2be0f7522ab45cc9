"""Three standard deviations of the initial weights, compared (section 6.2.4, figure 6-15).

    python ch06/weight_init_compare.py

Trains a network of five layers with ReLU three times on the same mini-batches; only the initial
weights differ. With a standard deviation of 0.01 the loss stays at ln 10 = 2.303, that of guessing;
with Xavier and He it falls, faster with He. About 9 seconds.
"""

import argparse

try:
    from lab import plots, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

import numpy as np

from common.multi_layer_net import MultiLayerNet
from lab.digits import digits
from lab.plots import Figure
from lab.script import Flag, Results
from lab.training import LAST, compare, ending

STDS: dict[str, float | str] = {"std=0.01": 0.01, "Xavier": "sigmoid", "He": "relu"}
FLAGS = {
    "iters": Flag(2000, "mini-batches", quick=400),
    "batch_size": Flag(128, "samples in a mini-batch"),
    "lr": Flag(0.01, "learning rate"),
    "hidden_layers": Flag(4, "number of hidden layers", least=0),
    "hidden_size": Flag(100, "neurons of each hidden layer"),
    "activation": Flag("relu", "activation function", choices=("relu", "sigmoid")),
}


def experiment(args: argparse.Namespace) -> Results:
    """Train with each standard deviation; print and return the losses."""
    hidden = [args.hidden_size] * args.hidden_layers
    networks = {
        name: MultiLayerNet(784, hidden, 10, args.activation, std, rng=args.seed)
        for name, std in STDS.items()
    }
    results: Results = {"mean_loss": {}, "final_loss": {}, "test_acc": {}, "train_loss_list": {}}
    for name, trainer in compare(args, networks, *digits(args), shuffle=False).items():
        mean, end = float(np.mean(trainer.train_loss_list)), ending(trainer)
        print(f"{name:8}  mean loss {end['final_loss']:.3f} of the last {LAST} batches,", end=" ")
        print(f"{mean:.3f} of all; test accuracy {end['test_acc']:.4f}")
        for key, value in {"mean_loss": mean, **end}.items():
            results[key][name] = value
    return results


def draw(results: Results) -> Figure:
    """Draw figure 6-15: the losses of the three training runs."""
    fig, ax = plots.figure(size=(7.5, 4.8))
    final = results["final_loss"]
    title = f"Figure 6-15: loss at the end {', '.join(f'{final[k]:.2f} ({k})' for k in final)}"
    plots.loss_curves(ax, results["train_loss_list"], title)
    ax.axhline(np.log(10), color="gray", linestyle=":", label="ln 10: guessing")
    ax.legend()
    return fig


main = script.make_main(__file__, __doc__, experiment, draw, FLAGS, data=True)

if __name__ == "__main__":
    script.run(main)

"""Chapter 8, road scenes: the script, its figures, a picture, its bundled weights (8.5.3)."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from ch08 import road_scenes
from ch08.helpers import pixel_scores, pretrained, road_figures
from ch08.helpers.free_road import AHEAD, free_road
from ch08.helpers.road_photo import as_text, from_text, road_from_photo
from common.io.files import load_arrays
from dataset.roads import CAR, CLASSES, PAVEMENT, ROAD, draw_roads


@pytest.fixture(scope="module")
def small(quick):
    """The results of the small form, and the folder with its weights."""
    results, _, folder = quick("ch08.road_scenes")
    return results, folder / "outputs" / "ch08"


def test_both_networks_are_trained_and_saved(small):
    results, folder = small
    assert list(results["networks"]) == ["with indices", "without indices"]
    for name, ending in (("with indices", ""), ("without indices", "_without_indices")):
        arrays = load_arrays(folder / f"road_scenes{ending}.npz")
        row = results["networks"][name]
        assert arrays["mean_IoU"] == row["mean IoU of all pixels"]
        assert (arrays["seed"], arrays["scenes"], arrays["epochs"]) == (0, 50, 2)
        assert list(row["all pixels"]) == list(row["pixels near borders"]) == list(CLASSES)
        losses = row["train_loss_list"]
        assert len(losses) == 10  # two epochs of five mini-batches
        assert losses[-1] < losses[0]
    assert (folder / "road_scenes.json").stat().st_size < 1e6


def test_saved_weights_give_the_same_scores(small, tmp_path, capsys):
    results, folder = small
    words = ["--weights", folder / "road_scenes.npz", "--test-scenes", 50, "--out", tmp_path]
    again = road_scenes.main([*map(str, words)])
    for name, row in results["networks"].items():
        assert again["networks"][name]["all pixels"] == row["all pixels"]
    assert again["predicted"] == results["predicted"]
    assert "scenes 50" in capsys.readouterr().out
    assert not list(tmp_path.rglob("*.npz"))


def test_test_scenes_are_no_training_scenes():
    train = draw_roads(50, seed=0, progress=False).images
    test = draw_roads(50, seed=pretrained.TEST_SEED, progress=False).images
    assert not (train[:, None, :, :8, :8] == test[None, :, :, :8, :8]).all(axis=(2, 3, 4)).any()


def test_classes_as_text():
    classes = np.arange(8, dtype=np.uint8).reshape(2, 4)
    assert as_text(classes) == ["0123", "4567"]
    assert (from_text(as_text(classes)) == classes).all()


# ---------------------------------------------------------------- a picture


@pytest.mark.parametrize("size", [(640, 480), (1000, 300), (64, 48), (20, 90)])
def test_a_picture_becomes_a_scene(size, tmp_path):
    colours = Image.new("RGB", size, (255, 0, 10))
    colours.paste((0, 255, 20), (0, size[1] // 2, *size))
    colours.save(tmp_path / "road.png")
    scene = road_from_photo(tmp_path / "road.png")
    assert (scene.shape, scene.dtype) == ((3, 48, 64), np.uint8)
    assert scene[:, 0, 32].tolist() == [255, 0, 10]
    assert scene[:, -1, 32].tolist() == [0, 255, 20]


def test_the_classes_of_a_picture(small, tmp_path, capsys):
    Image.fromarray(draw_roads(1, progress=False).images[0].transpose(1, 2, 0)).save(
        tmp_path / "road.png"
    )
    words = ["--image", tmp_path / "road.png", "--weights", small[1] / "road_scenes.npz"]
    results = road_scenes.main([*map(str, words), "--out", str(tmp_path)])
    assert from_text(results["predicted"]).shape == (48, 64)
    assert sum(results["shares"].values()) == pytest.approx(1, abs=1e-3)
    assert "the answer means nothing" in capsys.readouterr().out
    assert (tmp_path / "ch08" / "road_scenes.png").stat().st_size > 3000
    assert json.loads((tmp_path / "ch08" / "road_scenes.json").read_text())["shares"]


def test_no_picture(small, tmp_path):
    (tmp_path / "no.png").write_text("no picture")
    words = ["--image", str(tmp_path / "no.png"), "--weights", str(small[1] / "road_scenes.npz")]
    with pytest.raises(ValueError, match="not an image that can be read") as error:
        road_scenes.main([*words, "--out", str(tmp_path)])
    assert "\n" not in str(error.value)


# ---------------------------------------------------------------- figures


def test_the_outline_is_that_of_the_mask():
    rows = np.full((AHEAD + 4, 12), PAVEMENT)
    for ahead in range(AHEAD + 2):
        rows[-1 - ahead, ahead // 4 : 12 - ahead // 5] = ROAD
    road = free_road(rows)
    x, y = road_figures.outline(road).T
    area = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
    assert area == road.mask.sum()
    assert (x.min(), x.max(), y.min(), y.max()) == (-0.5, 11.5, 1.5, AHEAD + 3.5)


def test_an_arrow_or_a_bar():
    image = np.zeros((3, 48, 64), np.uint8)
    free, blocked = np.full((48, 64), ROAD), np.full((48, 64), ROAD)
    blocked[:43] = CAR
    _, (left, right) = plt.subplots(1, 2)
    road_figures.draw_free_road(left, image, free_road(free))
    road_figures.draw_free_road(right, image, free_road(blocked))
    assert left.get_title() == "straight on (+0.0 pixels)"
    assert right.get_title() == "stop: car after 5 rows"
    (bar,) = right.lines
    assert bar.get_ydata().tolist() == [42.5, 42.5]
    assert left.texts[0].xy == (31.5, 47.5 - AHEAD)
    plt.close("all")


def test_a_wrong_direction_is_told():
    scenes = draw_roads(6, progress=False)
    predicted = {n: labels.copy() for n, labels in enumerate(scenes.labels)}
    predicted[2][-1] = CAR
    results = {"chosen": [*range(6)], "free_road": {"same direction": 5 / 6}}
    fig = road_figures.draw_free_roads(scenes, predicted, results)
    titles = [ax.get_title() for ax in fig.axes]
    assert titles[2] == f"stop; correct: {free_road(scenes.labels[2]).direction}"
    assert not any("correct" in title for title in titles[:2] + titles[3:])
    assert "correct direction in 83.3% of the scenes" in fig.get_suptitle()
    assert "drawings" in fig.get_suptitle()


def test_the_chosen_scenes_show_each_direction_and_a_mistake():
    t = draw_roads(60, seed=3, progress=False).labels
    y = t.copy()
    true = [free_road(one).direction for one in t]
    wrong = next(n for n, one in enumerate(true) if one == "left" and n > true.index("left"))
    y[wrong] = CAR
    chosen = road_figures.chosen(y, t)
    assert {true[n] for n in chosen} == {"left", "right", "straight on", "stop"}
    assert chosen[-1] == wrong
    assert len(set(chosen)) == len(chosen) == 6


# ---------------------------------------------------------------- the bundled weights


@pytest.mark.parametrize("name", road_scenes.NETWORKS)
def test_the_bundled_weights(name):
    file = road_scenes.of_network(road_scenes.WEIGHTS, name)
    assert file.stat().st_size < 1e6
    arrays = load_arrays(file)
    assert arrays["seed"] == 0
    args = road_scenes.script.parser(None, road_scenes.FLAGS).parse_args(["--pretrained"])
    network, facts = road_scenes.ready(args, name, None)
    test = draw_roads(100, seed=pretrained.TEST_SEED, progress=False)
    y = pixel_scores.predict(network, test.x)
    scores = pixel_scores.by_class(y, test.labels, CLASSES)
    assert scores["all pixels"]["mean"] == pytest.approx(facts["mean_IoU"], abs=0.03)

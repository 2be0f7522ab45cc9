"""Section 8.4.1: the scores, the steps and the figures of both networks; bundled weights; COCO."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from ch08 import object_detection
from ch08.helpers import boxes, detection_examples, r_cnn
from ch08.helpers.boxes import Detections
from ch08.helpers.detection import GROUND, detections, objects
from ch08.helpers.detection_figures import draw_examples, draw_photo
from ch08.helpers.detection_scores import (
    FASTER,
    NAMES,
    R_CNN,
    classify_all,
    covered,
    curve,
    detectors,
    milliseconds,
    ranked,
    scores,
)
from ch08.helpers.detection_training import WEIGHTS, make_networks
from common.io.files import load_arrays
from dataset.mnist import load_mnist
from dataset.scenes import Scenes, draw_scenes
from tests.figure_faults import faults
from tests.test_detection import regions_of

BOXES = np.array([[[4.0, 4, 20, 28], [40, 30, 60, 62]], [[10, 10, 40, 40], [0, 0, 0, 0]]])
IMAGES = np.zeros((2, 64, 64), np.uint8)
IMAGES[0, 6:26, 10:13], IMAGES[0, 32:35, 42:58], IMAGES[1, 12:38, 12:38] = 250, 120, 200
SCENES = Scenes(
    IMAGES,
    np.array([[3, 7], [5, -1]]),
    BOXES.astype(np.float32),
    np.full((2, 64, 64), GROUND, np.uint8),
)


# Scene 0: the 3 twice, something that is no 3, and the 7 is missed. Scene 1: the 5 is found.
SEEN = [
    regions_of((3, 0.9, BOXES[0, 0]), (3, 0.8, BOXES[0, 0] + 1), (3, 0.7, [40, 4, 60, 24])),
    regions_of((5, 0.6, BOXES[1, 0]), (8, 0.4, [0, 0, 9, 9])),
]


def test_the_scores_by_hand():
    row = scores(FASTER, SEEN, SCENES)
    assert row["mAP"]["0.5"] == pytest.approx((1 + 1 + 0) / 3)
    assert_array_equal(np.isnan(row["average_precision"]), ~np.isin(range(10), [3, 5, 7]))
    assert row["proposals"] == 2.5
    assert row["covered"] == pytest.approx(2 / 3)
    assert row["answers"] == {"with doubles": 4, "without": 3}
    assert row["found"] == {"with doubles": pytest.approx(2 / 3), "without": pytest.approx(2 / 3)}


def test_the_curve_of_all_digits_by_hand():
    image = np.array([0, 0, 1, 1])
    found = Detections(
        image,
        np.array([3, 3, 5, 8]),
        np.array([0.9, 0.5, 0.6, 0.4]),
        np.array([BOXES[0, 0], [40, 4, 60, 24], BOXES[1, 0], [0, 0, 9, 9]]),
    )
    assert ranked(found, SCENES).tolist() == [True, True, False, False]
    assert curve(found, SCENES) == [1] * 67  # up to a recall of 2/3
    worse = found._replace(scores=np.array([0.9, 0.7, 0.6, 0.4]))
    assert curve(worse, SCENES) == [1] * 34 + [0.6667] * 33


def test_an_object_is_covered_by_a_proposal_even_if_its_class_is_wrong():
    assert covered(SEEN, SCENES) == pytest.approx(2 / 3)
    ground = [one._replace(y=np.eye(11)[[GROUND] * len(one.y)]) for one in SEEN]
    assert covered(ground, SCENES) == pytest.approx(2 / 3)
    elsewhere = [one._replace(regions=0 * one.regions + [0, 0, 2, 2]) for one in SEEN]
    assert covered(elsewhere, SCENES) == 0


def test_examples_tell_what_is_missed_and_what_is_wrong():
    rows = detection_examples.examples(SEEN, SCENES)
    assert [row["missed"] for row in rows] == [1, 0]
    assert [row["found"]["correct"] for row in rows] == [[True, False], [True]]
    assert rows[0]["found"]["classes"] == [3, 3]
    assert len(rows[0]["truth"]) == 2


def test_what_is_correct_is_told_in_the_order_of_the_detections():
    found = Detections(
        np.zeros(3, int),
        np.array([3, 3, 7]),
        np.array([0.6, 0.9, 0.8]),
        np.array([BOXES[0, 0], [40, 4, 60, 24], BOXES[0, 1]]),
    )
    right = detection_examples.correct(found, SCENES.classes[0], SCENES.boxes[0])
    assert right.tolist() == [True, False, True]


def test_the_first_scenes_are_shown_and_the_one_with_most_mistakes():
    many = Scenes(*(np.repeat(part[1:], 9, axis=0) for part in SCENES))
    seen = [SEEN[1]] * 9
    seen[7] = SEEN[0]
    rows = detection_examples.examples(seen, many)
    assert [row["number"] for row in rows] == [0, 1, 2, 3, 4, 7]
    assert faults(draw_examples(rows, 9)) == []


@pytest.fixture(scope="module")
def networks():
    return make_networks(0)


def test_both_networks_classify_regions_of_the_same_images(networks):
    detect = detectors(networks)
    for name in NAMES:
        seen = classify_all(detect[name], SCENES, name, batch=1)
        assert len(seen) == 2
        for one, other in zip(seen, detect[name](SCENES.images), strict=True):
            assert_allclose(one.y, other.y, atol=1e-5)
            assert_allclose(one.y.sum(axis=1), 1, rtol=1e-5)
            assert len(one.regions) == len(one.boxes) == len(one.y)
    assert all(value > 0 for value in milliseconds(detect, SCENES.images).values())


def test_the_steps_are_those_of_one_scene(networks):
    steps = detection_examples.steps(networks, SCENES)
    assert len(steps[FASTER]["best"]) == 64
    assert len(steps[FASTER]["proposals"]) == 16
    assert len(steps[R_CNN]["proposals"]) == len(r_cnn.propose(steps["image"]))
    best = {tuple(box) for box in steps[FASTER]["best"]}
    assert {tuple(box) for box in steps[FASTER]["proposals"]} <= best


def test_objects_to_learn_from():
    assert objects(SCENES).tolist()[0][1] == [7, 40, 30, 60, 62]
    assert objects(SCENES)[1, 1, 0] == -1


# ---------------------------------------------------------------- bundled weights, photographs


@pytest.mark.parametrize("name", NAMES)
def test_bundled_weights_tell_how_they_were_made(name):
    file = WEIGHTS[name]
    assert file.stat().st_size < 1_000_000
    facts = {key: one.item() for key, one in load_arrays(file).items() if one.ndim == 0}
    assert facts["data"] == "mnist"
    assert {"seed", "epochs", "scenes", "lr", "batch_size"} <= set(facts)
    assert facts["mAP"] >= (0.85 if name == FASTER else 0.5)


def test_bundled_weights_are_as_precise_as_they_say(networks):
    _, (x, t) = load_mnist(normalize=False, flatten=False)
    scenes = draw_scenes(x, t, 60, seed=5, progress=False)
    networks = make_networks(1)
    networks[FASTER].load_params(WEIGHTS[FASTER])
    found = detections(networks[FASTER].predict(scenes.x))
    told = load_arrays(WEIGHTS[FASTER])["mAP"].item()
    precision = boxes.mean_average_precision(found, scenes.classes, scenes.boxes)
    assert precision == pytest.approx(told, abs=0.06)


def test_a_training_run_of_ch08_is_saved_in_half_precision_and_loads_again(quick):
    results, _, folder = quick("ch08.object_detection")
    for name, network in make_networks(0).items():
        saved = folder / "outputs" / "ch08" / WEIGHTS[name].name
        network.load_params(saved)
        arrays = load_arrays(saved)
        assert {arrays[key].dtype for key in network.params} == {np.dtype(np.float16)}
        assert arrays["mAP"].item() == round(results["networks"][name]["mAP"]["0.5"], 4)


def photo(tmp_path):
    image = np.full((90, 120), 230, np.uint8)
    image[20:70, 55:63] = 30
    Image.fromarray(image).save(tmp_path / "one.png")
    return tmp_path / "one.png"


def test_a_photograph_is_read_by_the_shared_network(tmp_path, capsys):
    make_networks(0)[FASTER].save_params(tmp_path / "object_detection.npz")
    flags = ["--image", str(photo(tmp_path)), "--out", str(tmp_path), "--data", "mnist"]
    weights = ["--weights", str(tmp_path / "object_detection.npz")]
    results = object_detection.main([*flags, *weights, "--no-show"])
    assert "found: no digit" in capsys.readouterr().out
    assert set(results) == {"photo", "found"}
    assert results["photo"].shape == (64, 64)
    assert (tmp_path / "ch08" / "object_detection.png").exists()


def test_the_figure_of_a_photograph():
    found = {"classes": [1, 7], "scores": [0.98, 0.6], "boxes": [[2, 2, 9, 30], [50, 9, 60, 40]]}
    figure = draw_photo(SCENES.images[0], found, "page.jpg")
    assert "1, 7" in figure.axes[0].get_title()
    assert faults(figure) == []


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--image", "no.jpg"], "no.jpg"),
        (["--image", __file__], "test_object_detection.py"),
        (["--weights", "no.npz"], "r_cnn.npz"),
    ],
)
def test_files_that_are_missing_or_of_another_kind(flags, message, tmp_path):
    with pytest.raises((ValueError, OSError), match=message) as raised:
        object_detection.main([*flags, "--out", str(tmp_path), "--no-show"])
    assert "\n" not in str(raised.value)


def test_weights_are_never_written_over_the_bundled_ones():
    out = WEIGHTS[FASTER].parents[1]
    with pytest.raises(ValueError, match="would overwrite the bundled weights"):
        object_detection.main(["--quick", "--out", str(out), "--no-show"])


# ---------------------------------------------------------------- against pycocotools


def random_detections(rng):
    """Return true objects, and detections near most of them and elsewhere; no two scores equal."""
    classes = rng.choice([3, 8], (20, 3))
    first = np.array([[2, 2], [34, 2], [18, 34]]) + rng.uniform(0, 4, (20, 3, 2))
    truth = np.concatenate([first, first + rng.uniform(12, 24, (20, 3, 2))], axis=2)
    image = np.repeat(np.arange(20), 6)
    number = np.tile(np.arange(3), 40)
    moves = rng.normal(0, 1.5, (120, 4))
    wrong = rng.random(120) < 0.2
    digits = np.where(wrong, 11 - classes[image, number], classes[image, number])
    found = Detections(image, digits, rng.permutation(120) / 120, truth[image, number] + moves)
    return found, classes, truth


def at_101_recalls(correct, total):
    """Return the mean of the highest precisions at or beyond the recalls 0, 0.01 ... 1."""
    precision, recall = boxes.precision_and_recall(correct, total)
    beyond = [precision[recall >= level] for level in np.linspace(0, 1, 101)]
    return np.mean([values.max(initial=0) for values in beyond])


def width_and_height(some):
    return np.concatenate([some[..., :2], some[..., 2:] - some[..., :2]], axis=-1)


def by_coco(found, classes, truth, threshold):
    """Return the average precision of each class, as pycocotools computes it."""
    coco = pytest.importorskip("pycocotools.coco")
    evaluation = pytest.importorskip("pycocotools.cocoeval")
    real = coco.COCO()
    real.dataset = {
        "info": {},
        "images": [{"id": n, "width": 64, "height": 64} for n in range(len(classes))],
        "categories": [{"id": int(c), "name": str(c)} for c in np.unique(classes)],
        "annotations": [
            {
                **{"id": k + 1, "image_id": k // 3, "category_id": int(classes.flat[k])},
                **{"bbox": box.tolist(), "area": float(box[2] * box[3]), "iscrowd": 0},
            }
            for k, box in enumerate(width_and_height(truth).reshape(-1, 4))
        ],
    }
    real.createIndex()
    rows = zip(*found[:3], width_and_height(found.boxes), strict=True)
    answers = [
        {"image_id": int(n), "category_id": int(c), "score": float(p), "bbox": box.tolist()}
        for n, c, p, box in rows
    ]
    run = evaluation.COCOeval(real, real.loadRes(answers), "bbox")
    run.params.iouThrs, run.params.maxDets = np.array([threshold]), [100]
    run.params.areaRng, run.params.areaRngLbl = [[0, 1e10]], ["all"]
    run.evaluate()
    run.accumulate()
    precision = run.eval["precision"][0, :, :, 0, 0]  # (recalls, classes)
    return dict(zip(run.params.catIds, precision.mean(axis=0), strict=True))


@pytest.mark.parametrize("threshold", [0.5, 0.75])
def test_average_precision_is_that_of_coco(threshold):
    for seed in range(3):
        found, classes, truth = random_detections(np.random.default_rng(seed))
        for digit, expected in by_coco(found, classes, truth, threshold).items():
            correct = boxes.hits(found, classes, truth, digit, threshold)
            total = np.sum(classes == digit)
            assert at_101_recalls(correct, total) == pytest.approx(expected, abs=1e-9)
            ours = boxes.average_precision(correct, total)  # at all recalls, not at 101
            assert ours == pytest.approx(expected, abs=0.02)


def test_overlaps_are_those_of_coco():
    mask = pytest.importorskip("pycocotools.mask")
    found, _, truth = random_detections(np.random.default_rng(0))
    some = truth.reshape(-1, 4)
    expected = mask.iou(width_and_height(found.boxes), width_and_height(some), [0] * len(some))
    assert_allclose(boxes.intersection_over_union(found.boxes, some), expected, atol=1e-9)


def test_the_random_detections_are_partly_right():
    found, classes, truth = random_detections(np.random.default_rng(0))
    precisions = [boxes.mean_average_precision(found, classes, truth, iou) for iou in (0.5, 0.75)]
    assert 0.1 < precisions[1] < precisions[0] < 0.95
    for digit in (3, 8):
        correct = boxes.hits(found, classes, truth, digit)
        total = np.sum(classes == digit)
        assert at_101_recalls(correct, total) == pytest.approx(
            boxes.average_precision(correct, total), abs=0.02
        )

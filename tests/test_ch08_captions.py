"""Chapter 8, captions: scenes and scores by hand, the encoder, the script (8.4.3)."""

import json
import math
from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from ch08 import captions
from ch08.helpers import caption_examples, caption_figures, caption_runs, caption_scenes, pretrained
from ch08.helpers.caption_encoder import GROUND, Probabilities, digit_at, make_head, seen_by
from ch08.helpers.caption_scenes import Described, as_samples, draw_described, rows
from ch08.helpers.caption_scores import bleu, exact_match, grammatical, words_of, wrong_words
from common.fresh_layers import affine
from common.gradient import numerical_gradient
from common.io.files import load_arrays
from dataset.captions import (
    DIGITS,
    END,
    START,
    WORDS,
    decode,
    describe,
    encode,
    is_clear,
    is_held_out,
)
from dataset.mnist import data_name, load_mnist
from dataset.scenes import NOBODY, stream_scenes
from lab.flags import parser

# ---------------------------------------------------------------- scenes


@pytest.fixture(scope="module")
def digits():
    """A few test digits, (x, t)."""
    _, (x, t) = load_mnist(normalize=False, flatten=False)
    return x[:500], t[:500]


def test_described_scenes_are_clear_and_hold_no_pair_of_the_other_kind(digits):
    seen = draw_described(digits, 60, seed=3)
    new = draw_described(digits, 4, seed=3, held_out=True)
    assert seen.images.shape == (60, 64, 64)
    assert_array_equal(seen.digits, [s.count("small") + s.count("large") for s in seen.sentences])
    assert set(seen.digits) == {1, 2, 3}
    assert min(new.digits) > 1
    assert decode(encode(seen.sentences)) == seen.sentences
    for scenes, found in ((seen, False), (new, True)):
        assert all(says_a_held_out_pair(sentence) == found for sentence in scenes.sentences)
    again = draw_described(digits, 5, seed=3)
    assert_array_equal(again.images, seen.images[:5])
    assert again.sentences == seen.first(5).sentences


def test_described_scenes_are_all_clear_ones_in_their_order(digits):
    blocks = islice(stream_scenes(*digits, seed=3), 2)
    pairs = [pair for one in blocks for pair in zip(one.classes, one.boxes, strict=True)]
    clear = [describe(*pair) for pair in pairs if is_clear(*pair) and not is_held_out(*pair)]
    assert len(clear) < 0.8 * len(pairs)
    assert draw_described(digits, len(clear), seed=3).sentences == clear


def test_test_scenes_are_drawn_from_test_digits_with_another_seed(monkeypatch):
    calls = []

    def draw(digits, number, *, seed, held_out=False, one_in=1):
        calls.append((len(digits[0]), number, seed, held_out, one_in))
        return Described(np.zeros((3, 64, 64)), ["a", "b", "c"], *three())

    monkeypatch.setattr(caption_runs, "draw_described", draw)
    _, tests = caption_runs.draw_all(flags("--seed", "4"), True)
    assert sorted(calls) == [
        (10000, 300, 10**6 + 4, True, 1),
        (10000, 1000, 10**6 + 4, False, 1),
        (60000, flags().scenes, 4, False, caption_runs.ONE_IN),
    ]
    assert [some.sentences for some in tests.values()][:2] == [["a", "b", "c"], ["b", "c"]]
    calls.clear()
    caption_runs.draw_all(flags(), False)
    assert max(calls)[1] == 1000  # training scenes, for the commonest sentence alone


def three():
    """Return the classes and boxes of three scenes, with 1, 2 and 3 digits."""
    return np.array([[5, -1, -1], [0, 5, -1], [7, 7, 7]]), np.zeros((3, 3, 4))


def says_a_held_out_pair(sentence):
    """Return whether a sentence says that a digit k is to the left of the digit k + 3."""
    words = sentence.replace(",", "").split()
    numbers = [DIGITS.index(word) for word in words if word in DIGITS]
    sides = [word for word in words if word in ("left", "right", "above", "below")]
    found = False
    for side, number in zip(sides, numbers[1:], strict=True):
        step = number - numbers[0] if side == "left" else numbers[0] - number
        found |= side in ("left", "right") and step % 10 == 3
    return found


def test_digits_without_a_held_out_pair(monkeypatch):
    monkeypatch.setattr(caption_scenes, "PATIENCE", 2)
    (x, t), _ = load_mnist(normalize=False, flatten=False)
    ones = x[t == 1][:20], t[t == 1][:20]
    with pytest.raises(ValueError, match=r"digits \[1\]; expected all ten: no scene"):
        draw_described(ones, 1, held_out=True)


def test_a_mask_selects_images_sentences_and_digits():
    some = Described(np.arange(3)[:, None, None], ["a", "b", "c"], *three())
    more = some.where(some.digits != 2)
    assert (more.images.ravel().tolist(), more.sentences) == ([0, 2], ["a", "c"])
    assert more.digits.tolist() == [1, 3]
    assert more.boxes.shape == (2, 3, 4)


def test_fewer_scenes_with_a_single_digit(digits):
    every = draw_described(digits, 80, seed=3)
    some = draw_described(digits, 40, seed=3, one_in=4)
    assert np.mean(every.digits == 1) > 0.4
    assert np.mean(some.digits == 1) < 0.3
    more = [s for s, n in zip(every.sentences, every.digits, strict=True) if n > 1]
    found = [s for s, n in zip(some.sentences, some.digits, strict=True) if n > 1]
    assert found[: len(more)] == more[: len(found)]  # of the others, all


def test_rows_hold_the_image_and_the_words_so_far():
    images = np.zeros((2, 64, 64), np.uint8)
    images[1, 0, 1] = 255
    x, t = rows(as_samples(images), ["a small three", "a large two below a small one"])
    assert (x.shape, x.dtype, t.shape) == ((2, 64 * 64 + 19), np.float32, (2, 19))
    assert x[1, :3].tolist() == [0, 1, 0]
    assert x[0, 64 * 64] == START
    assert decode(t) == ["a small three", "a large two below a small one"]
    assert_array_equal(x[0, 64 * 64 + 1 :][:4], t[0, :4])
    assert t[0, 3] == END


# ---------------------------------------------------------------- scores by hand


def test_bleu_by_hand():
    said = ["a small three above a small one"]
    true = ["a small three below a small one"]
    # Of 7 words 6 are right; of the pairs "small three", "small one" and both "a small"; of the
    # triples "a small three" and "a small one"; there is no sequence of four.
    assert bleu(said, true, 1) == pytest.approx(6 / 7)
    assert bleu(said, true, 2) == pytest.approx(math.sqrt(6 / 7 * 4 / 6))
    assert bleu(said, true, 3) == pytest.approx((6 / 7 * 4 / 6 * 2 / 5) ** (1 / 3))
    assert bleu(said, true) == 0
    assert bleu([*said, "a b c d"], [*true, "a b c d"]) == pytest.approx(
        (10 / 11 * 7 / 9 * 4 / 7 * 1 / 5) ** (1 / 4)  # of all sentences together
    )


def test_bleu_counts_repeated_words_only_as_often_as_they_are_correct():
    assert bleu(["a a a a"], ["a small a"], 1) == pytest.approx(2 / 4)


def test_bleu_of_sentences_that_are_too_short():
    assert bleu(["a small"], ["a small three"], 2) == pytest.approx(math.exp(1 - 3 / 2))
    assert bleu(["a small three , a"], ["a small three, a"]) == 1
    assert bleu(["a b c d e f"], ["a b c d"]) == pytest.approx(
        (4 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** (1 / 4)  # too long: no other penalty
    )
    assert bleu(["a three"], ["a three"]) == 0  # no four words
    assert bleu([""], ["a three"]) == 0
    with pytest.raises(ValueError, match="longest is 0"):
        bleu(["a"], ["a"], 0)


def test_exact_match_and_grammar():
    true = ["a small three", "a large two"]
    assert exact_match(["a small three", "a small two"], true) == 0.5
    right = "a small three to the left of a large seven, above a small one"
    assert grammatical([right, "a large two", "a large two below a small one"]) == 1
    wrong = ["a small", "a small three above", f"{right}, above a small one", "a three", ""]
    assert grammatical([*wrong, right.replace(",", "")]) == 0


def test_wrong_words():
    assert wrong_words("a large three", "a small three") == [False, True, False]
    said, true = "a small one above a small two", "a small one to the left of a small two"
    assert wrong_words(said, true) == [False, False, False, True, False, False, False]
    assert wrong_words("a small one, below", "a small one") == [False] * 3 + [True] * 2
    assert wrong_words("", "a small one") == []


# ---------------------------------------------------------------- the networks


def flags(*words):
    """Return the parsed flags of the script, for a network of a few numbers."""
    small = ["--filters", *"2222", "--hidden", "4", "--embedding", "3", "--threads", "1"]
    return parser(None, captions.FLAGS).parse_args([*small, *words])


def test_the_words_teach_all_layers_of_the_encoder(digits):
    some = draw_described(digits, 3, seed=1)
    network = caption_runs.make(flags())
    grads = network.gradient(*rows(as_samples(some.images), some.sentences))
    assert network.params["W6"].shape == (21 * 8 * 8, 4)  # from all places to h0
    for key in ("W1", "W5", "b5", "W6"):
        assert np.abs(grads[key]).max() > 1e-5, key


def test_probabilities_have_the_numerical_gradient():
    rng = np.random.default_rng(0)
    layer, x, dout = Probabilities(), rng.normal(size=(2, 3, 2, 2)), rng.normal(size=(2, 3, 2, 2))
    assert_allclose(layer.forward(x).sum(axis=1), 1)
    expected = numerical_gradient(lambda x: (layer.forward(x) * dout).sum(), x)
    layer.forward(x)
    assert_allclose(layer.backward(dout), expected, atol=1e-7)


def test_which_digit_is_where():
    classes = np.array([[3, 7, NOBODY], [0, NOBODY, NOBODY]])
    boxes = np.zeros((2, 3, 4))
    boxes[0, :2] = [8, 8, 20, 24], [30, 10, 60, 42]  # small; large
    boxes[1, 0] = [1, 50, 7, 58]  # a thin one: only the place of its centre
    places = digit_at(classes, boxes)
    assert places.shape == (2, 8, 8)
    assert np.argwhere(places[0] == 3).tolist() == [[1, 1], [2, 1]]  # centre 14, 16; 6 wide, 8 high
    assert np.argwhere(places[0] == 17).tolist() == [
        [row, column] for row in (2, 3) for column in (5, 6)
    ]
    assert np.argwhere(places[1] != GROUND).tolist() == [[6, 0]]
    assert places[1, 6, 0] == 0


def test_the_trunk_learns_which_digit_is_where_and_the_rest_learns_from_it(digits):
    some = draw_described(digits, 20, seed=1)
    args = flags("--epochs", "1", "--trunk-epochs", "1", "--batch-size", "10")
    network = caption_runs.make(args)
    before = {key: W.copy() for key, W in network.params.items()}
    results, again = caption_runs.train(args, network, some)
    assert list(results) == ["trunk", "sentences", "seconds"]
    assert not any(
        np.array_equal(before[key], W) for key, W in network.params.items() if "W" in key
    )
    trunk, head = caption_runs.of_encoder(network)
    seen = seen_by(trunk, some.images)
    assert_allclose(again, seen, rtol=1e-3, atol=1e-4)
    h0, *_ = network.layers["captions"].start(as_samples(some.images))
    assert_allclose(head.forward(seen, False), h0, rtol=1e-4, atol=1e-5)


def test_each_part_has_its_checkpoint():
    args = flags("--checkpoint", "a/b.npz")
    own = caption_runs.part(args, "trunk", epochs=3)
    assert (own.checkpoint.name, own.epochs, own.lr) == ("b-trunk.npz", 3, args.lr)
    assert caption_runs.part(flags(), "trunk").checkpoint is None


def test_the_encoder_knows_where_a_digit_is():
    network = caption_runs.make(flags())
    images = np.zeros((2, 1, 64, 64), np.float32)
    images[0, 0, 8:24, 8:24] = images[1, 0, 40:56, 40:56] = 1  # a shift by four of the 8 x 8 places
    h0, *_ = network.layers["captions"].start(images)
    assert h0.shape == (2, 4)
    assert np.abs(h0[0] - h0[1]).max() > 0.01


def test_h0_has_the_size_of_a_state_however_large_the_weights_are():
    rng = np.random.default_rng(0)
    head = make_head(5, rng)
    head.layers["h0"].W *= 100
    h0 = head.forward(rng.random((20, 21, 8, 8), np.float32), True)
    assert_allclose(h0.std(axis=0), 1, rtol=1e-3)


def test_without_image_all_scenes_have_the_same_start():
    encoder = affine(1, 4, rng=0)
    network = caption_runs.decoder(flags(), encoder, (1,), "lstm", 0)
    network.params["b1"] += np.array([0.5, 0.1, 0, -1], np.float32)
    state = network.layers["captions"].start(np.zeros((3, 1), np.float32))
    assert_allclose(state[0], np.tile([0.5, 0.1, 0, -1], (3, 1)), rtol=1e-6)
    said = caption_runs.say(network, np.zeros((3, 1), np.float32), 2)
    assert len(set(decode(said.words))) == 1


def test_sentences_are_written_in_parts(digits, monkeypatch):
    some = draw_described(digits, 5, seed=1)
    network = caption_runs.make(flags())
    samples = as_samples(some.images)
    whole = caption_runs.say(network, samples, 2)
    monkeypatch.setattr(caption_runs, "PART", 2)
    parts = caption_runs.say(network, samples, 2)
    assert_array_equal(parts.words, whole.words)
    assert_allclose(parts.log_p, whole.log_p, rtol=1e-5)


def test_the_commonest_sentence_is_that_of_training(digits):
    test = draw_described(digits, 4, seed=1)
    one = test.sentences[0]
    learn = Described(
        test.images, ["a small two", one, one, "a small two"][1:], test.classes, test.boxes
    )
    row = caption_runs.commonest(learn, test)
    assert row["sentence"] == one
    assert row["exact match"] == np.mean([sentence == one for sentence in test.sentences])


# ---------------------------------------------------------------- examples


def test_the_probabilities_of_the_words_are_those_of_the_sentence(digits):
    image = draw_described(digits, 1, seed=1).images[0]
    network = caption_runs.make(flags())
    network.params["b8"][WORDS.index("a")] = 2
    one = caption_examples.told(network, image, 1)
    written = caption_runs.say(network, as_samples(image[None]), 1)
    assert np.log(one["p"]).sum() == pytest.approx(written.log_p[0], abs=0.01)
    assert (one["p"] >= one["p of other"]).all()  # greedy
    assert (one["p"] + one["p of other"] <= 1.001).all()
    assert all(a != b for a, b in zip(one["words"], one["other"], strict=True))
    said = [word for word in one["words"] if word != "(end)"]
    assert " ".join(said).replace(" ,", ",") == one["sentence"]


def test_a_network_that_says_nothing(digits):
    network = caption_runs.make(flags())
    network.params["b8"][:2] = 99, 0  # PADDING, START
    one = caption_examples.told(network, draw_described(digits, 1).images[0], 3)
    assert (one["sentence"], one["words"], one["p"].tolist()) == ("", ["<padding>"], [1])
    assert caption_figures.least_sure({**one, "number": 7, "true": "a small two"}).startswith(
        "Scene 7 (wrong): the least probable word is no. 1, '<padding>'"
    )


def test_the_examples_are_the_first_right_ones_of_each_kind_and_the_first_wrong_ones():
    digits = np.array([2, 2, 1, 1, 3, 2, 3, 1, 1, 2])
    right = np.array([1, 1, 0, 1, 1, 0, 0, 1, 0, 1], bool)
    assert caption_examples.choose(right, digits) == [3, 0, 4, 2, 5, 6]
    few = right | (digits != 3)  # one wrong
    assert caption_examples.choose(few, digits) == [2, 0, 4, 3, 1, 6]
    assert caption_examples.choose(~np.ones(10, bool), digits) == [0, 1, 2, 3, 4, 5]
    assert caption_examples.choose(right[:2], digits[:2]) == [0, 1]


def test_a_sentence_in_two_colours():
    words = words_of("a small three above a large seven, above a small one")
    wrong = [False, True] + [False] * 4 + [True] * 2 + [False] * 4
    black, red = caption_figures.two_colors(words, wrong)
    assert [*map(len, black.split("\n"))] == [*map(len, red.split("\n"))]
    assert max(map(len, black.split("\n"))) <= caption_figures.WIDTH
    assert " ".join(red.split()) == "[small] [seven] [,]"
    assert " ".join(black.split()) == "a three above a large above a small one"


# ---------------------------------------------------------------- the script


@pytest.fixture(scope="module")
def small(quick):
    """The results of the small form, and the folder with its weights."""
    results, _, folder = quick("ch08.captions")
    return results, folder / "outputs" / "ch08"


def test_the_small_form(small):
    results, folder = small
    scores = results["scores"]
    assert list(scores) == ["test scenes", "two or three digits", "held-out pairs"]
    assert [row["scenes"] for row in scores.values()][::2] == [20, 4]
    for row in scores.values():
        assert 0 < row["word accuracy"] < 1
        for way in ("greedy", "beam search"):
            assert set(row[way]) == {"exact match", "BLEU-4", "grammatical", "log p"}
        assert row["greedy"]["log p"] < row["beam search"]["log p"] < 0
    assert list(results["shorter"]) == ["LSTM", "RNN", "LSTM without image"]
    assert len(results["examples"]) == 6
    arrays = load_arrays(folder / "captions.npz")
    assert arrays["W1"].dtype == np.float16
    assert arrays["exact_match"] == scores["test scenes"]["beam search"]["exact match"]
    assert (arrays["seed"], arrays["scenes"], arrays["epochs"]) == (0, 40, 1)
    assert (folder / "captions.npz").stat().st_size < 1e6
    assert (folder / "captions.json").stat().st_size < 1e6
    assert json.loads((folder / "captions.json").read_text())["scores"] == scores


def test_loaded_weights_give_the_same_scores(small, tmp_path, capsys):
    results, folder = small
    words = ["--quick", "--weights", folder / "captions.npz", "--out", tmp_path]
    again = captions.main([*map(str, words)])
    assert "shorter" not in again
    assert again["scores"] == results["scores"]
    assert f"exact_match {results['scores']['test scenes']['beam search']['exact match']}" in (
        capsys.readouterr().out
    )
    assert (tmp_path / "ch08" / "captions-3.png").exists()
    assert not list(tmp_path.rglob("*.npz"))


def test_a_photograph(small, tmp_path, capsys):
    scene = np.full((64, 64), 255, np.uint8)
    scene[20:45, 20:24] = 0
    Image.fromarray(scene).resize((200, 200)).save(tmp_path / "one.png")
    words = ["--image", tmp_path / "one.png", "--weights", small[1] / "captions.npz"]
    results = captions.main([*map(str, words), "--out", str(tmp_path)])
    assert results["image"].shape == (64, 64)
    assert f"one.png: {results['told']['sentence']}" in capsys.readouterr().out
    assert (tmp_path / "ch08" / "captions.png").stat().st_size > 3000
    assert not (tmp_path / "ch08" / "captions-2.png").exists()


def test_no_photograph(small, tmp_path):
    (tmp_path / "no.png").write_text("no picture")
    words = ["--image", str(tmp_path / "no.png"), "--weights", str(small[1] / "captions.npz")]
    with pytest.raises(ValueError, match="not an image that can be read") as error:
        captions.main([*words, "--out", str(tmp_path)])
    assert "\n" not in str(error.value)


def test_an_empty_photograph(small, tmp_path):
    Image.fromarray(np.full((80, 90), 200, np.uint8)).save(tmp_path / "empty.png")
    words = ["--image", str(tmp_path / "empty.png"), "--weights", str(small[1] / "captions.npz")]
    with pytest.raises(
        ValueError, match=r"empty\.png is empty; expected one to three large digits"
    ):
        captions.main([*words, "--out", str(tmp_path)])


def test_weights_of_a_network_of_another_size(small, tmp_path):
    words = ["--quick", "--hidden", "5", "--weights", str(small[1] / "captions.npz")]
    with pytest.raises(ValueError, match="expected") as error:
        captions.main([*words, "--out", str(tmp_path)])
    assert "\n" not in str(error.value)


# ---------------------------------------------------------------- the bundled weights


def test_the_bundled_weights():
    assert captions.WEIGHTS.stat().st_size < 1e6
    facts = load_arrays(captions.WEIGHTS)
    assert {"seed", "data", "scenes", "epochs", "exact_match"} <= set(facts)
    assert facts["exact_match"] >= 0.85
    if data_name("auto") != "mnist":
        return
    _, test = load_mnist(normalize=False, flatten=False)
    some = draw_described(test, 100, seed=pretrained.TEST_SEED)
    network = caption_runs.make(parser(None, captions.FLAGS).parse_args([]))
    network.load_params(captions.WEIGHTS)
    said = decode(caption_runs.say(network, as_samples(some.images), 3).words)
    assert exact_match(said, some.sentences) == pytest.approx(facts["exact_match"], abs=0.1)

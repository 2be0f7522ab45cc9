"""im2col and col2im: the book's shapes, against loops, and each as the adjoint of the other."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch07.naive_convolution import add_border
from common.half import working_type
from common.util import col2im, conv_output_size, im2col

RNG = np.random.default_rng(0)

# Shape of the images, filter_h, filter_w, stride, pad: with every size and place odd in some row.
CASES = [
    ((1, 1, 4, 4), 3, 3, 1, 0),
    ((2, 3, 5, 7), 3, 3, 1, 1),
    ((2, 3, 7, 5), 2, 3, 1, 0),
    ((3, 2, 6, 6), 3, 1, 1, 2),
    ((2, 1, 7, 9), 3, 5, 2, 0),
    ((2, 4, 8, 5), 2, 1, 2, 0),
    ((1, 2, 5, 5), 5, 5, 1, 0),
    ((2, 2, 3, 4), 1, 1, 1, 0),
    ((2, 2, 1, 1), 3, 3, 1, 3),
    ((2, 2, 10, 7), 4, 1, 3, 1),
    ((2, 1, 5, 5), 1, 1, 2, 0),
]


def by_loops(x, filter_h, filter_w, stride, pad):
    """Return the rows, window by window."""
    x = add_border(x, pad)
    rows = range(0, x.shape[2] - filter_h + 1, stride)
    columns = range(0, x.shape[3] - filter_w + 1, stride)
    return np.array(
        [
            [image[c, i + a, j + b] for c in range(x.shape[1]) for a, b in taps(filter_h, filter_w)]
            for image in x
            for i in rows
            for j in columns
        ]
    )


def taps(filter_h, filter_w):
    return np.ndindex(filter_h, filter_w)


@pytest.mark.parametrize(("shape", "filter_h", "filter_w", "stride", "pad"), CASES)
def test_against_loops(shape, filter_h, filter_w, stride, pad):  # F03
    x = RNG.standard_normal(shape)
    floor = (shape[2] + 2 * pad - filter_h) % stride != 0
    col = im2col(x, filter_h, filter_w, stride, pad, floor=floor)
    assert (col == by_loops(x, filter_h, filter_w, stride, pad)).all()


@pytest.mark.parametrize(("shape", "filter_h", "filter_w", "stride", "pad"), CASES)
@pytest.mark.parametrize("grown", [0, 1])
def test_each_is_the_adjoint_of_the_other(shape, filter_h, filter_w, stride, pad, grown):  # F04
    shape = (*shape[:2], shape[2] + grown, shape[3] + grown)  # grown: pixels that no window sees
    x = RNG.standard_normal(shape)
    col = im2col(x, filter_h, filter_w, stride, pad, floor=True)
    c = RNG.standard_normal(col.shape)
    back = col2im(c, shape, filter_h, filter_w, stride, pad, floor=True)
    assert back.shape == shape
    assert np.sum(col * c) == pytest.approx(np.sum(x * back), rel=1e-12)


def test_the_shapes_of_the_book():  # N12
    assert im2col(np.ones((1, 3, 7, 7)), 5, 5, stride=1, pad=0).shape == (9, 75)
    assert im2col(np.ones((10, 3, 7, 7)), 5, 5).shape == (90, 75)


def test_the_order_of_rows_and_columns():
    col = im2col(np.arange(16).reshape(1, 1, 4, 4), 2, 2)
    assert col.tolist() == [
        [top, top + 1, top + 4, top + 5] for top in (0, 1, 2, 4, 5, 6, 8, 9, 10)
    ]
    two_of_two = im2col(np.arange(16).reshape(2, 2, 2, 2), 2, 2)
    assert two_of_two.tolist() == [list(range(8)), list(range(8, 16))]


def test_how_many_windows_see_each_pixel():
    x = np.ones((1, 1, 4, 4))
    seen = col2im(im2col(x, 2, 2), x.shape, 2, 2)
    assert seen[0, 0].tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]
    apart = col2im(im2col(x, 2, 2, 2), x.shape, 2, 2, 2)
    assert (apart == 1).all()
    with_border = col2im(im2col(x, 3, 3, 1, 1), x.shape, 3, 3, 1, 1)
    assert with_border[0, 0, 0].tolist() == [4, 6, 6, 4]
    left_out = col2im(im2col(x, 3, 3, 2, floor=True), x.shape, 3, 3, 2, floor=True)
    assert left_out[0, 0, 3].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.uint8, np.int64])
def test_the_type_is_kept(dtype):  # A15: the book's makes float64 of everything
    x = np.ones((2, 3, 5, 5), dtype)
    col = im2col(x, 3, 3, 1, 1)
    assert col.dtype == dtype
    summed = col2im(col, x.shape, 3, 3, 1, 1)
    assert summed.dtype == (dtype if x.dtype.kind == "f" else np.float64)  # 9 * 40 is no uint8


def test_nothing_of_the_caller_is_changed_or_shared():
    x = RNG.standard_normal((2, 3, 4, 4))
    before = x.copy()
    col = im2col(x, 1, 1)
    col += 1
    image = col2im(col, x.shape, 1, 1)
    image += 1
    assert (x == before).all()
    assert_allclose(image, before + 2)


def test_views_are_read_in_their_order():
    x = RNG.standard_normal((2, 6, 8, 3))
    view = x.transpose(0, 3, 1, 2)[:, :, ::2, ::-1]
    assert (im2col(view, 2, 3) == im2col(view.copy(), 2, 3)).all()
    col = im2col(view, 2, 3)
    backwards = np.asfortranarray(col)
    expected = col2im(col, view.shape, 2, 3)
    assert (col2im(backwards, view.shape, 2, 3) == expected).all()


def test_conv_output_size():  # F05, N10
    assert conv_output_size(4, 3, 1, 1) == 4
    assert conv_output_size(7, 3, 2, 0) == 3
    assert (conv_output_size(28, 5, 3, 2), conv_output_size(31, 5, 3, 2)) == (10, 11)
    assert conv_output_size(5, 5) == 1
    assert conv_output_size(8, 3, 2, floor=True) == 3
    assert conv_output_size(7, 3, 2, floor=True) == 3


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((4, 5), "expected a filter of 4 pixels at most"),
        ((4, 7, 1, 1), "expected a filter of 6 pixels at most"),
        ((8, 3, 2), r"5 / 2 is not an integer; expected .* floor=True to ignore the last 1"),
        ((0, 1), "input is 0"),
        ((4, 0), "filter is 0"),
        ((4, 2, 0), "stride is 0"),
        ((4, 2, 1, -1), "pad is -1"),
        ((4, 2, 1.5), "stride is 1.5"),
    ],
)
def test_sizes_that_are_refused(sizes, message):  # A11: the book's code truncates
    with pytest.raises(ValueError, match=message):
        conv_output_size(*sizes)
    if message.endswith("at most"):
        with pytest.raises(ValueError, match=message):
            conv_output_size(*sizes, floor=True)


def test_a_division_that_is_not_whole_is_refused_along_both_axes():
    for shape in ((1, 1, 8, 7), (1, 1, 7, 8)):
        with pytest.raises(ValueError, match="not an integer"):
            im2col(np.ones(shape), 3, 3, 2)
        with pytest.raises(ValueError, match="not an integer"):
            col2im(np.ones((9, 9)), shape, 3, 3, 2)


@pytest.mark.parametrize("shape", [(3, 4, 4), (4, 4), (0, 1, 4, 4), (2, 1, 0, 4), ()])
def test_what_is_not_images(shape):
    with pytest.raises(ValueError, match=r"expected images \(N, C, H, W\)"):
        im2col(np.ones(shape), 2, 2)


@pytest.mark.parametrize("shape", [(9, 5), (8, 4), (36,), (4, 9)])
def test_columns_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"expected \(9, 4\) for images \(1, 1, 4, 4\)"):
        col2im(np.ones(shape), (1, 1, 4, 4), 2, 2)


def test_half_precision_is_for_storage():
    def arrays(*types):
        return [np.ones(1, dtype) for dtype in types]

    assert working_type(*arrays("f2")) == working_type(*arrays("f2", "f2")) == np.float32
    assert working_type(*arrays("f2", "f4")) == np.float32
    assert working_type(*arrays("f4", "f8")) == np.float64


def test_the_result_may_be_written_to():
    for size in (1, 5):
        assert im2col(np.ones((1, 1, 5, 5)), size, size).flags.writeable

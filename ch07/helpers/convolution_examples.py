"""The examples of figures 7-3 to 7-22, as interactive code: see `ch07.naive_convolution`."""

import numpy as np

IMAGE = np.array([[1, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]])
FILTER = np.array([[2, 0, 1], [0, 1, 2], [1, 0, 2]])

SECTIONS = {
    "7.2.2 Convolution: a window of the image, times the filter, added up (figures 7-3 to 7-5)": """
>>> import numpy as np
>>> from ch07.naive_convolution import FILTER, IMAGE, add_border, convolution, convolve_channels
>>> from ch07.naive_convolution import conv_output_size, convolve_image, multiply_and_add, pooling
>>> print(IMAGE)
[[1 2 3 0]
 [0 1 2 3]
 [3 0 1 2]
 [2 3 0 1]]
>>> print(FILTER)
[[2 0 1]
 [0 1 2]
 [1 0 2]]
>>> print(IMAGE[:3, :3] * FILTER)  # the window in the corner
[[2 0 3]
 [0 1 4]
 [3 0 2]]
>>> int(multiply_and_add(IMAGE[:3, :3], FILTER))
15
>>> print(convolve_image(IMAGE, FILTER))
[[15 16]
 [ 6 15]]
>>> print(convolve_image(IMAGE, FILTER) + 3)  # the bias, to every element
[[18 19]
 [ 9 18]]
""",
    "7.2.3 Padding: a border of zeros, so that the output need not shrink (figure 7-6)": """
>>> [add_border(IMAGE, pad).shape for pad in (1, 2, 3)]
[(6, 6), (8, 8), (10, 10)]
>>> print(convolve_image(add_border(IMAGE, 1), FILTER))
[[ 7 12 10  2]
 [ 4 15 16 10]
 [10  6 15  6]
 [ 8 10  4  3]]
""",
    "7.2.4 Stride: how far the filter moves each time (figure 7-7, eq. 7.1)": """
>>> large = np.pad(IMAGE, [(0, 3), (0, 3)], mode="wrap")
>>> large.shape
(7, 7)
>>> print(convolve_image(large, FILTER, stride=2))
[[15 17 15]
 [17 15 17]
 [15 17 15]]
>>> conv_output_size(4, 3, stride=1, pad=1), conv_output_size(7, 3, stride=2)
(4, 3)
>>> conv_output_size(28, 5, stride=3, pad=2), conv_output_size(31, 5, stride=3, pad=2)
(10, 11)
""",
    "7.2.5 Channels: each with its own part of the filter, then added (figures 7-8 and 7-9)": """
>>> x = np.array([IMAGE, IMAGE + 1, IMAGE.T])
>>> W = np.array([FILTER, FILTER.T, FILTER])
>>> maps = [convolve_image(channel, part) for channel, part in zip(x, W)]
>>> print(np.array(maps).tolist())
[[[15, 16], [6, 15]], [[20, 21], [19, 20]], [[11, 10], [12, 11]]]
>>> print(convolve_channels(x, W))
[[46 47]
 [37 46]]
""",
    "7.2.6 and 7.2.7 Several filters with their biases, several images (figures 7-10 to 7-13)": """
>>> filters, b = np.array([W, -W]), np.array([3, 100])
>>> print(convolution(x[np.newaxis], filters, b, stride=1, pad=0))
[[[[49 50]
   [40 49]]
<BLANKLINE>
  [[54 53]
   [63 54]]]]
>>> out = convolution(np.ones((10, 3, 7, 7)), np.ones((20, 3, 5, 5)), np.zeros(20), 1, 0)
>>> out.shape, float(out.max())  # 75 = 3 * 5 * 5 ones
((10, 20, 3, 3), 75.0)
""",
    "7.3 Pooling: the largest of each window, or the mean; less sensitive to shifts": """
>>> x = np.array([[1, 2, 1, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 4, 0, 1]])
>>> print(pooling(x.reshape(1, 1, 4, 4), 2, 2, stride=2)[0, 0])  # figure 7-14
[[2 3]
 [4 2]]
>>> print(pooling(x.reshape(1, 1, 4, 4) * 1.0, 2, 2, stride=2, of=np.mean)[0, 0])
[[1.   1.5 ]
 [2.25 1.  ]]
>>> pooling(np.zeros((1, 3, 4, 4)), 2, 2, stride=2).shape  # figure 7-15: as many channels
(1, 3, 2, 2)
>>> rows = "120710 092323 301212 240101 601212 240181".split()
>>> x = np.array([[int(digit) for digit in row] for row in rows])
>>> print(pooling(x.reshape(1, 1, 6, 6), 3, 3, stride=3)[0, 0])
[[9 7]
 [6 8]]
>>> shifted = np.column_stack([[1, 3, 2, 3, 2, 1], x[:, :-1]])
>>> print(pooling(shifted.reshape(1, 1, 6, 6), 3, 3, stride=3)[0, 0])  # figure 7-16
[[9 7]
 [6 8]]
""",
    "7.4.1 Arrays of four dimensions": """
>>> x = np.random.rand(10, 1, 28, 28)
>>> x.shape, x[0].shape, x[1].shape
((10, 1, 28, 28), (1, 28, 28), (1, 28, 28))
>>> x[0, 0].shape, x[0][0].shape
((28, 28), (28, 28))
""",
    "7.4.2 and 7.4.3 im2col: each window a row, each filter a column (figures 7-17 to 7-20)": """
>>> from common.util import im2col
>>> print(im2col(IMAGE.reshape(1, 1, 4, 4), 3, 3))
[[1 2 3 0 1 2 3 0 1]
 [2 3 0 1 2 3 0 1 2]
 [0 1 2 3 0 1 2 3 0]
 [1 2 3 0 1 2 3 0 1]]
>>> print(im2col(IMAGE.reshape(1, 1, 4, 4), 3, 3) @ FILTER.reshape(9, 1))
[[15]
 [16]
 [ 6]
 [15]]
>>> im2col(np.random.rand(1, 3, 7, 7), 5, 5, stride=1, pad=0).shape
(9, 75)
>>> x = np.random.rand(10, 3, 7, 7)
>>> im2col(x, 5, 5, stride=1, pad=0).shape
(90, 75)
>>> W = np.random.rand(10, 3, 5, 5)
>>> W.size, W.reshape(10, -1).shape
(750, (10, 75))
>>> out = im2col(x, 5, 5) @ W.reshape(10, -1).T  # (90, 10)
>>> out = out.reshape(10, 3, 3, 10).transpose(0, 3, 1, 2)
>>> np.allclose(out, convolution(x, W, np.zeros(10), 1, 0))
True
>>> np.zeros((2, 5, 6, 3)).transpose(0, 3, 1, 2).shape  # (N, H, W, C) becomes (N, C, H, W)
(2, 3, 5, 6)
""",
    "7.4.4 Pooling the same way: unfold, the largest of each row, reshape (figures 7-21, 7-22)": """
>>> x = np.random.rand(2, 3, 4, 4)
>>> col = im2col(x, 2, 2, stride=2)
>>> col.shape, col.reshape(-1, 4).shape  # a row for each window of each channel
((8, 12), (24, 4))
>>> largest = np.max(col.reshape(-1, 4), axis=1)
>>> out = largest.reshape(2, 2, 2, 3).transpose(0, 3, 1, 2)
>>> np.array_equal(out, pooling(x, 2, 2, stride=2))
True
""",
}

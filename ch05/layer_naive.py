"""Two nodes of a computational graph as layers: multiply and add (section 5.4)."""


class MulLayer:
    """z = x y; a change of x counts y times, and the other way round (eq. 5.6)."""

    def __init__(self) -> None:
        self.x: float | None = None
        self.y: float | None = None

    def forward(self, x: float, y: float) -> float:
        """Return x y, and keep both for `backward`."""
        self.x, self.y = x, y
        return x * y

    def backward(self, dout: float) -> tuple[float, float]:
        """Return the derivatives for x and y: `dout` times the other input."""
        if self.x is None or self.y is None:
            raise ValueError("MulLayer.backward came before forward; call forward first")
        return dout * self.y, dout * self.x


class AddLayer:
    """z = x + y; a change of either counts once (eq. 5.5)."""

    def forward(self, x: float, y: float) -> float:
        """Return x + y; nothing need be kept."""
        return x + y

    def backward(self, dout: float) -> tuple[float, float]:
        """Return the derivatives for x and y: `dout` as it came."""
        return dout * 1, dout * 1

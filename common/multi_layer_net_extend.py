"""MultiLayerNetExtend: MultiLayerNet with batch normalization and Dropout (6.3.2, 6.4.3)."""

from collections.abc import Sequence

from common.multi_layer_net import fully_connected, layer_sizes
from common.network import Network
from common.protocols import LossLike
from common.randomness import Seed


class MultiLayerNetExtend(Network):
    """A fully connected network; hidden layers are Affine - BatchNorm - activation - Dropout.

    Parameters
    ----------
    input_size, hidden_size_list, output_size, activation, weight_init_std, weight_decay_lambda
        See `common.multi_layer_net.MultiLayerNet`, also for `penalty`, `loss` and `rng`, which
        draws the Dropout masks, too.
    use_dropout : bool
    dropout_ratio : float
        The fraction of the neurons that each Dropout drops; also as `dropout_ration`.
    use_batchnorm : bool

    Attributes
    ----------
    params : mapping
        ``W1 b1 gamma1 beta1 W2 ...`` in float32; gamma and beta with `use_batchnorm` only.
    input_size, hidden_size_list, hidden_layer_num, output_size, use_dropout, use_batchnorm
        The arguments, and the number of hidden layers.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size_list: Sequence[int],
        output_size: int,
        activation: str = "relu",
        weight_init_std: float | str | None = None,
        weight_decay_lambda: float = 0,
        use_dropout: bool = False,
        dropout_ratio: float = 0.5,
        use_batchnorm: bool = False,
        *,
        dropout_ration: float | None = None,
        penalty: str = "l2",
        loss: LossLike | None = None,
        rng: Seed = None,
    ) -> None:
        ratio = dropout_ratio if dropout_ration is None else dropout_ration
        sizes = layer_sizes(input_size, hidden_size_list, output_size)
        layers = fully_connected(
            sizes,
            activation,
            weight_init_std,
            batchnorm=use_batchnorm,
            dropout_ratio=ratio if use_dropout else None,
            rng=rng,
        )
        super().__init__(
            layers, weight_decay_lambda=weight_decay_lambda, penalty=penalty, loss=loss
        )
        self.input_size, *self.hidden_size_list, self.output_size = sizes
        self.hidden_layer_num = len(self.hidden_size_list)
        self.use_dropout, self.use_batchnorm = use_dropout, use_batchnorm

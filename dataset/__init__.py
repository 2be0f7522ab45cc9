"""MNIST (``mnist``) and the drawn digits that stand in for it offline (``synthetic``)."""

"""Reinforcement learning (8.5.4): the environments, tabular Q-learning, and the Deep Q-Network."""

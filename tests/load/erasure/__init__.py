"""How long an erasure takes, and what its fences cost everybody else."""

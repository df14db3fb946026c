"""The main job on the running stack, with evidence for each claim."""

"""Places: how many calls each media process can take, exactly, and who may take one."""

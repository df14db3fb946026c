"""The timeline: everything that happened between a contact and the workspace."""

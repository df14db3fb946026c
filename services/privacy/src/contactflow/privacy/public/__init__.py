"""The public door: anybody may ask, and learns nothing about anybody by it."""

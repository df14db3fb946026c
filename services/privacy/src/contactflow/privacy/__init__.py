"""Responsible for the rights of the people whose data this is: requests, proof, accountability."""

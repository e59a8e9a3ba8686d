"""A test set of the verifier's own: supported claims in many forms, and the same claims made wrong one way each."""

"""Makes the classifier of `detente/model/` from `corpus/train`: instances, train, export, measure."""

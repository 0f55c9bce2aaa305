"""The lost phone: the request, its evidence, the decision, the grant."""

"""Mining economics: network identities, machines, and the cost of one coin on named bases."""

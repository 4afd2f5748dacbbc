"""What answers nearest-neighbour queries; every one can be dropped and rebuilt from the lake."""

package dev.reveille.http.server;

/// The limits for bytes of one kind that a process holds for its peers at once.
///
/// @param all for all peers together
/// @param strangers for those that showed no valid key or token, together; one address may have a
///   quarter of it
/// @param perAddress for one address ([Subnet])
/// @param perOwner for one key or installation. One that holds nothing may always have one thing,
///   however large, within the other shares
public record ByteShares(long all, long strangers, long perAddress, long perOwner) {
  public ByteShares {
    if (Math.min(Math.min(all, strangers), Math.min(perAddress, perOwner)) < 1) {
      throw new IllegalArgumentException(
          "byte shares: all (%d), strangers (%d), per address (%d), per key (%d) must be positive"
              .formatted(all, strangers, perAddress, perOwner));
    }
  }

  /// A budget whose shares follow from its sum: a quarter for strangers and for an address, a 64th
  /// for a key or installation.
  ///
  /// @param leastPerOwner what one legal request or answer needs
  public static ByteShares of(final long all, final long leastPerOwner) {
    return new ByteShares(
        all,
        Math.max(1, all / 4),
        Math.max(leastPerOwner, all / 4),
        Math.max(leastPerOwner, all / 64));
  }
}

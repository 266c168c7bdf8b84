package dev.reveille.protocols.sas;

import dev.reveille.model.Secret;
import java.util.EnumSet;
import java.util.Set;

/// A named pair of keys with the rights of their holder. Either key signs, so that one can be
/// replaced while callers use the other.
///
/// @param name as it stands behind `skn=`; compared exactly
public record SharedAccessPolicy(
    String name, Secret primary, Secret secondary, Set<AccessRight> rights) {
  public SharedAccessPolicy {
    if (rights.isEmpty()) {
      throw new IllegalArgumentException("policy " + name + " needs one right at least");
    }
    rights = Set.copyOf(EnumSet.copyOf(rights));
  }

  /// Whether its keys suffice for what needs this right.
  public boolean grants(final AccessRight right) {
    return rights.contains(right) || rights.contains(AccessRight.MANAGE);
  }
}

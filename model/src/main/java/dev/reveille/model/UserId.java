package dev.reveille.model;

/// Names a user inside an organisation. Addresses (SIP URI, mail, UPN) lead to it; see [User]. A
/// name has 1 to 256 characters, no control characters; others throw IllegalArgumentException.
///
/// Its order is for maps that are keyed by it: senders choose the name, and could choose many with
/// one hash. Keys with an order are found among such in a few steps.
public record UserId(OrganisationId organisation, String name) implements Comparable<UserId> {
  public UserId {
    Text.identifier(name, "user");
  }

  @Override
  public int compareTo(final UserId other) {
    final int byName = name.compareTo(other.name);
    return byName != 0 ? byName : organisation.value().compareTo(other.organisation.value());
  }

  @Override
  public String toString() {
    return name + "@" + organisation;
  }
}

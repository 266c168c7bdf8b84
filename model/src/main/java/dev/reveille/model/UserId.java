package dev.reveille.model;

/// Names a user inside an organisation. Addresses (SIP URI, mail, UPN) lead to it; see [User].
public record UserId(OrganisationId organisation, String name) {
  public UserId {
    Text.identifier(name, "user");
  }

  @Override
  public String toString() {
    return name + "@" + organisation;
  }
}
